"""Which files Go reads for an import: what it compiles and what that embeds, and nothing else beside it.

A notebook or a data file in a package's folder is not among them, so that saving it rebuilds no cell. Build
constraints are not looked at: a file for another system counts, which builds too often at worst.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from gomagic.build import cache, embedded, look, memory
from gomagic.build.memory import Facts
from gomagic.build.workspace import Workspace
from gomagic.source import embed, gosource

# What go/build takes from a package's folder: Go, and what cgo hands to other compilers.
_COMPILED: tuple[str, ...]
_COMPILED = (".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90")
_COMPILED += (".s", ".S", ".sx", ".swig", ".swigcxx", ".syso")
# By folder: the names of all that it had when it was listed last, and the paths of what Go compiles if it is files.
_listed: dict[str, tuple[list[str], list[str]]] = {}


def files(space: Workspace, imports: Iterable[str]) -> dict[str, str]:
    """The files that Go reads for these imports and for what they import, the reader's and gomagic's: file -> hash.

    As text: there are two hundred of them at each run of a plain cell, of which paths would take some milliseconds.
    """
    found: dict[str, str] = {}
    waiting, seen = list(imports), set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        folder = space.folder_of(path)
        if folder is None:
            continue
        for file in _candidates(os.fspath(folder)):
            if is_test(file) or not (status := _status(file)):
                continue
            facts = _facts(file, status)
            found[file] = facts.hash
            waiting += facts.imports
            if facts.embeds:
                others = map(os.fspath, embedded.files(facts.embeds, folder).values())
                found |= {other: _facts(other).hash for other in others}
    return found


def digest(paths: Iterable[Path | str], known: Mapping[str, str] | None = None) -> str:
    """A hash of these files, by path and content. A file that has not changed since is not read again.

    known: the hashes of some of them, which have just been taken.
    """
    known = known or {}
    named = sorted({os.fspath(path) for path in paths})
    rows = [f"{path}\n{known.get(path) or _facts(path).hash}" for path in named]
    return hashlib.sha256("".join(rows).encode("utf-8", "surrogateescape")).hexdigest()


def compiled(folder: Path) -> list[str]:
    """The names of the files in a folder that Go compiles, be it for tests alone, in order."""
    return [os.path.basename(file) for file in _candidates(os.fspath(folder)) if _status(file)]


def is_test(name: str) -> bool:
    """Whether Go compiles a file of that name for tests alone."""
    return name.endswith("_test.go")


def _candidates(folder: str) -> list[str]:
    """The paths in a folder that Go compiles if they are files, in order; none if there is no such folder.

    To pick, sort and join them takes twice as long as to list them, and each edit of a cell lists hundreds twice.
    """
    names: list[str] = []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        names = look.names(folder)
    if folder not in _listed or _listed[folder][0] != names:
        _listed[folder] = names, [os.path.join(folder, name) for name in sorted(filter(_is_compiled, names))]
    return _listed[folder][1]


def _is_compiled(name: str) -> bool:
    return name.endswith(_COMPILED) and not name.startswith(("_", "."))


def _status(file: str) -> os.stat_result | None:
    """What the disk says of a file; None if it is none, or a link to nothing."""
    try:
        found = look.status(file)
    except FileNotFoundError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _facts(file: str, found: os.stat_result | None = None) -> Facts:
    """What is known of a file, or read now. found: what the disk has just said of it."""
    found = found or look.status(file)
    name = (file, *look.identity(found))
    if known := memory.of(name):
        return known
    if file.endswith(".go"):
        content = Path(file).read_bytes()
        source = gosource.scan(_telling(content.decode("utf-8", "replace")))
        facts = Facts(hashlib.sha256(content).hexdigest(), tuple(source.imports), tuple(embed.patterns(source)))
    else:
        facts = Facts(cache.digest(Path(file)).hex())
    if look.is_settled(found):
        memory.keep(name, facts)
    return facts


def _telling(text: str) -> str:
    """As much of a Go file as tells what it imports and embeds: most often, its beginning.

    No import stands below the first function, type, variable or constant; a line of a comment may look like one.
    """
    if "//go:embed" in text:
        return text
    for declaration in re.finditer(r"^(?:func|type|var|const)\b", text, re.MULTILINE):
        head = text[: declaration.start()]
        if head.rfind("/*") <= head.rfind("*/"):
            return head
    return text
