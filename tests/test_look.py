"""What was found out holds until something that was looked at has changed, and no longer."""

import builtins
import io
import os
import shutil
import time
from pathlib import Path

import pytest

from gomagic.build import compiler, inputs, look, toolchain, workspace
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Files of this test's own are as good as old ones, and what other tests have found out is unknown."""
    monkeypatch.setattr(look, "_SETTLED_SECONDS", 0)
    forget(monkeypatch)


def forget(monkeypatch):
    monkeypatch.setattr(toolchain, "_found", look.Answers())
    monkeypatch.setattr(inputs, "_known", look.Answers())
    monkeypatch.setattr(inputs, "_asked", look.Answers())


def edit(file, text="1"):
    """Write to a file when the clock of the disk has moved on."""
    time.sleep(0.02)
    file.write_text(text)


# --- One look -----------------------------------------------------------------------------------------------

CHANGES = {
    "another content of the same size": lambda place: edit(place / "file", "2"),
    "another content with the old time": lambda place: (edit(place / "file", "2"), os.utime(place / "file", (1, 1))),
    "another file in its place": lambda place: (edit(place / "new", "1"), (place / "new").replace(place / "file")),
    "other rights": lambda place: (time.sleep(0.02), (place / "file").chmod(0o700)),
    "it is gone": lambda place: (place / "file").unlink(),
    "what was not there": lambda place: edit(place / "none"),
    "a name more in a folder": lambda place: edit(place / "folder" / "more"),
    "a name less in a folder": lambda place: (time.sleep(0.02), (place / "folder" / "one").unlink()),
    "a folder in place of a folder": lambda place: (shutil.rmtree(place / "folder"), (place / "folder").mkdir()),
    "where a link leads": lambda place: ((place / "link").unlink(), (place / "link").symlink_to("folder/one")),
}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "folder").mkdir()
    for name in ("file", "folder/one", "beside"):
        (tmp_path / name).write_text("1")
    (tmp_path / "link").symlink_to("file")
    return tmp_path


def asked(answers, place):
    """How often it is looked at again when it is asked for."""
    found = []

    def find():
        found.append(look.is_file(f"{place}/file"))
        look.is_there(f"{place}/none")
        look.is_there(f"{place}/file/below")
        look.names(f"{place}/folder")
        look.is_there(f"{place}/link")

    answers.of("question", find)
    return len(found)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_and_the_new_answer_holds(place, change):
    answers = look.Answers()
    assert [asked(answers, place), asked(answers, place)] == [1, 0]
    os.utime(place / "folder" / "one", (1, 1))
    edit(place / "beside", "2")
    assert asked(answers, place) == 0  # neither was looked at
    CHANGES[change](place)
    assert [asked(answers, place), asked(answers, place)] == [1, 0]


def test_what_is_younger_than_the_disks_clock_can_tell_is_looked_at_again(place, monkeypatch):
    monkeypatch.setattr(look, "_SETTLED_SECONDS", 2)
    answers = look.Answers()
    assert [asked(answers, place), asked(answers, place)] == [1, 1]


def test_what_changes_while_it_is_looked_at_is_looked_at_again(place):
    answers, found = look.Answers(), []

    def find():
        look.status(f"{place}/file")
        edit(place / "file", str(len(found)))
        look.status(f"{place}/file")
        found.append(0)

    for _ in range(2):
        answers.of("question", find)
    assert len(found) == 2


def test_what_no_look_can_tell_is_found_out_each_time():
    answers, found = look.Answers(), []
    for _ in range(2):
        answers.of("question", lambda: found.append(look.unsure()))
    assert len(found) == 2


def test_an_error_is_no_answer():
    answers = look.Answers()
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            answers.of("question", lambda: look.status("/no such file"))
    assert not look._looks


def test_an_answer_that_rests_on_another_one_changes_with_that(place):
    inner, outer, found = look.Answers(), look.Answers(), []

    def both():
        outer.of("outer", lambda: found.append(asked(inner, place)))
        return found.pop() if found else "nothing"

    assert [asked(inner, place), both(), both()] == [1, 0, "nothing"]
    edit(place / "file", "2")
    assert [both(), both()] == [1, "nothing"]


def test_of_many_questions_the_last_are_kept(monkeypatch):
    monkeypatch.setattr(look, "_MOST", 2)
    answers = look.Answers()
    for question in (1, 2, 1, 3):
        answers.of(question, lambda: None)
    assert [*answers._kept] == [1, 3]


# --- What an unchanged cell asks ----------------------------------------------------------------------------

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
        inputs.generator(), inputs.itself()  # found out once in a process, from gomagic's own files
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
        return inputs.of(cell.parse(line, body), self.folder, inputs.LIBRARY).key

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


@pytest.mark.parametrize(
    ("body", "change"),
    [(body, change) for body in (PLAIN, IN_C) for change in COUNTING] + [(IN_C, change) for change in IN_C_ALONE],
    ids=lambda value: {PLAIN: "plain", IN_C: "in C"}.get(value, value),
)
def test_what_counts_makes_another_key_though_all_was_looked_at_before(desk, body, change):
    before = desk.key(body)
    assert desk.key(body) == before
    {**COUNTING, **IN_C_ALONE}[change](desk)
    after = desk.key(body)
    assert after != before
    assert after == fresh(desk, body)


def fresh(desk, body):
    """The key for who has never looked."""
    with pytest.MonkeyPatch.context() as new:
        forget(new)
        return desk.key(body)


def test_a_profile_that_a_flag_names_counts(desk):
    line = f'lib --flags "-pgo={desk.place}/cpu.pprof"'
    keys = set()
    for text in ("one", "two"):
        desk.edit("cpu.pprof", text)
        keys |= {desk.key(PLAIN, line), desk.key(PLAIN, line)}
    assert len(keys) == 2


def test_the_folder_and_what_is_imported_are_of_the_question(desk):
    assert desk.key(PLAIN) != desk.key(PLAIN.replace('"shop"', '"shop/deep"'))
    before = desk.key(PLAIN)
    desk.folder = desk.place / "first"
    assert desk.key(PLAIN) != before


def test_an_unchanged_cell_reads_no_folder_and_no_file(desk, monkeypatch):
    desk.key(PLAIN)
    for name in ("listdir", "scandir", "open", "lstat"):
        monkeypatch.setattr(os, name, None)
    monkeypatch.setattr(io, "open", None)
    desk.key(PLAIN)


def test_a_message_says_the_number_that_the_cell_has_now(tmp_path):
    """All that counts was found out at an earlier run."""
    for number in (7, 8):
        wrong = cell.parse("lib", "func F() int { return none }\n", number=number)
        with pytest.raises(GoBuildError, match="undefined: none") as caught:
            compiler.build(wrong, folder=tmp_path)
        assert caught.value.where == f"cell[{number}]:2:23"


def test_an_edit_that_imports_the_same_looks_at_nothing_anew(desk, monkeypatch):
    before = desk.key(PLAIN)
    monkeypatch.setattr(inputs.reached, "files", None)
    assert desk.key(PLAIN.replace("Price()", "Cost()", 1)) != before


@pytest.mark.parametrize("body", [PLAIN, IN_C], ids=["plain", "in C"])
def test_nothing_is_asked_of_the_disk_past_the_look(desk, monkeypatch, body):
    """What decides, and is not looked at by the functions of this module, would go unseen when it changes."""
    desk.key(body)  # what is found out once in a process
    forget(monkeypatch)
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
        desk.key(body)
    assert {f"{desk.place}/{name}" for name in ("bin/go", "VERSION", "goenv", "above/shop/deep", "first/gcc")} <= asked
    ways = {str(above) for file in seen.seen for above in Path(file).parents}  # by which links are followed
    own = {os.environ["GOMAGIC_CACHE"], str(workspace.here())}
    assert asked - seen.seen.keys() - ways - own == set()
