"""The tables of the cheat sheet, each read from the code that it is about."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from IPython.display import Markdown

from gomagic.notebook.magic import GoMagics
from gomagic.source import cheader

ROOT = Path(__file__).resolve().parent.parent
MAGICS = (GoMagics.go, GoMagics.gorun, GoMagics.gotest, GoMagics.isolated, GoMagics.check, GoMagics.go_line)

# Packages of golib that no cell at the boundary imports: plain cells' own, and one for programs that call Python.
NOT_ON_THE_SHEET = {"bridge", "cellgen", "python"}

# What may stand in an exported function's signature, and how cgo calls it in the header.
TYPES = {
    "int": "GoInt",
    "int8": "GoInt8",
    "int16": "GoInt16",
    "int32": "GoInt32",
    "int64": "GoInt64",
    "uint": "GoUint",
    "uint8": "GoUint8",
    "uint16": "GoUint16",
    "uint32": "GoUint32",
    "uint64": "GoUint64",
    "uintptr": "GoUintptr",
    "float32": "GoFloat32",
    "float64": "GoFloat64",
    "C.int": "int",
    "C.long": "long int",
    "C.size_t": "size_t",
    "C.double": "double",
    "*C.char": "char*",
    "*float64": "GoFloat64*",
    "*C.int": "int*",
    "unsafe.Pointer": "void*",
}

_OPTION = re.compile(r"^((?:%go \w+|--?\w[\w-]*)(?: [A-Z]+| \"…\")?) +(\S.*)$", re.M)  # `--save DIR  keep …`


def show() -> Markdown:
    """What the cheat sheet's cell shows."""
    return Markdown("\n\n".join([magics(), types(), packages()]))


def magics() -> str:
    """A line for each magic, from its docstring: how it is written, what it does, and its options."""
    lines = []
    for magic in MAGICS:
        doc = inspect.getdoc(magic)
        usage = re.search(r"^%%.*$", doc, re.M)
        what = doc.partition("\n")[0].rstrip(".")
        options = "; ".join(f"`{name.removeprefix('%go ')}` {text}" for name, text in _OPTION.findall(doc))
        lines.append(f"- **`{usage[0] if usage else '%go'}`** {what}{options and ': '}{options}.")
    return "\n".join(lines)


def types() -> str:
    """Go's types, each with the type that ctypes takes for it, as `%go symbols` pairs them."""
    pairs = [f"`{go}` {ctype(header)}" for go, header in TYPES.items()]
    by_hand = (
        "a `*C.char` that Go returns c_void_p, to free it; `bool` c_bool, whatever the header says; "
        "`string` and `[]T` structures: address, length, `[]T` also capacity"
    )
    return f"**Go's types and ctypes':** {', '.join(pairs)}; {by_hand}."


def ctype(header: str) -> str:
    """The ctypes type for a parameter of a type of the C header."""
    [function] = cheader.functions(f"extern void f({header} x);")
    return function.argtypes.strip("[]")


def lessons() -> list[Path]:
    """The folders of the packages that cells with `import "C"` import."""
    folders = (path for path in (ROOT / "golib").iterdir() if path.is_dir())
    return sorted(path for path in folders if path.name not in NOT_ON_THE_SHEET)


def packages() -> str:
    """A line for each lesson package at the C boundary: what it is for, and its functions."""
    lines = []
    for folder in lessons():
        text = (folder / f"{folder.name}.go").read_text(encoding="utf-8")
        about = re.search(rf"// Package {folder.name} (.*?)[.:]\s", text.replace("\n// ", " "), re.S)
        functions = re.findall(r"^func (?:\(\w+ \*?([A-Z]\w*).*?\) )?([A-Z]\w*)(.*?) \{", text, re.M)
        if functions:
            listed = ", ".join(f"`{'.' if owner else ''}{name}{rest}`" for owner, name, rest in functions)
            lines.append(
                f"- **`gomagic/golib/{folder.name}`** {about[1]}: {listed}.".replace("unsafe.Pointer", "Pointer")
            )
    return "\n".join(lines)
