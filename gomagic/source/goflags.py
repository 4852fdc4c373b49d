"""The flags of `go build`: one reader for `--flags` and for GOFLAGS, and what of them no cell can mean.

Go takes `-name`, `--name`, `-name=value` and, of a flag that is no switch, `-name value`. All leave here as `-name` or
`-name=value`, so that whoever asks for a flag finds it by its name.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from gomagic.source.record import Record

# What takes a value only behind "=".
_SWITCHES = {"a", "asan", "buildvcs", "cover", "json", "linkshared", "modcacherw", "msan", "n", "race", "trimpath"}
_SWITCHES |= {"v", "work", "x"}
# What has one, perhaps as the next word. A name in neither is left to Go, which knows it or says so.
_VALUED = {"C", "asmflags", "buildmode", "compiler", "covermode", "coverpkg", "gccgoflags", "gcflags", "installsuffix"}
_VALUED |= {"ldflags", "mod", "modfile", "o", "overlay", "p", "pgo", "pkgdir", "tags", "toolexec"}
_OFF = {"0", "f", "F", "false", "FALSE", "False"}

_ENDS = "a library built so ends the process that loads it"
_OURS = "gomagic decides where a cell is built, and as what"
_MODULE = "a cell is built in a module and a workspace of its own"
_SHOWS = "what Go prints of its work is no part of a cell's output"
# name -> (why it cannot be meant, what to do instead)
_REFUSED = {
    "C": (_OURS, "leave it out"),
    "asan": (f"{_ENDS}, unless that was started with AddressSanitizer", "leave it out"),
    "buildmode": (_OURS, "leave it out; a program is run by `%%gorun`"),
    "compiler": ("cells are built by Go's own compiler", "leave it out"),
    "json": (_SHOWS, "leave it out"),
    "mod": (_MODULE, "leave it out"),
    "modfile": (_MODULE, "leave it out"),
    "msan": (_ENDS, "leave it out"),
    "n": ("Go then only prints what it would do", "leave it out; `%%go NAME -v` shows the commands"),
    "o": (_OURS, "leave it out; `%%go NAME --save FOLDER` keeps the library"),
    "overlay": (_MODULE, "leave it out"),
    "pgo": ("it names no profile: `auto`, `off` or the whole path of a file", "name a profile, or leave it out"),
    "race": (_ENDS, "leave it out; `%%gorun --race` and `%%gotest NAME --race` look for races"),
    "v": (_SHOWS, "leave it out; `%%go NAME -v` shows the commands"),
    "work": (_SHOWS, "leave it out; `%%go NAME --save FOLDER` keeps what is built"),
    "x": (_SHOWS, "leave it out; `%%go NAME -v` shows the commands"),
}


class Refusal(Record):
    """A word that cannot stand among the flags, as it was written; why, and what to do."""

    word: str
    note: str
    hint: str


def split(text: str) -> list[str]:
    """The words of GOFLAGS, as Go takes them apart: a quote counts only where a word begins, a backslash nowhere.

    Raises ValueError for a quote that is not closed.
    """
    words, rest = [], text.strip()
    while rest:
        if rest[0] in "'\"":
            word, closed, rest = rest[1:].partition(rest[0])
            if not closed:
                raise ValueError("a quote is opened and not closed")
        else:
            word = rest.split(maxsplit=1)[0]
            rest = rest[len(word) :]
        words.append(word)
        rest = rest.lstrip()
    return words


def join(words: Iterable[str]) -> str:
    """The words as GOFLAGS holds them. A word with a space and both kinds of quotes cannot stand there."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if word and word[0] not in "'\"" and not any(char.isspace() for char in word):
        return word
    quote = '"' if "'" in word else "'"
    return f"{quote}{word}{quote}"


def read(words: Iterable[str], *, joined: bool = False) -> list[str]:
    """The flags among the words, as `-name` or `-name=value`; a word that is no flag stays, for `refusal` to find.

    joined: whether a value can stand only behind "=", as in GOFLAGS.
    """
    flags, waiting = [], list(words)[::-1]
    while waiting:
        word = waiting.pop()
        if not word.startswith("-") or not word.strip("-"):
            flags.append(word)
            continue
        flag = "-" + word.removeprefix("-").removeprefix("-")
        if flag[1:] in _VALUED and waiting and not joined:
            flag += f"={waiting.pop()}"
        flags.append(flag)
    return flags


def name(flag: str) -> str:
    """The name of a flag that was read; "" if it is none."""
    return flag[1:].partition("=")[0] if flag.startswith("-") and flag != "--" else ""


def values(flags: Iterable[str], wanted: str) -> list[str]:
    """The values that a flag is given, in order."""
    return [flag.partition("=")[2] for flag in flags if name(flag) == wanted]


def refusal(flags: Iterable[str]) -> Refusal | None:
    """The first of the flags that no library for Python can be built with."""
    before = ""
    for flag in flags:
        called, given, value = flag[1:].partition("=")
        if called in _VALUED and not given:
            return Refusal(flag, "it needs a value", f"write `{flag}=…`")
        if not name(flag):
            if not before or before in _SWITCHES | _VALUED:  # else it may be the value of a flag that only Go knows
                return Refusal(flag, "it is no flag of `go build`", "write flags as `-name=value`")
        elif called in _REFUSED and not _harmless(called, value):
            return Refusal(f"-{called}", *_REFUSED[called])
        before = "" if "=" in flag else name(flag)
    return None


def _harmless(called: str, value: str) -> bool:
    if called in _SWITCHES and value in _OFF:
        return True
    if called == "asan":
        return hasattr(ctypes.CDLL(None), "__asan_init")
    if called == "pgo":
        return value in ("auto", "off") or (os.path.isabs(value) and os.path.isfile(value))
    return False
