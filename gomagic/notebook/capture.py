"""Shows in the notebook what native code (Go, C, child processes) writes to file descriptors 1 and 2.

`install(shell)` once per kernel, `uninstall()` undoes it. How the order against Python's own text is kept:

- Descriptors 1 and 2 become memory files that only grow. A native write needs no reader, so it never blocks, not
  even in a call that keeps the GIL (ctypes.PyDLL), and a call costs nothing more than before.
- Whatever Python does next with sys.stdout or sys.stderr first shows what the files have gained. The kernel's two
  streams get a subclass in which looking up `write` or `flush` does so; ipykernel flushes both before it sends a
  display, a result, a traceback or a question of input().
- The module `sys` gets a subclass in which reading or assigning `stdout` and `stderr` does so too: `%%capture` and
  redirect_stdout catch what was written while they were on, because leaving them is an assignment. print() takes
  its stream from the dictionary of `sys`, so a stream that replaces the kernel's stands wrapped there.
- During a cell a thread looks every 50 ms, for calls that take long.

Text that arrives between two cells stands at the top of the next cell's output: front ends drop what comes after a
cell has ended. What golib/show shows has its place among the text; if it takes the place of what is shown already, it
does so at once, also between cells, unless text waits before it. Between descriptors 1 and 2 the order is known only as
far as Python's own text parts them. What was not yet shown when the process dies is lost. Outside a kernel nothing is
redirected: there Python hands on each line, and C each text, at once instead of holding it back; C from the first Go
cell on, as to tell it that takes ctypes, which is a third of `%load_ext gomagic`.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from gomagic.run.displays import Channel

_POLL_SECONDS = 0.05
_FULLY_BUFFERED, _UNBUFFERED = 0, 2  # _IOFBF, _IONBF of stdio.h

# Whatever somebody puts in the place of sys.stdout: it has a `write`, or has not.
_Stream = Any

_installed: _Kernel | _Terminal | None = None


def install(shell: InteractiveShell) -> None:
    """Show native output from now on; a second call does nothing.

    shell: the IPython shell. Without a kernel behind it (a terminal, a script) only buffering changes.
    """
    global _installed
    if _installed is not None or os.name != "posix":
        return
    if getattr(shell, "kernel", None) is None:
        _installed = _Terminal()
    elif all(hasattr(stream, "parent_header") for stream in (sys.stdout, sys.stderr)):
        _installed = _Kernel(shell)
    else:  # the cell that loads us is under %%capture: once it has ended, the kernel's streams are back

        def install_now(*_: object) -> None:
            shell.events.unregister("post_run_cell", install_now)
            install(shell)
            if isinstance(_installed, _Kernel):
                _installed.end_cell()

        shell.events.register("post_run_cell", install_now)
        return
    atexit.register(uninstall)


def uninstall() -> None:
    """Show what is waiting, then give descriptors, streams and `sys` back as they were."""
    global _installed
    if _installed is not None:
        atexit.unregister(uninstall)
        _installed.remove()
        _installed = None


def begin_native() -> None:
    """A Go cell is about to be loaded: from now on C holds nothing back, also outside a kernel."""
    if isinstance(_installed, _Terminal):
        _installed.tell_c()


@contextlib.contextmanager
def heard() -> Iterator[list[tuple[str, str]]]:
    """A list that holds, once the block has ended, what native code wrote within: pairs of a stream's name and text.

    It is shown all the same. Empty outside a kernel, where nothing is redirected, and for more than 1 MiB.
    """
    texts: list[tuple[str, str]] = []
    channels = _installed.channels if isinstance(_installed, _Kernel) else ()
    starts = [channel.descriptor.size() for channel in channels]
    yield texts
    for channel, start in zip(channels, starts, strict=True):
        if text := channel.descriptor.since(start):
            texts.append((channel.name, text))


def _hold_back_in_c(allowed: bool) -> None:
    """Write out what C's stdout holds; from now on it may hold text back as for any file, or none at all."""
    import ctypes

    libc = ctypes.CDLL(None)
    libc.fflush(None)
    for name in ("stdout", "__stdoutp"):  # glibc and musl, macOS
        with contextlib.suppress(ValueError):
            stdout = ctypes.c_void_p.in_dll(libc, name)
            libc.setvbuf(stdout, None, _FULLY_BUFFERED if allowed else _UNBUFFERED, ctypes.c_size_t(0))


class _Terminal:
    """Outside a kernel: Python's stdout passes each line on, also into a file or pipe, and C's each text."""

    def __init__(self) -> None:
        self.changed: _Stream = None
        self.has_told_c = False
        stream = sys.stdout
        # Under %%capture the stream is one that holds nothing back.
        if hasattr(stream, "reconfigure") and not stream.line_buffering:
            stream.reconfigure(line_buffering=True)
            self.changed = stream
        if "ctypes" in sys.modules:
            self.tell_c()

    def tell_c(self) -> None:
        if not self.has_told_c:
            self.has_told_c = True
            _hold_back_in_c(False)

    def remove(self) -> None:
        if self.changed is not None and not self.changed.closed:
            self.changed.reconfigure(line_buffering=False)
        if self.has_told_c:
            _hold_back_in_c(True)


class _Channel:
    """A descriptor and the streams that show its text.

    home: the kernel's own stream; stream: what sys.stdout or sys.stderr is now.
    """

    def __init__(self, fd: int, name: str, displays: Channel | None = None) -> None:
        from gomagic.notebook.descriptor import Descriptor  # only here: it is for kernels

        self.descriptor, self.name = Descriptor(fd, displays), name
        self.home: _Stream = getattr(sys, name)
        self.stream = self.home

    def write(self, stream: _Stream, text: str) -> None:
        try:
            if text:
                stream.write(text)
        except Exception:  # a closed or broken stream took the kernel's place: the text must not be lost
            with contextlib.suppress(Exception):
                self.home.write(text)


class _Kernel:
    """A kernel's two channels, and every place from which they are looked at."""

    def __init__(self, shell: InteractiveShell) -> None:
        from gomagic.run.displays import Channel

        for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
            stream.flush()
        _hold_back_in_c(False)
        self.events = shell.events
        self.lock, self.removed = threading.RLock(), False
        self.showing: set[int] = set()  # threads, by ident
        self.depth = 0  # of cells in cells: %%capture runs its text as one
        self.in_cell = threading.Event()
        self.shell, self.displays, self.has_displays = shell, Channel(), False
        self.channels = _Channel(1, "stdout", self.displays), _Channel(2, "stderr")
        attributes: dict[str, object] = {}
        for channel in self.channels:
            plain = type(channel.home)
            members = {name: _LooksFirst(self, name, getattr(plain, name)) for name in ("write", "flush")}
            channel.home.__class__ = type(plain.__name__, (plain,), {**members, "__module__": plain.__module__})
            attributes[channel.name] = _SysStream(self, channel)
        sys.__class__ = type("_Sys", (_Sys,), attributes)
        self.events.register("pre_run_cell", self.begin_cell)
        self.events.register("post_run_cell", self.end_cell)
        if self.parent() == "execute_request":  # %load_ext stands in a cell
            self.begin_cell()
        # Not threading.Thread: ipykernel ties the output of such a thread to the cell that started it.
        _thread.start_new_thread(self.poll, ())

    def look(self, *, replaced: bool) -> None:
        """Show what is waiting, if there is a cell to show it in.

        replaced: also in streams that replaced the kernel's. They may forward to it under a lock of their own, or
        not expect a second thread: only who was about to use them anyway may write to them.
        """
        out, err = self.channels
        if not (out.descriptor.waiting() or err.descriptor.waiting()):
            return
        # Between cells a front end listens to a widget's callback at most, and not to, say, a completion.
        if self.in_cell.is_set() or self.parent() in ("comm_open", "comm_msg"):
            self.show(out, replaced)
            self.show(err, replaced)
        elif self.has_displays:
            self.repeat(self.update)

    def show(self, channel: _Channel, replaced: bool) -> None:
        self.repeat(lambda: self.move(channel, replaced))

    def repeat(self, step: Callable[[], bool]) -> None:
        """Make steps as long as there are more."""
        thread = _thread.get_ident()
        if thread not in self.showing:  # else the stream's own write, or a finalizer that prints, came back here
            self.showing.add(thread)
            try:
                while step():
                    pass
            finally:
                self.showing.discard(thread)

    def update(self) -> bool:
        """Show what takes the place of what stands below an earlier cell; returns whether there was any."""
        channel = self.channels[0]
        with self.lock:
            size, name = channel.descriptor.display()
            display = self.displays.see(name) if size else None
            if display is None or not display.update:
                return False
            self.hand_on(channel, channel.home, "", name)
            channel.descriptor.take(size)
        return True

    def move(self, channel: _Channel, replaced: bool) -> bool:
        """Hand one chunk to the stream; returns whether there was one."""
        with self.lock:
            stream = channel.stream
            if stream is not channel.home and not replaced:
                return False
            size, text, display = channel.descriptor.read()
            if stream is channel.home:
                self.hand_on(channel, stream, text, display)
            # Not earlier: while one thread writes, the others must see that there is something to wait for.
            channel.descriptor.take(size)
        if stream is not channel.home:  # it may have a lock, held by a thread that waits for ours
            self.hand_on(channel, stream, text, display)
        return size > 0

    def hand_on(self, channel: _Channel, stream: _Stream, text: str, display: str) -> None:
        if display:
            self.has_displays = True
            if shown := self.displays.take(display):
                shown.publish(self.shell.display_pub)
        else:
            channel.write(stream, text)

    def replace(self, channel: _Channel, stream: _Stream) -> None:
        """Carry out `sys.stdout = stream`."""
        if isinstance(stream, _Replacement):  # unittest.mock takes what it puts back from the dictionary
            stream = stream._stream
        self.look(replaced=True)
        with self.lock:
            channel.stream = stream
            bare = stream is None or stream is channel.home
            vars(sys)[channel.name] = stream if bare else _Replacement(self, stream)

    def parent(self) -> str:
        """The type of the message that the kernel works on."""
        return str(self.channels[0].home.parent_header.get("msg_type"))

    def begin_cell(self, *_: object) -> None:
        self.depth += 1
        self.in_cell.set()
        self.look(replaced=True)

    def end_cell(self, *_: object) -> None:
        self.look(replaced=True)
        self.depth = max(self.depth - 1, 0)  # an empty cell ends without having begun
        if not self.depth:
            self.in_cell.clear()

    def poll(self) -> None:
        while True:
            self.in_cell.wait(0 if self.has_displays else None)
            time.sleep(_POLL_SECONDS)
            if self.removed:
                return
            self.look(replaced=False)

    def detach(self) -> None:
        """Give streams and `sys` back; the descriptors stay."""
        sys.__class__ = types.ModuleType
        for channel in self.channels:
            vars(sys)[channel.name] = channel.stream
            channel.home.__class__ = type(channel.home).__base__

    def remove(self) -> None:
        self.events.unregister("pre_run_cell", self.begin_cell)
        self.events.unregister("post_run_cell", self.end_cell)
        self.detach()
        for channel in self.channels:
            channel.descriptor.restore()
            self.show(channel, replaced=True)
            channel.home.flush()
        self.displays.close()
        self.removed = True
        self.in_cell.set()  # wakes poll
        _hold_back_in_c(True)


class _LooksFirst:
    """`write` or `flush` of a kernel's stream: whoever looks it up first gets what is waiting shown.

    With __set__, because IPython 9 puts another `write` on the stream for each cell.
    """

    def __init__(self, kernel: _Kernel, name: str, plain: Callable[..., object]) -> None:
        self.kernel, self.name, self.plain = kernel, name, plain

    def __get__(self, stream: _Stream, owner: type | None = None) -> object:
        if stream is None:
            return self.plain
        self.kernel.look(replaced=False)
        return stream.__dict__.get(self.name) or types.MethodType(self.plain, stream)

    def __set__(self, stream: _Stream, value: object) -> None:
        stream.__dict__[self.name] = value

    def __delete__(self, stream: _Stream) -> None:
        del stream.__dict__[self.name]


class _Sys(types.ModuleType):
    """The class of `sys` meanwhile."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:  # cloudpickle knows modules by their exact class
        return __import__, ("sys",)


class _SysStream:
    """`sys.stdout` or `sys.stderr`, read and assigned as ever, but looking first."""

    def __init__(self, kernel: _Kernel, channel: _Channel) -> None:
        self.kernel, self.channel = kernel, channel

    def __get__(self, module: types.ModuleType, owner: type | None = None) -> _Stream:
        self.kernel.look(replaced=True)
        return self.channel.stream

    def __set__(self, module: types.ModuleType, stream: _Stream) -> None:
        self.kernel.replace(self.channel, stream)


class _Replacement:
    """A stream that replaced the kernel's, as print() finds it: each use looks first."""

    def __init__(self, kernel: _Kernel, stream: _Stream) -> None:
        self._kernel, self._stream = kernel, stream

    def __getattr__(self, name: str) -> Any:
        self._kernel.look(replaced=True)
        return getattr(self._stream, name)


def _flush_before_fork() -> None:
    """A child would send what the kernel's streams hold back a second time."""
    if isinstance(_installed, _Kernel):
        _installed.look(replaced=True)
        for channel in _installed.channels:
            channel.home.flush()


def _forget_in_child() -> None:
    """The parent goes on showing the files, so the child must not."""
    global _installed
    if isinstance(_installed, _Kernel):
        _installed.detach()
        _installed = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_flush_before_fork, after_in_child=_forget_in_child)
