"""A flame graph as SVG: each bar a function, as wide as its share, above those that it calls."""

from __future__ import annotations

import html
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field

from gomagic.run.samples import Frame, Where

_WIDTH, _ROW, _LETTER = 900, 19, 6.6  # pixels; a letter of the font's size, 11
_NARROWEST = 1.0  # what would be narrower is left out
_DEEPEST = 60  # rows

# Light enough for dark letters on them, on a white page as on a black one.
_CELL, _OTHER_GO = "#f2a65a", "#f5d491"
_COLORS = {
    Where.BOUNDARY.value: "#c9b6e4",
    Where.COLLECTOR.value: "#a8d5a2",
    Where.SCHEDULER.value: "#b9d9c8",
    Where.PYTHON.value: "#9cc3e6",
    "Python, called back": "#9cc3e6",
}
_IN_C, _ALL = "#c4c8cc", "#dcdcdc"


@dataclass
class _Node:
    """A function, called on one way. weight: of it and what it calls, own: of it alone; of whatever is drawn."""

    frame: Frame
    weight: float = 0.0
    own: float = 0.0
    inner: dict[tuple[str, str], _Node] = field(default_factory=dict)


def draw(stacks: Iterable[tuple[Sequence[Frame], float]], cells: Container[str], unit: Callable[[float], str]) -> str:
    """An SVG of stacks, outermost first, and their weights. cells: the tokens of cells. unit: a weight as text.

    A function that calls itself is one bar. The browser shows the whole name and the shares where the mouse rests.
    """
    root = _tree(stacks)
    if not root.weight:
        return ""
    bars: list[str] = []
    depth = _bars(root, root, 0.0, 0, cells, unit, bars)
    height = (depth + 1) * _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'style="max-width:100%;height:auto" role="img" aria-label="flame graph" font-size="11" '
        f'font-family="ui-monospace, Menlo, Consolas, monospace">{"".join(bars)}</svg>'
    )


def _tree(stacks: Iterable[tuple[Sequence[Frame], float]]) -> _Node:
    root = _Node(Frame("all"))
    for frames, weight in stacks:
        root.weight += weight
        node = root
        for frame in frames:
            if (frame.name, frame.file) != (node.frame.name, node.frame.file):
                node = node.inner.setdefault((frame.name, frame.file), _Node(frame))
                node.weight += weight
        node.own += weight
    return root


def _bars(
    node: _Node, root: _Node, x: float, row: int, cells: Container[str], unit: Callable[[float], str], bars: list[str]
) -> int:
    """Add the bars of a node and what it calls, from the left edge x on; returns how deep they go."""
    width = _WIDTH * node.weight / root.weight
    bars.append(_bar(node, root, x, width, row, cells, unit))
    deepest = row
    for each in sorted(node.inner.values(), key=lambda each: -each.weight):
        part = _WIDTH * each.weight / root.weight
        if part >= _NARROWEST and row < _DEEPEST:
            deepest = max(deepest, _bars(each, root, x, row + 1, cells, unit, bars))
        x += part
    return deepest


def _bar(
    node: _Node, root: _Node, x: float, width: float, row: int, cells: Container[str], unit: Callable[[float], str]
) -> str:
    share, own = 100 * node.weight / root.weight, 100 * node.own / root.weight
    said = f"{node.frame.name}: {share:.0f} % ({unit(node.weight)}), {own:.0f} % itself"
    room = int((width - 6) / _LETTER)
    name = node.frame.name if len(node.frame.name) <= room else f"{node.frame.name[: room - 1]}…"
    y = row * _ROW
    text = f'<text x="{x + 3:.1f}" y="{y + 13}" fill="#1b1b1b">{html.escape(name)}</text>' if room >= 3 else ""
    return (
        f'<g><title>{html.escape(said)}</title><rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.5):.1f}" '
        f'height="{_ROW - 1}" rx="2" fill="{_color(node, root, cells)}"/>{text}</g>'
    )


def _color(node: _Node, root: _Node, cells: Container[str]) -> str:
    name = node.frame.name
    if node is root:
        return _ALL
    if node.frame.file in cells:
        return _CELL
    return _COLORS.get(name) or (_OTHER_GO if node.frame.file else _IN_C)
