"""A linker waits for the next cell, is taken by one that it is right for, and is never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from processes import assert_ends

import gomagic
from gomagic.build import ahead, cache, compiler, golink, process, standby, toolchain, warmup
from gomagic.source import cell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Go's linker does it all")
numbers = iter(range(100, 10_000))


@pytest.fixture(scope="module", autouse=True)
def linker(tmp_path_factory):
    """The linker, compiled into a cache of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOMAGIC_CACHE", str(tmp_path_factory.mktemp("first") / "it's a cache"))
        warmup.build()
        warmup.quicken()
        for text in (ADD, SAY, C_CELL):
            for _ in range(2):  # by `go build`, which leaves a recipe, and by that
                build(text)
        yield


@pytest.fixture
def read(monkeypatch):
    """Somebody reads, and no linker waits yet; returns those that were started, and those that were taken."""
    started, taken, begin, take = [], [], golink.waiting, standby.take
    monkeypatch.setattr(ahead, "is_on", True)
    monkeypatch.setattr(standby, "_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(standby, "_wanted", None)
    monkeypatch.setattr(standby, "_common", {})
    monkeypatch.setattr(golink, "waiting", lambda *given: started.append(given[2]) or begin(*given))
    monkeypatch.setattr(standby, "take", lambda *given: taken.append(take(*given)) or taken[-1])
    yield started, taken
    ahead.is_on = False
    standby.stop()


ADD = "func Add(a, b int) int { return a + b + %d }\n"
SAY = "func Say(n int) string { return url.QueryEscape(strings.Repeat(`&`, n)) + `%d` }\n"
C_CELL = 'package main\n\nimport "C"\n\n//export F\nfunc F() C.int { return %d }\n\nfunc main() {}\n'


def build(text, line="lib"):
    return compiler.build(cell.parse(line, text.replace("%d", str(next(numbers)))), toolchain.find())


def waits():
    """The program that waits, once it does."""
    deadline = time.monotonic() + 10
    while not standby.is_there() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert standby.is_there()
    return standby._linker.waiting._program


def folders():
    return [*(cache.root() / "work").glob("gomagic-*")]


def test_the_next_cell_is_linked_by_the_one_that_waits(read):
    started, taken = read
    build(ADD)
    program = waits()
    started.clear()
    made = build(ADD)
    assert (len(taken), taken[-1].waiting._program) == (2, program)
    assert program.returncode in (0, -signal.SIGKILL)  # it is done, and need not free what it has
    assert "/link " in made.command
    waits()
    assert len(started) == 1  # that for the next one
    text = ADD % 7
    waits()
    assert gomagic.compile(text).Add(30, 5) == 42


def test_one_waits_for_the_first_cell_of_a_kernel():
    program = """
import sys, time
from gomagic.build import ahead, compiler, standby, toolchain
from gomagic.source import cell
ahead._MAIN = ""
ahead.start(0)
while not standby.is_there(): time.sleep(0.01)
waits = standby._linker.waiting
text = "func Add(a, b int) int { return a + b + NUMBER }"
compiler.build(cell.parse("lib", text), toolchain.find())
print(waits._program.returncode is not None)
"""
    env = {each: value for each, value in os.environ.items() if each not in ahead._UNREAD}
    command = [sys.executable, "-c", program.replace("NUMBER", str(next(numbers)))]
    assert subprocess.check_output(command, env=env, text=True, timeout=60) == "True\n"


def test_but_not_where_a_build_was_first(read):
    build(ADD)
    waits()
    standby.stop()
    read[0].clear()
    standby.begin(standby._wanted, standby._common)
    time.sleep(0.2)
    assert (read[0], standby.is_there()) == ([], False)


def test_the_next_cell_finds_it_after_the_first_library_was_loaded(read, monkeypatch):
    build(ADD)
    program = waits()
    monkeypatch.setenv("GOMAGIC_CRASH_FOLDER", "/elsewhere")  # as bind/crash.py does
    build(ADD)
    assert read[1][-1].waiting._program is program


def test_what_else_a_cell_imports_it_reads_then(read):
    _, taken = read
    build(ADD)
    waits()
    text = SAY.replace("%d", "!")
    assert gomagic.compile(text).Say(2) == "%26%26!"
    gomagic.compile(text.replace("!", "?"))
    assert "net/url" not in taken[-1].packages
    assert "runtime" in taken[-1].packages


def test_one_that_has_read_too_much_is_ended_and_the_next_reads_what_all_have(read):
    started, taken = read
    build(SAY)
    program = waits()
    assert "net/url" in started[-1]
    build(ADD)
    assert taken[-1] is None
    assert program.returncode == -signal.SIGKILL
    waits()
    assert "net/url" not in started[-1]
    build(SAY)
    waits()
    assert "net/url" not in started[-1]
    assert taken[-1] is not None


def test_a_cell_that_is_linked_otherwise_ends_it(read, monkeypatch):
    build(ADD)
    program = waits()
    monkeypatch.setenv("READERS_OWN", "1")  # whatever that may mean to a program
    assert "/link " in build(ADD).command
    assert read[1][-1] is None
    assert program.returncode == -signal.SIGKILL
    assert waits() is not program


def test_a_cell_with_c_leaves_it_alone(read):
    build(ADD)
    program = waits()
    taken = len(read[1])
    build(C_CELL)
    assert (standby._linker.waiting._program, len(read[1])) == (program, taken)


def test_a_cell_that_does_not_compile_leaves_it_alone(read):
    build(ADD)
    program = waits()
    with pytest.raises(gomagic.GoBuildError, match="undefined"):
        build("func Add() int { return undefined%d }\n")
    assert waits() is program


def test_where_a_build_fails_that_has_taken_it_another_one_waits(read, monkeypatch):
    build(ADD)
    program = waits()

    def fails(*_given, **_how):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(process.Waiting, "finish", fails)
        build(ADD)
    assert program.returncode == -signal.SIGKILL
    assert waits() is not program


def test_one_that_has_ended_meanwhile_is_none(read):
    started, taken = read
    build(ADD)
    program = waits()
    os.kill(program.pid, signal.SIGKILL)
    while standby.is_there():
        time.sleep(0.01)
    started.clear()
    assert "/link " in build(ADD).command
    assert waits() is not program
    assert len(started) == 2  # with the build, and after it
    assert taken == []


def test_nothing_is_left_of_one_that_has_waited_long_enough(read):
    build(ADD)
    program = waits()
    os.kill(program.pid, signal.SIGKILL)  # as if it had ended by itself
    deadline = time.monotonic() + 10
    while (standby._linker or folders()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (standby._linker, folders(), program.returncode) == (None, [], -signal.SIGKILL)
    with pytest.raises(ChildProcessError):
        os.waitpid(program.pid, os.WNOHANG)


def test_one_whose_folder_somebody_has_removed_is_none(read):
    build(ADD)
    waits()
    shutil.rmtree(standby._linker.work)
    assert "/link " in build(ADD).command
    assert not any(read[1])  # it may have ended by then


def test_cells_that_are_run_one_after_the_other_start_none_between_them(read, monkeypatch):
    started, _ = read
    build(ADD)
    waits()
    standby.stop()
    monkeypatch.setattr(standby, "_AFTER_SECONDS", 0.2)
    started.clear()
    run = process.run
    monkeypatch.setattr(process, "run", lambda *given, **how: time.sleep(0.3) or run(*given, **how))
    build(ADD)
    build(ADD)
    assert len(started) == 2  # each with its build
    assert not standby.is_there()


@pytest.mark.parametrize("name", ["CI", "PYTEST_CURRENT_TEST"])
def test_none_waits_where_nobody_reads(name):
    program = (
        "from gomagic.build import ahead, compiler, standby, toolchain\nfrom gomagic.source import cell\n"
        "ahead._timer = ahead._begin = None\nahead.start()\n"
        "compiler.build(cell.parse('lib', 'func Add() int { return %d }'), toolchain.find())\nprint(ahead.is_on)"
    )
    env = {each: value for each, value in os.environ.items() if each not in ahead._UNREAD}
    said = subprocess.check_output([sys.executable, "-c", program % next(numbers)], env={**env, name: "1"}, text=True)
    assert said == "False\n"


def test_its_folder_is_gone_with_it(read):
    build(ADD)
    waits()
    deadline = time.monotonic() + 10
    while len(folders()) != 2 and time.monotonic() < deadline:  # and its lock
        time.sleep(0.01)
    assert standby._linker.work in folders()
    standby.stop()
    while folders() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert folders() == []


def test_a_process_that_is_forked_has_none_and_leaves_its_parents_alone(read):
    build(ADD)
    program = waits()
    child = os.fork()
    if not child:
        status = standby.is_there() or standby.take(None, {}) is not None
        standby.stop()
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert waits() is program
    build(ADD)
    assert read[1][-1].waiting._program is program


KERNEL = """
import os, sys, time
from gomagic.build import ahead, compiler, standby, toolchain
from gomagic.source import cell
ahead.is_on = True
for number in range(2):
    text = f"func Add(a, b int) int {{ return a + b + {number} + NUMBER }}"
    compiler.build(cell.parse("lib", text), toolchain.find())
while not standby.is_there(): time.sleep(0.01)
if "fork" in sys.argv and not os.fork():
    sys.exit()  # all of Python's own end
time.sleep(0.5)
print(standby.is_there(), standby._linker.waiting._program.pid, flush=True)
if "waits" in sys.argv:
    sys.stdin.read()
"""


@pytest.mark.parametrize("way", ["waits", "ends", "fork"])
def test_it_ends_with_the_kernel_however_that_ends(way):
    text = KERNEL.replace("NUMBER", str(10 * next(numbers)))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    kernel = subprocess.Popen([sys.executable, "-c", text, way], **pipes)
    is_there, pid = kernel.stdout.readline().split()
    assert is_there == b"True"
    if way == "waits":
        os.kill(int(pid), 0)
        kernel.kill()
    kernel.communicate(timeout=30)
    assert_ends(int(pid), 10)


def test_two_threads_take_it_once(read):
    build(ADD)
    program = waits()
    threads = [threading.Thread(target=build, args=(ADD,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(bool(each) and each.waiting._program is program for each in read[1]) == 1


def test_the_extension_ends_it_where_it_is_unloaded(read, shell):
    build(ADD)
    program = waits()
    shell("%unload_ext gomagic")
    shell("%load_ext gomagic")
    assert program.returncode == -signal.SIGKILL
    assert not standby.is_there()
