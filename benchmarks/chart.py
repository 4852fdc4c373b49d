"""The charts of chapter 17, in the course's style: C0 is Go, C1 Python, C3 C, C2 whatever stands beside them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator

MARKS = "osD^"


def relative(times, unit):
    """The times of `loops.measure` as multiples of one rival's in the same round."""
    return times.div(times[unit], axis=0)


def prices(panels, unit):
    """A table: of each panel of times the medians in nanoseconds, and as multiples of the rival `unit`."""
    columns = {}
    for title, times in panels.items():
        columns[title, "ns"] = (times.median() * 1e9).map("{:,.0f}".format)
        columns[title, f"{unit} = 1"] = relative(times, unit).median().map("{:.2g}".format)
    return pd.DataFrame(columns)


def dots(panels, label):
    """Draw panels side by side. panels: by title a frame of ratios, a row a round, a column a rival.

    A dot is a column's median, the whisker its middle half. The axis is logarithmic: equal factors are equal distances,
    and there is no zero for a bar to begin at.
    """
    height = 1.1 + 0.36 * max(len(ratios.columns) for ratios in panels.values())
    figure, row = plt.subplots(1, len(panels), figsize=(9 if len(panels) > 1 else 6.5, height), squeeze=False)
    figure.set_layout_engine("constrained")
    for axes, (title, ratios) in zip(row[0], panels.items(), strict=True):
        _dots(axes, ratios)
        axes.set(title=title, xlabel=label)


def _dots(axes, ratios):
    for row, (name, values) in enumerate(ratios.items()):
        low, middle, high = values.quantile([0.25, 0.5, 0.75])
        whisker = [[middle - low], [high - middle]]
        axes.errorbar(middle, row, xerr=whisker, fmt="o", color=_colour(name), markersize=8, capsize=4)
        text = f"{middle:.2g}" if middle < 10 else f"{middle:.0f}"
        axes.annotate(text, (middle, row), (0, 8), textcoords="offset points", ha="center")
    axes.set(xscale="log", ylim=(len(ratios.columns) - 0.5, -0.7))
    axes.set_yticks(range(len(ratios.columns)), list(ratios))
    axes.xaxis.set(major_formatter="{x:,.10g}", minor_formatter="")
    axes.margins(x=0.15)
    low, high = axes.get_xlim()
    if high < 20 * low:  # powers of ten alone would leave one number on the axis
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high > 4 * low else range(1, 10)))


def _colour(name):
    language = name.split(",")[0]
    return "C0" if "Go" in name else {"Python": "C1", "C": "C3", "ctypes": "C3"}.get(language, "C2")


def within(rows):
    """Draw how far ratios are below their bounds. rows: by title a ratio and its bound. Returns the figure."""
    figure = plt.figure(figsize=(9, 1.2 + 0.24 * len(rows)), layout="constrained")
    axes = figure.gca()
    for row, (ratio, bound) in enumerate(rows.values()):
        axes.plot(
            ratio / bound, row, "o" if ratio <= bound else "D", color="C0" if ratio <= bound else "C3", markersize=6
        )
        axes.annotate(f"{ratio:.2g}", (ratio / bound, row), (9, 0), textcoords="offset points", va="center", fontsize=8)
    axes.axvline(1, color="C4", linestyle="--")
    axes.set(
        xscale="log", ylim=(len(rows) - 0.5, -0.7), xlabel="ratio, its bound = 1; beside each dot the ratio itself"
    )
    axes.set_yticks(range(len(rows)), [f"{title}, {bound:g}" for title, (_, bound) in rows.items()])
    axes.set_title("Ratios against their bounds: circles are within, diamonds over")
    axes.xaxis.set(major_formatter="{x:,.10g}", minor_formatter="")
    axes.margins(x=0.1)
    return figure


def overheads(prices):
    """Draw which share of a call's time its price is, against its work. prices: nanoseconds by the way of calling."""
    work = np.geomspace(1, 1e6, 200)
    axes = plt.figure().gca()
    for (way, price), line in zip(prices.items(), ("-", "--"), strict=True):
        axes.plot(work, 100 * price / (price + work), line, color="C0", label=way)
        axes.plot([price, 99 * price], [50, 1], "o", color="C0")
    for share in (50, 1):
        axes.axhline(share, color="C2", linewidth=0.8)
        axes.annotate(f"{share} %", (1, share), (0, 3), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="work in a call, ns", ylabel="share of the call, %")
    axes.set(title="The share of the call falls with the work in it", ylim=(0.1, 120))
    _plain_numbers(axes)
    axes.legend()


def gains(frames, call):
    """How much faster Go is: a frame with the columns job, turns, calls, low, gain and high, the gain a median.

    frames: by the turns in one call, the rounds; their columns are pairs of a job and `Python` or `Go`.
    call: the seconds of an empty call of Python's, the unit of `calls`.
    """
    points = []
    for turns, times in frames.items():
        for job in (job for job, language in times if language == "Go"):
            calls = times[job, "Python"].median() / call
            low, gain, high = (times[job, "Python"] / times[job, "Go"]).quantile([0.25, 0.5, 0.75])
            points.append({"job": job, "turns": turns, "calls": calls, "low": low, "gain": gain, "high": high})
    return pd.DataFrame(points)


def curves(points):
    """Draw what `gains` returns against the turns in one call, with whiskers over the middle half."""
    axes = plt.figure(figsize=(6.5, 4.6), layout="constrained").gca()
    for number, (job, curve) in enumerate(points.groupby("job", sort=False)):
        whiskers = [curve["gain"] - curve["low"], curve["high"] - curve["gain"]]
        look = {"fmt": f"{MARKS[number]}-", "color": f"C{number}", "markersize": 5, "capsize": 3}
        axes.errorbar(curve["turns"], curve["gain"], whiskers, label=job, **look)
    axes.axhline(1, color="C4", linestyle="--")
    axes.set(xscale="log", yscale="log", title="A call pays when it replaces enough turns")
    axes.set(xlabel="turns of the loop in one call", ylabel="times as fast with Go (1: no gain)")
    _plain_numbers(axes)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.figure.legend(loc="outside lower center", ncols=2)


def _plain_numbers(axes):
    for axis in (axes.xaxis, axes.yaxis):
        axis.set(major_formatter="{x:,.10g}", minor_formatter="")
    axes.minorticks_off()


def marks(points):
    """Where each curve of `gains` crosses 1, in turns and in calls, and how high it ends: a frame of text."""
    rows = {}
    for job, curve in points.groupby("job", sort=False):
        rows[job] = {
            "Go is faster, turns": _crossing(curve, "turns"),
            "in empty calls of Python's": _crossing(curve, "calls"),
            f"gain at {curve['turns'].max():,} turns": f"{curve['gain'].iloc[-1]:.2g}",
        }
    return pd.DataFrame(rows).T


def _crossing(curve, unit):
    faster = list(curve["gain"] >= 1)
    if all(faster) or not any(faster):
        return "always" if faster[0] else "never"
    at = faster.index(not faster[0])
    pair = curve.iloc[at - 1 : at + 1].sort_values("gain")
    found = np.exp(np.interp(0, np.log(pair["gain"]), np.log(pair[unit])))
    return f"{'up to' if faster[0] else 'from'} {found:,.0f}"
