"""The tables of the cheat sheet and the README's of magics, each read from the code that it is about."""

from __future__ import annotations

import re
from pathlib import Path

from IPython.display import Markdown

from gomagic.source import cheader, gosource
from gomagic.source import line as lines
from gomagic.source.magics import ABOUT_GO, CELL_MAGICS, QUESTIONS

ROOT = Path(__file__).resolve().parent.parent

MAGICS = re.compile(r"(<!-- magics -->\n).*?(<!-- /magics -->)", re.DOTALL)

# What of golib no cell at the boundary imports: plain cells' own, tools, and one for programs that call Python.
NOT_ON_THE_SHEET = {"bridge", "cellgen", "golink", "profile", "python"}

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
    "bool": "GoUint8",
    "C.int": "int",
    "C.long": "long int",
    "C.size_t": "size_t",
    "C.double": "double",
    "*C.char": "char*",
    "*float64": "GoFloat64*",
    "*C.int": "int*",
    "unsafe.Pointer": "void*",
}


def show() -> Markdown:
    """What the cheat sheet's cell shows."""
    return Markdown("\n\n".join([magics(), types(), packages()]))


def magics() -> str:
    """A line for each magic: how it is written, what it does, and its options."""
    listed = [
        _line(
            lines.usage(kind),
            lines.purpose(kind),
            [(str(word), word.help) for word in lines.declarations(kind).values() if word.option],
        )
        for kind in CELL_MAGICS
    ]
    about = ABOUT_GO.rstrip(".")
    return "\n".join([*listed, _line("%go", about, [(str(question), question.help) for question in QUESTIONS])])


def _line(usage: str, what: str, rows: list[tuple[str, str]]) -> str:
    options = "; ".join(f"`{written}` {text}" for written, text in rows)
    return f"- **`{usage}`** {what}{options and ': '}{options}."


def table() -> str:
    """The magics and their options as the README's table."""
    rows = ["| magic | what it does | options |", "| --- | --- | --- |"]
    for kind in CELL_MAGICS:
        options = " ".join(f"`{word}`" for word in lines.declarations(kind).values() if word.option)
        rows.append(f"| `{lines.usage(kind, options=False)}` | {_in_a_table(lines.purpose(kind))} | {options} |")
    rows += [f"| `%go {question}` | {_in_a_table(question.help)} | |" for question in QUESTIONS]
    return "\n".join(rows)


def _in_a_table(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def types() -> str:
    """Go's types, each with the type that ctypes takes for it, as `%go symbols` pairs them."""
    pairs = [f"`{go}` {ctype(go)}" for go in TYPES]
    by_hand = (
        "a `*C.char` that Go returns c_void_p, to free it; "
        "`string` and `[]T` structures: address, length, `[]T` also capacity"
    )
    return f"**Go's types and ctypes':** {', '.join(pairs)}; {by_hand}."


def ctype(go: str) -> str:
    """The ctypes type for a parameter of a type of Go."""
    source = gosource.scan(f"func f(x {go}) {{}}")
    [function] = cheader.functions(f"extern void f({TYPES[go]} x);", source)
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
