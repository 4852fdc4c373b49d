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

from gomagic.build import (
    cache,
    cellgen,
    claim,
    generator,
    imported,
    inputs,
    modules,
    packages,
    sources,
    storage,
    toolchain,
    workspace,
)
from gomagic.build.manifest import Typed
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.run.gopls import Gopls
from gomagic.run.gopls import find as find_gopls
from gomagic.source.cell import CELLS, Cell
from gomagic.source.record import Record

_SECONDS = 0.4
_MOST = 300  # names that are offered
_TESTED = "tested.go"


class Around(Record):
    """What else the kernel has for a cell that is being typed: the cell that it tests, what it could import by name,
    and whether it is to be a program."""

    tested: Cell | None = None
    importable: tuple[str, ...] = ()
    is_program: bool = False


_ALONE = Around()


class Desk:
    """A folder for the cells that are typed in one folder of the reader's, and who is asked about them."""

    def __init__(self, folder: Path):
        """Raises GoToolchainError without a toolchain or a place."""
        self.chain, self.reader = toolchain.find(), folder
        with cache.workplace():  # it can be made
            pass
        self._held = claim.make(storage.root() / "work")
        atexit.register(self.close)
        self.place = self._held.folder / "module"  # beside it the tools have their temporary files
        self.place.mkdir()
        self.env = {**self.chain.env, "GOWORK": str(self.place / "go.work")}
        self.gopls: Gopls | None = None
        self.listing: set[str] = set()  # packages that have been asked for
        self.lying: dict[str, str] = {}  # the files that lie here, each with what it was made from

    def close(self) -> None:
        """Ask nobody any more, and leave nothing behind."""
        atexit.unregister(self.close)
        if self.gopls:
            self.gopls.stop()
        claim.release(self._held)

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
            paths = [f"{CELLS}{name}" for name in around.importable]
            paths += dict.fromkeys([*(name for name, _, _ in offered), *inputs.offered(cell.modules)])
            names = [(each[begin:], "module", "") for each in paths if each.startswith(path[:begin])]
        else:
            names = self._ask("complete", known) or offered
        fitting = [name for name in names if name[0].lower().startswith(prefix.lower())]
        # In the order given, but for those whose capitals are other ones.
        return sorted(fitting, key=lambda name: not name[0].startswith(prefix))[:_MOST]

    def explain(self, cell: Cell, offset: int, around: Around = _ALONE) -> str:
        """What stands there."""
        known = self._typed(cell, offset, around)
        return self._ask("explain", known) or known["said"]

    def _ask(self, question: str, known: Typed) -> Any:
        """Ask gopls, which gets the cell as it will be compiled; None where there is none, or it does not start."""
        if not known["file"]:
            return None
        if self.gopls is None or not self.gopls.is_running:
            program = find_gopls(self.env)
            if not program:
                return None
            try:
                self.gopls = Gopls(program, self.place, self.env)
            except OSError:
                return None
        text = known["file"]
        at = len(text.encode()[: known["offset"]].decode())
        line = text.count("\n", 0, at)
        column = len(text[text.rfind("\n", 0, at) + 1 : at].encode("utf-16-le")) // 2
        return getattr(self.gopls, question)(self.place / "cell.go", text, line, column, _SECONDS)

    def _typed(self, cell: Cell, offset: int, around: Around) -> Typed:
        program = cellgen.kept(self.chain)
        if not program:
            return generator.NOTHING
        body, before = (_valid(text) for text in (cell.body, cell.body[:offset]))
        file = self.place / "typed.txt"
        file.write_text(body, encoding="utf-8")
        try:
            found = inputs.find(cell._replace(cells=()), self.chain, self.reader, inputs.LIBRARY)
            listed = packages.of(found, self.place)
            self._lay(cell, around.tested, found, listed)
        except GoBuildError:  # what it embeds is not there yet, or what it imports cannot be had
            return generator.NOTHING
        at = len(before.encode())
        said = generator.typed(program, file, at, listed.file, _SECONDS, is_program=around.is_program)
        self._list([*said["imports"], *cell.source.imports], listed)
        return said

    def _lay(self, cell: Cell, tested: Cell | None, found: inputs.Inputs, listed: packages.Packages) -> None:
        """Have all that it may import lie here, and the cell that it tests, each as it is now."""
        beside = {f"{CELLS}{each.name}/cell.go": each for each in cell.cells}
        if tested:
            beside[_TESTED] = tested
        mod, sums = modules.files(cell.modules, self.chain)
        space = sources.joined(found.space, mod)
        mods = {f"{CELLS}{each.name}/go.mod": f"module {CELLS}{each.name}\n\ngo {space.go}\n" for each in cell.cells}
        work = [space.text(), *(workspace.use((self.place / name).parent) for name in mods)]
        texts = {"go.mod": mod, "go.sum": sums, **mods, "go.work": "\n".join([*work, ""])}
        wanted = {**texts, **{name: each.token for name, each in beside.items()}}
        changed = [name for name in {**wanted, **self.lying} if wanted.get(name) != self.lying.get(name)]
        was_there = {self.place / name: name in self.lying for name in changed}
        for name in changed:
            file = self.place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if name not in wanted:
                file.unlink(missing_ok=True)
            elif name in texts:
                file.write_text(texts[name], encoding="utf-8")
            else:
                package = "main" if name == _TESTED else beside[name].name
                imported.write(file, beside[name], package, found, listed)
        self.lying = wanted
        if self.gopls and changed:
            self.gopls.look(was_there)

    def _list(self, paths: list[str], listed: packages.Packages) -> None:
        """Have packages listed that are not yet: for the next question, since it may take long."""
        known = {line.split("\t")[0] for line in listed.file.read_text(encoding="utf-8").splitlines()}
        new = [path for path in paths if path not in known and path not in self.listing and not _is_known(path)]
        if new:
            self.listing.update(new)
            threading.Thread(target=self._add, args=(new, listed), daemon=True).start()

    def _add(self, paths: list[str], listed: packages.Packages) -> None:
        with contextlib.suppress(GoToolchainError, OSError):
            # What is found may be gone one day, and is then asked for again; what does not exist is not.
            self.listing.difference_update(listed.add(paths))


def _is_known(path: str) -> bool:
    return path in ("C", "unsafe") or path.startswith(CELLS)


def _valid(text: str) -> str:
    """Text that can be written to a file, as long as it was."""
    return text.encode("utf-8", "replace").decode()
