"""Whether a measured ratio is within its bound; what has been looked at in a run is drawn at its end."""

from pathlib import Path

PICTURE = Path(__file__).resolve().parents[1] / "build" / "benchmarks.png"

seen = {}  # by the title of a row its ratio and bound


def verdict(title, ratio, bound):
    """`ok` or `over`."""
    seen[title] = (ratio, bound)
    return "ok" if ratio <= bound else "over"


def draw():
    """Draw all rows of this run into a picture; returns its path."""
    import matplotlib

    matplotlib.use("Agg")  # there may be no screen
    import chart

    figure = chart.within(seen)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=120)
    return PICTURE
