"""Tab and Shift-Tab inside Go cells: what Go has to say there."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gomagic.source.magics import Go, Gorun, Gotest
from gomagic.source.record import Record

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from gomagic.notebook.kernel import Kernel
    from gomagic.run.desk import Around, Desk
    from gomagic.source.cell import Cell

T = TypeVar("T")
_MAGICS = {kind.magic: kind for kind in (Go, Gorun, Gotest)}
_HEAD = rf"(?:[ \t]*(?:#.*)?\n)*({'|'.join(map(re.escape, _MAGICS))})(?![^\s])(.*)\n"


class _Typed(Record):
    """A Go cell, where in its text the cursor stands, and the cells that it has to do with."""

    cell: Cell
    offset: int
    around: Around


def typed(text: str, cursor: int, kernel: Kernel) -> _Typed | None:
    """The Go cell in a notebook's cell; None if that is another one, or the cursor is in the magic's line."""
    from gomagic.errors import GoBuildError
    from gomagic.run.desk import Around
    from gomagic.source import line as lines
    from gomagic.source.cell import Cell

    head = re.match(_HEAD, text)
    if not head or cursor < head.end():
        return None
    name, tested = "", None
    with contextlib.suppress(GoBuildError):  # the line is not finished, or its error is for who runs the cell
        name = str(getattr(lines.read(_MAGICS[head[1]], head[2].strip(), ""), "name", ""))
    if _MAGICS[head[1]] is Gotest and name in kernel.libraries:
        tested = kernel.libraries[name].cell
    own = "" if tested else name  # tests may import what they test
    cell = Cell("typed", text[head.end() :], modules=kernel.modules)
    with contextlib.suppress(GoBuildError):  # a name is not finished
        cell = kernel.with_imports(cell, own)
    importable = tuple(each for each in kernel.importable() if each != own)
    return _Typed(cell, cursor - head.end(), Around(tested, importable, is_program=_MAGICS[head[1]] is Gorun))


def completions(text: str, offset: int, shell: InteractiveShell, kernel: Kernel) -> Iterator[Any] | None:
    """What Go has for the place at the cursor, as the shell's completer tells it; None outside of Go's text."""
    found = typed(text, offset, kernel)
    if not found:
        return None
    completion = next(
        sys.modules[kind.__module__].Completion  # IPython's own, which later ones may stand on
        for kind in type(shell.Completer).__mro__
        if hasattr(sys.modules[kind.__module__], "Completion")
    )
    begun = re.search(r"\w*$", text[:offset])
    begin = begun.start() if begun else offset
    return (
        completion(begin, offset, name, type=kind, signature=declared, _origin="gomagic")
        for name, kind, declared in _desk.complete(found)
    )


def inspected(code: str, cursor: int, kernel: Kernel) -> dict[str, Any] | None:
    """A kernel's answer about what stands at the cursor; None outside of Go's text."""
    found = typed(code, cursor, kernel)
    if not found:
        return None
    said = _desk.explain(found)
    data = {"text/plain": said} if said else {}
    return {"status": "ok", "found": bool(said), "data": data, "metadata": {}}


def close() -> None:
    """Let go of what answers."""
    _desk.close()


class _Desks:
    """The desk for the folder in which the notebook is, made with the first question."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self.folder: Path | None = None

    def complete(self, found: _Typed) -> list[tuple[str, str, str]]:
        """As Desk.complete; nothing where it cannot be asked."""
        return self._ask(lambda desk: desk.complete(*found)) or []

    def explain(self, found: _Typed) -> str:
        """As Desk.explain; nothing where it cannot be asked."""
        return self._ask(lambda desk: desk.explain(*found)) or ""

    def close(self) -> None:
        """Let go of it."""
        desk, self.desk = self.desk, None
        if desk:
            desk.close()

    def _ask(self, question: Callable[[Desk], T]) -> T | None:
        from gomagic.build import look
        from gomagic.errors import GoBuildError, GoToolchainError
        from gomagic.run.desk import Desk

        try:
            folder = look.here()
            if self.desk is None or folder != self.folder:
                self.close()
                self.folder, self.desk = folder, Desk(folder)
            return question(self.desk)
        except (GoBuildError, GoToolchainError, OSError):  # a build will say why
            return None


_desk = _Desks()
