"""A nil dereference stays a GoPanic, whatever else wants SIGSEGV; each case in a process of its own."""

import subprocess
import sys

import pytest

import gomagic

PLAIN = "type pair struct{ n int }\n\nvar t *pair\n\nfunc Nil(i int) int { return t.n + i }\n"
WITH_C = """package main

// static int peek(int *p) { return *p; }
import "C"

type T struct{ n C.int }

var t *T

//export Nil
func Nil() (n C.int) {
	defer func() { _ = recover(); n = -1 }()
	return t.n
}

//export Peek
func Peek() C.int { return C.peek(nil) }

func main() {}
"""
LOAD = f"""
import ctypes, faulthandler, os, signal, sys
import gomagic
enable, disable = faulthandler.enable, faulthandler.disable
def nil():
    try:
        g.Nil(1)
    except gomagic.GoPanic:
        print("GoPanic", flush=True)
def load(name="g"):
    return gomagic.compile({PLAIN!r}, name)
"""


def python(code, *options):
    """Run code in a fresh process; returns its exit status and its output."""
    ended = subprocess.run(
        [sys.executable, *options, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    return ended.returncode, ended.stdout


@pytest.fixture(scope="module", autouse=True)
def built():
    """So that the processes find both cells in the cache."""
    gomagic.compile(PLAIN, "g")
    gomagic.compile(WITH_C, "c")


@pytest.mark.parametrize(
    "steps",
    [
        "faulthandler.enable(); g = load(); nil()",
        "g = load(); faulthandler.enable(); nil(); nil()",
        "faulthandler.enable(); g = load(); faulthandler.disable(); nil()",
        "g = load(); faulthandler.enable(); faulthandler.disable(); nil()",
        "g = load(); [(faulthandler.enable(file=sys.stderr), faulthandler.disable()) for _ in range(3)]; nil()",
        "g = load(); enable(); h = load(); nil()",  # who got hold of `enable` before: the next load puts it right
        "faulthandler.enable(); g = load(); disable(); h = load(); nil()",
        "g = load(); signal.signal(signal.SIGSEGV, signal.SIG_DFL); h = load(); nil()",
    ],
)
def test_a_nil_dereference_stays_a_panic(steps):
    status, out = python(LOAD + steps)
    assert (status, set(out.split())) == (0, {"GoPanic"})


def test_a_cell_with_c_recovers_from_its_own():
    code = LOAD + f"c = gomagic.compile({WITH_C!r}, 'c'); faulthandler.enable(); print(c.Nil())"
    assert python(code) == (0, "-1\n")


def test_each_of_several_libraries_keeps_its_own():
    steps = f"g = load(); faulthandler.enable(); c = gomagic.compile({WITH_C!r}, 'c'); faulthandler.disable()"
    assert python(LOAD + steps + "\nnil(); print(c.Nil()); nil()") == (0, "GoPanic\n-1\nGoPanic\n")


def test_whether_it_is_enabled_is_told_as_ever():
    code = LOAD + "says = lambda: print(faulthandler.is_enabled())\ng = load(); says(); faulthandler.enable(); says()"
    assert python(code + "; print(faulthandler.disable()); says()") == (0, "False\nTrue\nTrue\nFalse\n")
    assert python(code, "-X", "faulthandler") == (0, "True\nTrue\n")


@pytest.mark.parametrize("change", ["", "; faulthandler.disable()", "; disable(); h = load('h')"])
def test_a_fault_in_c_ends_the_process_all_the_same(change):
    status, out = python(LOAD + f"faulthandler.enable(); g = load(){change}; ctypes.memmove(8, 16, 8)")
    assert status == -11
    assert ("Segmentation fault" in out) == (change == "")


def test_in_an_isolated_cell_it_stays_one_too(shell):
    shell(f"%%go g\n{PLAIN}")
    ran = shell("%%isolated g\nimport faulthandler\nfaulthandler.enable()\ng.Nil(1)")
    assert "gomagic.errors.GoPanic: invalid memory address or nil pointer dereference" in ran.out


def test_in_a_notebook_the_next_cell_finds_gos_handlers_in_front():
    cells = [f"%%go g\n{PLAIN}", "enable()", "try: g.Nil(1)\nexcept gomagic.GoPanic: print('GoPanic')"]
    code = f"""
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(user_ns=globals())
shell.run_line_magic("load_ext", "gomagic")
for cell in {cells!r}:
    shell.run_cell(cell)
"""
    assert python(LOAD + code) == (0, "GoPanic\n")


MANY = """
import threading
faulthandler.enable()
held = [bytes([7]) * 400 for _ in range(200_000)]
g = load()
others = [load(f"g{i}") for i in range(140)]
for _ in range(3):
    nil()
thread = threading.Thread(target=nil)
thread.start()
thread.join()
print(all(one == bytes([7]) * 400 for one in held))
"""


def test_faults_find_their_library_among_many_without_touching_other_memory():
    """Passed on from each to the one before, they need more stack than there is, in any thread."""
    assert python(LOAD + MANY) == (0, "GoPanic\n" * 4 + "True\n")


def test_the_same_in_cells_with_c_where_each_passes_them_on():
    code = f"held = [bytes([7]) * 400 for _ in range(200_000)]\nfaulthandler.enable()\ntext = {WITH_C!r}\n"
    code += "c = gomagic.compile(text, 'c')\nothers = [gomagic.compile(text, f'c{i}') for i in range(100)]\n"
    code += "print(c.Nil(), all(one == bytes([7]) * 400 for one in held))\n"
    assert python(LOAD + code) == (0, "-1 True\n")


def test_a_fault_of_c_among_many_is_told_as_ever():
    code = f"text = {WITH_C!r}\nfaulthandler.enable()\nload()\nload('h')\n"
    code += "c = gomagic.compile(text, 'c')\nload('i')\nnil.__globals__['g'] = load()\nnil()\nc.Peek()\n"
    status, said = python(LOAD + code)
    assert status < 0
    assert said.startswith("GoPanic\n") and "Segmentation fault" in said


def test_where_no_go_is_loaded_nothing_is_put_back():
    code = """
from gomagic.bind import signals
signals._libc = None  # by which all of it is done
signals.put_back()
print("ok")
"""
    assert python(code) == (0, "ok\n")


def test_a_cell_waits_for_what_a_thread_is_importing():
    code = """
import importlib, sys, threading, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("%load_ext gomagic")
class Slow:
    def find_spec(self, name, path, target=None):
        if name == "faulthandler":
            time.sleep(0.5)
sys.modules.pop("faulthandler", None)
sys.meta_path.insert(0, Slow())
threading.Thread(target=importlib.import_module, args=("gomagic.bind.signals",)).start()
while "gomagic.bind.signals" not in sys.modules:
    time.sleep(0.001)
ran = shell.run_cell("7")
print(ran.result, ran.success, hasattr(sys.modules["gomagic.bind.signals"], "put_back"))
"""
    status, said = python(code)
    assert (status, said.splitlines()[-1]) == (0, "7 True True")
