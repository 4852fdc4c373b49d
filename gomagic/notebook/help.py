"""What `?` and `??` show of a Go cell and its functions: the Go text, where IPython would show classes of ours."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gomagic.source.cell import Cell

_OF_THE_CALL = ("call_docstring", "call_def", "class_docstring", "init_docstring")
_OF_THE_CLASS = ("definition", "base_class")


def describe(out: dict[str, Any], obj: object, cell: Cell, function: str, detail: int) -> None:
    """Change what the shell's inspector has found of an object: it is a cell, or its function of this name."""
    out.update(dict.fromkeys(_OF_THE_CALL))
    if not function:
        out.update(dict.fromkeys(_OF_THE_CLASS))
        out.update(type_name="Go cell", file=cell.label, docstring=_summary(obj, cell))
    if detail:
        text = text_of(cell, function) if function else cell.body
        out.update(source=text.rstrip().expandtabs(4), docstring=None)


def _summary(obj: object, cell: Cell) -> str:
    """The cell's comment, then Go's signatures of what Python can call."""
    if isinstance(obj, ModuleType):
        names = [vars(obj)[name] for name in dir(obj) if name in vars(obj)]
        functions = [made for made in names if type(made) is _BUILT_IN or hasattr(made, "__variants__")]
        signatures = [(made.__doc__ or "").partition("\n")[0] for made in functions]
    else:
        exports = [
            comment.text.split()[1:2] for comment in cell.source.comments if comment.text.startswith("//export ")
        ]
        signatures = [text_of(cell, *name).partition("{")[0].splitlines()[-1].strip() for name in exports if name]
    doc = (getattr(obj, "__doc__", None) or "").strip() if isinstance(obj, ModuleType) else ""
    return "\n\n".join(filter(None, [doc, "\n".join(signatures)]))


_BUILT_IN = type(len)


def text_of(cell: Cell, function: str) -> str:
    """A function's text in the cell, with the comment above it."""
    source = cell.source
    lines = source.text.split("\n")
    first = next((f.line for f in source.funcs if f.name == function and _is_function(lines[f.line - 1], function)), 0)
    if not first:
        return ""
    last, depth = first, 0
    for last, line in enumerate(source.bare.split("\n")[first - 1 :], first):  # noqa: B007
        depth += sum(map(line.count, "({")) - sum(map(line.count, ")}"))
        if depth <= 0:
            break
    for comment in reversed(source.comments):
        if comment.leads and comment.last == first - 1:
            first = comment.first
    return "\n".join(lines[first - 1 : last])


def _is_function(line: str, name: str) -> bool:
    """Whether it is the function's line: a method may be called the same."""
    return line.removeprefix("func").lstrip().startswith(name)
