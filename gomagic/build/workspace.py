"""Which Go modules a cell can import.

A cell is a module of its own. A go.work beside it joins gomagic (for golib) and the reader's module or workspace,
found from the kernel's folder upwards, without a change to the reader's files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from gomagic.build import look
from gomagic.errors import GoBuildError
from gomagic.source.record import Record

CELL_MODULE = "gomagic/cell"
OLDEST_GO = "1.25.0"  # as in gomagic's own go.mod


def _home() -> Path:
    package = Path(__file__).resolve().parent.parent
    return package if (package / "go.mod").is_file() else package.parent  # the wheel's copy, or the clone


GOMAGIC = _home()


class Workspace(Record):
    """The modules that join a cell. go: the highest `go` line. modules: path -> folder. replaces: go.work lines.
    files: the go.mod, go.sum, go.work and go.work.sum that were read."""

    go: str
    modules: Mapping[str, Path]
    replaces: tuple[str, ...]
    files: tuple[Path, ...]
    local: Mapping[str, Path]

    def text(self) -> str:
        """The go.work of a cell's folder."""
        uses = [use(folder) for folder in self.modules.values()]
        return "\n".join([f"go {self.go}", "", "use .", *uses, *self.replaces, ""])

    def folder_of(self, path: str) -> Path | None:
        """The folder of a package, by the path that imports it; None if it is none of these modules'."""
        known = {**self.local, **self.modules}
        module = owner(known, path)
        return known[module] / path[len(module) :].lstrip("/") if module else None

    def path_of(self, folder: Path) -> str:
        """The path by which the package in a folder is imported; "" if it is none of these modules'."""
        above = [module for module, place in self.modules.items() if folder.is_relative_to(place)]
        module = max(above, key=lambda module: len(self.modules[module].parts), default="")
        return module and (Path(module) / folder.relative_to(self.modules[module])).as_posix()


def needed(modules: Iterable[str], imports: Iterable[str]) -> tuple[str, ...]:
    """All of these modules, `path@version` each, if one of the imports is theirs; else none: they do not count then."""
    found, paths = tuple(modules), tuple(imports)
    return found if any(has(path_of(module), path) for module in found for path in paths) else ()


def path_of(module: str) -> str:
    """The path of `path@version`."""
    return module.partition("@")[0]


def has(module: str, path: str) -> bool:
    """Whether a package of this path can be one of the module's."""
    return path == module or path.startswith(f"{module}/")


def owner(modules: Iterable[str], path: str) -> str:
    """The module, by its path, of which a package of this path is: the one with the longest, or ""."""
    return max((module for module in modules if has(module, path)), key=len, default="")


def alone() -> Workspace:
    """The workspace of gomagic's own programs."""
    return Workspace(OLDEST_GO, {"gomagic": GOMAGIC}, (), (GOMAGIC / "go.mod", GOMAGIC / "go.sum"), {})


def find(folder: Path, environ: Mapping[str, str]) -> Workspace:
    """The workspace of a cell run in `folder`: the go.work above it (or GOWORK), else the go.mod above it."""
    modules: dict[str, Path] = {}
    local: dict[str, Path] = {}
    replaces, files, versions = [], [], [OLDEST_GO]
    work = _go_work(folder, environ)
    if work:
        lines = directives(_text(work))
        files += [work, work.with_name("go.work.sum")]
        versions += [words[1] for words in lines if words[0] == "go"]
        folders = [work.parent / words[1] for words in lines if words[0] == "use"]
        for words in lines:
            if words[0] == "replace":
                line, target = _replace(words, work)
                replaces.append(line)
                local |= target
    else:
        above = _above(folder, "go.mod")
        folders = [above.parent] if above else []
    for place in folders:
        mod = place / "go.mod"
        if not look.is_file(str(mod)):
            continue
        lines = directives(_text(mod))
        files += [mod, place / "go.sum"]
        versions += [words[1] for words in lines if words[0] == "go"]
        for words in lines:
            if words[0] == "module":
                modules[words[1]] = place.resolve()
            elif words[0] == "replace":
                local |= _replace(words, mod)[1]
    modules["gomagic"] = GOMAGIC  # also in another clone's folder, whose golib may be none of what generates cells here
    files += [GOMAGIC / "go.mod", GOMAGIC / "go.sum"]  # for what golib itself imports
    highest = max(versions, key=version)
    return Workspace(highest, modules, tuple(replaces), tuple(f for f in files if look.is_file(str(f))), local)


def _go_work(folder: Path, environ: Mapping[str, str]) -> Path | None:
    named = environ.get("GOWORK", "")
    if named == "off":
        return None
    if named in ("", "auto"):
        return _above(folder, "go.work")
    if not os.path.isabs(named) or not look.is_file(named):
        raise GoBuildError(
            f"GOWORK names `{named}`, and there is no such file",
            note="Go takes the path of a go.work from the root folder on, or `off`",
            hint="correct or unset GOWORK",
        )
    return Path(named)


def _above(folder: Path, name: str) -> Path | None:
    place, below = os.fspath(folder), ""
    while place != below:
        if look.is_file(file := os.path.join(place, name)):
            return Path(file)
        place, below = os.path.dirname(place), place
    return None


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def directives(text: str) -> list[list[str]]:
    """The directives of a go.mod or go.work, blocks taken apart: [["go", "1.25.0"], ["use", "./a"], …]."""
    found, block = [], ""
    for line in text.splitlines():
        words = [word.strip('"`') for word in re.findall(r'"[^"]*"|`[^`]*`|\S+', line.split("//")[0])]
        if words == [")"]:
            block = ""
        elif len(words) == 2 and words[1] == "(":
            block = words[0]
        elif words:
            found.append([block, *words] if block else words)
    return [words for words in found if len(words) > 1]


def _replace(words: list[str], file: Path) -> tuple[str, dict[str, Path]]:
    """A `replace` directive with an absolute folder, and the folder that it names, if any."""
    left, arrow, right = " ".join(words).partition(" => ")
    if not arrow or not right:
        raise GoBuildError(
            f"`{' '.join(words)}` in `{file}` is not understood",
            note="a replacement names a module and what takes its place",
            hint=f"write `{' '.join(words[:2])} => ../folder` there",
        )
    base = file.parent
    if not right.startswith((".", "/")):
        return f"{left} => {right}", {}
    folder = Path(os.path.normpath(base / right))
    return f"{left} => {_quoted(folder)}", {words[1]: folder}


def use(folder: Path) -> str:
    """The line of a go.work by which a module joins."""
    return f"use {_quoted(folder)}"


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
