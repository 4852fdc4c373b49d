"""The mistakes that everybody makes once, and what to write instead.

`find` sees those that Go lets pass without a word, before anything is built; `explain` adds a note and a hint
to what the compiler, cgo, gcc or the linker said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomagic.errors import Fault
from gomagic.source.cell import Cell
from gomagic.source.gosource import Comment

STANDARD = [
    "bufio",
    "bytes",
    "cmp",
    "context",
    "errors",
    "flag",
    "fmt",
    "hash",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "os",
    "path",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "syscall",
    "testing",
    "time",
    "unicode",
    "unsafe",
    "math/rand",
    "math/big",
    "math/bits",
    "math/cmplx",
    "unicode/utf8",
    "encoding/json",
    "encoding/csv",
    "encoding/binary",
    "os/exec",
    "path/filepath",
    "runtime/debug",
    "runtime/cgo",
    "sync/atomic",
    "container/heap",
    "text/tabwriter",
    "net/http",
    "time/tzdata",
]
# A variable, type or parameter that the cell itself calls C.
_OWN_C = re.compile(r"\b(?:var|const|type)\s+C\b|\bC\b[ \t\w,]*:=|[(,]\s*C\b(?:\s*,\s*\w+)*\s+[\w*\[]")
_BY_LAST_WORD = {path.rsplit("/", 1)[-1]: path for path in STANDARD}


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
                    hint='add the line `import "C"` below `package main`',
                )
            )
        elif (used := re.search(r"\bC\.\w+", source.bare)) and not _OWN_C.search(source.bare):
            faults.append(
                _fault(
                    cell,
                    source.line_of(used.start()),
                    f'`{used[0]}` needs `import "C"` in the same cell',
                    note="without it the cell is plain Go, and its types are Go's own",
                    hint='add the line `import "C"` below `package main`, or use Go\'s types',
                )
            )
        return faults
    faults += _package(cell)
    faults += _exports(cell)
    return faults


def find_in_program(cell: Cell) -> list[Fault]:
    """The mistakes in a cell that is to be a program."""
    return _package(cell)


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
                    hint=f"put it on the line above `func {name}`",
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
    below = {}
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


# What the tools say -> (note, hint); \1 and so on stand for the groups of the pattern.
_KNOWN = [
    (
        r'export comment has wrong name "(\w+)", want "(\w+)"',
        "the name after `//export` is the function's own",
        r"write `//export \2`",
    ),
    (
        r"unrecognized Go type (\w+)|Go type not supported in export: (.+)",
        "only numbers, strings, slices, pointers and C types can cross the boundary",
        "pass a pointer, or a struct declared in the C comment",
    ),
    (
        r"multiple definition of [`']([^']+)'",
        'C code above `import "C"` is compiled twice when the cell has `//export`',
        r"declare \1 as `static inline`",
    ),
    (
        r"conflicting types for [‘'`]([^’']+)",
        r"the C library has a function of that name, too",
        r"give the Go function another name, as in `Go\1`",
    ),
    (
        r"[‘']r[’'] redeclared",
        "cgo keeps several results in a C variable that it calls `r`",
        "give the parameter `r` another name",
    ),
    (
        r"[‘']recv[’'] undeclared",
        "`//export` with its plain name is for functions, not for methods",
        "export a function that takes the value as a parameter",
    ),
    (
        r"\S+\.h\w*: No such file",
        "the C compiler does not find that header",
        "install the development package that brings it, or correct the name",
    ),
    (
        r"declared and not used: (\w+)",
        "in Go an unused variable is an error",
        r"use `\1`, or delete it",
    ),
    (r'"([^"]+)" imported and not used', "", r"delete the import of `\1`"),
    (
        r"cannot use (\S+) \(.*type C\.(\w+)\) as (\w+) value",
        "C's types and Go's are different types, even of equal size",
        r"convert it: `\3(\1)`",
    ),
    (
        r"mismatched types .*\bC\.",
        "C's types and Go's are different types, even of equal size",
        "convert one side, as in `C.long(a)`",
    ),
    (
        r"variable of type \*C\.char",
        "a `*C.char` is an address, not a Go string",
        "make it a Go string first: `C.GoString(s)`",
    ),
    (
        r"cannot call (\w+) \(variable of pointer type C\.",
        "a C function pointer is an address, which Go cannot call",
        r"call \1 in a `static inline` C function, and that from Go",
    ),
    (
        r"unexpected type: \.\.\.",
        "cgo cannot call a C function with variable arguments, such as `printf`",
        "wrap it in a `static inline` C function, or use Go's `fmt`",
    ),
    (r"missing return", "a function with a result ends in `return`", ""),
    (
        r"no required module provides package (\S+?);",
        "a cell builds with the standard library, `gomagic/golib` and your own module",
        r"run `go get \1` in the folder of your go.mod",
    ),
    (
        r"go\.(?:mod|work) .*requires go >= (\S+)",
        "",
        r"install Go \1, or lower the `go` line of your module",
    ),
    (
        r"undefined reference to [`']([^']+)'|undefined symbol: (\w+)",
        "no library that was linked defines it",
        "",
    ),
]


def explain(message: str, cell: Cell) -> tuple[str, str]:
    """A note and a hint for a compiler's message; two empty strings when it says all there is to say."""
    if found := re.search(r"undefined: (\w+)", message):
        return "", _undefined(found[1], cell)
    if found := re.search(r"package (\S+) is not in std", message):
        return "", _package_name(found[1])
    if found := re.search(r"could not determine what C\.(\w+) refers to", message):
        return _unknown_c(found[1], cell)
    for pattern, note, hint in _KNOWN:
        if found := re.search(pattern, message):
            return _fill(note, found), _fill(hint, found)
    return "", ""


def _fill(text: str, found: re.Match[str]) -> str:
    return re.sub(r"\\(\d)", lambda group: found[int(group[1])] or "", text)


def _undefined(name: str, cell: Cell) -> str:
    import difflib

    if name in _BY_LAST_WORD:
        return f'add `import "{_BY_LAST_WORD[name]}"`'
    known = [func.name for func in cell.source.funcs]
    known += [path.rsplit("/", 1)[-1] for path in cell.source.imports]
    near = difflib.get_close_matches(name, known, 1, 0.75)
    if near:
        return f"did you mean `{near[0]}`?"
    near = difflib.get_close_matches(name, _BY_LAST_WORD, 1, 0.75)
    return f"the standard library has `{near[0]}`" if near else ""


def _package_name(path: str) -> str:
    import difflib

    if path.startswith("gomagic/golib/"):
        from gomagic.build import workspace

        names = [folder.name for folder in (workspace.GOMAGIC / "golib").iterdir() if folder.is_dir()]
        return "gomagic/golib has " + ", ".join(f"`{name}`" for name in sorted(names))
    near = difflib.get_close_matches(path, STANDARD, 1, 0.75)
    return f"did you mean `{near[0]}`?" if near else "correct the path, or `go get` the module that holds it"


def _unknown_c(name: str, cell: Cell) -> tuple[str, str]:
    comment = _detached_preamble(cell)
    if comment:
        return (
            f'the C comment ends on line {cell.line_of(comment.last)} and does not touch `import "C"`',
            'remove the blank line between the comment and `import "C"`',
        )
    headers = {"free": "stdlib.h", "malloc": "stdlib.h", "calloc": "stdlib.h", "puts": "stdio.h"}
    headers |= {"strlen": "string.h", "memcpy": "string.h", "sqrt": "math.h", "usleep": "unistd.h"}
    headers |= {f"{sign}int{bits}_t": "stdint.h" for sign in ("", "u") for bits in (8, 16, 32, 64)}
    headers |= {"uintptr_t": "stdint.h", "size_t": "stddef.h", "bool": "stdbool.h"}
    if name in headers:
        return "", f'write `#include <{headers[name]}>` in the comment above `import "C"`'
    return "", f'declare `{name}` in the comment directly above `import "C"`'


def _detached_preamble(cell: Cell) -> Comment | None:
    """The comment with C code that a blank line keeps apart from `import "C"`, or None."""
    line = cell.source.imports["C"]
    above = [c for c in cell.source.comments if c.last < line]
    if above and above[-1].last == line - 2 and re.search(r"#[ \t]*include|[;{]", above[-1].text):
        return above[-1]
    return None
