"""What is offered and said while a cell is typed, with gopls and without."""

import re

import pytest

from gomagic.build import cellgen, toolchain, warmup
from gomagic.run import desk as desks
from gomagic.source.cell import Cell


@pytest.fixture(scope="module")
def desk(own_cache, tmp_path_factory):
    """A desk where all is built, and gopls is not there."""
    cellgen.find(toolchain.find())
    folder = tmp_path_factory.mktemp("notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        warmup.build()  # lists what is common
        patch.setattr(desks, "find_gopls", lambda env: None)
        patch.setattr(desks, "_SECONDS", 30.0)
        yield desks.Desk(folder)


def at(text):
    """The cell of a text with a bar where the cursor is, and where that is."""
    return Cell("typed", text.replace("|", "")), text.index("|")


def names(desk, text):
    return [name for name, _, _ in desk.complete(*at(text))]


def test_the_tools_temporary_files_lie_in_the_folder_that_is_held(desk):
    held = desk.place.parent
    names(desk, "func F() { strin|")
    assert (held / "tmp").is_dir()
    assert held.with_name(f"{held.name}.lock").is_file()


def test_names_are_those_of_the_cell_and_of_packages(desk):
    assert names(desk, "func F(s string) string {\n\treturn strings.ToU|\n}") == ["ToUpper", "ToUpperSpecial"]
    assert names(desk, "func F(s string) {\n\ttotal := 1\n\ttot|\n}") == ["total"]
    assert names(desk, "package main\n\ntype P struct{ X, Y int }\n\nfunc F(p P) { p.| }") == ["X", "Y"]
    assert names(desk, "// 𝕏 ü\nfunc Größe() {}\n\nfunc F() { Gr| }") == ["Größe"]  # places are counted in characters
    assert desk.complete(*at("func F(s string) { strings.Rep| }"))[0] == (
        "Repeat", "function", "func strings.Repeat(s string, count int) string",
    )  # fmt: skip


def test_capitals_count_last(desk):
    assert names(desk, "func F() { var abc, Abd int; ab| }")[:2] == ["abc", "Abd"]


def test_what_stands_there_is_said(desk):
    text = "// Mean of numbers.\nfunc Mean(xs []float64) float64 { return 0 }\n\nfunc F() { Me|an(nil) }"
    assert desk.explain(*at(text)) == "func Mean(xs []float64) float64\n\nMean of numbers."
    assert desk.explain(*at("func F(s string) { strings.Repeat(s, |) }")).startswith("func strings.Repeat(")
    assert desk.explain(*at("func F() { | }")) == ""


def test_a_package_that_is_not_listed_is_for_the_next_question(desk):
    text = "func F() { heap.Fi| }"
    names(desk, text)
    for _ in range(600):
        if names(desk, text):
            break
    assert names(desk, text) == ["Fix"]


def test_what_is_to_be_a_program_may_be_statements(desk):
    statements = "counted := 1\nfor range 3 {\n\tfmt.Println(cou|\n}\n"
    assert desk.complete(*beside(desk, statements, is_program=True)) == [("counted", "instance", "var counted int")]
    assert desk.explain(*beside(desk, statements.replace("(cou|", "(coun|ted)"), is_program=True)) == "var counted int"
    assert names(desk, statements) == []


def test_of_c_is_offered_what_cgo_knows(desk):
    assert names(desk, 'package main\n\nimport "C"\n\nfunc F(a C.uin|) {}') == ["uint"]


@pytest.mark.parametrize("text", ["|", "fun|", "}}|{{", "//go:embed nothing\nvar s string; s.|", '"|', 'import "C|"'])
def test_any_text_has_an_answer(desk, text):
    assert (desk.complete(*at(text)) is None, desk.explain(*at(text)) is None) == (False, False)


BASE = Cell("base", "type Row []float64\n")
STATS = Cell(
    "stats", 'import "cells/base"\n\n// Mean of xs.\nfunc Mean(xs base.Row) (string, time.Time) { return half(1) }\n'
)


def beside(desk, text, *cells, **around):
    cell, offset = at(text)
    return cell._replace(cells=cells), offset, desks.Around(**around)


@pytest.mark.parametrize("text", ['import "ce|"', 'import (\n\t"fmt"\n\t"ce|\n)', 'package main; import s "ce|'])
def test_in_the_path_of_an_import_cells_and_packages_are_offered(desk, text):
    offered = [name for name, _, _ in desk.complete(*beside(desk, text, importable=("base", "stats")))]
    assert offered == ["cells/base", "cells/stats"]
    text = text.replace("ce|", "cells/s|")
    assert desk.complete(*beside(desk, text, importable=("base", "stats"))) == [("stats", "module", "")]
    assert names(desk, text.replace("cells/s|", "encoding/js|")) == ["json"]


def test_what_an_imported_cell_has_is_known(desk):
    text = 'import "cells/stats"\n\nfunc F() { stats.| }'
    found = desk.complete(*beside(desk, text, BASE, STATS))
    assert found == [("Mean", "function", "func cells/stats.Mean(xs cells/base.Row) (string, time.Time)")]
    text = text.replace("stats.|", "stats.Me|an(nil)")
    assert desk.explain(*beside(desk, text, BASE, STATS)).endswith("(string, time.Time)\n\nMean of xs.")
    newer = Cell("stats", "func Median() {}\n")
    assert [name for name, *_ in desk.complete(*beside(desk, text.replace("Mean(nil)", ""), newer))] == ["Median"]
    assert not desk.complete(*beside(desk, text))


def test_a_cell_of_tests_knows_what_it_tests(desk):
    tested = Cell("lib", "// half of n.\nfunc half(n int) int { return n / 2 }\n")
    text = "func TestHalf(t *testing.T) { hal| }"
    assert desk.complete(*beside(desk, text, tested=tested)) == [("half", "function", "func half(n int) int")]
    assert desk.explain(*beside(desk, text.replace("hal|", "ha|lf(3)"), tested=tested)).endswith("half of n.")
    assert names(desk, text) == []
    text = 'package lib_test\n\nimport "cells/lib"\n\nfunc TestHalf(t *testing.T) { lib.| }'
    lib = Cell("lib", "func Half() {}\nfunc half() {}\n")
    assert desk.complete(*beside(desk, text, lib, tested=lib)) == [("Half", "function", "func cells/lib.Half()")]


def test_gopls_is_told_of_what_lies_there_and_not_started_anew(desk, monkeypatch):
    told = []

    class Server:
        is_running = True

        def complete(self, *question):
            return [("Told", "function", "")]

        def look(self, files):
            told.append({str(file.relative_to(desk.place)): was for file, was in files.items()})

    monkeypatch.setattr(desk, "gopls", Server())
    text = 'import "cells/stats"\n\nfunc F() { stats.| }'
    names(desk, "func F() { | }")
    told.clear()
    desk.complete(*beside(desk, text, BASE, STATS))
    desk.complete(*beside(desk, text, BASE, STATS))
    newer = STATS._replace(body=f"{STATS.body}\nfunc New() {{}}\n")
    desk.complete(*beside(desk, text, BASE, newer))
    names(desk, "func F() { | }")
    files = ["cells/base/cell.go", "cells/base/go.mod", "cells/stats/cell.go", "cells/stats/go.mod"]
    assert told == [
        {**dict.fromkeys(files, False), "go.work": True},
        {"cells/stats/cell.go": True},
        {**dict.fromkeys(files, True), "go.work": True},
    ]
    assert not any((desk.place / file).exists() for file in files)


def test_what_go_get_has_added_lies_there_and_is_offered(desk, monkeypatch):
    mod = "module gomagic/cell\n\ngo 1.25\nrequire example.com/birds v1.0.0\n"
    monkeypatch.setattr(desks.modules, "files", lambda added, chain: (mod, "sums\n"))
    monkeypatch.setattr(desks.inputs, "offered", lambda added: {"example.com/birds/song": "song"})
    cell, offset = at('import "example.com/|"')
    found = desk.complete(cell._replace(modules=("example.com/birds@v1.0.0",)), offset)
    assert found == [("birds/song", "module", "")]
    assert [(desk.place / name).read_text() for name in ("go.mod", "go.sum")] == [mod, "sums\n"]


def test_a_gopls_that_does_not_start_leaves_what_is_known_without(desk, monkeypatch, tmp_path):
    broken = tmp_path / "gopls"
    broken.write_text("no program")
    broken.chmod(0o755)
    monkeypatch.setattr(desks, "find_gopls", lambda env: str(broken))
    assert names(desk, "func F() { strings.ToU| }") == ["ToUpper", "ToUpperSpecial"]


def test_a_desk_that_is_closed_leaves_nothing_behind(desk, tmp_path):
    other = desks.Desk(tmp_path)
    held = other.place.parent
    assert names(other, "func F() { strings.ToU| }") == ["ToUpper", "ToUpperSpecial"]
    other.close()
    assert not held.exists() and desk.place.exists()


def test_gopls_gets_the_cell_with_the_imports_that_it_will_have(desk, monkeypatch):
    asked = []

    class Server:
        is_running = True

        def complete(self, file, text, line, column, seconds):
            asked.append((text, line, column))
            return [("Other", "function", ""), ("ToGo", "function", "func()")]

    monkeypatch.setattr(desk, "gopls", Server())
    assert names(desk, "func F() string {\n\treturn /* 𝕏 */ strings.To|\n}") == ["ToGo"]
    [(text, line, column)] = asked
    assert re.match('package main; import "strings"\nfunc F', text)
    assert (line, column) == (2, 27)  # in UTF-16
    assert names(desk, "package main\nfunc F() { strings.To| }") == ["ToGo"]
    assert asked[-1][0].startswith('package main; import "strings"\nfunc F')
