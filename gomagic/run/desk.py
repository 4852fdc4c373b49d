"""Where a Go cell lies while it is being typed: what may stand at the cursor, and what stands there.

gopls is asked where it is installed, and golib/cellgen, which builds the cell later, where gopls is not or takes long.
Neither is waited for longer than the reader would notice; nothing is built.
"""

from __future__ import annotations

import atexit
import contextlib
import re
import shutil
import threading
from pathlib import Path
from typing import Any, NamedTuple

from gomagic.build import cache, cellgen, claim, generator, imported, inputs, packages, storage, toolchain, workspace
from gomagic.build.manifest import Typed
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.run.gopls import Gopls
from gomagic.run.gopls import find as find_gopls
from gomagic.source.cell import CELLS, Cell

_SECONDS = 0.4
_MOST = 300  # names that are offered
_TESTED = "tested.go"


class Around(NamedTuple):
    """What else the kernel has for a cell that is being typed: the cell that it tests, what it could import by name."""

    tested: Cell | None = None
    importable: tuple[str, ...] = ()


_ALONE = Around()


class Desk:
    """A folder for the cells that are typed in one folder of the reader's, and who is asked about them."""

    def __init__(self, folder: Path):
        """Raises GoToolchainError without a toolchain or a place."""
        self.chain, self.reader = toolchain.find(), folder
        with cache.workplace():  # it can be made
            pass
        held = claim.make(storage.root() / "work")
        atexit.register(claim.release, held)
        self.place = held.folder / "module"  # beside it the tools have their temporary files
        self.place.mkdir()
        space = workspace.find(folder, self.chain.env)
        (self.place / "go.mod").write_text(f"module {workspace.CELL_MODULE}\n\ngo {space.go}\n", encoding="utf-8")
        (self.place / "go.work").write_text(space.text(), encoding="utf-8")
        self.env = {**self.chain.env, "GOWORK": str(self.place / "go.work")}
        self.gopls: Gopls | None = None
        self.listing: set[str] = set()  # packages that have been asked for
        self.beside: dict[str, Cell] = {}  # the cells that lie here as well, by their files' names

    def complete(self, cell: Cell, offset: int, around: Around = _ALONE) -> list[tuple[str, str, str]]:
        """The names that begin as what stands before `offset` in the cell's text; for each what it is, and its type.

        The cell has those that it imports. In the path of an import, a name is the rest of a path.
        """
        begun = re.search(r"\w*$", cell.body[:offset])
        prefix = begun[0] if begun else ""
        known = self._typed(cell, offset, around)
        offered = [(name["name"], name["kind"], name["type"]) for name in known["names"]]
        if (path := known["path"]) is not None:
            begin = len(path) - len(prefix)
            paths = [*(f"{CELLS}{name}" for name in around.importable), *(name for name, _, _ in offered)]
            names = [(each[begin:], "module", "") for each in paths if each.startswith(path[:begin])]
        else:
            names = self._ask("complete", cell, offset, known["imports"]) or offered
        fitting = [name for name in names if name[0].lower().startswith(prefix.lower())]
        # In the order given, but for those whose capitals are other ones.
        return sorted(fitting, key=lambda name: not name[0].startswith(prefix))[:_MOST]

    def explain(self, cell: Cell, offset: int, around: Around = _ALONE) -> str:
        """What stands there."""
        known = self._typed(cell, offset, around)
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

    def _typed(self, cell: Cell, offset: int, around: Around) -> Typed:
        program = cellgen.kept(self.chain)
        if not program:
            return generator.NOTHING
        text, at = _file(cell, offset)
        file = self.place / "typed.txt"
        file.write_text(text, encoding="utf-8", errors="replace")
        try:
            found = inputs.find(cell._replace(cells=()), self.chain, self.reader, inputs.LIBRARY)
        except GoBuildError:  # what it embeds is not there yet
            return generator.NOTHING
        listed = packages.of(found, self.place)
        self._lay(cell, around.tested, found, listed)
        said = generator.typed(program, file, len(text[:at].encode("utf-8", "replace")), listed.file, _SECONDS)
        self._list([*said["imports"], *cell.source.imports], listed)
        return said

    def _lay(self, cell: Cell, tested: Cell | None, found: inputs.Inputs, listed: packages.Packages) -> None:
        """Have the cells that it imports and tests lie beside it, each as it is now."""
        wanted = {f"{CELLS}{each.name}/cell.go": each for each in cell.cells}
        if tested:
            wanted[_TESTED] = tested
        if {name: each.token for name, each in wanted.items()} == {n: each.token for n, each in self.beside.items()}:
            return
        shutil.rmtree(self.place / CELLS, ignore_errors=True)
        (self.place / _TESTED).unlink(missing_ok=True)
        work = [workspace.find(self.reader, self.chain.env).text()]
        for name, each in wanted.items():
            file = self.place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if each is not tested:
                (file.parent / "go.mod").write_text(
                    f"module {CELLS}{each.name}\n\ngo {found.space.go}\n", encoding="utf-8"
                )
                work.append(workspace.use(file.parent))
            imported.write(file, each, "main" if each is tested else each.name, found, listed)
        (self.place / "go.work").write_text("\n".join([*work, ""]), encoding="utf-8")
        self.beside = wanted
        if self.gopls:  # it would have to be told what is new on the disk, and reads all of it anew as well
            self.gopls.stop()

    def _list(self, paths: list[str], listed: packages.Packages) -> None:
        """Have packages listed that are not yet: for the next question, since it may take long."""
        known = {line.split("\t")[0] for line in listed.file.read_text(encoding="utf-8").splitlines()}
        new = [path for path in paths if path not in known and path not in self.listing and not _is_known(path)]
        if new:
            self.listing.update(new)
            threading.Thread(target=_add, args=(listed, new), daemon=True).start()


def _is_known(path: str) -> bool:
    return path in ("C", "unsafe") or path.startswith(CELLS)


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
