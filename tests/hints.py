"""All hints in the source of gomagic: strings that stand where hints do, or that begin as hints begin."""

import ast
import re
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parent.parent
_BEGINS = re.compile(
    r"(add|call|close|convert|correct|declare|define|delete|did you mean|do|export|fill|free|give|go elsewhere|have"
    r"|in the notebook's folder|install|leave|lower|make|mend|name|pass|put|remove|restart|return|run|set|take|try"
    r"|unset|use|wrap|write)\b.* "
)
_HELP = {"Question", "seconds", "switch", "text", "words"}  # what a command or an option does
_TABLES = {"_CURES", "_KNOWN"}  # of what a tool says, a note and a hint
_IN_GO = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ADVISES_IN_GO = re.compile(r"(?:[;:] |, or )(use|return|parse|take|run|name|write)\b|gives it back|^hint: ")


def of_python() -> set[str]:
    """Each with `{}` for what is filled in."""
    found: set[str] = set()
    for path in sorted(ROOT.glob("gomagic/**/*.py")):
        tree = ast.parse(path.read_text())
        others = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        others |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        others |= {id(part) for node in ast.walk(tree) if _is_help(node) for part in node.args}
        for node in ast.walk(tree):
            for text in _texts(node, others) if isinstance(node, ast.Constant | ast.JoinedStr) else []:
                line = text.strip().removeprefix("hint: ")
                if line != text.strip() or _BEGINS.match(line):
                    found.add(line)
            found.update(_where_hints_stand(node))
    return found


def of_go() -> set[str]:
    """What golib/cellgen and golib/bridge advise, and golib/python."""
    found: set[str] = set()
    for folder in ("cellgen", "bridge", "python"):
        for path in (ROOT / "golib" / folder).glob("*.go"):
            lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("//")]
            texts = _IN_GO.findall("\n".join(lines)) if not path.name.endswith("_test.go") else []
            parts = (part for text in texts for part in text.split(r"\n"))
            found.update(part for part in parts if _ADVISES_IN_GO.search(part))
    return found


def _is_help(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _HELP


def _texts(node: ast.AST, others: set[int]) -> list[str]:
    return [] if id(node) in others or (text := _text(node)) is None else text.split("\n")


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join("{}" if isinstance(part, ast.FormattedValue) else _text(part) or "" for part in node.values)
    return None


def _where_hints_stand(node: ast.AST) -> set[str]:
    values: list[ast.AST] = []
    if (isinstance(node, ast.keyword) and node.arg == "hint") or (
        isinstance(node, ast.AugAssign) and _is_hint(node.target)
    ):
        values = [node.value]
    elif isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or node.args) == "tuple[str, str]":
        gives = "hint" in (ast.get_docstring(node) or "")  # a note and a hint
        pairs = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)] if gives else []
        values = [pair.elts[1] for pair in pairs if isinstance(pair, ast.Tuple)]
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in _TABLES:
        rows = [row.elts for row in ast.iter_child_nodes(node.value) if isinstance(row, ast.Tuple)]
        values = [row[2] for row in rows if len(row) == 3]
    elif isinstance(node, ast.Assign):
        pairs = [(node.targets[0], node.value)]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = [*zip(node.targets[0].elts, node.value.elts, strict=True)]
        values = [value for name, value in pairs if _is_hint(name)]
    return {text for value in values for text in _whole(value) if " " in text}


def _is_hint(name: ast.AST) -> bool:
    return isinstance(name, ast.Name) and name.id.lower().endswith(("hint", "cure"))


def _whole(node: ast.AST) -> list[str]:
    """The strings in an expression, not those that are filled into others."""
    if (text := _text(node)) is not None:
        return [text.strip().removeprefix("hint: ")]
    if isinstance(node, ast.Compare | ast.Call | ast.Subscript):
        return []
    return [text for child in ast.iter_child_nodes(node) for text in _whole(child)]
