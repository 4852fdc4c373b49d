from gomagic.run import coverage
from gomagic.source.cell import Cell

BODY = """func F(x int) int {
	if x > 1 {
		return 3
	}
	if x < -5 { panic("<ä>") }; return 1
}
"""
CELL = Cell("stats", BODY, 7)
PROFILE = f"""mode: set
gomagic/cell/{CELL.base}:2.19,3.11 1 1
gomagic/cell/{CELL.base}:3.11,5.3 1 0
gomagic/cell/{CELL.base}:6.2,6.12 1 1
gomagic/cell/{CELL.base}:6.12,6.27 1 0
gomagic/cell/{CELL.base}:6.32,6.40 1 1
gomagic/cell/other.go:6.32,6.40 1 0
"""


def seen(tmp_path):
    (tmp_path / "cover.out").write_text(PROFILE)
    return coverage.read(tmp_path / "cover.out", CELL)


def test_each_line_with_statements_has_a_mark(tmp_path):
    found = seen(tmp_path)
    assert (found.statements, found.reached) == (5, 3)
    assert found.marks == {3: coverage.REACHED, 4: coverage.MISSED, 6: coverage.PARTLY}


def test_a_terminal_gets_the_lines_that_were_not_reached(tmp_path):
    assert seen(tmp_path).lines() == [
        "cell[7]: 60% of its statements are covered, 3 of 5",
        "\N{MINUS SIGN} cell[7]:4  \t\treturn 3",
        '± cell[7]:6  \tif x < -5 { panic("<ä>") }; return 1',
    ]


def test_a_notebook_gets_the_whole_cell_folded(tmp_path):
    html = seen(tmp_path).html()
    assert html.startswith("<details><summary>cell[7]: 60% of its statements are covered, 3 of 5</summary>")
    assert html.count("<span") == 6
    assert "   4 \N{MINUS SIGN} \t\treturn 3</span>" in html
    assert "panic(&quot;&lt;ä&gt;&quot;)" in html


def test_a_profile_that_was_never_written_has_reached_nothing(tmp_path):
    assert coverage.read(tmp_path / "none", CELL).lines() == ["cell[7]: 100% of its statements are covered, 0 of 0"]
