"""One `go build`: how it is called, and what is said where it fails."""

from pathlib import Path

import pytest

from gomagic.build import gobuild, inputs, process, toolchain, tools
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.source import cell

QUICKER = "-ldflags=-w -compressdwarf=false"


@pytest.fixture(scope="module")
def chain():
    return toolchain.find({**toolchain.find().env, "GOFLAGS": ""})


def found(chain, body, line="lib", kind=inputs.LIBRARY):
    return inputs.find(cell.parse(line, body), chain, Path("/"), kind)


def words(chain, line="lib", kind=inputs.LIBRARY):
    return gobuild.command(found(chain, "func F() {}\n", line, kind), ["."], Path("/made"), flags=["-v"])[1:]


def test_a_library_is_built_without_what_no_trace_needs(chain):
    assert words(chain) == ["build", "-buildmode=c-shared", tools.COMPILING, QUICKER, "-v", "-o", "/made", "."]


def test_the_readers_own_linker_flags_stand_alone(chain):
    assert words(chain, 'lib --flags "-ldflags=-s"') == [
        *["build", "-buildmode=c-shared", tools.COMPILING, "-ldflags=-s", "-v", "-o", "/made", "."]
    ]


def test_what_goflags_asks_of_the_compiler_is_asked_too(chain):
    asking = toolchain.Toolchain(chain.go, chain.cc, {**chain.env, "GOFLAGS": "-gcflags=all=-d=checkptr"})
    flags = [word for word in words(asking) if word.startswith("-gcflags")]
    assert flags == [tools.COMPILING, "-gcflags=all=-d=checkptr"]


def test_a_program_is_no_shared_library(chain):
    assert words(chain, kind=inputs.PROGRAM) == ["build", QUICKER, "-v", "-o", "/made", "."]


def test_tools_have_their_scratch_files_in_the_workplace(tmp_path):
    (tmp_path / "main").mkdir()
    env = gobuild.environment({"TMPDIR": "/gone", "A": "b"}, tmp_path / "main")
    assert env == {
        **{"A": "b", "GOWORK": f"{tmp_path}/main/go.work"},
        **{"TMPDIR": f"{tmp_path}/tmp", "GOTMPDIR": f"{tmp_path}/tmp"},
    }
    assert (tmp_path / "tmp").is_dir()


def failure(chain, tmp_path, code=1, out="", timed_out=False):
    ended = process.Ended(code, out, timed_out)
    return gobuild.failure(found(chain, "func F() int { return x }\n"), ended, tmp_path)


def test_a_build_that_does_not_end_is_told_from_one_that_fails(chain, tmp_path):
    error = failure(chain, tmp_path, timed_out=True)
    assert type(error) is GoBuildError
    assert str(error).startswith("lib: the build did not end within")


def test_a_killed_build_can_be_tried_again(chain, tmp_path):
    assert failure(chain, tmp_path, code=-9).hint == "run the cell again"


def test_a_full_disk_is_nobodys_mistake(chain, tmp_path):
    with pytest.raises(GoToolchainError, match="no space left"):
        failure(chain, tmp_path, out=f"write {tmp_path}/tmp/x: no space left on device\n")


def test_what_the_compiler_says_is_placed_in_the_cell(chain, tmp_path):
    given = found(chain, "func F() int { return x }\n")
    error = gobuild.failure(given, process.Ended(1, f"{given.cell.token}:2:23: undefined: x\n", False), tmp_path)
    assert (str(error).split("\n")[0], error.where) == ("lib does not compile", "lib:2:23")
