"""What a build was found to depend on is known in the same kernel and in a new one, until something of it changes."""

import builtins
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gomagic.build import compiler, inputs, look, memory, settings, toolchain, unchanged, workspace
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture(autouse=True)
def settled(monkeypatch, tmp_path_factory):
    """Files of this test's own are as good as old ones, and nothing is known."""
    monkeypatch.setattr(look, "_SETTLED_SECONDS", 0)
    place = tmp_path_factory.mktemp("kept")
    place.chmod(0o700)
    monkeypatch.setenv("GOMAGIC_CACHE", str(place))
    anew(monkeypatch)


def anew(monkeypatch):
    """What follows is asked in a new kernel."""
    monkeypatch.setattr(toolchain, "_found", look.Answers())
    monkeypatch.setattr(inputs, "_known", look.Answers())
    monkeypatch.setattr(unchanged, "_known", {})


def edit(file, text="1"):
    """Write to a file when the clock of the disk has moved on."""
    time.sleep(0.02)
    file.write_text(text)


PLAIN = 'import "shop"\n\nfunc Price() int { return shop.Price() }\n'
IN_C = """package main

/*
#include "a.h"
*/
import "C"
import _ "shop"

//go:embed *.txt
var text string

func main() {}
"""


class Desk:
    """A reader's folder and environment, in which everything that counts lies below one folder."""

    def __init__(self, place, monkeypatch):
        self.place, self.folder = place, place / "above" / "shop" / "notebooks"
        self.setenv = monkeypatch.setenv
        # Found out once in a process, from gomagic's own files, beside which others may have been made since.
        monkeypatch.setattr(inputs, "_own", {})
        inputs.generator(), inputs.itself()
        memory.of(("none",))  # reads what is kept of files
        files = {
            "bin/go": "go", "bin/gcc": "gcc", "VERSION": "go1.26.1\n", "site/go/VERSION": "go1.26.1\n", "goenv": "",
            "above/shop/go.mod": "module shop\n\ngo 1.25\n", "above/shop/deep/deep.go": "package deep\n",
            "above/shop/shop.go": 'package shop\n\nimport "shop/deep"\n',
            "above/shop/notebooks/a.h": '#include "b.h"\n', "above/shop/notebooks/b.h": "\n",
            "above/shop/notebooks/one.txt": "1",
            "gomagic/go.mod": "module gomagic\n\ngo 1.25.0\n", "gomagic/go.sum": "",
            "gomagic/golib/crash/crash.go": "package crash\n", "gomagic/golib/bridge/bridge.go": "package bridge\n",
        }  # fmt: skip
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
        for name in ("bin/go", "bin/gcc"):
            (place / name).chmod(0o755)
        (place / "first").mkdir()
        for name in [name for name in os.environ if name.startswith(("GO", "CGO_", "CC")) and name != "GOMAGIC_CACHE"]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PATH", f"{place}/first:{place}/bin")
        monkeypatch.setenv("GOENV", f"{place}/goenv")
        monkeypatch.setenv("HOME", str(place))
        monkeypatch.setattr(workspace, "GOMAGIC", place / "gomagic")
        monkeypatch.setattr(toolchain, "site_packages", lambda: place / "site")
        monkeypatch.setattr(toolchain, "_USUAL_PLACES", ())

    def key(self, body, line="lib"):
        """The key, and whether it was known."""
        asked = cell.parse(line, body), self.folder, inputs.LIBRARY
        known = unchanged.key(unchanged.question(*asked))
        found = (known, True) if known else (inputs.of(*asked).key, False)
        unchanged.write()
        return found

    def at(self, name):
        return str(self.place / name)

    def edit(self, name, text):
        (self.place / name).parent.mkdir(parents=True, exist_ok=True)
        edit(self.place / name, text)

    def program(self, name):
        self.edit(name, "#")
        (self.place / name).chmod(0o755)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(tmp_path, monkeypatch)


COUNTING = {
    "golib, in a clone": lambda desk: desk.edit("gomagic/golib/crash/crash.go", "package crash;"),
    "a file more in golib": lambda desk: desk.edit("gomagic/golib/crash/more.go", "package crash\n"),
    "gomagic's go.sum": lambda desk: desk.edit("gomagic/go.sum", "x"),
    "a package of the reader's": lambda desk: desk.edit("above/shop/shop.go", 'package shop\n\nimport "shop/deep";'),
    "what that imports": lambda desk: desk.edit("above/shop/deep/deep.go", "package deep;"),
    "a file more there": lambda desk: desk.edit("above/shop/deep/more.go", "package deep\n"),
    "a file less there": lambda desk: (desk.place / "above/shop/deep/deep.go").unlink(),
    "the go.mod above": lambda desk: desk.edit("above/shop/go.mod", "module shop\n\ngo 1.26\n"),
    "a go.sum beside it": lambda desk: desk.edit("above/shop/go.sum", "x"),
    "a go.mod that is nearer": lambda desk: desk.edit("above/shop/notebooks/go.mod", "module near\n\ngo 1.25\n"),
    "a go.work above": lambda desk: desk.edit("above/go.work", "go 1.25\n\nuse ./shop\n"),
    "GOWORK": lambda desk: desk.setenv("GOWORK", "off"),
    "another go that comes first": lambda desk: desk.program("first/go"),
    "another gcc that comes first": lambda desk: desk.program("first/gcc"),
    "the go of pip": lambda desk: desk.program("site/go/bin/go"),
    "another go in its place": lambda desk: (desk.program("new"), os.replace(desk.at("new"), desk.at("bin/go"))),
    "a gcc of another time": lambda desk: desk.program("bin/gcc"),
    "Go's version": lambda desk: desk.edit("VERSION", "go1.26.2\n"),
    "PATH": lambda desk: (desk.program("other/go"), desk.setenv("PATH", f"{desk.at('other')}:{desk.at('bin')}")),
    "CC": lambda desk: (desk.program("bin/clang"), desk.setenv("CC", "clang")),
    "CGO_CFLAGS": lambda desk: desk.setenv("CGO_CFLAGS", "-O1"),
    "GOFLAGS": lambda desk: desk.setenv("GOFLAGS", "-tags=x"),
    "CPATH": lambda desk: desk.setenv("CPATH", "/x"),
    "go env -w": lambda desk: desk.edit("goenv", "GOAMD64=v3\n"),
    "another file of go env": lambda desk: (desk.edit("other", "GOAMD64=v3\n"), desk.setenv("GOENV", desk.at("other"))),
}  # fmt: skip
IN_C_ALONE = {
    "a file that it includes": lambda desk: desk.edit("above/shop/notebooks/a.h", '#include "b.h" \n'),
    "what that includes": lambda desk: desk.edit("above/shop/notebooks/b.h", "\n\n"),
    "a file that it embeds": lambda desk: desk.edit("above/shop/notebooks/one.txt", "2"),
    "another file that it embeds": lambda desk: desk.edit("above/shop/notebooks/two.txt", "2"),
}


@pytest.mark.parametrize("is_anew", [False, True], ids=["same kernel", "new kernel"])
@pytest.mark.parametrize(
    ("body", "change"),
    [(body, change) for body in (PLAIN, IN_C) for change in COUNTING] + [(IN_C, change) for change in IN_C_ALONE],
    ids=lambda value: {PLAIN: "plain", IN_C: "in C"}.get(value, value),
)
def test_what_counts_makes_another_key(desk, monkeypatch, body, change, is_anew):
    before, was_known = desk.key(body)
    assert not was_known
    for _ in range(2):
        if is_anew:
            anew(monkeypatch)
        assert desk.key(body) == (before, True)
    {**COUNTING, **IN_C_ALONE}[change](desk)
    if is_anew:
        anew(monkeypatch)
    after, was_known = desk.key(body)
    assert after != before
    assert not was_known
    assert desk.key(body) == (after, True)
    unchanged.forget()
    anew(monkeypatch)
    assert desk.key(body) == (after, False)


@pytest.mark.parametrize("is_anew", [False, True], ids=["same kernel", "new kernel"])
@pytest.mark.parametrize(
    "change",
    [
        lambda desk: desk.setenv("JPY_PARENT_PID", "7"),
        lambda desk: desk.setenv("GOGC", "50"),
        lambda desk: desk.edit("above/shop/notebooks/lesson.ipynb", "{}"),
        lambda desk: desk.edit("gomagic/golib/alloc/alloc.go", "package alloc\n"),
    ],
    ids=["variable of Jupyter", "how programs run", "notebook", "what is not imported"],
)
def test_what_does_not_count_leaves_it_known(desk, monkeypatch, change, is_anew):
    before, _ = desk.key(PLAIN)
    change(desk)
    if is_anew:
        anew(monkeypatch)
    assert desk.key(PLAIN) == (before, True)


def test_a_profile_that_a_flag_names_counts(desk):
    line = f'lib --flags "-pgo={desk.place}/cpu.pprof"'
    keys = set()
    for text in ("one", "two"):
        desk.edit("cpu.pprof", text)
        keys |= {desk.key(PLAIN, line)[0], desk.key(PLAIN, line)[0]}
    assert len(keys) == 2


def test_the_folder_and_what_is_imported_are_of_the_question(desk):
    assert desk.key(PLAIN) != desk.key(PLAIN.replace('"shop"', '"shop/deep"'))
    before, _ = desk.key(PLAIN)
    desk.folder = desk.place / "first"
    assert desk.key(PLAIN)[0] != before


def test_an_unchanged_cell_reads_no_folder_and_no_file(desk, monkeypatch):
    desk.key(PLAIN)
    for name in ("listdir", "scandir", "open", "lstat"):
        monkeypatch.setattr(os, name, None)
    for module in (builtins, io):
        monkeypatch.setattr(module, "open", None)
    assert desk.key(PLAIN)[1]


def test_in_a_new_kernel_it_imports_none_of_what_finds_it_out(add, shell):
    """Eight modules take as long as all the rest."""
    assert shell(f"%%go lib\n{add}").error is None
    code = "import sys\nfrom gomagic.build import compiler\nfrom gomagic.source import cell\n"
    code += f"print(compiler.build(cell.parse('lib', {add!r})).fresh, sorted(sys.modules))"
    for _ in range(2):  # the first one knows nothing of this cache
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("False")
    names = ["build.inputs", "build.reached", "build.toolchain", "build.workspace", "source.gosource", "source.goflags"]
    assert [name for name in names if f"gomagic.{name}" in said] == []


def test_what_many_cells_follow_from_is_in_memory_once(desk, monkeypatch):
    cells = [PLAIN, PLAIN.replace("Price()", "Double()", 1), PLAIN.replace('"shop"', '"shop/deep"')]
    before = [desk.key(body) for body in cells]
    anew(monkeypatch)
    assert [desk.key(body) for body in cells] == [(key, True) for key, _ in before]
    one, same, other = [seen.seen for seen, _ in unchanged._known.values()]
    assert one is same and other != one


def test_a_module_of_gomagics_counts_in_a_new_kernel(desk, monkeypatch):
    own = desk.place / "own.py"
    own.write_text("")
    with look.Look() as seen:
        look.status(str(own))
    monkeypatch.setitem(inputs._own, inputs._itself, inputs._Own("hash", seen))
    before, _ = desk.key(PLAIN)
    anew(monkeypatch)
    assert desk.key(PLAIN) == (before, True)
    edit(own, "pass")
    assert desk.key(PLAIN) == (before, True)  # it is loaded
    anew(monkeypatch)
    assert not desk.key(PLAIN)[1]


def test_where_gomagics_own_files_are_young_a_new_kernel_knows_once_they_are_not(desk, monkeypatch):
    """As in a clone that has just been made: the folders of what is imported get one for its bytecode."""
    monkeypatch.setattr(inputs, "_own", {})
    with monkeypatch.context() as young:
        young.setattr(look, "_SETTLED_SECONDS", 1e9)
        before, _ = desk.key(IN_C)
    anew(monkeypatch)
    assert desk.key(IN_C) == (before, False)
    anew(monkeypatch)
    assert desk.key(IN_C) == (before, True)


def test_what_is_edited_after_the_kernel_has_loaded_it_is_not_sure(desk, monkeypatch):
    with look.Look() as unsure:
        look.unsure()
    monkeypatch.setitem(inputs._own, inputs._itself, inputs._Own("as loaded", unsure))
    desk.key(PLAIN)
    assert inputs.itself() == "as loaded"
    anew(monkeypatch)
    assert not desk.key(PLAIN)[1]


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        (lambda desk: desk.edit("gomagic/golib/crash/crash.go", "package crash;"), False),
        (
            lambda desk: (desk.edit("new", ""), os.replace(desk.at("new"), desk.at("gomagic/golib/crash/crash.go"))),
            True,
        ),
        (lambda desk: desk.edit("gomagic/golib/crash/more.go", "package crash\n"), True),
    ],
    ids=["edited in place", "put in its place", "one more"],
)
def test_of_an_installed_gomagic_a_kernel_looks_at_the_folders_and_a_new_one_at_the_files(
    desk, monkeypatch, change, is_seen
):
    monkeypatch.setattr(look, "_INSTALLED", desk.at("gomagic/"))
    before, _ = desk.key(PLAIN)
    assert desk.key(PLAIN) == (before, True)
    change(desk)
    if not is_seen:
        assert desk.key(PLAIN) == (before, True)
        anew(monkeypatch)
    after, was_known = desk.key(PLAIN)
    assert after != before
    assert not was_known


def test_gomagics_own_modules_and_what_makes_boundaries_are_looked_at(desk):
    desk.key(PLAIN)
    [file] = Path(os.environ["GOMAGIC_CACHE"], unchanged.FOLDER).iterdir()
    found = {"/".join(name.split("/")[-3:]) for name in json.loads(file.read_text().partition("\n")[2])[1]}
    made_by = {"golib/cellgen/main.go", "cellgen/_reduced/importer.go"}
    assert {"gomagic/build/replay.py", "gomagic/source/cell.py", *made_by} <= found


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-9], lambda text: "", lambda text: text.replace("go.mod", "go.mud")]
)
def test_what_is_damaged_is_not_known(desk, monkeypatch, damage):
    before, _ = desk.key(PLAIN)
    [file] = Path(os.environ["GOMAGIC_CACHE"], unchanged.FOLDER).iterdir()
    file.write_text(damage(file.read_text()))
    anew(monkeypatch)
    assert desk.key(PLAIN) == (before, False)


def test_the_oldest_go(desk, monkeypatch):
    monkeypatch.setattr(unchanged, "_MOST", 2)
    monkeypatch.setattr(unchanged, "_SURPLUS", 1)
    for number in range(4):
        desk.key(PLAIN.replace("Price", f"Price{number}"))
        time.sleep(0.02)
    anew(monkeypatch)
    assert [desk.key(PLAIN.replace("Price", f"Price{number}"))[1] for number in (3, 2, 1)] == [True, True, False]


def test_nothing_is_removed_that_gomagic_has_not_made(desk):
    desk.key(PLAIN)
    folder = Path(os.environ["GOMAGIC_CACHE"], unchanged.FOLDER)
    theirs = [folder / name for name in ("notes.txt", "a.json", f"{'0' * 32}.txt", f"{'x' * 32}.json")]
    for file in theirs:
        file.write_text("")
    (folder / f"{'0' * 32}-4711").write_text("")  # left by a process that was killed
    unchanged.forget()
    assert sorted(folder.iterdir()) == sorted(theirs)


def test_what_cannot_be_written_is_known_in_this_kernel(desk, monkeypatch):
    Path(os.environ["GOMAGIC_CACHE"], unchanged.FOLDER).write_text("")
    before, _ = desk.key(PLAIN)
    assert desk.key(PLAIN) == (before, True)


def test_a_message_says_the_number_that_the_cell_has_now(tmp_path):
    """All that counts was found out at an earlier run."""
    for number in (7, 8):
        wrong = cell.parse("lib", "func F() int { return none }\n", number=number)
        with pytest.raises(GoBuildError, match="undefined: none") as caught:
            compiler.build(wrong, folder=tmp_path)
        assert caught.value.where == f"cell[{number}]:2:23"


def test_an_edit_that_imports_the_same_looks_at_nothing_anew(desk, monkeypatch):
    before, _ = desk.key(PLAIN)
    monkeypatch.setattr(inputs.reached, "files", None)
    assert desk.key(PLAIN.replace("Price()", "Cost()", 1)) != before


@pytest.mark.parametrize("body", [PLAIN, IN_C], ids=["plain", "in C"])
def test_nothing_is_asked_of_the_disk_past_the_look(desk, monkeypatch, body):
    """What decides, and is not looked at by the functions of `look`, would go unseen when it changes."""
    asked = set()

    def watched(function):
        def watch(path, *args, **keywords):
            asked.add(os.path.abspath(path))
            return function(path, *args, **keywords)

        return watch

    with look.Look() as seen, monkeypatch.context() as watching:
        for name in ("stat", "lstat", "access", "listdir", "scandir", "open", "readlink"):
            watching.setattr(os, name, watched(getattr(os, name)))
        for module in (builtins, io):
            watching.setattr(module, "open", watched(open))
        inputs.find(cell.parse("lib", body), toolchain.find(), desk.folder, inputs.LIBRARY)
    assert {desk.at(name) for name in ("bin/go", "VERSION", "goenv", "above/shop/deep", "first/gcc")} <= asked
    ways = {str(above) for file in seen.seen for above in Path(file).parents}  # by which links are followed
    assert asked - seen.seen.keys() - ways - {os.environ["GOMAGIC_CACHE"], os.getcwd()} == set()


def test_no_variable_decides_that_is_not_of_the_question(desk, monkeypatch):
    """Which are asked for, as the tools are looked for and the key is made."""
    asked = set()

    class Watched(dict):
        def __getitem__(self, name):
            asked.add(name)
            return super().__getitem__(name)

        def get(self, name, default=None):
            asked.add(name)
            return super().get(name, default)

        def __contains__(self, name):
            asked.add(name)
            return super().__contains__(name)

        def __or__(self, other):
            return Watched({**self, **other})

    monkeypatch.setattr(toolchain, "_go_settings", lambda environ: Watched())
    # Of an empty one, as make sets them, it is asked whether Go has a setting of that name.
    chain = toolchain._find(Watched({name: value for name, value in os.environ.items() if value}))
    toolchain.facts(chain)
    workspace.find(desk.folder, chain.env)
    assert {name for name in asked if not settings.decides(name)} == set()
    assert {"PATH", "HOME", "GOWORK", "CC", "GOROOT", "GOCACHE", "XDG_CACHE_HOME"} <= asked
