"""What Go, cgo, gcc and the linker print, read into Faults on the cell's own lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomagic.build import mistakes
from gomagic.errors import Fault
from gomagic.source.cell import Cell

_GCC = re.compile(r"(?:\./)?cell\.go:(\d+):(\d+): (?:fatal )?error: (.*)")
_DEBUG = re.compile(r"(?:\./)?cell\.go:(\d+):\d+: (invalid //go:debug: .*)")
_GENERATED = re.compile(r"\S+?:\d+:\d+: (?:fatal )?error: (.*)")
_LINKER = re.compile(r".*(multiple definition of [`'].*?'|undefined reference to [`'].*?')")
_INSIDE = re.compile(r"\S+: [Ii]n function [‘'`](\w+)")
_SYNTAX = re.compile(r"expected .*found|syntax error")


def mapped(text: str, cell: Cell) -> str:
    """The text with the file name that was compiled in replaced by `cell[N]`."""
    return text.replace(cell.token, cell.label)


def faults(output: str, cell: Cell, cc: Sequence[str]) -> list[Fault]:
    """The faults in what a failed build printed, each once; never empty.

    cc: the C compiler, as gcc counts columns on the screen and clang in bytes.
    """
    found: list[Fault] = []
    in_go = re.compile(rf"(?:cgo: )?{re.escape(cell.token)}:(\d+)(?::(\d+))?: (.*)")
    inside = ""
    for text in output.splitlines():
        if place := in_go.search(text):
            line, column, message = int(place[1]), int(place[2] or 0), place[3]
            fault = _at(cell, line, _from_bytes(cell.text_of(line), column), message)
        elif place := _GCC.search(text):
            line, column, message = int(place[1]), int(place[2]), place[3]
            count = _from_bytes if any("clang" in word or "zig" in word for word in cc) else _from_screen
            fault = _at(cell, line, count(cell.text_of(line), column), message)
        elif place := _DEBUG.search(text):  # its lines are copied to the top of a plain cell, see golib/cellgen
            settings = [comment for comment in cell.source.comments if comment.text.startswith("//go:debug ")]
            fault = _at(cell, cell.line_of(settings[int(place[1]) - 1].first), 1, place[2])
        elif place := _GENERATED.search(text) or _LINKER.search(text):
            name = re.search(r"[‘'`](\w+)[’']", place[1])
            fault = _named(cell, place[1], name[1] if name else "", inside)
        else:
            if place := _INSIDE.search(text):
                inside = place[1]
            continue
        if not any(_same(fault, other) for other in found):
            found.append(fault)
    return found or [_unplaced(output, cell)]


def _at(cell: Cell, line: int, column: int, message: str) -> Fault:
    message = _readable(message)
    text = cell.text_of(line)
    where = f"{cell.label}:{line}" + (f":{column}" if column else "")
    return Fault(where, message, text, column if text else 0, *mistakes.explain(message, cell))


def _named(cell: Cell, message: str, name: str, inside: str) -> Fault:
    """A fault in C that cgo wrote: it is shown where the cell declares the function it speaks of."""
    for candidate in (name, inside):
        found = candidate and re.search(rf"^func {candidate}\b|\b{candidate}[ \t]*\(", cell.body, re.MULTILINE)
        found = found or (candidate and re.search(rf"^func \([^)]*\) {candidate}\b", cell.body, re.MULTILINE))
        if found:
            line = cell.line_of(cell.source.line_of(found.start()))
            text = cell.text_of(line)
            return _at(cell, line, text.index(candidate) + 1, message)
    return Fault("", _readable(message), "", 0, *mistakes.explain(message, cell))


def _same(new: Fault, old: Fault) -> bool:
    """Whether a fault only repeats one: the same words, the same line's, or a parser that lost its way."""
    if _SYNTAX.search(new.message) and _SYNTAX.search(old.message):
        return True
    return new.message == old.message or (new.where == old.where != "")


def _readable(message: str) -> str:
    """cgo's internal names for C types back into the reader's: `_Ctype_int` is `C.int`."""
    message = re.sub(r"_Ctype_(?:struct_)?(\w+)", r"C.\1", message)
    return re.sub(r" is not in std \(.*\)", " is not in std", message)


def _unplaced(output: str, cell: Cell) -> Fault:
    lines = [line for line in mapped(output, cell).strip().splitlines() if not line.startswith("# ")]
    text = "\n  ".join(lines[:20]) or "the build failed without a word"
    return Fault("", text, "", 0, *mistakes.explain(text, cell))


def _from_bytes(line: str, column: int) -> int:
    """Go and clang count bytes; the reader counts characters."""
    return len(line.encode(errors="surrogatepass")[: column - 1].decode(errors="ignore")) + 1 if column else 0


def _from_screen(line: str, column: int) -> int:
    """gcc counts columns on a screen with a tab every eight."""
    width = 0
    for index, char in enumerate(line):
        if width >= column - 1:
            return index + 1
        width += 8 - width % 8 if char == "\t" else 1
    return len(line) + 1
