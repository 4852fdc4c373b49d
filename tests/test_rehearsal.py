"""A plain cell's start is tried in another process: its panic is an error there, not the end of the kernel."""

import os

import pytest

import gomagic
from gomagic import GoBuildError
from gomagic.bind import rehearsal

F = "\nfunc F() int { return 3 }\n"


@pytest.mark.parametrize(
    "source, what, where",
    [
        ('var re = regexp.MustCompile("(")', "panic: regexp: Compile(`(`): error parsing regexp: missing", "plain:2"),
        (
            "var n = at(3)\n\nfunc at(i int) int {\n\treturn []int{1}[i]\n}",
            "panic: runtime error: index out of",
            "plain:2",
        ),
        ('func init() {\n\tvar m map[string]int\n\tm["a"] = 1\n}', "panic: assignment to entry in nil map", "plain:4"),
        ("func init() { os.Exit(0) }", "it ends the process, exit code 0", ""),
        ('func init() { log.SetFlags(0); log.Fatal("no file") }', "it ends the process, exit code 1: no file", ""),
    ],
)
def test_a_cell_that_ends_the_process_when_it_is_loaded_is_an_error_at_its_line(source, what, where):
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile(source + F, "plain")
    assert caught.value.faults[0].message.startswith(what)
    assert caught.value.where == where
    assert "hint: do it in a function, and call that" in str(caught.value)
    assert "" not in str(caught.value).split("\n")


def test_a_cell_that_waits_when_it_is_loaded_is_an_error(monkeypatch):
    monkeypatch.setattr(rehearsal, "_SECONDS", 1)
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile("func init() { select {} }" + F, "plain")
    assert str(caught.value).startswith("plain compiles, but is not ready 1 s after it was loaded")


def test_the_start_is_seen_once_in_this_process_and_its_output_once(capfd):
    source = 'var pid = os.Getpid()\nfunc init() { fmt.Println("started") }\nfunc Pid() int { return pid }'
    assert gomagic.compile(source, "plain").Pid() == os.getpid()
    assert capfd.readouterr().out == "started\n"


def test_only_a_cell_with_a_start_of_its_own_is_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(rehearsal, "hold", lambda path, cell, *_: tried.append(cell.label))
    gomagic.compile('var ErrNone = errors.New("none")\nvar Most = 3 // calm' + F, "calm")
    gomagic.compile("func init() {} // busy" + F, "busy")
    assert tried == ["busy"]
