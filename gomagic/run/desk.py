"""Where a Go cell lies while it is being typed: what may stand at the cursor, and what stands there.

gopls is asked where it is installed, and golib/cellgen, which builds the cell later, where gopls is not or takes long.
Neither is waited for longer than the reader would notice; nothing is built.
"""

from __future__ import annotations

import atexit
import contextlib
import re
import threading
from pathlib import Path
from typing import Any

from gomagic.build import cache, cellgen, claim, generator, inputs, packages, storage, toolchain, workspace
from gomagic.build.manifest import Typed
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.run.gopls import Gopls
from gomagic.run.gopls import find as find_gopls
from gomagic.source.cell import Cell

_SECONDS = 0.4
_MOST = 300  # names that are offered


class Desk:
    """A folder for the cells that are typed in one folder of the reader's, and who is asked about them."""

    def __init__(self, folder: Path):
        """Raises GoToolchainError without a toolchain or a place."""
        self.chain, self.reader = toolchain.find(), folder
        with cache.workplace():  # it can be made
            pass
        held = claim.make(storage.root() / "work")
        atexit.register(claim.release, held)
        self.place = held.folder
        space = workspace.find(folder, self.chain.env)
        (self.place / "go.mod").write_text(f"module {workspace.CELL_MODULE}\n\ngo {space.go}\n", encoding="utf-8")
        (self.place / "go.work").write_text(space.text(), encoding="utf-8")
        self.env = {**self.chain.env, "GOWORK": str(self.place / "go.work")}
        self.gopls: Gopls | None = None
        self.listing: set[str] = set()  # packages that have been asked for

    def complete(self, cell: Cell, offset: int) -> list[tuple[str, str, str]]:
        """The names that begin as what stands before `offset` in the cell's text; for each what it is, and its type."""
        begun = re.search(r"\w*$", cell.body[:offset])
        prefix = begun[0] if begun else ""
        known = self._typed(cell, offset)
        names = self._ask("complete", cell, offset, known["imports"]) or []
        if not names:
            names = [(name["name"], name["kind"], name["type"]) for name in known["names"]]
        fitting = [name for name in names if name[0].lower().startswith(prefix.lower())]
        # In the order given, but for those whose capitals are other ones.
        return sorted(fitting, key=lambda name: not name[0].startswith(prefix))[:_MOST]

    def explain(self, cell: Cell, offset: int) -> str:
        """What stands there."""
        known = self._typed(cell, offset)
        return self._ask("explain", cell, offset, known["imports"]) or known["said"]

    def _ask(self, question: str, cell: Cell, offset: int, imports: list[str]) -> Any:
        """Ask gopls, which gets the cell with the imports that it will have; None where there is none."""
        if self.gopls is None or not self.gopls.is_running:
            program = find_gopls(self.env)
            if not program:
                return None
            self.gopls = Gopls(program, self.place, self.env)
        clause = "".join(f'; import "{path}"' for path in imports)
        text, at = _file(cell, offset, clause)
        line = text.count("\n", 0, at)
        column = len(text[text.rfind("\n", 0, at) + 1 : at].encode("utf-16-le")) // 2
        return getattr(self.gopls, question)(self.place / "cell.go", text, line, column, _SECONDS)

    def _typed(self, cell: Cell, offset: int) -> Typed:
        program = cellgen.kept(self.chain)
        if not program:
            return {"imports": [], "names": [], "said": ""}
        text, at = _file(cell, offset)
        file = self.place / "typed.txt"
        file.write_text(text, encoding="utf-8", errors="replace")
        try:
            found = inputs.find(cell, self.chain, self.reader, inputs.LIBRARY)
        except GoBuildError:  # what it embeds is not there yet
            return {"imports": [], "names": [], "said": ""}
        listed = packages.of(found, self.place)
        said = generator.typed(program, file, len(text[:at].encode("utf-8", "replace")), listed.file, _SECONDS)
        self._list([*said["imports"], *cell.source.imports], listed)
        return said

    def _list(self, paths: list[str], listed: packages.Packages) -> None:
        """Have packages listed that are not yet: for the next question, since it may take long."""
        known = {line.split("\t")[0] for line in listed.file.read_text(encoding="utf-8").splitlines()}
        new = [path for path in paths if path not in known and path not in self.listing and path not in ("C", "unsafe")]
        if new:
            self.listing.update(new)
            threading.Thread(target=_add, args=(listed, new), daemon=True).start()


def _add(listed: packages.Packages, paths: list[str]) -> None:
    with contextlib.suppress(GoToolchainError, OSError):
        listed.add(paths)


def _file(cell: Cell, offset: int, clause: str = "") -> tuple[str, int]:
    """The Go file of a cell, and where in it `offset` of the cell's text is. clause: what follows `package main`."""
    if package := cell.source.package:
        name, begin = package
        at = begin + len(name)
        return cell.body[:at] + clause + cell.body[at:], offset + (len(clause) if offset >= at else 0)
    head = f"package main{clause}\n"
    return head + cell.body, len(head) + offset
