import signal

import pytest

from gomagic.build import compiler, toolchain
from gomagic.run import displays, isolated
from gomagic.source import cell

CRASH = """package main

import "C"
import (
	"os"
	"time"
)

//export Pick
func Pick(n C.int) C.int { return []C.int{10, 20, 30}[n] }

//export Leave
func Leave(code C.int) { os.Exit(int(code)) }

//export Sleep
func Sleep() { time.Sleep(time.Hour) }

func main() {}
"""


@pytest.fixture(scope="module")
def built():
    parsed = cell.parse("lib", CRASH, number=4)
    return parsed, compiler.build(parsed, toolchain.find()).path


@pytest.fixture
def run(built):
    parsed, path = built
    return lambda code, seconds=20: isolated.run(
        code, "cell[9]", {"lib": path}, {}, {parsed.token: "cell[4]"}, seconds=seconds
    )


@pytest.fixture
def check(built):
    return lambda code, seconds=20: isolated.check(code, "cell[9]", {"lib": built[1]}, {}, seconds=seconds)


def test_the_cell_runs_with_its_library_and_shows_its_last_value(run):
    assert run("x = lib.Pick(1)\nprint('one')\nx + 1") == "one\n21\n[child process: exit code 0]"


SHOWN = """
class Both:
    def __repr__(self): return "both"
    def _repr_html_(self): return "<b>both</b>", {"isolated": True}
    def _repr_png_(self): return b"PNG"
    def _repr_svg_(self): raise ValueError
    def _repr_latex_(self): return None
    def _repr_mimebundle_(self, include=None, exclude=None): return {"application/json": {"a": 1}}

class Odd(Both):
    def _repr_mimebundle_(self): return {"application/json": object()}

print("one")
"""


def test_the_last_value_shows_itself_where_somebody_listens(run, built):
    seen = []
    for last in ("Both()", "Odd()", "Both"):
        with displays.Channel() as channel:
            said = isolated.run(SHOWN + last, "cell[9]", {}, {}, {}, seconds=20, channel=channel)
            displays.Parted(channel, seen.append, lambda shown: seen.append(shown.data)).add(said, more=False)
    forms = {"text/plain": "both", "text/html": "<b>both</b>", "image/png": "UE5H", "application/json": {"a": 1}}
    ending = "[child process: exit code 0]"
    assert seen == ["one\n", forms, ending, f"one\nboth\n{ending}", f"one\n<class '__main__.Both'>\n{ending}"]
    assert run(SHOWN + "Both()") == f"one\nboth\n{ending}"


def test_nothing_else_is_there(run):
    assert "NameError: name 'os' is not defined" in run("os.getpid()")


def test_a_panic_shows_the_readers_lines_and_how_it_ended(run):
    assert run("print('before')\nlib.Pick(3)") == (
        "before\n"
        "panic: runtime error: index out of range [3] with length 3\n"
        "  cell[4]:11, in Pick\n"
        "[child process: killed by SIGABRT]"
    )


def test_a_python_error_shows_the_cells_own_lines(run):
    shown = run("\n\nimport math\n1 / 0")
    assert 'File "cell[9]", line 4, in <module>\n    1 / 0' in shown
    assert "gomagic" not in shown
    assert shown.endswith("ZeroDivisionError: division by zero\n[child process: exit code 1]")


def test_a_syntax_error_is_shown(run):
    assert "SyntaxError" in run("1 +")


def test_what_the_cell_prints_stays_as_it_is(run):
    said = "0xff m=3 code=200 pid 7\npanic: not Go's\n"
    shown = run(f"print({said!r}, end='')\nlib.Pick(3)")
    assert shown == (
        f"{said}panic: runtime error: index out of range [3] with length 3\n"
        "  cell[4]:11, in Pick\n[child process: killed by SIGABRT]"
    )
    assert run(f"print({said!r}, end='')") == f"{said}[child process: exit code 0]"


def test_a_traceback_shows_no_line_of_ours(run):
    shown = run("raise KeyboardInterrupt")
    assert "isolated.py" not in shown and shown.endswith("KeyboardInterrupt\n[child process: exit code 1]")
    assert run("import sys\nsys.exit('bye')") == "bye\n[child process: exit code 1]"


def test_os_exit_is_told(run):
    assert run("lib.Leave(7)") == "[child process: exit code 7]"


def test_time_runs_out(run):
    assert run("lib.Sleep()", seconds=1) == "[child process: stopped after 1 s]"


def test_the_same_on_every_run(run):
    assert run("print(lib.Pick(0))\nlib.Pick(-1)") == run("print(lib.Pick(0))\nlib.Pick(-1)")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("assert lib.Pick(0) == 10", "passed"),
        ("assert lib.Pick(0) == 10\nassert lib.Pick(1) == 5", "not yet: `lib.Pick(1) == 5` is false"),
        ("assert lib.Pick(0) == 5, 'Pick(0) should be 5'", "not yet: Pick(0) should be 5"),
        ("assert (\n    lib.Pick(0)\n    == 5\n)", "not yet: `lib.Pick(0) == 5` is false"),
        ("for n in range(3):\n    assert lib.Pick(n) < 30, f'Pick({n}) is too much'", "not yet: Pick(2) is too much"),
        ("lib.Pick(3)", "not yet: the process died"),
        ("lib.Leave(0)", "not yet: the process died"),
        ("lib.Push(1)", "not yet: the library has no function `Push`"),
        ("lib.Pick('x' * 3.0)", "not yet: TypeError: can't multiply sequence by non-int of type 'float'"),
        ("import sys; sys.exit(0)", "not yet: the process died"),
        ("print('noise')\nassert lib.Pick(0) == 10", "passed"),
        ("def holds(n):\n    assert lib.Pick(n) == 5\nassert 1 == 1\nholds(1)", "not yet: `lib.Pick(n) == 5` is false"),
        ("def holds(n):\n    assert n, 'n is 0'\nassert 1; assert 2; holds(0)", "not yet: n is 0"),
        ("assert 1; assert 0; assert 2", "not yet: `0` is false"),
        (
            "def outer():\n    def inner(): assert [\n        0\n    ] == 1\n    inner()\nouter()",
            "not yet: `[0] == 1` is false",
        ),
        ("def f(n):\n    assert n\n[f(n) for n in (1, 0)]", "not yet: `n` is false"),
        ("def f(n):\n    assert n\n(lambda: f(0))()", "not yet: `n` is false"),
        ("assert lib.Pick(0) == 5, ''", "not yet: `lib.Pick(0) == 5` is false"),
        ("assert 0, '\\n  two\\n lines'", "not yet: two"),
        ("assert 0, '\\ud800'", "not yet: \\ud800"),
        ("raise AssertionError", "not yet: AssertionError"),
        ("raise AssertionError('mine')", "not yet: mine"),
        ("raise KeyboardInterrupt", "not yet: KeyboardInterrupt"),
        ("assert", "not yet: SyntaxError: invalid syntax (cell[9], line 1)"),
        ("class Odd(Exception):\n    __str__ = None\nraise Odd", "not yet: Odd, whose own text fails"),
        ("def f(): f()\nf()", "not yet: RecursionError: maximum recursion depth exceeded"),
        ("import warnings\nwarnings.warn('\\udcff')\nprint('\\ud800')\nassert lib.Pick(0) == 10", "passed"),
    ],
)
def test_a_verdict_is_one_line(check, code, verdict):
    assert check(code) == verdict


def test_a_verdict_comes_even_when_time_runs_out(check):
    assert check("lib.Sleep()", seconds=1) == "not yet: no answer within 1 s"


def test_a_child_dies_of_sigquit_though_the_kernel_ignores_it():
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    try:
        said = isolated.run(
            "import os, signal\nos.kill(os.getpid(), signal.SIGQUIT)", "cell[1]", {}, {}, {}, seconds=20
        )
    finally:
        signal.signal(signal.SIGQUIT, before)
    assert said == "[child process: killed by SIGQUIT]"


def test_two_names_for_the_same_text_are_two_cells_there_too():
    parsed = cell.parse("one", "var n int\n\nfunc Next() int { n++; return n }\n", number=4)
    path = compiler.build(parsed, toolchain.find()).path
    shown = isolated.run(
        "one.Next(), one.Next(), two.Next()", "cell[9]", {"one": path, "two": path}, {}, {}, seconds=20
    )
    assert shown == "(1, 2, 1)\n[child process: exit code 0]"


def test_what_is_checked_may_be_a_python_text_that_runs_first(built):
    def verdict(text, code="assert pick(0) == 10, 'pick(0) should be 10'"):
        return isolated.check(code, "cell[9]", {"lib": built[1]}, {}, [(text, "cell[8]")], seconds=20)

    assert verdict("def pick(n):\n    return lib.Pick(n)") == "passed"
    assert verdict("def pick(n):\n    return lib.Pick(n + 1)") == "not yet: pick(0) should be 10"
    assert verdict("def pick(n):\n    return lib.Pick(n + 3)") == "not yet: the process died"
    assert verdict("pick = 1 / 0") == "not yet: ZeroDivisionError: division by zero"
    assert verdict("def pick(n):") == (
        "not yet: IndentationError: expected an indented block after function definition on line 1 (cell[8], line 1)"
    )
    assert verdict("print('noise')") == "not yet: NameError: name 'pick' is not defined"
