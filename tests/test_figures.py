"""Colours that the course does not have, and figures that nothing shows, are found."""

from chapters import chapter, code, text

from course import figures


def svg(made, name, colour):
    (made.path.parent / "figures").mkdir(exist_ok=True)
    (made.path.parent / "figures" / name).write_text(f'<svg><rect fill="{colour}"/></svg>')


def test_a_colour_that_is_not_of_the_palette_is_found(tmp_path):
    made = chapter(tmp_path, text("![a](figures/01_a.svg)"), text("![b](figures/01_b.svg)"), code('f(c="#123456")'))
    svg(made, "01_a.svg", "#0072b2")
    svg(made, "01_b.svg", "#555")
    assert [finding.what for finding in figures.colours(made)] == [
        "colours in 01_b.svg that no drawing has: #555",
        "colours that no chart has: #123456",
    ]


def test_a_figure_that_nothing_shows_is_found(tmp_path):
    made = chapter(tmp_path, text("![a](figures/01_a.svg)"), code('style("figures/chart.mplstyle")'))
    for name in ("01_a.svg", "01_b.svg", "readme.svg", "chart.mplstyle"):
        svg(made, name, "#FFFFFF")
    (tmp_path / "README.md").write_text("![r](notebooks/figures/readme.svg)")
    assert [finding.what for finding in figures.unused(tmp_path, [made])] == ["nothing shows 01_b.svg"]
