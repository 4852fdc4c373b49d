"""A cell with `import "C"`, and a program, become what Go makes of the reader's own text."""

import ctypes
import re
import subprocess
import sys

import pytest

from gomagic.build import cache, compiler, cway, inputs, process, replay, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture
def make(tmp_path):
    """`make(body, kind)` builds in an empty workplace; returns what is told and the folder of what was made."""

    def build(body, kind=inputs.LIBRARY):
        made = tmp_path / "made"
        made.mkdir()
        found = inputs.find(cell.parse("lib", body), toolchain.find(), tmp_path, kind)
        return cway.make(found, tmp_path, made, str), made

    return build


def test_a_cell_becomes_a_library_alone(make, add):
    told, made = make(add)
    assert [path.name for path in made.iterdir()] == [inputs.LIBRARY]
    assert ctypes.CDLL(str(made / inputs.LIBRARY)).Add(2, 3) == 5
    assert "-buildmode=c-shared" in told.command
    assert told.warnings == ""


def test_what_the_c_compiler_warns_of_is_told_in_the_cells_lines(make, add):
    told, _ = make(add.replace('import "C"', '// #warning mind the gap\nimport "C"'))
    assert "mind the gap" in told.warnings
    assert "/lib/" not in told.warnings


def test_a_program_becomes_a_program(make):
    _, made = make('package main\n\nfunc main() { println("hi") }\n', inputs.PROGRAM)
    ended = subprocess.run([made / inputs.PROGRAM], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "hi\n")


def test_a_mistake_is_said_once_whichever_way_was_tried(make, add):
    with pytest.raises(GoBuildError) as caught:
        make(add.replace("a + b", "a + c"))
    assert [fault.message for fault in caught.value.faults] == ["undefined: c"]


C = """\
package main

// #cgo CFLAGS: -DFACTOR=3
// static int scale(int x) { return x * FACTOR; }
import "C"

//export Scaled
func Scaled(x C.int) C.int { return C.scale(x) + 0 }

func main() {}
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A cache of its own in which C was built, and the names of the programs that have run since the last look."""
    run, names = process.run, []

    def watched(command, **options):
        if command[1] != "env":  # Go's settings are asked for now and then
            names.append(str(command[0]).rsplit("/", 1)[-1])
        return run(command, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOMAGIC_CACHE", str(tmp_path_factory.mktemp("c") / "it's a cache"))
        patch.setattr(process, "run", watched)
        scaled(C)
        yield names


def build(body):
    return compiler.build(cell.parse("lib", body, number=7), toolchain.find())


def scaled(body):
    made = build(body)
    return ctypes.CDLL(str(made.path)).Scaled(2), made


def ran(names):
    found = names[:]
    names.clear()
    return found


def test_the_next_cell_with_the_same_imports_and_cgo_lines_needs_no_go_command(programs):
    ran(programs)
    answer, made = scaled(C.replace("+ 0", "+ 1"))
    assert (answer, made.warnings) == (7, "")
    assert ran(programs) == (["sh", "link", "ld"] if sys.platform == "linux" else ["sh", "link"])
    assert "/cgo -objdir " in made.command
    by_go = compiler.build(cell.parse("lib -f", C.replace("+ 0", "+ 1")), toolchain.find())
    assert by_go.command.split()[1] == "build"


def test_both_ways_make_the_same_library(programs):
    by_go, by_replay = build(f"// #cgo CFLAGS: -DOTHER={len(programs)}\n{C}"), build(C.replace("+ 0", "+ 2"))
    assert (by_go.command.split()[1], "/link " in by_replay.command) == ("build", True)
    shown = [subprocess.check_output(["nm", "--defined-only", made.path], text=True) for made in (by_go, by_replay)]
    # A hash of the package's text stands in the names of what cgo makes.
    names = [{re.sub(r"_[0-9a-f]{12}", "", line.split(" ", 2)[2]) for line in text.splitlines()} for text in shown]
    assert names[0] == names[1]


@pytest.mark.parametrize(("old", "new", "answer"), [("FACTOR=3", "FACTOR=5", 10), ('"C"', '"C"\nimport _ "fmt"', 6)])
def test_another_cgo_line_or_import_is_gos_business(programs, old, new, answer):
    ran(programs)
    assert scaled(C.replace(old, new))[0] == answer
    assert "go" in ran(programs)


def test_what_the_c_compiler_says_of_a_later_cell_is_told_as_ever(programs):
    warned = build(C.replace("return x", "int gap; return x").replace("-DFACTOR=3", "-DFACTOR=3 -Wall"))
    again = build(C.replace("return x", "int hole; return x").replace("-DFACTOR=3", "-DFACTOR=3 -Wall"))
    assert "cell[7]:5:32: warning: unused variable" in warned.warnings
    # The files of a package are compiled side by side.
    both = [sorted(line for line in made.warnings.splitlines() if "warning:" in line) for made in (warned, again)]
    assert both[1] == [line.replace("gap", "hole") for line in both[0]] != []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("C.scale(x)", "C.scal(x)", "could not determine what C.scal refers to"),
        ("x * FACTOR", "y * FACTOR", "'y' undeclared"),
        ("C.scale(x) + 0", "y", "undefined: y"),
        ("C.scale(x) + 0", "C.scale(x) +", "expected operand, found '}'"),
    ],
)
def test_a_mistake_in_a_later_cell_is_explained_as_in_a_first(programs, old, new, message):
    texts = []
    for body in (C.replace(old, new), C.replace(old, new).replace("FACTOR=3", f"FACTOR={len(old + new)}")):
        with pytest.raises(GoBuildError) as caught:
            build(body)
        texts.append(str(caught.value))
    assert message in texts[0]
    assert texts[0] == texts[1]


def test_a_build_cache_that_is_gone_is_found_out_and_the_commands_are_kept_anew(programs):
    for file in cache.root().glob(f"built/*/{replay.FILE}"):
        text = file.read_text().replace("packagefile runtime=", "packagefile runtime=/nowhere")
        file.write_text(text)
        cache._record(file.parent)
    ran(programs)
    assert scaled(C.replace("+ 0", "+ 4"))[0] == 10
    assert "go" in ran(programs)
    assert scaled(C.replace("+ 0", "+ 5"))[0] == 11
    assert "go" not in ran(programs)
