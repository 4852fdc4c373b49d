"""How a plain Go function is called: its arguments, what it says of itself, the GIL, interrupts, forks."""

import inspect
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from IPython.core.completer import provisionalcompleter
from load import silences

import gomagic

SOURCE = """
// Power is x to the n.
//
// It multiplies.
func Power(x float64, n int) float64 {
	product := 1.0
	for range n {
		product *= x
	}
	return product
}

func Nothing() {}
func One(a int) int                              { return a }
func Three(a, b, c int) int                      { return a*100 + b*10 + c }
func Max(first int, rest ...int) int             { return max(first, slices.Max(append(rest, first))) }
func Words(words ...string) string               { return strings.Join(words, " ") }
func Rows(rows ...[]float64) int                 { for _, row := range rows { row[0] = 9 }; return len(rows) }
func Python(class, None, _ int, in ...int) int   { return class + None + len(in) }
func Unnamed(int, float64) bool                  { return true }
func None(a int) int                             { return a }
func Micro(µ float64) (µs, ok float64)           { return µ * 1e6, 1 }
func Größe(länge int) int                        { return länge }

var gate = make(chan int)

func Wait() int  { return <-gate }
func Open(n int) { gate <- n }

type lock struct{ mu sync.Mutex }

var door lock

func Lock()   { door.mu.Lock() }
func Unlock() { door.mu.Unlock() }

type Slow struct{}

func (Slow) Error() string { door.mu.Lock(); defer door.mu.Unlock(); return "slow" }
func Fail() error          { return Slow{} }

func Sleep(milliseconds int) int { time.Sleep(time.Duration(milliseconds) * time.Millisecond); return milliseconds }
func Grow(xs []int) (total int) {
	for _, x := range xs {
		for range 40 {
			total = total*31 + x
		}
	}
	return
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "calls")


def test_arguments_go_by_position_or_by_their_go_name(go):
    assert go.Three(1, 2, 3) == go.Three(1, c=3, b=2) == go.Three(c=3, a=1, b=2) == 123
    assert go.Three(*[1], **{"b": 2, "c": 3}) == 123
    assert go.Größe(länge=3) == 3
    assert go.Micro(µ=2.0).µs == 2e6


def test_a_variadic_takes_what_is_left(go):
    assert go.Max(1) == go.Max(first=1) == 1
    assert go.Max(1, 5, 3) == 5
    assert go.Words() == ""
    assert go.Words("a", "b") == "a b"
    row = [1.0]
    assert go.Rows(row, [2.0]) == 2
    assert row == [9]
    with pytest.raises(TypeError) as refused:
        go.Max(1, 2, "3")
    assert str(refused.value) == "Max(first, rest): `rest[1]` is str, Go wants int"
    with pytest.raises(TypeError, match=r"`words\[0\]` is int, Go wants string"):
        go.Words(1)


def test_a_frozen_row_of_a_variadic_is_not_written(go):
    with pytest.raises(gomagic.GoWriteError, match="but a tuple cannot change"):
        go.Rows((1.0,))


def test_names_that_python_cannot_use_are_changed(go):
    assert str(inspect.signature(go.Python)) == "(class_, None_, arg3, *in_)"
    assert go.Python(class_=1, None_=2, arg3=0) == 3
    assert str(inspect.signature(go.Unnamed)) == "(arg1, arg2)"
    assert go.Unnamed(1, 2) is True


WRONG = [
    ("One", (), {}),
    ("Three", (), {}),
    ("Three", (1,), {}),
    ("Three", (1, 2), {"a": 1}),
    ("One", (1, 2), {}),
    ("Three", (1, 2, 3, 4), {}),
    ("Nothing", (1,), {}),
    ("One", (), {"b": 1}),
    ("One", (1,), {"a": 1}),
    ("One", (1,), {"b": 1}),
    ("Max", (), {}),
    ("Max", (1, 2), {"first": 1}),
    ("Max", (1,), {"rest": [1]}),
    ("None", (), {}),
    ("Python", (1, 2), {"class": 1}),
]


@pytest.mark.parametrize(("name", "args", "keywords"), WRONG)
def test_wrong_arguments_get_pythons_own_words_and_gos_signature(go, name, args, keywords):
    function = getattr(go, name)
    space = {}
    exec(f"def function{inspect.signature(function)}: pass", space)
    space["function"].__qualname__ = name
    with pytest.raises(TypeError) as pythons:
        space["function"](*args, **keywords)
    with pytest.raises(TypeError) as refused:
        function(*args, **keywords)
    declaration = next(" ".join(line.split("{")[0].split()) for line in SOURCE.splitlines() if f"func {name}(" in line)
    assert str(refused.value) == f"{pythons.value}\n  {declaration}"


def test_the_words_for_too_few_arguments_are_these(go):
    with pytest.raises(TypeError) as refused:
        go.Three(1)
    assert str(refused.value) == (
        "Three() missing 2 required positional arguments: 'b' and 'c'\n  func Three(a, b, c int) int"
    )


def test_a_function_says_what_it_is(go):
    assert str(inspect.signature(go.Power)) == "(x, n)"
    assert go.Power.__doc__ == "func Power(x float64, n int) float64\n\nPower is x to the n.\n\nIt multiplies."
    assert (go.Power.__name__, go.Power.__module__) == ("Power", "calls")
    assert inspect.getdoc(go.Nothing) == "func Nothing()"
    assert str(inspect.signature(go.Max)) == "(first, *rest)"


def test_help_shows_signature_and_doc(go, capsys):
    help(go.Power)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[2:6] == ["Power(x, n)", "func Power(x float64, n int) float64", "", "Power is x to the n."]


def test_ipython_shows_signature_and_doc(shell):
    shell("%%go asked\n// Twice is n + n.\nfunc Twice(n int) int { return n + n }")
    out = re.sub(r"\x1b\[[\d;]*m", "", shell("asked.Twice?").out)  # some IPythons colour it
    assert "asked.Twice(n)" in out
    assert "Twice is n + n." in out


def test_completion_offers_what_a_cell_exports(shell):
    shell("%%go offered\nconst Limit = 3\nvar Level int\nfunc Twice(n int) int { return n + n }\nfunc hidden() {}")
    with provisionalcompleter():
        found = {completion.text.lstrip(".") for completion in shell.ipython.Completer.completions("offered.", 8)}
    assert {name for name in found if "__" not in name} == {"Level", "Limit", "Twice"}


def run_alone(script):
    """What a script prints in a process of its own, which is ended if it hangs: `go` is SOURCE there."""
    start = f"import threading, time, gomagic\ngo = gomagic.compile({SOURCE!r}, 'calls')\n"
    code = start + textwrap.dedent(script)
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_function_that_waits_for_another_python_thread_lets_it_run(go):
    assert (
        run_alone("""
        waiting = threading.Thread(target=lambda: print(go.Wait()))
        waiting.start()
        time.sleep(0.05)
        go.Open(3)
        waiting.join()
    """)
        == "3\n"
    )


def test_an_error_whose_text_waits_lets_other_threads_run(go):
    assert (
        run_alone("""
        def fail():
            try:
                go.Fail()
            except go.Slow as failed:
                print(failed)

        go.Lock()
        failing = threading.Thread(target=fail)
        failing.start()
        time.sleep(0.05)
        go.Unlock()
        failing.join()
    """)
        == "slow\n"
    )


def test_a_call_that_takes_long_lets_other_threads_run():
    calls = ["Sleep(200)", "Grow(numbers)"]
    found = silences(SOURCE, calls, "import array; numbers = array.array('q', [1]) * 3_000_000")
    assert max(found.values()) < 0.01


def test_an_interrupt_is_raised_when_go_returns(go):
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        go.Sleep(400)
        time.sleep(1)
    assert 0.39 < time.monotonic() - begun < 1.3
    assert go.Sleep(1) == 1


FORK = """
import os, sys
import gomagic

go = gomagic.compile('''
func Add(a, b int) int { return a + b }
func Range(n int) []int { return make([]int, n) }
func Fail() error { return io.EOF }
''', "forked")
held, total = go.Range(3), go.Add(1, 2)
try:
    go.Fail()
except EOFError as failed:
    error = failed
child = os.fork()
if not child:
    try:
        go.Add(1, 2)
    except gomagic.GoForkError as refused:
        print(refused, flush=True)
    print(held.tolist(), flush=True)
    del held, error  # Go's memory is not touched: its locks may be held by threads that are not here
    sys.stdout.flush()
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), go.Add(held[0], 4))
"""


def test_a_call_in_a_forked_child_is_refused_at_once_with_the_cure():
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, timeout=60)
    assert ended.stdout == textwrap.dedent("""\
        Add: this process was forked from one that had loaded Go, whose threads are not here
          hint: use threads, which run side by side in Go
          hint: or "spawn", for functions of plain Go cells and of modules; it does not find what a notebook defines
          hint: or load Go after the fork, as a worker of gunicorn or celery can
        [0, 0, 0]
        3 4
    """)
    assert ended.returncode == 0
