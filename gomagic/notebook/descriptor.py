"""What lies under sys.stdout and sys.stderr in a kernel: descriptors 1 and 2."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gomagic.run.displays import Channel

_CHUNK_BYTES = 1 << 20
_RELEASE_BYTES = 8 << 20  # memory of shown text goes back to the system in steps of this size
_PAGE_BYTES = 4096
_KEEP_SIZE_PUNCH_HOLE = 3  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE


class Descriptor:
    """A descriptor of this process (1 or 2) whose text goes to a memory file that only grows.

    So a write needs no reader and never blocks; child processes append to the same file.
    """

    def __init__(self, fd: int, channel: Channel | None = None):
        """channel: where what golib/show writes to the file is found."""
        self._fd, self._channel = fd, channel
        self._shown = 0  # bytes of the file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # keeps half a character for later
        self._file = _memory_file()
        self._original = os.dup(fd)
        os.dup2(self._file, fd)
        if channel:
            os.environ.update(channel.variable(fd))

    def waiting(self) -> bool:
        """Whether there is text that was not yet taken."""
        return os.lseek(self._file, 0, os.SEEK_END) != self._shown

    def read(self) -> tuple[int, str, str]:
        """Return the size in bytes of the next chunk (0: none, at most 1 MiB) and its text, which still waits.

        Or no text, but the name of a display. Each read is to be followed by take(size).
        """
        data = os.pread(self._file, _CHUNK_BYTES, self._shown)
        size, name = self._channel.next(data) if self._channel else (len(data), "")
        return size, "" if name else self._decoder.decode(data[:size]), name

    def display(self) -> tuple[int, str]:
        """The size and the name of a display, if one comes next; else (0, "")."""
        found = self._channel.next(os.pread(self._file, _CHUNK_BYTES, self._shown)) if self._channel else (0, "")
        return found if found[1] else (0, "")

    def take(self, size: int) -> None:
        """The next size bytes wait no longer."""
        self._shown += size
        if self._shown % _RELEASE_BYTES < size:
            _release(self._file, self._shown)

    def size(self) -> int:
        """The bytes written until now, shown or not."""
        return os.lseek(self._file, 0, os.SEEK_END)

    def since(self, start: int) -> str:
        """The text that was written from byte `start` on; "" where it is more than a chunk, or partly released."""
        length = self.size() - start
        if length > _CHUNK_BYTES or start < self._shown // _RELEASE_BYTES * _RELEASE_BYTES:
            return ""
        data = os.pread(self._file, length, start)
        return (self._channel.without(data) if self._channel else data).decode("utf-8", "replace")

    def restore(self) -> None:
        """Let the descriptor lead where it led before; what waits can still be read.

        The file stays open: another thread may be about to look at it.
        """
        os.dup2(self._original, self._fd)
        os.close(self._original)
        for name in self._channel.variable(self._fd) if self._channel else ():
            os.environ.pop(name, None)


def _memory_file() -> int:
    """A new file without a name, to which every write appends, whoever makes it."""
    import fcntl  # not on Windows

    if hasattr(os, "memfd_create"):
        file = os.memfd_create("gomagic")
    else:
        import tempfile

        with tempfile.TemporaryFile(buffering=0) as unnamed:
            file = os.dup(unnamed.fileno())
    fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
    return file


def _release(file: int, size: int) -> None:
    """Give the memory of the first size bytes back; offsets stay, so nothing written meanwhile is lost."""
    with contextlib.suppress(AttributeError):  # Linux only; elsewhere the file just grows
        end = ctypes.c_long(size - size % _PAGE_BYTES)
        ctypes.CDLL(None).fallocate(file, _KEEP_SIZE_PUNCH_HOLE, ctypes.c_long(0), end)
