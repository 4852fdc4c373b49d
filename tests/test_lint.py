"""gofmt, go vet and ruff look at the cells of a notebook, and only at those they can judge."""

import pytest
from chapters import DOUBLE, chapter, code, exercise, text

from course import lint

WRONG_VERB = DOUBLE.replace("\treturn", '\tfmt.Printf("%d\\n", "two")\n\treturn').replace(
    'import "C"', 'import "C"\n\nimport "fmt"'
)
VETTED = 'go vet, line 10: fmt.Printf format %d has arg "two" of wrong type string'


def whats(findings):
    return [finding.what for finding in findings]


def test_go_cell_that_gofmt_would_change_is_found(tmp_path):
    made = chapter(tmp_path, code("%%go double\n" + DOUBLE.replace("\treturn", "  return")))
    assert whats(lint.layout(made)) == ["gofmt lays this out otherwise"]


def test_solution_that_gofmt_would_change_is_found(tmp_path):
    made = chapter(tmp_path, *exercise(solution=DOUBLE.replace("2 * n", "2*n")))
    assert [(each.cell, each.what) for each in lint.layout(made)] == [(4, "gofmt lays this out otherwise")]


def test_go_text_that_does_not_parse_is_found(tmp_path):
    made = chapter(tmp_path, code("%%go x\npackage main\n\nfunc {"))
    assert whats(lint.layout(made)) == ["gofmt cannot read the Go text: line 3:6: expected 'IDENT', found '{'"]


def test_one_blank_line_below_the_magic_may_stay(tmp_path):
    assert whats(lint.layout(chapter(tmp_path, code(f"%%go double\n\n{DOUBLE}")))) == []


def test_cell_that_is_there_to_fail_is_left_alone(tmp_path):
    made = chapter(tmp_path, code("%%go x --expect-error\nfunc   {"), code("%%go y\nfunc   {", "raises-exception"))
    assert whats(lint.findings([made])) == []


def test_python_cell_that_ruff_would_lay_out_otherwise_is_found(tmp_path):
    made = chapter(tmp_path, code("x = {'a':1}"), code("%%check double\nassert  double"))
    assert whats(lint.layout(made)) == ["`ruff format` lays this out otherwise"] * 2


def test_formatted_chapter_has_nothing_left_to_lay_out(tmp_path):
    cells = [code("%%go a\n" + DOUBLE.replace("2 * n", "2*n")), code("%%isolated a\nprint( 'x' )"), text("# Hi")]
    better = lint.formatted(chapter(tmp_path, *cells, *exercise(solution=DOUBLE.replace("\treturn", " return"))))
    assert whats(lint.layout(better)) == []
    assert better.notebook.cells[1].source == '%%isolated a\nprint("x")'


def test_go_vet_names_cell_and_line(tmp_path):
    made = chapter(tmp_path, text("# Hi"), code(f"%%go double\n{WRONG_VERB}"))
    [finding] = lint.vet([made])
    assert (finding.cell, finding.what) == (2, VETTED)


@pytest.mark.skipif(not lint.PYTHON_H.exists(), reason="this Python has no headers")
@pytest.mark.parametrize("header", ["<Python.h>", '"data/embed.h"'])
def test_go_vet_finds_the_headers_of_python_and_of_the_course(tmp_path, header):
    made = chapter(
        tmp_path, code("%%go double\n" + WRONG_VERB.replace('import "C"', f'// #include {header}\nimport "C"', 1))
    )
    [finding] = lint.vet([made])
    assert finding.what == VETTED.replace("10", "11")


def test_go_vet_leaves_alone_what_includes_headers_that_python_lacks(tmp_path, monkeypatch):
    monkeypatch.setattr(lint, "PYTHON_H", tmp_path / "Python.h")
    made = chapter(
        tmp_path, code("%%go double\n" + WRONG_VERB.replace('import "C"', '// #include <Python.h>\nimport "C"', 1))
    )
    assert whats(lint.vet([made])) == []


def test_go_vet_looks_at_solutions_and_sees_the_packages_of_the_course(tmp_path):
    uses = DOUBLE.replace('import "C"', 'import "C"\n\nimport _ "gomagic/golib/crash"')
    made = chapter(tmp_path, *exercise(solution=uses), code(f"%%go bad\n{uses.replace('crash', 'missing')}"))
    [finding] = lint.vet([made])
    assert (finding.chapter, "gomagic/golib/missing" in finding.what) == ("01_greeting", True)


def test_ruff_names_cell_and_line(tmp_path):
    made = chapter(tmp_path, text("# Hi"), code("x = 1\nimport os"))
    assert [(each.cell, each.what) for each in lint.ruff([made])] == [
        (2, "ruff, line 2: Module level import not at top of cell (E402)"),
        (2, "ruff, line 2: `os` imported but unused (F401)"),
    ]


def test_ruff_knows_the_names_that_go_cells_bind_and_no_others(tmp_path):
    made = chapter(tmp_path, code(f"%%go double\n{DOUBLE}"), code("double.Double(2) + triple.Triple(2)"))
    assert whats(lint.ruff([made])) == ["ruff, line 1: Undefined name `triple` (F821)"]


def test_ruff_knows_the_exported_functions_of_a_go_cell_without_a_name(tmp_path):
    made = chapter(
        tmp_path, code("%%go\nfunc Twice(n int) int { return n + add(n) }\nfunc add(n int) int { return n }")
    )
    made.notebook.cells.append(code("Twice(2) + add(2)"))
    assert whats(lint.ruff([made])) == ["ruff, line 1: Undefined name `add` (F821)"]


def test_ruff_looks_into_checks_and_isolated_cells(tmp_path):
    made = chapter(tmp_path, code("%%isolated\nimport os"), code("%%check x\nimport sys"))
    assert [(each.cell, each.what) for each in lint.ruff([made])] == [
        (1, "ruff, line 2: `os` imported but unused (F401)"),
        (2, "ruff, line 2: `sys` imported but unused (F401)"),
    ]


def test_findings_are_those_of_every_tool(tmp_path):
    made = chapter(tmp_path, code(f"%%go double\n{WRONG_VERB}"), code("x = {'a':1}"), code("import os"))
    assert whats(lint.findings([made])) == [
        "`ruff format` lays this out otherwise",
        VETTED,
        "ruff, line 1: `os` imported but unused (F401)",
    ]
