"""The mistakes that Go lets pass without a word, or without naming the cell, found before anything is built."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomagic.errors import Fault
from gomagic.source.cell import Cell
from gomagic.source.gosource import Comment

# A variable, type or parameter that the cell itself calls C.
_OWN_C = re.compile(r"\b(?:var|const|type)\s+C\b|\bC\b[ \t\w,]*:=|[(,]\s*C\b(?:\s*,\s*\w+)*\s+[\w*\[]")


def find(cell: Cell) -> list[Fault]:
    """The mistakes in a cell that `go build` would accept, or would report without naming the cell."""
    source = cell.source
    faults = []
    if not source.uses_c:
        if exports := _export_comments(cell):
            faults.append(
                _fault(
                    cell,
                    exports[0].first,
                    '`//export` needs `import "C"` in the same cell',
                    note="without it Go builds a library that exports nothing",
                    hint=_import_c(cell),
                )
            )
        elif (used := re.search(r"\bC\.\w+", source.bare)) and not _OWN_C.search(source.bare):
            faults.append(
                _fault(
                    cell,
                    source.line_of(used.start()),
                    f'`{used[0]}` needs `import "C"` in the same cell',
                    note="without it the cell is plain Go, and its types are Go's own",
                    hint=f"{_import_c(cell)}, or use Go's types",
                )
            )
        return faults
    faults += _package(cell)
    faults += _exports(cell)
    return faults


def find_in_program(cell: Cell) -> list[Fault]:
    """The mistakes in a cell that is to be a program."""
    return _package(cell) if cell.uses_c or cell.source.package else []


def no_main(cell: Cell) -> Fault:
    """The mistake in a cell that is to be a program, and holds declarations at most."""
    last = cell.body.rstrip("\n").count("\n") + 1
    return _fault(
        cell,
        last,
        "there is nothing to run",
        note="a program is statements, or has a `func main`",
        hint="write below the declarations what is to be done, as in `fmt.Println(1 + 2)`",
    )


def _package(cell: Cell) -> list[Fault]:
    source = cell.source
    faults = []
    if source.package is None:
        first = next((n for n, text in enumerate(cell.body.split("\n"), 1) if text.strip()), 1)
        faults.append(_fault(cell, first, "no `package` line", hint="write `package main` above everything else"))
    elif source.package[0] != "main":
        name, offset = source.package
        faults.append(
            _fault(
                cell,
                source.line_of(offset),
                f"`package {name}` cannot be loaded or run",
                hint="write `package main`",
            )
        )
    elif not any(func.name == "main" for func in source.funcs):
        last = cell.body.rstrip("\n").count("\n") + 1
        faults.append(
            _fault(
                cell,
                last,
                "no `func main`",
                note="Go demands one in every program and library; a library's is never called",
                hint="add the line `func main() {}`",
            )
        )
    return faults


def _import_c(cell: Cell) -> str:
    """Where it is to stand: C code counts only in the comment that touches it."""
    line = 'add the line `import "C"`'
    code = [c for c in cell.source.comments if re.search(r"#[ \t]*include\b", c.text)]
    if code and cell.source.package:
        return f"{line} directly below line {cell.line_of(code[-1].last)}, where the C code ends"
    return f"{line} below `package main`" + ("" if cell.source.package else ", both above everything else")


def _exports(cell: Cell) -> list[Fault]:
    """`//export` comments that cgo does not see as such, and functions that it cannot export."""
    source = cell.source
    lines = source.bare.split("\n")
    funcs = {func.line: func for func in source.funcs}
    called = {func.name for func in source.funcs}
    below_of = _below(source.comments)
    faults = []
    for comment in source.comments:
        spaced = re.match(r"//[ \t]+export[ \t]+(\w+)[ \t]*$", comment.text)
        if spaced and spaced[1] in called:
            faults.append(
                _fault(
                    cell,
                    comment.first,
                    f"`{comment.text.strip()}` is an ordinary comment",
                    note="Go reads `//export` only without a space",
                    hint=f"write `//export {spaced[1]}`",
                )
            )
    for comment in _export_comments(cell):
        below = below_of[comment.last]
        func = funcs.get(below)
        if func is None:
            name = comment.text.split()[1]
            gap = below <= len(lines) and not lines[below - 1].strip()
            faults.append(
                _fault(
                    cell,
                    comment.first,
                    f"`//export {name}` stands above no function",
                    note="Go reads it only in the comment that touches the function"
                    + (", and here a blank line is between them" if gap else ""),
                    hint=f"put it on the line above `func {name}`"
                    if name in called
                    else "delete it, or write that function",
                )
            )
        elif func.generic:
            faults.append(
                _fault(
                    cell,
                    func.line,
                    f"`{func.name}` has type parameters and cannot be exported",
                    note="C has no generic functions",
                    hint="export a function with concrete types that calls it",
                )
            )
    return faults


def _below(comments: Sequence[Comment]) -> dict[int, int]:
    """The last line of each comment that starts its line -> the line below it and the comments that follow at once."""
    below: dict[int, int] = {}
    starts: dict[int, int] = {}  # the first line of a comment -> what stands below it
    for comment in reversed([comment for comment in comments if comment.leads]):
        end = starts.get(comment.last + 1, comment.last + 1)
        below[comment.last] = starts[comment.first] = end
    return below


def _export_comments(cell: Cell) -> list[Comment]:
    return [c for c in cell.source.comments if c.leads and re.match(r"//export[ \t]+\w", c.text)]


def _fault(cell: Cell, body_line: int, message: str, *, note: str = "", hint: str = "") -> Fault:
    number = cell.line_of(body_line)
    text = cell.text_of(number)
    column = len(text) - len(text.lstrip()) + 1
    return Fault(f"{cell.label}:{number}:{column}", message, text, column, note, hint)
