"""Go's linker that reads ahead makes what Go's own makes; without it all is as ever."""

import subprocess
import sys
import time

import pytest

import gomagic
from gomagic.bind import plain
from gomagic.build import cache, cellgen, compiler, golink, plainway, process, toolchain, warmup
from gomagic.source import cell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Go's linker does it all")


C_CELL = """\
package main

// static inline int twice(int n) { return 2 * n; }
import "C"

//export F
func F(n C.int) C.int { return C.twice(n) + %d }

func main() {}
"""


@pytest.fixture(scope="module", autouse=True)
def linker(tmp_path_factory):
    """The linker, compiled into a cache of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOMAGIC_CACHE", str(tmp_path_factory.mktemp("first") / "it's a cache"))
        chain = toolchain.find()
        assert golink.kept(chain) is None
        cellgen.find(chain)
        warmup.quicken()
        yield golink.kept(chain)


@pytest.fixture
def waiting(monkeypatch):
    """How the linkers that were started ended: the word's outcome, or "" for one that was never given it."""
    ends, finish, start = [], process.Waiting.finish, golink.waiting
    monkeypatch.setattr(plainway, "_recipes", {})

    def started(*given):
        ends.append("")
        return start(*given)

    def finished(program, *word, **options):
        ended = finish(program, *word, **options)
        ends[-1] = ended.manner
        return ended

    monkeypatch.setattr(golink, "waiting", started)
    monkeypatch.setattr(process.Waiting, "finish", finished)
    return ends


def build(body, name="lib"):
    return compiler.build(cell.parse(name, body), toolchain.find())


def test_it_is_started_before_all_others(waiting, monkeypatch):
    for number in (1, 2):  # the first one there is built by `go build`
        build(f"func One() int {{ return {number} }}\n")
    assert waiting[-1] == "exit code 0"
    waiting.clear()
    programs, run = [], process.run

    def watched(command, **options):
        if "golink" not in programs and waiting:
            programs.append("golink")
        programs.append(str(command[0]).rsplit("/", 1)[-1])
        return run(command, **options)

    monkeypatch.setattr(process, "run", watched)
    made = build("func Three() int { return 3 }\n")
    assert waiting == ["exit code 0"]
    assert programs == ["golink", "cellgen", "compile", "ld"]
    assert "/link " in made.command
    assert gomagic.compile("func Three() int { return 3 }\n").Three() == 3


def test_a_guess_that_was_wrong_is_taken_back(waiting):
    for number in (1, 2):
        build(f"func Root(x float64) float64 {{ return math.Sqrt(x + {number}) }}\n")
    other = "func Say(n int) string { return strings.Repeat(strconv.Itoa(n), %d) }\n"
    build(other % 3)
    build(other % 1)
    waiting.clear()
    build("func Root(x float64) float64 { return math.Sqrt(x + 3) }\n")
    build(other % 2)  # the guess is the recipe of the cell before
    assert waiting == ["", "exit code 0"] * 2
    assert gomagic.compile(other % 2).Say(4) == "44"


def test_who_goes_from_cell_to_cell_has_each_guessed_rightly(waiting):
    bodies = {"roots": "func Root(x float64) float64 { return math.Sqrt(x + %d) }\n"}
    bodies["words"] = "func Say(n int) string { return strings.Repeat(strconv.Itoa(n), %d) }\n"
    for number in (11, 12, 13):
        waiting.clear()
        for name, body in bodies.items():
            build(body % number, name)
    assert waiting == ["exit code 0"] * 2


def test_a_cell_with_c_is_linked_so_as_well(waiting):
    text = C_CELL
    for number in range(3):
        made = build(text % number)
    assert waiting[-1] == "exit code 0"
    assert gomagic.compile(text % 2).F(20) == 42
    assert "/link " in made.command


def test_what_fails_is_left_to_gos_own_linker(waiting, monkeypatch, linker, tmp_path):
    for number in (9, 10):
        build(f"func F() int {{ return {number} }}\n")
    failing = tmp_path / "link"
    failing.write_text("#!/bin/sh\nread line\necho broken\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(golink, "kept", lambda chain: failing)
    body = "func F() int { return 11 }\n"
    assert "/link " in build(body).command
    assert waiting[-1] == "exit code 1"
    assert gomagic.compile(body).F() == 11


def test_it_goes_when_nobody_gives_it_the_word(linker, tmp_path):
    """Also where it was told of nothing that it could read; the end of its input is the end of the kernel."""
    program = subprocess.Popen(
        [linker, "-o", tmp_path / "a.out", "-linkmode=external", tmp_path / "no.a"],
        env={"GOMAGIC_LINK_AHEAD": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    time.sleep(0.3)
    assert program.poll() is None
    said, _ = program.communicate(timeout=10)
    assert (program.returncode, said) == (3, b"")


def test_a_cell_that_does_not_compile_leaves_no_linker_behind(waiting):
    for number in (20, 21):
        build(f"func F() int {{ return {number} }}\n")
    waiting.clear()
    with pytest.raises(gomagic.GoBuildError, match="undefined"):
        build("func F() int { return twenty }\n")
    assert waiting == [""]
    listed = subprocess.check_output(["ps", "-eo", "args"], text=True)
    assert str(cache.root()) not in listed


def test_a_recipe_that_is_gone_is_no_guess(waiting, monkeypatch, tmp_path):
    for number in (28, 29):
        build(f"func F() int {{ return {number} }}\n")
    waiting.clear()
    monkeypatch.setattr(plainway, "_recipes", {("other",): tmp_path / "gone"})
    body = "func F() int { return 30 }\n"
    assert "/link " in build(body).command
    assert waiting == ["exit code 0"]


def test_what_was_edited_while_it_links_is_built_anew(waiting, monkeypatch, tmp_path):
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.25\n")

    def write(number):
        (tmp_path / "shop.go").write_text(f"package shop\n\nconst One = {number}\n")

    def answer(name):
        made = cell.parse("lib", f'import "shop"\n\nfunc {name}() int {{ return shop.One }}\n')
        path = compiler.build(made, toolchain.find(), folder=tmp_path).path
        return getattr(plain.load_alone(path, made).module, name)()

    write(1)
    assert answer("First") == answer("Other") == answer("Third") == 1
    assert waiting[-1] == "exit code 0"
    finish = process.Waiting.finish
    monkeypatch.setattr(process.Waiting, "finish", lambda *of, **how: write(2) or finish(*of, **how))
    assert answer("Second") == 1
    monkeypatch.setattr(process.Waiting, "finish", finish)
    assert answer("Second") == 2


@pytest.mark.parametrize("change", ["reads", "ends", "defines", "no source"])
def test_source_that_is_not_known_is_not_touched(monkeypatch, tmp_path, change):
    chain = toolchain.find()
    root = tmp_path / "go"
    source = root / "src" / "cmd" / "link" / "internal"
    known = toolchain.check(chain)["GOROOT"] + "/src/cmd/link/internal/"
    (source / "ld").mkdir(parents=True)
    (source / "loader").mkdir()
    for name, old in (
        ("ld/lib.go", {"reads": "i < len(ctxt.Library)", "ends": "hostlink()"}),
        ("loader/loader.go", {}),
    ):
        with open(known + name, encoding="utf-8") as file:
            text = file.read()
        if old and change in old:
            text = text.replace(old[change], old[change] + " ")
        if not old and change == "defines":
            text = text.replace("l.nhashedsyms = len", "l.nhashedsyms = 0 + len")
        if change != "no source":
            (source / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(toolchain, "check", lambda chain: {"GOROOT": str(root)})
    assert golink._overlay(chain, tmp_path) is None


def test_a_go_that_is_newer_than_what_was_tried_keeps_its_own(monkeypatch, own_cache):
    monkeypatch.setenv("GOMAGIC_CACHE", str(own_cache / "newer"))
    monkeypatch.setattr(toolchain, "NEWEST_GO", (1, 24))
    chain = toolchain.find()
    toolchain.check(chain)
    monkeypatch.setattr(process, "run", None)  # nothing is compiled
    golink.build(chain)
    assert golink.kept(chain) is None
