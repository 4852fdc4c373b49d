"""Shows in the notebook what native code (Go, C, child processes) writes to file descriptors 1 and 2.

`install(shell)` once per kernel, `uninstall()` undoes it. How the order against Python's own text is kept:

- Descriptors 1 and 2 become memory files that only grow. A native write needs no reader, so it never blocks, not
  even in a call that keeps the GIL (ctypes.PyDLL), and a call costs nothing more than before.
- Whatever Python does next with sys.stdout or sys.stderr first shows what the files have gained. The kernel's two
  streams get a subclass in which looking up `write` or `flush` does so; ipykernel flushes both before it sends a
  display, a result, a traceback or a question of input().
- The module `sys` gets a subclass in which reading or assigning `stdout` and `stderr` does so too. Thus `%%capture`
  and contextlib.redirect_stdout catch what was written while they were on: leaving them is an assignment, and the
  text moves before it counts. print() takes its stream from the dictionary of `sys` instead, so there a stream
  that replaces the kernel's stands wrapped.
- During a cell a thread looks every 50 ms, for calls that take long.

Text that arrives between two cells stands at the top of the next cell's output: front ends drop what comes after a
cell has ended. Between descriptors 1 and 2 the order is known only as far as Python's own text parts them. What was
not yet shown when the process dies is lost. Outside a kernel nothing is redirected: there Python hands on each
line, and C each text, at once instead of holding it back.
"""

from __future__ import annotations

import _thread
import atexit
import codecs
import contextlib
import ctypes
import os
import sys
import threading
import time
import types

_POLL_SECONDS = 0.05
_CHUNK_BYTES = 1 << 20
_RELEASE_BYTES = 8 << 20  # memory of shown text goes back to the system in steps of this size
_PAGE_BYTES = 4096
_KEEP_SIZE_PUNCH_HOLE = 3  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
_WIDGET_MESSAGES = ("comm_open", "comm_msg")
_FULLY_BUFFERED, _UNBUFFERED = 0, 2  # _IOFBF, _IONBF of stdio.h

_installed: _Kernel | _Terminal | None = None


def install(shell) -> None:
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

        def install_now(*_):
            shell.events.unregister("post_run_cell", install_now)
            install(shell)

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


class _Terminal:
    """Outside a kernel: Python's stdout passes each line on, also into a file or pipe, and C's each text."""

    def __init__(self):
        self.stream = sys.stdout
        self.changed = not getattr(self.stream, "line_buffering", True)
        if self.changed:
            self.stream.reconfigure(line_buffering=True)
        _buffer_c_stdout(_UNBUFFERED)

    def remove(self):
        if self.changed and not self.stream.closed:
            self.stream.reconfigure(line_buffering=False)
        _buffer_c_stdout(_FULLY_BUFFERED)


class _Channel:
    """Descriptor 1 or 2, the memory file in its place, and the streams that show its text.

    home: the kernel's stream; stream: what sys.stdout or sys.stderr is now; shown: bytes of the file.
    """

    def __init__(self, fd, name):
        self.fd, self.name, self.shown = fd, name, 0
        self.home = self.stream = getattr(sys, name)
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")  # keeps half a character for later
        self.file = _memory_file(name)
        self.original = os.dup(fd)
        os.dup2(self.file, fd)

    def write(self, stream, text):
        try:
            if text:
                stream.write(text)
        except Exception:  # a closed or broken stream took the kernel's place: the text must not be lost
            with contextlib.suppress(Exception):
                self.home.write(text)


class _Kernel:
    """A kernel's two channels, and every place from which they are looked at."""

    def __init__(self, shell):
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
        _buffer_c_stdout(_UNBUFFERED)
        self.events = shell.events
        self.lock, self.removed = threading.RLock(), False
        self.showing = set()  # threads, by ident
        self.in_cell = threading.Event()
        self.in_cell.set()  # %load_ext stands in a cell
        self.channels = _Channel(1, "stdout"), _Channel(2, "stderr")
        attributes = {}
        for channel in self.channels:
            plain = type(channel.home)
            members = {name: _LooksFirst(self, name, getattr(plain, name)) for name in ("write", "flush")}
            channel.home.__class__ = type(plain.__name__, (plain,), members)
            attributes[channel.name] = _SysStream(self, channel)
        sys.__class__ = type("_Sys", (_Sys,), attributes)
        self.events.register("pre_run_cell", self.begin_cell)
        self.events.register("post_run_cell", self.end_cell)
        # Not threading.Thread: ipykernel ties the output of such a thread to the cell that started it.
        _thread.start_new_thread(self.poll, ())

    def look(self, *, replaced):
        """Show what is waiting, if there is a cell to show it in.

        replaced: in streams that replaced the kernel's too. These may forward to the kernel's with a lock held,
        and may not expect a second thread, so only what was about to use them anyway may write to them.
        """
        out, err = self.channels
        if os.lseek(out.file, 0, os.SEEK_END) == out.shown and os.lseek(err.file, 0, os.SEEK_END) == err.shown:
            return
        # Between cells a front end listens to a widget's callback at most, and not to, say, a completion.
        if self.in_cell.is_set() or out.home.parent_header.get("msg_type") in _WIDGET_MESSAGES:
            self.show(out, replaced)
            self.show(err, replaced)

    def show(self, channel, replaced):
        thread = _thread.get_ident()
        if thread not in self.showing:  # else the stream's own write, or a finalizer that prints, came back here
            self.showing.add(thread)
            try:
                while self.move(channel, replaced):
                    pass
            finally:
                self.showing.discard(thread)

    def move(self, channel, replaced):
        """Hand one chunk to the stream; returns whether there was one."""
        with self.lock:
            if channel.stream is not channel.home and not replaced:
                return False
            data = os.pread(channel.file, _CHUNK_BYTES, channel.shown)
            stream, text = channel.stream, channel.decoder.decode(data)
            if stream is channel.home:
                channel.write(stream, text)
            # Not earlier: while one thread writes, the others must see that there is something to wait for.
            channel.shown += len(data)
            if channel.shown % _RELEASE_BYTES < len(data):
                _release(channel.file, channel.shown)
        if stream is not channel.home:  # it may have a lock, held by a thread that waits for ours
            channel.write(stream, text)
        return bool(data)

    def replace(self, channel, stream):
        """Carry out `sys.stdout = stream`."""
        if isinstance(stream, _Replacement):  # unittest.mock takes what it puts back from the dictionary
            stream = stream._stream
        self.look(replaced=True)
        with self.lock:
            channel.stream = stream
            wrapped = stream is not None and stream is not channel.home
            vars(sys)[channel.name] = _Replacement(self, stream) if wrapped else stream

    def begin_cell(self, *_):
        self.in_cell.set()
        self.look(replaced=True)

    def end_cell(self, *_):
        self.look(replaced=True)
        self.in_cell.clear()

    def poll(self):
        while True:
            self.in_cell.wait()
            time.sleep(_POLL_SECONDS)
            if self.removed:
                return
            self.look(replaced=False)

    def detach(self):
        """Give streams and `sys` back; the descriptors stay."""
        sys.__class__ = types.ModuleType
        for channel in self.channels:
            vars(sys)[channel.name] = channel.stream
            channel.home.__class__ = type(channel.home).__base__

    def remove(self):
        self.events.unregister("pre_run_cell", self.begin_cell)
        self.events.unregister("post_run_cell", self.end_cell)
        with self.lock:
            self.detach()
            for channel in self.channels:
                os.dup2(channel.original, channel.fd)
                self.show(channel, True)
                channel.write(channel.stream, channel.decoder.decode(b"", final=True))
                channel.home.flush()
                os.close(channel.original)  # but not the file: another thread may be about to look
            self.removed = True
        self.in_cell.set()  # wakes poll
        _buffer_c_stdout(_FULLY_BUFFERED)


class _LooksFirst:
    """`write` or `flush` of a kernel's stream: whoever looks it up first gets what is waiting shown.

    With __set__, because IPython 9 puts another `write` on the stream for each cell.
    """

    def __init__(self, kernel, name, plain):
        self.kernel, self.name, self.plain = kernel, name, plain

    def __get__(self, stream, owner=None):
        if stream is None:
            return self.plain
        self.kernel.look(replaced=False)
        return vars(stream).get(self.name) or self.plain.__get__(stream)

    def __set__(self, stream, value):
        vars(stream)[self.name] = value

    def __delete__(self, stream):
        del vars(stream)[self.name]


class _Sys(types.ModuleType):
    """The class of `sys` meanwhile."""

    def __reduce__(self):  # cloudpickle knows modules by their exact class
        return __import__, ("sys",)


class _SysStream:
    """`sys.stdout` or `sys.stderr`, read and assigned as ever, but looking first."""

    def __init__(self, kernel, channel):
        self.kernel, self.channel = kernel, channel

    def __get__(self, module, owner=None):
        self.kernel.look(replaced=True)
        return self.channel.stream

    def __set__(self, module, stream):
        self.kernel.replace(self.channel, stream)


class _Replacement:
    """A stream that replaced the kernel's, as print() finds it: each use looks first."""

    def __init__(self, kernel, stream):
        self._kernel, self._stream = kernel, stream

    def __getattr__(self, name):
        self._kernel.look(replaced=True)
        return getattr(self._stream, name)


def _memory_file(name):
    """A new unnamed file to which every write appends, whoever makes it."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create(name)
    else:
        import tempfile

        with tempfile.TemporaryFile(buffering=0) as unnamed:
            file = os.dup(unnamed.fileno())
    import fcntl

    fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
    return file


def _release(file, size):
    """Give the memory of the first size bytes back; offsets stay, so nothing written meanwhile is lost."""
    with contextlib.suppress(AttributeError):  # Linux only; elsewhere the file just grows
        ctypes.CDLL(None).fallocate(
            file, _KEEP_SIZE_PUNCH_HOLE, ctypes.c_long(0), ctypes.c_long(size - size % _PAGE_BYTES)
        )


def _buffer_c_stdout(mode):
    """Write out what C's stdout holds, and let it hold back nothing (or as much as it likes) from now on."""
    libc = ctypes.CDLL(None)
    for name in ("stdout", "__stdoutp"):  # glibc and musl, macOS
        with contextlib.suppress(ValueError):
            libc.fflush(None)
            libc.setvbuf(ctypes.c_void_p.in_dll(libc, name), None, mode, ctypes.c_size_t(0))


def _forget_in_child():
    """After os.fork: the parent goes on showing the files, so the child must not show them a second time."""
    global _installed
    if isinstance(_installed, _Kernel):
        _installed.detach()
        _installed = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
