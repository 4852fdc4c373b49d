"""What a reader can do about what the compiler, cgo, gcc or the linker said: a note, and a hint that works as it is."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from gomagic.build import habits
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
_BY_LAST_WORD = {path.rsplit("/", 1)[-1]: path for path in STANDARD}

_NUMBER = r"(?:u?int(?:8|16|32|64)?|uintptr|byte|rune|float32|float64)"
# What the tools say -> (note, hint); \1 and so on stand for the groups of the pattern, %(number)s for Go's own numbers.
_KNOWN = [
    (
        r'export comment has wrong name "(\w+)", want "(\w+)"',
        "the name after `//export` is the function's own",
        r"write `//export \2`",
    ),
    (
        r"unrecognized Go type (\w+)|Go type not supported in export: (.+)",
        "only numbers, strings, slices, pointers and C types can cross the boundary",
        "pass a pointer to a number, or a struct declared in the C comment",
    ),
    (
        r"multiple definition of [`']([^']+)'",
        'C code above `import "C"` is compiled twice when the cell has `//export`',
        r"declare \1 as `static inline`",
    ),
    (
        r"variable `\w+` has \d+ bytes, and Go takes",
        "",
        "make it a slice, which a function makes when it is needed: `make([]byte, n)`",
    ),
    (
        r"conflicting types for [‘'`]([^’']+)",
        r"the C library has a function of that name, too",
        r"give the Go function another name, as in `Go\1`, and its `//export` line, too",
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
    (r'"([^"]+)" imported (?:as \w+ )?and not used', "", r"delete the import of `\1`"),
    (
        r"cannot use (.+?) \((?:variable|value) of %(number)s type C\.\w+\) as (%(number)s) value",
        "C's types and Go's are different types, even of equal size",
        r"convert it: `\2(\1)`",
    ),
    (
        r"cannot use (.+?) \((?:variable|value) of (?:\w+ )?type %(number)s\) as (C\.\w+) value",
        "C's types and Go's are different types, even of equal size",
        r"convert it: `\2(\1)`",
    ),
    (
        r"cannot use (.+?) \((?:\w+ of type string|untyped string constant)\) as \*C\.char value",
        "a `*C.char` is an address, which a Go string is not",
        r"make it a C string first: `C.CString(\1)`, which `C.free` has to free",
    ),
    (
        r"invalid operation: (.+?) \+ .*\(mismatched types \*C\.char and",
        "a `*C.char` is an address, not a Go string",
        r"make it a Go string first: `C.GoString(\1)`",
    ),
    (
        r"mismatched types C\.\w+ and (?:C\.\w+|%(number)s)|mismatched types %(number)s and C\.\w+",
        "C's types and Go's are different types, even of equal size",
        "convert one side, as in `C.long(a)`",
    ),
    (
        r"(\S+) \(variable of type \*C\.char\)(?: as string value| for built-in len|$)",
        "a `*C.char` is an address, not a Go string",
        r"make it a Go string first: `C.GoString(\1)`",
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
    (
        r"misplaced compiler directive",
        "a `//go:` line counts directly above what it is about; `//go:build` that does not hold here leaves a file out",
        "remove the line, and what stands below it if that is for another system",
    ),
    (r"missing return", "a function with a result ends in `return`", ""),
    (
        r"no required module provides package (\S+)",
        "a cell builds with the standard library, `gomagic/golib`, your own module and what `%go get` has added",
        r"run `%go get \1`",
    ),
    (
        r"go\.(?:mod|work) .*requires go >= (\S+)",
        "",
        r"install Go \1, or lower the `go` line of your module",
    ),
    (
        r"undefined reference to [`']([^']+)'|undefined symbol:? [`']?(\w[\w.]*)|relocation target (\S+) not defined",
        "no library that was linked defines it",
        "",
    ),
    (
        r"cannot find -l([^\s:]+)|unable to find (?:dynamic system )?library '?(?:-l)?([\w.+-]+)"
        r"|library (?:not found for -l|')([\w.+-]+)",
        r"CGO_LDFLAGS or a `#cgo LDFLAGS` line asks for the library `\1`",
        r"install the package that brings `lib\1.so`, or remove `-l\1`",
    ),
    (
        r"flag provided but not defined: (\S+)",
        "it stands in `--flags` or GOFLAGS, perhaps within `-ldflags` or `-gcflags`",
        r"remove `\1`",
    ),
    (
        r"unrecognized command[- ]line option [‘'](\S+?)[’']|unknown argument:? '([^']+)'",
        "it stands in CC, CGO_CFLAGS, CGO_LDFLAGS, `-ldflags` or a `#cgo` line",
        r"remove `\1`",
    ),
    (r"runtime/cgo: \S+: exit status", "the C compiler does not work", "run `%go doctor`"),
]


def explain(message: str, cell: Cell, near: str = "", line: str = "", column: int = 0) -> tuple[str, str]:
    """A note and a hint for a compiler's message; two empty strings when it says all there is to say.

    near: what is spelt most like a name that does not exist. line, column: the text of the line and where in it.
    """
    if near and re.search(r"undefined(?:: | \(type )|unknown field ", message) and not habits.misses(message):
        return "", f"did you mean `{near}`?"
    if found := re.search(r"undefined: (\w+)(\.\w+)?", message):
        if found[2]:
            return "", ""  # of a package that is imported, Go has said it all
        known = _undefined(found[1], cell)
        return ("", known) if known else habits.explain(message, line, column)
    if found := re.search(r"package (\S+) is not in std", message):
        return _package_name(found[1])
    if found := re.search(r"could not determine what C\.(\w+) refers to", message):
        return _unknown_c(found[1], cell)
    for pattern, note, hint in _KNOWN:
        if found := re.search(pattern.replace("%(number)s", _NUMBER), message):
            return _fill(note, found), _fill(hint, found)
    return habits.explain(message, line, column)


def _fill(text: str, found: re.Match[str]) -> str:
    """The text with the groups put in; a pattern of several cases has one group in each."""
    return re.sub(r"\\(\d)", lambda group: found[int(group[1])] or found[found.lastindex or 0], text)


def _undefined(name: str, cell: Cell) -> str:
    import difflib

    if cell.source.package is None and re.search(rf"^(\w+, *)*{name}\b[\w, ]*:=", cell.source.bare, re.MULTILINE):
        return f"write `var {name} = …` in place of `{name} := …`: a function sees what `var` declares"
    is_package = name in _used_as_packages(cell.source.bare)
    if is_package and name in _BY_LAST_WORD:
        return f'add `import "{_BY_LAST_WORD[name]}"`'
    known = [func.name for func in cell.source.funcs]
    known += [path.rsplit("/", 1)[-1] for path in cell.source.imports]
    near = difflib.get_close_matches(name, known, 1, 0.75)
    if near:
        return f"did you mean `{near[0]}`?"
    near = difflib.get_close_matches(name, _BY_LAST_WORD, 1, 0.75) if is_package else []
    return f"the standard library has `{near[0]}`" if near else ""


@lru_cache(maxsize=4)
def _used_as_packages(bare: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b(\w+)\s*\.\s*[A-Z]", bare))


def _package_name(path: str) -> tuple[str, str]:
    import difflib

    if path.startswith("gomagic/golib/"):
        from gomagic.build import workspace

        packages = (folder.name for folder in (workspace.GOMAGIC / "golib").iterdir() if _is_package(folder))
        return "", "gomagic/golib has " + ", ".join(f"`{name}`" for name in sorted(packages))
    near = difflib.get_close_matches(path, STANDARD, 1, 0.75)
    if near:
        return "", f"did you mean `{near[0]}`?"
    return (
        "outside of the standard library a path begins with a module's name: your own, or as in `github.com/…`",
        "correct the path",
    )


def _is_package(folder: Path) -> bool:
    """Whether it holds Go that can be imported, and no program."""
    texts = (file.read_text(encoding="utf-8") for file in folder.glob("*.go") if not file.name.endswith("_test.go"))
    packages = {found[1] for text in texts if (found := re.search(r"^package (\w+)", text, re.MULTILINE))}
    return bool(packages - {"main"})


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
    if re.search(rf"\bstruct\s+{name}\b", cell.body):
        return "C's structs have a name space of their own", f"write `C.struct_{name}`"
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
