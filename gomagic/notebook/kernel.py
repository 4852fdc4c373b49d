"""What a kernel knows of the Go cells that it has run, by name.

Its classes are written out: a NamedTuple takes 0.1 ms to make, a dataclass 0.4, and `%load_ext gomagic` waits for each.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gomagic.errors import GoBuildError

if TYPE_CHECKING:
    from ctypes import CDLL

    from gomagic.bind.module import GoModule
    from gomagic.run.measures import Measured
    from gomagic.source.cell import Cell


class Library:
    """The latest successful build of a `%%go` cell: the cell, the file, and what its name is bound to.

    loaded: the file that was loaded; one built since then, for an unchanged cell, is not.
    """

    def __init__(self, cell: Cell, path: Path, loaded: Path, value: CDLL | GoModule) -> None:
        self.cell, self.path, self.loaded, self.value = cell, path, loaded, value


class Exercise:
    """A Python cell that `%%check` runs before its own. code: with the gutter's lines. names: its Go cells."""

    def __init__(self, code: str, label: str, names: tuple[str, ...]) -> None:
        self.code, self.label, self.names = code, label, names


class Kernel:
    """The libraries, programs and exercises that have names, and the texts of the cells that have run.

    A name is one of them, whichever came last. It is broken from a build that fails
    to the next one that does not; what was built before stays.
    labels: file name, as Go has it -> `cell[N]` of its latest run. sources: the same -> the cell's lines, as the gutter
    counts them. Both grow in place: what is bound keeps them. modules: what `%go get` has added, `path@version` each.
    measured: the last runs of benchmarks, by cell, name and whether races were looked for.
    ipython: the version of the shell, and what it runs in.
    """

    def __init__(self, ipython: str = "IPython") -> None:
        self.ipython = ipython
        self.libraries: dict[str, Library] = {}
        self.programs: dict[str, Path] = {}
        self.exercises: dict[str, Exercise] = {}
        self.labels: dict[str, str] = {}
        self.sources: dict[str, list[str]] = {}
        self.modules: tuple[str, ...] = ()
        self.measured: dict[tuple[str, str, bool], Measured] = {}
        self._broken: set[str] = set()
        self._said: dict[GoModule, list[tuple[str, str]]] = {}
        self._nameless: list[tuple[Cell, Mapping[str, object]]] = []

    def begin(self, cell: Cell) -> None:
        """From now on messages call the cell's text by this run's number, also after the kernel's death."""
        from gomagic.bind import crash

        names = dict.fromkeys(cell.names, cell.label)
        self.labels.update(names)
        self.sources.update(dict.fromkeys(names, self.sources.get(cell.token) or cell.lines))
        crash.remember(names)

    def fail(self, cell: Cell) -> None:
        """The cell has not become what it was to be."""
        if cell.name:
            self._broken.add(cell.name)

    def hold(self, library: Library) -> None:
        """The name of the library's cell is this library."""
        name = library.cell.name
        self._free(name)
        self.libraries[name] = library

    def hear(self, bound: GoModule, said: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """What a plain cell printed when it was loaded, if that was an earlier time.

        said: what was printed this time; pairs of a stream's name and text.
        """
        if bound in self._said:
            return self._said[bound]
        self._said[bound] = said
        return []

    def spread(self, cell: Cell, names: Mapping[str, object]) -> None:
        """The cell has no name, and its functions are among the notebook's own."""
        self._nameless = [(known, theirs) for known, theirs in self._nameless if theirs is not names]
        self._nameless.append((cell, names))

    def origin(self, thing: object) -> tuple[Cell, str] | None:
        """The Go cell that an object of the notebook is, or is a function of, and the function's name or ""."""
        for known in self.libraries.values():
            if thing is known.value:
                return known.cell, ""
        name = getattr(thing, "__name__", "")
        bound = [(known.cell, vars(known.value)) for known in self.libraries.values()]
        for cell, names in [*bound, *self._nameless]:
            if callable(thing) and names.get(name) is thing:
                return cell, name
        return None

    def hold_program(self, name: str, path: Path) -> None:
        """The name is this program."""
        self._free(name)
        self.programs[name] = path

    def hold_exercise(self, name: str, exercise: Exercise) -> None:
        """The name is this Python cell."""
        self._free(name)
        self.exercises[name] = exercise

    def _free(self, name: str) -> None:
        for known in (self.libraries, self.programs, self.exercises):
            known.pop(name, None)
        self._broken.discard(name)

    def names(self) -> list[str]:
        """The names of libraries and programs."""
        return sorted([*self.libraries, *self.programs])

    def library(self, name: str, asker: str) -> Library:
        """The library of this name. Raises GoBuildError, which begins with `asker`, where there is none."""
        if name in self.programs:
            raise GoBuildError(f"{asker}: `{name}` is a program of `%%gorun`, no library", hint="name a `%%go` cell")
        self._require(name, asker)
        return self.libraries[name]

    def with_imports(self, cell: Cell, own: str = "") -> Cell:
        """The cell with those that it imports as `cells/NAME`; own: the name by which others import it.

        Raises GoBuildError as `library` does, and as `cell.imported`.
        """
        from gomagic.source import cell as cells

        imported = cells.imported(cell, lambda name, asker: self.library(name, asker).cell, own)
        return cell._replace(cells=imported) if imported else cell

    def importable(self) -> list[str]:
        """The names of the cells that others can import."""
        from gomagic.source import cell as cells

        names = []
        for name, library in self.libraries.items():
            with contextlib.suppress(GoBuildError):
                cells.check_importable(library.cell, "")
                names.append(name)
        return sorted(names)

    def files(self, names: Iterable[str], asker: str) -> tuple[dict[str, Path], dict[str, Path]]:
        """The libraries and the programs of these names.

        Raises GoBuildError for a name that is neither, and where the file is no longer in the cache.
        """
        libraries, programs = {}, {}
        for name in names:
            if name in self.programs:
                programs[name] = self.programs[name]
            else:
                self._require(name, asker)
                libraries[name] = self.libraries[name].path
        for name, path in {**libraries, **programs}.items():
            if _is_gone(path):
                raise gone(name, asker)
        return libraries, programs

    def why_not(self, name: str) -> str:
        """Why an exercise of this name cannot be checked; "" if it can."""
        if name in self.exercises:
            return next(filter(None, map(self._why_not, self.exercises[name].names)), "")
        return self._why_not(name)

    def _why_not(self, name: str) -> str:
        if name in self._broken:
            return f"the Go cell `{name}` does not compile"
        if name not in self.libraries and name not in self.programs:
            return f"run the cell `{name}` first"
        if _is_gone(self.programs[name] if name in self.programs else self.libraries[name].path):
            return f"run the Go cell `{name}` again, which is no longer in the cache"
        return ""

    def _require(self, name: str, asker: str) -> None:
        if name in self.libraries:
            return
        if name in self._broken:
            raise GoBuildError(f"{asker}: the Go cell `{name}` does not compile", hint="mend it and run it again")
        raise GoBuildError(f"{asker}: no Go cell named `{name}` is built", hint=f"run the `%%go {name}` cell first")


def gone(name: str, asker: str) -> GoBuildError:
    """The error for what is no longer in the cache: emptied by `%go clean`, or used longest ago."""
    return GoBuildError(f"{asker}: `{name}` is no longer in the cache", hint="run its cell again")


def _is_gone(path: Path) -> bool:
    from gomagic.build import cache

    return not cache.holds(path)
