"""What a profile says, in text and in HTML, of samples that are given."""

from gomagic.run.profile import Profile
from gomagic.run.samples import Frame, Sample, Where

CELLS, SOURCES = {"t": "cell[3]"}, {"t": ["\n", "func Work() {\n", "\tleaf()\n", "}\n"]}
WORK, SORT = Frame("Work", "t", 3), Frame("sort.Ints", "/go/sort.go", 9)
TIME = [
    Sample(Where.GO, (WORK, SORT), 50, 0.5),
    Sample(Where.GO, (WORK,), 25, 0.25),
    Sample(Where.PYTHON, (Frame("Python"),), 9, 0.25, True),
]


def test_shares_functions_and_lines_in_text():
    assert repr(Profile(TIME, False, CELLS, SOURCES, 2.0, 84)) == (
        "processors worked 1.00 s in 2.00 s, 84 samples\n"
        "   75 %  Go\n"
        "   25 %  Python\n"
        "\n"
        "itself  with what it calls  function\n"
        "  50 %                50 %  sort.Ints\n"
        "  25 %                75 %  Work       cell[3]\n"
        "  25 %                25 %  Python\n"
        "\n"
        "itself  with what it calls  line\n"
        "  25 %                75 %  cell[3]:3  leaf()"
    )


def test_allocations_are_the_functions_that_ask_for_them():
    found = Frame("runtime.mallocgc", "/go/malloc.go", 9)
    seen = [Sample(Where.GO, (WORK, SORT, found), 3, 3072.0), Sample(Where.GO, (WORK, found, found), 5, 80.0)]
    assert repr(Profile(seen, True, CELLS, SOURCES)) == (
        "Go allocated 3.1 KiB in 8 pieces\n"
        "\n"
        " itself  pieces  with what it calls  function\n"
        "3.0 KiB       3             3.0 KiB  sort.Ints\n"
        "   80 B       5             3.1 KiB  Work       cell[3]\n"
        "\n"
        "itself  pieces  with what it calls  line\n"
        "  80 B       5             3.1 KiB  cell[3]:3  leaf()"
    )


def test_html_has_the_same_and_the_flame_graph_and_no_text_is_markup():
    seen = [*TIME, Sample(Where.GO, (Frame("Less[<b>]", "t", 2),), 1, 0.01)]
    text = Profile(seen, False, CELLS, SOURCES, 2.0, 85, runs=3)._repr_html_()
    assert "<p>3 runs, processors worked 1.01 s in 2.00 s, 85 samples</p>" in text
    assert "Go <b>75 %</b> · Python <b>25 %</b>" in text
    assert text.count("<svg ") == 1 and "<title>Work: 74 % (0.75 s), 25 % itself</title>" in text
    assert "<code>cell[3]:3</code></td>" in text and "<code>leaf()</code>" in text
    assert "<b>]" not in text and "Less[&lt;b&gt;]" in text


def test_nothing_seen_is_said_without_tables():
    nothing = Profile([], False, CELLS, SOURCES, 0.001, 0)
    assert repr(nothing) == "processors worked 0.00 s in 0.00 s, 0 samples"
    assert nothing.few() and "<table>" not in nothing._repr_html_()
    assert not Profile(TIME, False, CELLS, SOURCES, 2.0, 20).few()
    assert not Profile([], True, CELLS, SOURCES).few()
