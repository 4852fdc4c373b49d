"""A cell with what the compiler says of its lines, as a notebook and a terminal show it."""

import re

import pytest

from gomagic.build.annotations import KINDS, Annotation
from gomagic.notebook import annotated
from gomagic.source.cell import Cell

CELL = Cell("x", "func F() *int {\n\tn := 3 // a <b>\n\treturn &n\n}\n\nvar s = `raw\ntext`\n", 7, 1)
SAID = [
    Annotation(3, 6, "inlinable", "calls of F can be inlined"),
    Annotation(4, 2, "check", "the index is checked"),
    Annotation(4, 9, "check", "the index is checked"),
    Annotation(4, 2, "heap", "n lies on the heap"),
]


@pytest.fixture
def forms():
    return annotated.bundle(CELL, SAID)


def test_a_terminal_gets_the_lines_and_below_each_what_is_said(forms):
    assert forms["text/plain"].split("\n") == [
        "cell[7]: 1 on the heap, 2 checked, 1 inlinable",
        "   3 + func F() *int {",
        "       inlinable: calls of F can be inlined",
        "   4 +     n := 3 // a <b>",
        "           heap: n lies on the heap",
        "           check: the index is checked, in 2 places",
        "   5       return &n",
        "   6   }",
        "   7",
        "   8   var s = `raw",
        "   9   text`",
    ]


def test_a_notebook_gets_folded_lines_in_gos_colours(forms):
    page = forms["text/html"]
    folded = re.findall(r"(?s)<details.*?</details>", page)
    assert [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in folded] == [
        "3 + func F() * int { inlinable inlinable: calls of F can be inlined",
        "4 + n := 3 // a &lt;b&gt; heap · check heap: n lies on the heap check: the index is checked, in 2 places",
    ]
    assert 'var(--jp-mirror-editor-keyword-color)">func</span>' in page
    assert page.count("<pre") == 9  # lines, also those of one string


def test_colours_are_not_needed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pygments.lexers.go", None)
    assert "n := 3 // a &lt;b&gt;" in annotated.bundle(CELL, [])["text/html"]


def test_every_kind_has_a_ground():
    assert annotated._GROUNDS.keys() == KINDS.keys()


def test_the_magic_shows_it_for_plain_cells_and_unchanged_ones(shell):
    for _ in range(2):
        ran = shell("%%go -a marked\nfunc F() *int { n := 3; return &n }\n")
        assert f"cell[{ran.number}]: 1 on the heap" in ran.out
    assert shell("marked.F().value").result == 3
