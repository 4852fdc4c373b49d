import json

import pytest

from gomagic.build import workspace
from gomagic.errors import GoBuildError
from gomagic.run import placing
from gomagic.source.cell import Cell

STATS = Cell("stats", "func Mean() {}\n", 1)


@pytest.fixture
def space(tmp_path):
    """The workspace of a module with a package that has another name than its folder."""
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    (tmp_path / "means").mkdir()
    (tmp_path / "means" / "a.go").write_text("package stats\n")
    (tmp_path / "means" / "a_test.go").write_text("package stats_test\n")
    (tmp_path / "means" / "data.txt").write_text("x")
    return workspace.find(tmp_path, {})


def of_tests(text):
    return Cell("test", text, 2)


@pytest.mark.parametrize(
    ("tested", "tests", "package"),
    [
        ("func F() {}", "", "main"),
        ("package main", "package other", "main"),
        ("func F() {}", "package stats", "stats"),
        ('package main\n\nimport "C"', "", "cell"),
    ],
)
def test_the_cells_own_package_has_its_name(space, tested, tests, package):
    found = placing.find(Cell("lib", tested), of_tests(tests), space)
    assert found == placing.Place(package, package)


def test_external_tests_import_the_cell_by_its_name(space):
    found = placing.find(STATS, of_tests('package any_test\n\nimport "cells/stats"\n'), space)
    assert found == placing.Place("stats", "stats_test", "cells/stats")
    assert found.module == "cells/stats"


def test_or_by_the_path_of_a_package_in_whose_place_it_stands(space, tmp_path):
    found = placing.find(STATS, of_tests('package stats_test\n\nimport "example.com/m/means"\n'), space)
    assert found == placing.Place("stats", "stats_test", "example.com/m/means", tmp_path / "means")
    assert found.module == workspace.CELL_MODULE
    (tmp_path / "cell").mkdir()
    (tmp_path / "cell" / "cell.go").touch()
    overlay, target = placing.lay(found, tmp_path / "cell")
    replaced = json.loads((tmp_path / "cell" / "overlay.json").read_text())["Replace"]
    assert (overlay, target) == (f"-overlay={tmp_path / 'cell' / 'overlay.json'}", "example.com/m/means")
    folder = tmp_path / "means"
    assert replaced == {
        str(folder / "a.go"): "",
        str(folder / "a_test.go"): "",
        str(folder / "cell.go"): str(tmp_path / "cell" / "cell.go"),
    }


def test_a_path_at_which_nothing_is_yet_becomes_a_module(space, tmp_path):
    found = placing.find(STATS, of_tests('package stats_test\n\nimport "example.com/new/stats/v2"\n'), space)
    assert found == placing.Place("stats", "stats_test", "example.com/new/stats/v2")
    assert placing.lay(found, tmp_path) == ["."]


def test_the_standard_library_is_never_the_cell(space):
    body = 'package strings_test\n\nimport (\n\t"strings"\n\n\t"example.com/m/strings"\n)\n'
    assert placing.find(STATS, of_tests(body), space).path == "example.com/m/strings"


def test_tests_that_import_nothing_of_the_cell_are_told_how(space):
    with pytest.raises(GoBuildError) as refused:
        placing.find(STATS, of_tests('package stats_test\n\nimport "testing"\n'), space)
    assert str(refused.value).startswith("cell[2]: `package stats_test` imports nothing that could be the cell `stats`")
    assert 'hint: add `import "cells/stats"`, or leave the `package` line out' in str(refused.value)
