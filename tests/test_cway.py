"""A cell with `import "C"`, and a program, become what Go makes of the reader's own text."""

import ctypes
import subprocess

import pytest

from gomagic.build import cway, inputs, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture
def make(tmp_path):
    """`make(body, kind)` builds in an empty workplace; returns what is told and the folder of what was made."""

    def build(body, kind=inputs.LIBRARY):
        made = tmp_path / "made"
        made.mkdir()
        return cway.make(inputs.find(cell.parse("lib", body), toolchain.find(), tmp_path, kind), tmp_path, made), made

    return build


def test_a_cell_becomes_a_library_alone(make, add):
    told, made = make(add)
    assert [path.name for path in made.iterdir()] == [inputs.LIBRARY]
    assert ctypes.CDLL(str(made / inputs.LIBRARY)).Add(2, 3) == 5
    assert told["command"].endswith(" ./lib")
    assert told["warnings"] == ""


def test_what_the_c_compiler_warns_of_is_told_in_the_cells_lines(make, add):
    told, _ = make(add.replace('import "C"', '// #warning mind the gap\nimport "C"'))
    assert "mind the gap" in told["warnings"]
    assert "/lib/" not in told["warnings"]


def test_a_program_becomes_a_program(make):
    _, made = make('package main\n\nfunc main() { println("hi") }\n', inputs.PROGRAM)
    ended = subprocess.run([made / inputs.PROGRAM], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "hi\n")


def test_a_mistake_is_said_once_whichever_way_was_tried(make, add):
    with pytest.raises(GoBuildError) as caught:
        make(add.replace("a + b", "a + c"))
    assert [fault.message for fault in caught.value.faults] == ["undefined: c"]
