"""The line below a cell that is being built for long."""

import sys
from types import SimpleNamespace

import pytest
from kernels import Kernel

from gomagic.build import pace, process
from gomagic.notebook import waiting

WAITS = [sys.executable, "-c", "import time; time.sleep(0.5)"]


class Publisher:
    def __init__(self):
        self.done = []

    def publish(self, data, *, transient, update):
        self.done.append((data["text/plain"], update))

    def clear_output(self):
        self.done.append("cleared")


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setattr(waiting, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "_NEXT_SECONDS", 0.2)
    monkeypatch.setattr(pace, "packages", lambda: (47, 152))
    return SimpleNamespace(kernel=True, display_pub=Publisher())


def test_in_a_notebook_it_changes_in_place_and_goes_when_the_build_ends(shell):
    with waiting.shown(shell, is_alone=True):
        process.run(WAITS)
    first, second, *_, last = shell.display_pub.done
    assert first == ("compiling packages for the first time: 47 of 152, 0 s", False)
    assert (second[1], last) == (True, "cleared")


def test_a_quick_build_shows_nothing(shell, monkeypatch):
    monkeypatch.setattr(waiting, "_FIRST_SECONDS", 2.0)
    with waiting.shown(shell, is_alone=True):
        process.run(WAITS)
    assert shell.display_pub.done == []


def test_what_else_stands_below_a_cell_is_never_cleared(shell):
    with waiting.shown(shell, is_alone=False):
        process.run(WAITS)
    assert shell.display_pub.done == []


def test_in_a_terminal_it_is_one_line_that_goes_and_elsewhere_there_is_none(shell, monkeypatch, capsys):
    shell.kernel = None
    with waiting.shown(shell, is_alone=True):
        process.run(WAITS)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with waiting.shown(shell, is_alone=True):
        process.run(WAITS)
    said = capsys.readouterr().err
    assert said.startswith("\r\x1b[Kcompiling packages for the first time: 47 of 152, 0 s")
    assert (said.endswith("\r\x1b[K"), said.count("\n")) == (True, 0)


def test_without_packages_to_compile_the_cell_is_named(monkeypatch):
    monkeypatch.setattr(pace, "packages", lambda: (1, 1))
    assert waiting.text(3.4) == "compiling the cell, 3 s"


def test_a_kernel_shows_it_and_takes_it_away(own_cache):
    kernel = Kernel(under_pytest=True)
    try:
        # a fast machine compiles such a cell in steps that each end before the first look
        soon = "waiting._FIRST_SECONDS, process._QUIET_SECONDS = 0.0, 0.001"
        kernel.run(
            f"%load_ext gomagic\nfrom gomagic.build import process\nfrom gomagic.notebook import waiting\n{soon}"
        )
        ran = kernel.run("%%go -f waits\nfunc One() int { return 1 }")
    finally:
        kernel.stop()
    kind, text = ran.cleared[0]
    assert (ran.outputs, kind, text.startswith("compiling ")) == ([], "display", True)
