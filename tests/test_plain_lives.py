"""Plain cells over the life of a process: threads, other processes, versions of a cell, the end."""

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import gomagic

SOURCE = """
func Add(a, b int) int          { return a + b }
func Range(n int) []int         { return make([]int, n) }
func Sleep(milliseconds int)    { time.Sleep(time.Duration(milliseconds) * time.Millisecond) }
func Last(b []byte, ms int) int { time.Sleep(time.Duration(ms) * time.Millisecond); return int(b[len(b)-1]) }
func Join(words []string) int   { return len(strings.Join(words, "")) }
func Fail() error               { return io.EOF }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "lives")


def run_alone(script, **env):
    """What a script prints in a process of its own, in which SOURCE is `go`."""
    start = f"import gomagic\nSOURCE = {SOURCE!r}\n"
    code = start + textwrap.dedent(script)
    environ = {**os.environ, **env}
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ)


def test_calls_from_threads_of_asyncio_run_at_once(go):
    async def four():
        return await asyncio.gather(*[asyncio.to_thread(go.Sleep, 200) for _ in range(4)])

    begun = time.monotonic()
    assert asyncio.run(four()) == [None] * 4
    assert time.monotonic() - begun < 0.7


def test_a_buffer_cannot_change_its_size_while_go_has_it(go):
    data = bytearray(b"abc")
    found = []
    calling = threading.Thread(target=lambda: found.append(go.Last(data, 300)))
    calling.start()
    time.sleep(0.1)
    with pytest.raises(BufferError):
        data.extend(b"x" * 10_000)
    calling.join()
    data.extend(b"x")
    assert (found, data) == ([ord("c")], b"abcx")


@pytest.mark.parametrize("kind", [list, tuple])
def test_strings_that_are_long_let_other_threads_run(go, kind):
    words, ticks, done = kind(["x" * (40 << 20)] * 10), [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(1)
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    time.sleep(0.02)
    before = len(ticks)
    assert go.Join(words) == 400 << 20
    during = len(ticks) - before
    done.set()
    thread.join()
    assert during > 5


def test_a_function_of_an_earlier_version_stays_what_it_was(shell):
    shell("%%go version\nvar n = 1\nfunc N() int { n++; return n }\nfunc Numbers() []int { return []int{1, 2} }")
    old, held = shell.names["version"].N, shell.names["version"].Numbers()
    assert old() == 2
    shell("%%go version\nvar n = 10\nfunc N() int { n++; return n }")
    assert (old(), shell.names["version"].N()) == (3, 11)
    del shell.names["version"]
    gc.collect()
    assert (held.tolist(), old()) == ([1, 2], 4)


def test_the_process_ends_well_with_arrays_errors_and_calls_alive():
    ended = run_alone("""
        import sys, threading, time
        go = gomagic.compile(SOURCE, "lives")

        class Last:
            def __init__(self):
                self.numbers = go.Range(3)

            def __del__(self):
                print(self.numbers.tolist(), go.Add(1, 2))

        sys.kept = go.Range(2)
        sys.last = Last()
        try:
            go.Fail()
        except EOFError as failed:
            sys.failed = failed
        for _ in range(3):
            threading.Thread(target=go.Sleep, args=(500,), daemon=True).start()
        time.sleep(0.05)
    """)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout in ("[0, 0, 0] 3\n", "")  # whether __del__ is called at the end is Python's matter


def test_a_spawned_process_builds_and_calls_the_same_cell(tmp_path):
    (tmp_path / "work.py").write_text(
        f"import gomagic, multiprocessing\nSOURCE = {SOURCE!r}\n"
        "def add(n):\n    return gomagic.compile(SOURCE, 'lives').Add(n, 1)\n"
        "if __name__ == '__main__':\n    gomagic.compile(SOURCE, 'lives')\n"
        "    for way in ('spawn', 'forkserver'):\n"
        "        with multiprocessing.get_context(way).Pool(1) as pool:\n            print(pool.map(add, [1, 2]))\n"
    )
    ended = subprocess.run([sys.executable, tmp_path / "work.py"], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("[2, 3]\n[2, 3]\n", "")


CELLS = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gomagic")
"""
FATAL = """
shell.run_cell("%%go fatal\\nvar mu sync.Mutex\\n\\nfunc Die() { mu.Unlock() }", store_history=True)
shell.run_cell("fatal.Die()", store_history=True)
"""


def test_what_go_cannot_recover_leaves_a_post_mortem_of_the_cells_lines(tmp_path):
    tmp_path.chmod(0o700)
    died = run_alone(CELLS + FATAL, GOMAGIC_CACHE=str(tmp_path))
    assert died.returncode != 0
    shown = run_alone(CELLS + 'shell.run_line_magic("go", "postmortem")', GOMAGIC_CACHE=str(tmp_path))
    trace = shown.stdout.splitlines()[-2:]
    assert trace == ["fatal error: sync: unlock of unlocked mutex", "  cell[1]:4, in Die"]


def test_empty_asks_for_no_more_than_the_machine_has(go):
    for wrong in (2.5, "3", (2, 2)):
        with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
            go.__go__.empty(wrong)
    for many, kind in ((2**62, ValueError), (2**44, MemoryError)):
        with pytest.raises(kind):
            go.__go__.empty(many)
    assert go.__go__.empty(np.int8(2)).tolist() == [0, 0]


def test_what_ends_the_process_without_a_trace_is_told_apart_from_a_good_end(tmp_path):
    tmp_path.chmod(0o700)
    ask = CELLS + 'shell.run_line_magic("go", "postmortem")'
    leave = CELLS + 'shell.run_cell("%%go fatal\\nfunc Leave() { os.Exit(3) }")\n'
    assert run_alone(leave, GOMAGIC_CACHE=str(tmp_path)).returncode == 0
    assert run_alone(ask, GOMAGIC_CACHE=str(tmp_path)).stdout == "no kernel has died with a Go trace\n"
    assert run_alone(leave + 'shell.run_cell("fatal.Leave()")', GOMAGIC_CACHE=str(tmp_path)).returncode == 3
    shown = run_alone(leave + ask.removeprefix(CELLS), GOMAGIC_CACHE=str(tmp_path)).stdout.splitlines()
    assert shown[-2].startswith("a kernel ended without a word of Go's, after a cell of 2")
    assert shown[-1].startswith("  note: so it ends by os.Exit or log.Fatal")
