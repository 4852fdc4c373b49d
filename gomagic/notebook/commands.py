"""What `%go` can be asked."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable

from gomagic.bind import crash, plain, trace
from gomagic.bind import library as libraries
from gomagic.build import cache, compiler, modules, notes, room, storage, toolchain, workspace
from gomagic.build.cache import SHIMS
from gomagic.errors import GoBuildError
from gomagic.notebook import progress
from gomagic.notebook.kernel import Kernel, Library, gone
from gomagic.run import doctor
from gomagic.source import cheader
from gomagic.source.cell import Cell
from gomagic.source.magics import CELL, MODULE, QUESTIONS


def run(line: str, kernel: Kernel) -> None:
    """Carry out `%go LINE` and print the answer.

    Raises GoBuildError for an unknown question or cell, with the nearest one or all that there are.
    """
    asked, *words = line.split() or [""]
    question = next((each for each in QUESTIONS if each.name == asked), None)
    if question is None:
        names = sorted(each.name for each in QUESTIONS)
        near = difflib.get_close_matches(asked, names, 1)
        raise GoBuildError(
            f"%go: unknown command `{asked}`" if asked else "%go needs a command",
            hint=f"did you mean `%go {near[0]}`?" if near else "it knows " + ", ".join(names),
        )
    if len(words) != bool(question.of):
        what = f"`{line.strip()}` is not understood" if words else f"`{asked}` needs {_NEEDED[question.of]}"
        raise GoBuildError(f"%go: {what}", hint=f"write `%go {question}`")
    if question.of == CELL:
        ABOUT_A_CELL[asked](kernel.library(words[0], f"%go {asked}"))
    elif question.of == MODULE:
        _get(words[0], kernel)
    else:
        ABOUT_ALL[asked](kernel)


_NEEDED = {CELL: "the name of a Go cell", MODULE: "the path of a module"}


def _clean(kernel: Kernel) -> None:
    print(f"freed {cache.clean() / 2**20:.1f} MiB")


def _doctor(kernel: Kernel) -> None:
    doctor.report(kernel.ipython)


def _env(kernel: Kernel) -> None:
    chain = toolchain.find()
    answer = toolchain.check(chain)
    rows = {"go": chain.go, "CC": " ".join(chain.cc), "gomagic cache": storage.root()}
    rows |= {name: answer[name] for name in ("GOROOT", "GOCACHE", "GOMODCACHE")}
    if chain.env["GOFLAGS"]:
        rows["GOFLAGS"] = chain.env["GOFLAGS"]
    for name, value in rows.items():
        print(f"{name:<14} {value}")


def _get(asked: str, kernel: Kernel) -> None:
    before, kernel.modules = kernel.modules, modules.add(kernel.modules, asked, toolchain.find())
    for module in kernel.modules:
        if module not in before:
            print(f"added {module}")
    path, _, version = asked.partition("@")
    if not version:
        known = {workspace.path_of(module): module for module in kernel.modules}
        cure = f"`%go get {known[workspace.owner(known, path)]}` gets this version wherever the notebook is run"
        print(f"note: the newest is taken, which may be another one tomorrow; {cure}", file=sys.stderr)


def _header(library: Library) -> None:
    _refuse_plain(library.cell, "header")
    print(compiler.header(library.cell, toolchain.find()), end="")


def _libs(kernel: Kernel) -> None:
    loaded = libraries.loaded()
    for path, name in loaded:
        now = kernel.libraries.get(name)
        bound = f"{name} ({now.cell.label})" if now and now.loaded == path else "an earlier version"
        print(f"{path.stat().st_size / 2**20:5.1f} MiB  {bound}" if path.exists() else f"  cleaned  {bound}")
    print(", ".join(filter(None, [f"{len(loaded)} of at most {libraries.REFUSE_AT} libraries", room.taken()])))


def _postmortem(kernel: Kernel) -> None:
    found = crash.latest()
    if found is None:
        print("no kernel has died with a Go trace")
    elif found.text:
        print(f"a kernel died on {found.when:%Y-%m-%d at %H:%M:%S}:")
        print(trace.cut(found.text, found.labels), end="")
    else:
        print(f"a kernel ended without a word of Go's, after a cell of {found.when:%Y-%m-%d at %H:%M:%S}")
        print(
            "  note: so it ends by os.Exit or log.Fatal, if memory runs out, or when it is killed because a call hangs"
        )


def _progress(kernel: Kernel) -> None:
    print(progress.report())


def _refuse_plain(cell: Cell, command: str) -> None:
    if not cell.uses_c:
        raise GoBuildError(
            f"%go {command}: `{cell.name}` is plain Go, which Python calls without a C header or ctypes",
            hint=f"`{cell.name}.…?` shows a function's signature, `%go source {cell.name}` what is generated",
        )


def _source(library: Library) -> None:
    if library.cell.uses_c:
        raise GoBuildError(f'%go source: `{library.cell.name}` imports "C", so nothing is generated for it')
    if not cache.holds(library.path):
        raise gone(library.cell.name, "%go source")
    print(library.path.with_name(SHIMS).read_text(encoding="utf-8"), end="")
    if left_out := notes.left_out(plain.manifest(library.path)):
        print("\n// Left out:")
    for item in left_out:
        where = f"{library.cell.label}:{item['line']}: " if item["line"] else ""
        print(f"//   {where}{item['name']}: {item['text']}")


def _symbols(library: Library) -> None:
    _refuse_plain(library.cell, "symbols")
    name = library.cell.name
    functions = cheader.functions(compiler.header(library.cell, toolchain.find()), library.cell.source)
    if not functions:
        print(f"{name} exports nothing")
    for function in functions:
        print(function.declaration)
        if function.fields:
            print(f"    class {function.restype}(Structure): _fields_ = {function.fields}")
        print(f"    {name}.{function.name}.argtypes = {function.argtypes}")
        print(f"    {name}.{function.name}.restype = {function.restype}")


def _version(kernel: Kernel) -> None:
    from gomagic import __version__

    chain = toolchain.find()
    go, python = toolchain.check(chain)["GOVERSION"], sys.version.split()[0]
    print(f"gomagic {__version__}, {go}, C compiler `{' '.join(chain.cc)}`, Python {python}")


ABOUT_ALL: dict[str, Callable[[Kernel], None]] = {
    "clean": _clean,
    "doctor": _doctor,
    "env": _env,
    "libs": _libs,
    "postmortem": _postmortem,
    "progress": _progress,
    "version": _version,
}
ABOUT_A_CELL: dict[str, Callable[[Library], None]] = {"header": _header, "source": _source, "symbols": _symbols}
