"""What `%go` can be asked."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path

from gomagic.bind import crash, library, trace
from gomagic.build import cache, compiler, generator, toolchain
from gomagic.errors import GoBuildError
from gomagic.notebook.kernel import Built
from gomagic.run import doctor
from gomagic.source import cheader
from gomagic.source.cell import Cell


def run(line: str, built: Mapping[str, Built]) -> None:
    """Carry out `%go LINE` and print the answer. built: what this kernel has built, by name.

    Raises GoBuildError for an unknown command or cell, with the nearest one or all that there are.
    """
    name, *words = line.split() or [""]
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        raise GoBuildError(
            f"%go: unknown command `{name}`" if name else "%go needs a command",
            hint=f"did you mean `%go {near[0]}`?" if near else "it knows " + ", ".join(COMMANDS),
        )
    if len(words) != (name in ABOUT_A_CELL):
        wanted = f"%go {name} NAME" if name in ABOUT_A_CELL else f"%go {name}"
        what = f"`{line.strip()}` is not understood" if words else f"`{name}` needs the name of a Go cell"
        raise GoBuildError(f"%go: {what}", hint=f"write `{wanted}`")
    for cell in words:
        if cell not in built:
            raise GoBuildError(f"%go {name}: no Go cell named `{cell}` is built", hint=f"run its `%%go {cell}` cell")
    COMMANDS[name](built, *words)


def _clean(built: Mapping[str, Built]) -> None:
    print(f"freed {cache.clean() / 2**20:.1f} MiB")


def _doctor(built: Mapping[str, Built]) -> None:
    doctor.report()


def _env(built: Mapping[str, Built]) -> None:
    chain = toolchain.find()
    answer = toolchain.check(chain)
    rows = {"go": chain.go, "CC": " ".join(chain.cc), "gomagic cache": cache.root()}
    rows |= {name: answer[name] for name in ("GOROOT", "GOCACHE", "GOMODCACHE")}
    if chain.env["GOFLAGS"]:
        rows["GOFLAGS"] = chain.env["GOFLAGS"]
    for name, value in rows.items():
        print(f"{name:<14} {value}")


def _header(built: Mapping[str, Built], name: str) -> None:
    _refuse_plain(built[name].cell, "header")
    print(compiler.header(built[name].cell, toolchain.find()), end="")


def _libs(built: Mapping[str, Built]) -> None:
    names: dict[Path, list[str]] = {}
    for name, each in built.items():
        names.setdefault(each.path, []).append(f"{name} ({each.cell.label})")
    loaded = library.loaded()
    for path in loaded:
        bound = ", ".join(names.get(path, ["an earlier version"]))
        print(f"{path.stat().st_size / 2**20:5.1f} MiB  {bound}" if path.exists() else f"  cleaned  {bound}")
    print(f"{len(loaded)} of at most {library.REFUSE_AT} libraries")


def _postmortem(built: Mapping[str, Built]) -> None:
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


def _refuse_plain(cell: Cell, command: str) -> None:
    if not cell.source.uses_c:
        raise GoBuildError(
            f"%go {command}: `{cell.name}` is plain Go, which Python calls without a C header or ctypes",
            hint=f"`{cell.name}.…?` shows a function's signature, `%go source {cell.name}` what is generated",
        )


def _source(built: Mapping[str, Built], name: str) -> None:
    if built[name].cell.source.uses_c:
        raise GoBuildError(f'%go source: `{name}` imports "C", so nothing is generated for it')
    print(built[name].path.with_name(generator.SHIMS).read_text(encoding="utf-8"), end="")


def _symbols(built: Mapping[str, Built], name: str) -> None:
    _refuse_plain(built[name].cell, "symbols")
    functions = cheader.functions(compiler.header(built[name].cell, toolchain.find()))
    if not functions:
        print(f"{name} exports nothing")
    for function in functions:
        print(function.declaration)
        if function.fields:
            print(f"    class {function.restype}(Structure): _fields_ = {function.fields}")
        print(f"    {name}.{function.name}.argtypes = {function.argtypes}")
        print(f"    {name}.{function.name}.restype = {function.restype}")


def _version(built: Mapping[str, Built]) -> None:
    from gomagic import __version__

    chain = toolchain.find()
    print(f"gomagic {__version__}, {toolchain.check(chain)['GOVERSION']}, C compiler `{' '.join(chain.cc)}`")


ABOUT_A_CELL = ("header", "source", "symbols")
COMMANDS: dict[str, Callable[..., None]] = {
    "clean": _clean,
    "doctor": _doctor,
    "env": _env,
    "header": _header,
    "libs": _libs,
    "postmortem": _postmortem,
    "source": _source,
    "symbols": _symbols,
    "version": _version,
}
