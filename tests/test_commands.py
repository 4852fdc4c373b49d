"""What `%go` can be asked, what it says to what it does not know, and the cells that need a library's file."""

import re
import sys

import IPython
import pytest

from gomagic.bind import crash
from gomagic.errors import GoBuildError
from gomagic.notebook import commands
from gomagic.notebook.kernel import Kernel, Library
from gomagic.source import cell

PLAIN = "%%go plain\nvar n int\n\nfunc Next() int { n++; return n }\n"
WITH_C = """%%go withc
package main

import "C"

//export One
func One() C.int { return 1 }

func main() {}
"""
PROGRAM = '%%gorun --name tool\npackage main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hi") }\n'


@pytest.fixture
def cleaned(shell):
    for body in (PLAIN, WITH_C, PROGRAM):
        assert shell(body).error is None
    assert shell("plain.Next()").result >= 1
    assert shell("%go clean").out.startswith("freed ")
    return shell


def test_after_clean_what_needs_a_file_asks_for_the_cell_to_be_run_again(cleaned):
    for name in ("plain", "withc", "tool"):
        said = f"not yet: run the Go cell `{name}` again, which is no longer in the cache\n"
        assert cleaned(f"%%check {name}\nassert True").out == said
    for asks in ("%%isolated plain\n1", "%go source plain"):
        ran = cleaned(asks)
        assert "`plain` is no longer in the cache" in str(ran.error) and "Traceback" not in ran.out
    assert str(cleaned("tool()").error).endswith("is no longer in the cache\n  hint: run its cell again")


def test_that_done_everything_works_and_the_go_variables_are_kept(cleaned):
    last = cleaned("plain.Next()").result
    for body in (PLAIN, WITH_C, PROGRAM):
        assert cleaned(body).error is None
    assert cleaned("plain.Next()").result == last + 1
    assert cleaned("%%check plain\nassert plain.Next() == 1").out == "passed\n"
    assert cleaned("%%isolated plain withc\nplain.Next(), withc.One()").out == "(1, 1)\n[child process: exit code 0]\n"
    assert "package main" in cleaned("%go source plain").out
    assert cleaned("tool()").result == "hi\n"


def test_the_four_versions_are_told(shell):
    said = shell("%go version").out
    python = ".".join(map(str, sys.version_info[:3]))
    assert re.fullmatch(rf"gomagic [\d.]+, go1\.\S+, C compiler `.+`, Python {re.escape(python)}\S*\n", said)


def test_the_doctor_leaves_no_library_behind(shell):
    libraries = shell("%go libs").out.splitlines()[-1].split(",")[0]
    said = shell("%go doctor").out
    assert f"IPython {IPython.__version__}" in said.splitlines()[0]
    assert "ok    build, load, call" in said
    assert "ok    build, load, call" in shell("%go doctor").out
    assert shell("%go libs").out.splitlines()[-1].split(",")[0] == libraries


@pytest.mark.parametrize("wrong", ["", "sourse", "source", "source nobody", "clean all"])
def test_wrong_use_is_explained(shell, wrong):
    error = shell(f"%go {wrong}").error
    assert isinstance(error, GoBuildError) and "hint: " in str(error)


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        (
            "",
            "%go needs a command",
            "it knows clean, doctor, env, get, header, libs, postmortem, profile, progress, source, symbols, version",
        ),
        ("verison", "%go: unknown command `verison`", "did you mean `%go version`?"),
        ("symbols", "%go: `symbols` needs the name of a Go cell", None),
        ("version now", "%go: `version now` is not understood", "write `%go version`"),
    ],
)
def test_what_is_not_understood_is_cured(line, what, hint):
    with pytest.raises(GoBuildError) as caught:
        commands.run(line, Kernel())
    assert str(caught.value).split("\n")[0] == what
    assert hint is None or caught.value.hint == hint


@pytest.mark.parametrize("command", ["header", "symbols"])
def test_a_plain_cell_has_no_c_header(command, tmp_path):
    kernel = Kernel()
    kernel.hold(Library(cell.parse("lib", "func F() {}\n"), tmp_path / "cell.so", tmp_path / "cell.so", object()))
    with pytest.raises(GoBuildError, match=f"%go {command}: `lib` is plain Go"):
        commands.run(f"{command} lib", kernel)


def test_a_cell_at_the_boundary_has_no_generated_source(add, tmp_path):
    kernel = Kernel()
    kernel.hold(Library(cell.parse("lib", add), tmp_path / "cell.so", tmp_path / "cell.so", object()))
    with pytest.raises(GoBuildError, match='`lib` imports "C", so nothing is generated for it'):
        commands.run("source lib", kernel)


def test_env_names_what_decides_where_things_are(capsys, own_cache):
    commands.run("env", Kernel())
    rows = dict(
        line.split(maxsplit=1) for line in capsys.readouterr().out.replace("gomagic cache", "cache").splitlines()
    )
    assert rows["cache"] == str(own_cache)
    assert {"go", "CC", "GOROOT", "GOCACHE", "GOMODCACHE"} <= rows.keys()


def test_without_a_death_there_is_nothing_to_tell(capsys, monkeypatch):
    monkeypatch.setattr(crash, "latest", lambda: None)
    commands.run("postmortem", Kernel())
    assert capsys.readouterr().out == "no kernel has died with a Go trace\n"
