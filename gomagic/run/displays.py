"""What Go shows by golib/show, among the text that it prints: a line of a secret word and a file's name.

golib/show/channel.go has the other side, and says why it is so.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

VARIABLE = "GOMAGIC_SHOW"
_OWN = "own"  # in place of a file: what starts with this takes its own stdout
_MOST_BYTES = 200  # of such a line


class Display:
    """A content in several forms, by their MIME types. update: it takes the place of another, which has its id."""

    def __init__(self, data: dict[str, Any], id: str, update: bool) -> None:
        self.data, self.id, self.update = data, id, update

    def publish(self, publisher: Any) -> None:
        """Show it. publisher: an IPython shell's display_pub."""
        publisher.publish(self.data, {}, transient={"display_id": self.id}, update=self.update)


class Channel:
    """Where gomagic listens: a folder of its own, and the word that nobody knows but who is told."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gomagic-show-"))
        self._word = os.urandom(16).hex()  # as `secrets` does it, which takes 4 ms to import
        self._mark = f"\x1bgomagic {self._word} ".encode()
        self._line = re.escape(self._mark) + rb"(\d+-\d+)\n"
        atexit.register(self.close)

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Listen no longer; what was not shown is gone."""
        atexit.unregister(self.close)
        shutil.rmtree(self.folder, ignore_errors=True)

    def variable(self, fd: int | None) -> dict[str, str]:
        """What Go is to find in its environment, if its stdout is this descriptor; None: whatever the first has that
        shows anything."""
        return {VARIABLE: f"{self._word} {_OWN if fd is None else _identity(fd)} {self.folder}"}

    def next(self, data: bytes, *, more: bool = True) -> tuple[int, str]:
        """What comes first: so many bytes of text, or so many that name a display; 0 if there is half of a name yet.

        more: the rest of a name may come.
        """
        if b"\x1b" not in data:  # most often; and a pattern takes 0.3 ms to compile, at `%load_ext gomagic`
            return len(data), ""
        if found := re.search(self._line, data):
            return (found.end(), found[1].decode()) if found.start() == 0 else (found.start(), "")
        start = data.rfind(b"\x1b", -_MOST_BYTES)
        tail = data[start:] if start >= 0 else b""
        is_half = self._mark.startswith(tail) or (tail.startswith(self._mark) and b"\n" not in tail)
        return (start if more and tail and is_half else len(data)), ""

    def without(self, data: bytes) -> bytes:
        """The text alone."""
        return re.sub(self._line, b"", data)

    def out_of_json(self, text: str) -> tuple[str, list[Display]]:
        """Of lines of JSON, in whose strings displays are named: the lines without them, and the displays."""
        line = re.compile(rf"\\u001bgomagic {self._word} (\d+-\d+)\\n")
        return line.sub("", text), [found for name in line.findall(text) if (found := self.take(name))]

    def see(self, name: str) -> Display | None:
        """The display of this name; None where it cannot be read."""
        try:
            said = json.loads((self.folder / name).read_bytes())
            return Display(said["data"], said["id"], said["update"])
        except (OSError, ValueError, LookupError):
            return None

    def take(self, name: str) -> Display | None:
        """The display of this name, which is gone then."""
        display = self.see(name)
        (self.folder / name).unlink(missing_ok=True)
        return display


class Parted:
    """A program's output, as it comes: text goes to `write`, what it shows to `show`."""

    def __init__(self, channel: Channel, write: Callable[[str], None], show: Callable[[Display], None]) -> None:
        self._channel, self._write, self._show = channel, write, show
        self._kept = b""

    def add(self, text: str, *, more: bool = True) -> None:
        """Hand on what has come; more: half of a name is kept until the rest comes."""
        self._kept += text.encode()
        while self._kept:
            size, name = self._channel.next(self._kept, more=more)
            if not size:
                return
            first, self._kept = self._kept[:size], self._kept[size:]
            if not name:
                self._write(first.decode())
            elif display := self._channel.take(name):
                self._show(display)


def send(data: Mapping[str, Any]) -> bool:
    """Show a content, as golib/show does, to who has started this process; returns whether anybody listens."""
    word, _, rest = os.environ.get(VARIABLE, "").partition(" ")
    file, _, folder = rest.partition(" ")
    if sys.stdout is not sys.__stdout__ or file != _identity(1):
        return False
    texts = {mime: base64.b64encode(form).decode() if isinstance(form, bytes) else form for mime, form in data.items()}
    name = f"{os.getpid()}-{time.time_ns()}"
    try:
        said = json.dumps({"id": f"python-{name}", "update": False, "data": texts})
    except (TypeError, ValueError):  # it holds what JSON cannot say
        return False
    Path(folder, name).write_text(said, encoding="utf-8")
    print(f"\x1bgomagic {word} {name}", flush=True)
    return True


def _identity(fd: int) -> str:
    stat = os.fstat(fd)
    return f"{stat.st_dev}:{stat.st_ino}"
