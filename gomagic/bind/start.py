"""A plain Go cell's start: its `init`s and the values of its variables, run once, by a call like any other.

golib/cellgen has put them off, so that they are not run while the library is loaded, where Go can neither recover from
a panic nor be left when it waits.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from gomagic.errors import GoPanic, Interrupted

_PATIENCE = 60  # seconds until the reader is told what keeps the cell
_LOOK = 0.1  # seconds; a signal that the system hands to a thread of Go's does not end a wait of this one


def run(function: Callable[[], object], label: str) -> None:
    """Run the start of the cell `label`. Raises GoPanic as it does, and Interrupted on Ctrl-C: it then runs on."""
    try:
        if threading.current_thread() is threading.main_thread():
            _run_beside(function, label)
        else:
            function()
    except GoPanic as panic:
        panic.show_alone()
        raise


def _run_beside(function: Callable[[], object], label: str) -> None:
    """Run it in a thread: a call of Go's cannot be interrupted, but waiting for a thread can."""
    raised: list[BaseException] = []
    done = threading.Event()

    def body() -> None:
        try:
            function()
        except BaseException as error:
            raised.append(error)
        finally:
            done.set()

    threading.Thread(target=body, name=f"start of {label}", daemon=True).start()
    try:
        told = time.monotonic() + _PATIENCE
        while not done.wait(_LOOK):
            if time.monotonic() >= told:
                told = float("inf")
                _say(f"{label} has not started after {_PATIENCE} s: its `init`s and its variables' values still run")
    except KeyboardInterrupt:
        if not done.is_set():
            _say(f"the start of {label} runs on: Go's functions cannot be stopped")
        raise Interrupted from None
    if raised:
        raise raised.pop()


def _say(what: str) -> None:
    print(f"note: {what}", file=sys.stderr)
