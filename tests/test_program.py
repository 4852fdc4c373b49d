import sys
import time
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
    parsed, line = program.parse("--name tool --race -- --name x", "package main", number=7, above=0)
    assert (parsed.name, parsed.options.flags, line.arguments) == ("tool", ("-race",), ("--name", "x"))
    parsed, line = program.parse("one --race 'two three'", "package main", number=7, above=0)
    assert (parsed.name, parsed.options.flags, line.arguments) == ("", (), ("one", "--race", "two three"))


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


READS = cell.Cell("tool", 'package main\n\nfunc main() { fmt.Scanln(os.Args, "os.Stdin") }\n', number=7)


def test_a_program_that_nobody_can_answer_is_told_so(script, capsys):
    program.run(script("cat; echo end"), [], READS)
    said = capsys.readouterr()
    assert said.out == "end\n"
    assert said.err == (
        "note: cell[7]: nobody can be asked for the program's input here, and it finds its end; "
        "give it words behind `%%gorun`\n"
    )


def test_the_reader_is_asked_for_each_line_when_the_program_waits_for_it(script, capsys, monkeypatch):
    answers = iter(["Ada", "größer"])
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    program.run(script('printf "who? "; read -r x; sleep 0.4; echo "[$x]"; read -r x; echo "[$x]"'), [], READS)
    assert capsys.readouterr().out == "who? [Ada]\n[größer]\n"


def test_a_program_that_reads_nothing_is_not_asked_for(script, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda: pytest.fail("asked"))
    program.run(script("sleep 0.5; echo end"), [], READS)
    assert capsys.readouterr().out == "end\n"


def test_a_program_in_the_background_needs_a_name():
    with pytest.raises(GoBuildError) as caught:
        program.parse("--background", "package main", number=7, above=0)
    assert str(caught.value) == (
        "cell[7]: a program in the background needs a name, by which it is stopped\n"
        "  hint: write `%%gorun --background --name server`"
    )


def until(condition):
    """Wait until `condition()` holds."""
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it has not become so within 10 s")


def test_a_program_in_the_background_has_output_and_state_and_is_stopped(script):
    tidy = script('trap "echo tidy; exit 4" INT\necho "$1"; while :; do sleep 0.1; done')
    server = program.Background(tidy, ["ready"], CELL)
    until(lambda: server.output == "ready\n")
    assert (server.state, repr(server), server.wait(0.1)) == ("running", "tool: running", "running")
    assert server.stop() == "exit code 4"
    assert (server.output, repr(server)) == ("ready\ntidy\n", "tool: exit code 4")
    assert server.stop() == "exit code 4"


def test_one_that_does_not_heed_a_stop_is_killed(script):
    deaf = program.Background(script('trap "" INT\necho deaf; while :; do sleep 0.1; done'), [], CELL)
    until(lambda: deaf.output)
    begun = time.monotonic()
    assert deaf.stop() == "killed by SIGKILL"
    assert 1.5 < time.monotonic() - begun < 10


def test_one_that_ends_or_does_not_start_says_how(script, tmp_path):
    assert program.Background(script("echo no; exit 3"), [], CELL).wait() == "exit code 3"
    assert program.Background(tmp_path / "gone", [], CELL).wait() == (
        "tool does not start: the program is no longer in the cache\n  hint: run its cell again"
    )
