"""Shows in the notebook what native code (Go, C, child processes) writes to file descriptors 1 and 2.

`install(shell)` once per kernel, `uninstall()` undoes it. How the order against Python's own text is kept:

- Descriptors 1 and 2 become memory files that only grow. A native write needs no reader, so it never blocks, not
  even in a call that keeps the GIL (ctypes.PyDLL), and a call costs nothing more than before.
- Whatever Python does next with sys.stdout or sys.stderr first shows what the files have gained. The kernel's own
  two streams get a subclass in which looking up `write` or `flush` does so; ipykernel flushes both before it sends
  a display, a result, a traceback or a question of input().
- The module `sys` gets a subclass in which assigning to `stdout` or `stderr` does so too, before the new stream
  counts. Thus `%%capture` and contextlib.redirect_stdout catch what was written while they were on: leaving them is
  an assignment. print() takes the stream from the dictionary of `sys`, where a replaced stream is wrapped.
- During a cell a thread looks every 50 ms, for calls that take long.

Text that arrives between two cells stands at the top of the next cell's output, because a front end drops what
comes after a cell has ended. Order between descriptors 1 and 2 is known only as far as Python's own text parts
them. What was not yet shown when the process dies is lost. Outside a kernel nothing is redirected: there Python
and C merely stop holding back whole lines.
"""

from __future__ import annotations

import _thread
import atexit
import codecs
import ctypes
import os
import sys
import threading
import time
import types

_POLL_SECONDS = 0.05
_CHUNK_BYTES = 1 << 20
_RELEASE_BYTES = 8 << 20  # shown text is given back to the system in steps of this size
_PAGE_BYTES = 4096
_PUNCH_HOLE = 3  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
_UNBUFFERED, _FULLY_BUFFERED = 2, 0  # _IONBF, _IOFBF of stdio.h

_capture: _Capture | _LineBuffering | None = None


def install(shell) -> None:
    """Show native output from now on; a second call does nothing.

    shell: the IPython shell; without a kernel behind it (a terminal, a script) only the buffers change.
    """
    global _capture
    if _capture is None and os.name == "posix":
        _capture = _Capture(shell) if getattr(shell, "kernel", None) else _LineBuffering()
        atexit.register(uninstall)


def uninstall() -> None:
    """Show what is still waiting, and give back the descriptors and streams as they were."""
    global _capture
    if _capture is not None:
        atexit.unregister(uninstall)
        _capture.remove()
        _capture = None


class _LineBuffering:
    """Outside a kernel: Python's text leaves with each line, as on a terminal, and C's at once."""

    def __init__(self):
        self.stream = sys.stdout
        self.before = getattr(self.stream, "line_buffering", True)
        if not self.before:
            self.stream.reconfigure(line_buffering=True)
        _buffer_c_stdout(_UNBUFFERED)

    def remove(self):
        if not self.before and not self.stream.closed:
            self.stream.reconfigure(line_buffering=False)
        _buffer_c_stdout(_FULLY_BUFFERED)


class _Channel:
    """One descriptor (1 or 2), the memory file in its place, and the Python stream that shows the text.

    home is the kernel's own stream, stream what sys.stdout or sys.stderr is now.
    """

    def __init__(self, fd: int, name: str):
        self.fd, self.name = fd, name
        self.home = self.stream = getattr(sys, name)
        self.file = _memory_file(name)
        self.shown = 0  # bytes of the file
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")  # keeps half a character for later
        self.kept = os.dup(fd)
        os.dup2(self.file, fd)

    def show(self) -> None:
        while data := os.pread(self.file, _CHUNK_BYTES, self.shown):
            self.write(self.decoder.decode(data))
            # Only now: until then other threads must see that text is waiting, and wait for it too.
            self.shown += len(data)
            if self.shown // _RELEASE_BYTES != (self.shown - len(data)) // _RELEASE_BYTES:
                _release(self.file, self.shown)

    def write(self, text: str) -> None:
        try:
            self.stream.write(text)
        except Exception:  # sys.stdout was replaced by something closed, broken or None
            self.home.write(text)

    def remove(self) -> None:
        os.dup2(self.kept, self.fd)
        self.show()
        self.write(self.decoder.decode(b"", final=True))
        os.close(self.kept)
        os.close(self.file)


class _Capture:
    """The two channels of a kernel, and all places where they are looked at."""

    def __init__(self, shell):
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
        _buffer_c_stdout(_UNBUFFERED)
        self.events = shell.events
        self.lock, self.showing = threading.RLock(), False
        self.in_cell = threading.Event()
        self.in_cell.set()  # `%load_ext` stands in a cell
        self.stopped = False
        self.channels = {name: _Channel(fd, name) for fd, name in ((1, "stdout"), (2, "stderr"))}
        self.pairs = tuple((channel, channel.file) for channel in self.channels.values())
        for channel in self.channels.values():
            _look_first(channel.home, self)
        _SYS.capture = self
        sys.__class__ = _SYS
        self.events.register("pre_execute", self.begin_cell)
        self.events.register("post_execute", self.end_cell)
        os.register_at_fork(after_in_child=self.forget)
        # Not threading.Thread: ipykernel ties what such a thread prints to the cell that started it.
        _thread.start_new_thread(self.poll, ())
