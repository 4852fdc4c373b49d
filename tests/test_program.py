import sys
from pathlib import Path

import pytest

from gomagic.errors import GoBuildError, GoRunError
from gomagic.run import program
from gomagic.source import cell


@pytest.fixture
def script(tmp_path):
    """`script(text)` is the path of a program."""

    def write(text):
        place = tmp_path / "tool"
        place.write_text(f"#!/bin/sh\n{text}\n")
        place.chmod(0o755)
        return place

    return write


CELL = cell.Cell("tool", "package main\n", number=7)


def test_the_line_holds_options_first_and_then_the_programs_words():
    parsed, words = program.parse("--name tool --race -- --name x", "package main", number=7, above=0)
    assert (parsed.name, parsed.options.flags, words) == ("tool", ("-race",), ("--name", "x"))
    parsed, words = program.parse("one --race 'two three'", "package main", number=7, above=0)
    assert (parsed.name, parsed.options.flags, words) == ("", (), ("one", "--race", "two three"))


def test_a_name_that_python_cannot_bind_is_refused():
    with pytest.raises(GoBuildError, match="`a-b` cannot be a Python name"):
        program.parse("--name a-b", "package main", number=7, above=0)


def test_a_program_is_shown_under_the_cells_number(script, capsys):
    program.run(script(f"echo {CELL.token}:3"), [], CELL)
    assert capsys.readouterr().out == "cell[7]:3\n"


def test_a_status_other_than_0_is_an_error(script):
    with pytest.raises(GoRunError) as caught:
        program.run(script("exit 3"), [], CELL)
    assert (str(caught.value), caught.value.code) == ("cell[7] ended: exit code 3", 3)


def test_a_bound_program_returns_what_it_writes(script):
    tool = program.bind("tool", script('echo "[$1]"; echo "[$2]" >&2'))
    assert tool("a b", "c") == "[a b]\n[c]\n"


def test_bytes_that_are_no_text_are_marked(script):
    assert program.bind("tool", script("printf 'caf\\351\\n'"))() == "caf\ufffd\n"


def test_a_bound_program_that_fails_is_told_in_one_line(script):
    with pytest.raises(GoRunError) as caught:
        program.bind("tool", script("echo no; echo more; exit 1"))()
    assert (str(caught.value), caught.value.code) == ("`tool` ended: exit code 1, and said: no", 1)


def test_an_argument_that_is_no_text_is_refused(script):
    tool = program.bind("tool", script('echo "$1"'))
    assert tool(Path("/a b")) == "/a b\n"
    with pytest.raises(TypeError) as caught:
        tool("a", 3)
    assert str(caught.value) == "tool: argument 2 is of type int, and a program takes str"


def test_a_program_that_is_no_longer_there_names_the_cure(tmp_path):
    with pytest.raises(GoRunError) as caught:
        program.bind("tool", tmp_path / "gone")()
    assert str(caught.value) == (
        "`tool` does not start: the program is no longer in the cache\n  hint: run its cell again"
    )


def test_arguments_that_are_too_long_are_told(script):
    with pytest.raises(GoRunError) as caught:
        program.run(script(":"), ["x" * (1 << 20)], CELL)
    assert str(caught.value) == "cell[7] does not start: Argument list too long"


def test_the_kernels_python_is_first_on_path(script, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/here/bin/python")
    assert program.bind("tool", script('echo "${PATH%%:*}"'))() == "/here/bin\n"


def test_a_program_that_reads_its_input_is_told_that_there_is_none(script, capsys):
    reads = cell.Cell("tool", 'package main\n\nfunc main() { fmt.Scanln(os.Args, "os.Stdin") }\n', number=7)
    program.run(script("cat; echo end"), [], reads)
    said = capsys.readouterr()
    assert said.out == "end\n"
    assert said.err == (
        "note: cell[7]: a program has no input in a notebook, and finds its end at once; "
        "give it words behind `%%gorun`\n"
    )
    program.run(script(":"), [], cell.Cell("tool", "package main\n\n// os.Stdin\n", number=7))
    assert capsys.readouterr().err == ""
