"""The pages to look things up in, each made from what it is about: magics, names, exceptions, hints, Go packages."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import gomagic
from course.chapter import ROOT
from course.cheatsheet import lessons
from gomagic import errors
from gomagic.build import toolchain
from gomagic.source import line as lines
from gomagic.source.magics import ABOUT_GO, CELL_MAGICS, QUESTIONS

# What gomagic's own functions return, and has methods.
RETURNED = {"Chan": "gomagic.bind.channels", "Place": "gomagic.bind.named"}
ROOMS = {
    "source": "What stands in a cell",
    "build": "Building",
    "bind": "Calls",
    "run": "Programs, tests and child processes",
    "notebook": "In the notebook",
}
TABLES = ("_KNOWN", "_CURES")  # what a tool says, a note and a hint

_HOLE = re.compile(r"\{\}|\\\d")


def packages() -> list[str]:
    """The packages that cells import: their comment shows a use. What gomagic generates imports the others."""
    used = {path.name for path in lessons() if (path / "example_test.go").exists()}
    return sorted(used | {"python"})


def write(folder: Path) -> None:
    """Write all pages into a folder."""
    folder.mkdir(parents=True)
    (folder / "golib").mkdir()
    chain = toolchain.find()
    command = [chain.go, "run", "./course/site/godoc", folder / "golib", *(f"golib/{name}" for name in packages())]
    subprocess.run(command, cwd=ROOT, env=dict(chain.env), check=True, timeout=300)
    about = {name: _about((folder / "golib" / f"{name}.md").read_text(encoding="utf-8")) for name in packages()}
    pages = {
        "magics": magics(),
        "gomagic": names(),
        "exceptions": exceptions(),
        "hints": hints(),
        "golib": golib(about),
    }
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def _about(page: str) -> str:
    """The first sentence of a package's page, without its first words."""
    return re.search(r"^Package \w+ (.*?)[.:](?:\s|$)", page, re.MULTILINE)[1]


def magics() -> str:
    """A section for each magic: how its line is written, what it does, its options."""
    parts = ["# Magics", "Of `%%go`, `%%gorun` and the others `?` tells the same in the notebook: `%%go?`."]
    for kind in CELL_MAGICS:
        parts += [f"## {kind.magic}", _fence("text", lines.usage(kind)), prose(inspect.getdoc(kind) or "")]
        options = [word for word in lines.declarations(kind).values() if word.option]
        parts.append(
            _table(("option", "what it does"), [(f"`{word}`", word.help or "a name for it") for word in options])
        )
    asked = [(f"`%go {question}`", question.help) for question in QUESTIONS]
    return _page([*parts, "## %go", ABOUT_GO, _table(("line", "what it answers"), asked)])


def names() -> str:
    """A section for each public name of gomagic, but for the exceptions; and for what its functions return."""
    parts = ["# gomagic", prose(inspect.getdoc(gomagic) or "")]
    for name in gomagic.__all__:
        if inspect.isroutine(value := getattr(gomagic, name)):
            parts += [f"## {name}", _fence("python", _signature(f"gomagic.{name}", value)), prose(value.__doc__ or "")]
    for name, module in RETURNED.items():
        parts += [f"## {name}", *_class(getattr(importlib.import_module(module), name))]
    return _page(parts)


def exceptions() -> str:
    """The tree of exceptions, and a section for each that is public."""
    tree, parts = inspect.getdoc(errors) or "", []
    for name in gomagic.__all__:
        if isinstance(value := getattr(gomagic, name), type):
            parts += [f"## {name}", *_class(value)]
    return _page(["# Exceptions", prose(tree), *parts])


def _class(kind: type) -> list[str]:
    """What a class says of itself, and its public methods and properties of themselves."""
    parts = [prose(inspect.getdoc(kind) or "")]
    for name, value in vars(kind).items():
        if name.startswith("_") or not (doc := inspect.getdoc(value)):
            continue
        if isinstance(value, property):
            parts += [f"### {kind.__name__}.{name}", prose(doc)]
        elif inspect.isfunction(value):
            parts += [f"### {kind.__name__}.{name}", _fence("python", _signature(f".{name}", value)), prose(doc)]
    return parts


def _signature(name: str, function: object) -> str:
    return f"{name}{inspect.signature(function)}".replace("(self, ", "(").replace("(self)", "()").replace("'", "")


def hints() -> str:
    """What messages advise, by where they come from: what they say, why, and what to do."""
    parts = ["# Hints", "What gomagic's messages say, why, and what to do; `…` stands for names and values of yours."]
    for room, title in ROOMS.items():
        rows = {row for path in (ROOT / "gomagic" / room).glob("*.py") for row in advice(path)}
        if rows := sorted(rows, key=lambda row: (not row[0], row)):  # last, what is the compilers' to say
            parts += [f"## {title}", _table(("message", "note", "hint"), rows)]
    return _page(parts)


def advice(path: Path) -> Iterator[tuple[str, str, str]]:
    """Message, note and hint of each exception in a module, and of each row in its tables of compilers' messages."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            what = node.args[0] if node.args else given.get("message")
            if " " in (hint := _text(given.get("hint"))):
                yield _text(what), _text(given.get("note")), hint
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in TABLES:
            for row in (row.elts for row in node.value.elts if len(row.elts) == 3):
                what, note, hint = map(_text, row)
                if hint:
                    yield _said(what), note, hint


def _said(pattern: str) -> str:
    """What a pattern of a compiler's message stands for, as a reader may have seen it: its first alternative."""
    text = pattern.replace("%(number)s", "…").replace(r"\(", "\0").replace(r"\)", "\1")
    while text != (text := re.sub(r"\([^()]*\)\??|\\[SwW][*+]?|\.[*+]\??", "…", text)):
        pass
    text = re.sub(r"\[(.)[^]]*\][*+]?", r"\1", text.partition("|")[0])
    return text.replace("\\", "").replace("\0", "(").replace("\1", ")").rstrip("$")


def _text(node: ast.AST | None) -> str:
    """The text that an expression makes, `…` for what is filled in; empty for what is made elsewhere."""
    if isinstance(node, ast.Constant):
        return _HOLE.sub("…", node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "…"
    if isinstance(node, ast.IfExp):
        return "; or: ".join(filter(None, [_text(node.body), _text(node.orelse)]))
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    return ""


def golib(about: dict[str, str]) -> str:
    """The packages that cells import, with links to their pages. about: what each does."""
    rows = [(f"[{name}](golib/{name}.md)", what) for name, what in about.items()]
    text = 'Go packages that cells import, as `"gomagic/golib/alloc"`. Each page begins with a whole program.'
    return _page(["# Go packages", text, _table(("package", "what it does"), rows)])


def prose(docstring: str) -> str:
    """A docstring as Markdown: what is drawn with lines keeps them."""
    blocks = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(_fence("text", block) if "──" in block else _names_apart(block) for block in blocks)


def _names_apart(block: str) -> str:
    """A paragraph; one that tells of several names, `name: what it is`, a line each, keeps the lines."""
    return re.sub(r"^(\w+):(?= )", r"`\1`:", block, flags=re.MULTILINE)


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    cells = [[cell.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *cells])


def _page(parts: list[str]) -> str:
    return "\n\n".join(filter(None, parts)) + "\n"
