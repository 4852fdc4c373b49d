"""Where the types of imported packages are: `go list -export` says it, once for a package, and the answer is kept.

golib/cellgen reads the list, a line a package: import path, name, export file and whether it is standard, with tabs
between them; path and name alone of what `%go get` offers.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from gomagic.build import cache, gobuild, process, toolchain, tools
from gomagic.build.inputs import Inputs, offered
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoToolchainError

FILE = "packages.txt"
_PATH = re.compile(r"(?!-)(?!.*\.\.\.)[\w.~+-]+(/[\w.~+-]+)*")
_keeping = threading.Lock()  # of another process an addition may be lost: it is listed once more
_FORM = "{{.ImportPath}}\t{{.Name}}\t{{.Export}}\t{{.Standard}}"


class Packages:
    """The list for one build's toolchain, flags and modules.

    key: what those are, hashed. place: the folder of the cell's module, which gets the list. flags, env: of the build.
    offered: packages of added modules, path -> name.
    """

    def __init__(
        self,
        key: str,
        place: Path,
        chain: Toolchain,
        flags: Sequence[str],
        env: Mapping[str, str],
        offered: Mapping[str, str] = MappingProxyType({}),
    ):
        self.key, self.place, self.chain, self.env = key, place, chain, env
        self._offered = "".join(f"{path}\t{name}\n" for path, name in offered.items())
        self.flags = [flag for flag in flags if not re.match(r"--?(gcflags|asmflags|ldflags)=(?!all=)", flag)]
        self._missing: dict[str, str] = {}  # rows of what was asked for, and is not there
        self._write(_kept(key))

    @property
    def file(self) -> Path:
        return self.place / FILE

    def add(self, paths: Sequence[str]) -> set[str]:
        """List these packages, too; returns those that are there.

        What does not exist or does not compile is listed for this build only.

        Raises GoToolchainError if Go does not end.
        """
        found: dict[str, str] = {}
        if askable := [path for path in paths if _PATH.fullmatch(path)]:
            how = ["-e", "-export", "-buildmode=c-shared", tools.COMPILING, *self.flags, "-f", _FORM]
            command: list[str | Path] = [self.chain.go, "list", *how, "--", *askable]
            ended = process.run(command, cwd=self.place, env=self.env, seconds=toolchain.BUILD_SECONDS)
            if ended.timed_out:
                minutes = toolchain.BUILD_SECONDS // 60
                raise GoToolchainError(f"`go list` did not end within {minutes} minutes", hint=gobuild.HANGS)
            found = {path: row for path, row in _rows(ended.out).items() if path in paths and row.split("\t")[2]}
        with _keeping:
            known = {**_kept(self.key), **found}  # as it is now: others may have listed packages meanwhile
            made = Path(tempfile.mkdtemp(dir=self.place))
            (made / FILE).write_text("".join(f"{row}\n" for row in known.values()), encoding="utf-8")
            cache.keep(self.key, made)
        self._missing.update({path: f"{path}\t\t\t" for path in paths if path not in found})
        self._write(known)
        return set(found)

    def _write(self, known: Mapping[str, str]) -> None:
        """Have these rows in the file, which is whole at all times: it may be read while a thread lists packages."""
        descriptor, new = tempfile.mkstemp(dir=self.place)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(self._offered + "".join(f"{row}\n" for row in {**self._missing, **known}.values()))
        os.replace(new, self.file)


def of(inputs: Inputs, source: Path) -> Packages:
    """The list for a build of the cell, whose module is in the folder `source`."""
    env = gobuild.environment(inputs.chain.env, source)
    found = offered(inputs.modules)
    return Packages(inputs.packages, source, inputs.chain, inputs.cell.options.flags, env, found)


def _kept(key: str) -> dict[str, str]:
    kept = cache.find(key)
    return _rows((kept / FILE).read_text(encoding="utf-8")) if kept and (kept / FILE).is_file() else {}


def _rows(text: str) -> dict[str, str]:
    return {line.split("\t")[0]: line for line in text.splitlines() if line.count("\t") == 3}
