"""`%go profile`: which cell's Go the reader means, and the code run in the notebook."""

from __future__ import annotations

import linecache
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gomagic.bind import plain
from gomagic.bind.module import GoModule
from gomagic.errors import GoBuildError
from gomagic.notebook.kernel import Kernel
from gomagic.run import profile
from gomagic.run.profile import Profile
from gomagic.source import line as lines
from gomagic.source import magics
from gomagic.source.cell import Cell

_ASKED, _FILE = magics.Profile.magic, f"<{magics.Profile.magic}>"


def run(line: str, kernel: Kernel, names: dict[str, Any]) -> tuple[Profile, BaseException | None]:
    """Profile the code of a line in the notebook's names; returns what was seen, and what the code has raised.

    Raises GoBuildError for a line that cannot be read and where there is no Go to look into, SyntaxError.
    """
    options = lines.read(magics.Profile, line, _ASKED)
    code = compile(options.code, _FILE, "exec")
    linecache.cache[_FILE] = (len(options.code), None, [options.code], _FILE)
    module = _named(options.of, kernel) if options.of else _meant(code, kernel, names)
    seen, failure = profile.measure(
        module.__go__,
        lambda: exec(code, names),
        memory=options.memory,
        seconds=options.duration,
        cells=kernel.labels,
        sources=kernel.sources,
    )
    if failure:
        stack = failure.__traceback__
        while stack and stack.tb_frame.f_code is not code:  # what is ours
            stack = stack.tb_next
        failure = failure.with_traceback(stack)
    return seen, failure


def note_few(seen: Profile) -> None:
    """Say so where there is too little to tell anything by, and what to do."""
    if seen.few():
        print(
            "note: so few samples tell little: threads are looked at 100 times a second that they work\n"
            f"  hint: `{_ASKED} --seconds 3 CODE` repeats the code for so long",
            file=sys.stderr,
        )


def _named(name: str, kernel: Kernel) -> GoModule:
    value = kernel.library(name, _ASKED).value
    if isinstance(value, GoModule):
        return value
    raise GoBuildError(
        f'{_ASKED}: `{name}` imports "C", and what takes the samples is in plain cells alone',
        hint=f"write benchmarks of it, which `%%gotest {name} --bench . --profile` looks into",
    )


def _meant(code: types.CodeType, kernel: Kernel, names: Mapping[str, Any]) -> GoModule:
    """The Go cell whose functions, objects or own name stand in the code, or in Python functions that it names."""
    bound = plain.bound()
    found: list[plain.Bound] = []
    for thing in _things(code, names, set()):
        found += [one for one in bound if one.has(thing) and all(one is not other for other in found)]
        if not found and (of_c := next((each for each in kernel.libraries.values() if each.value is thing), None)):
            return _named(of_c.cell.name, kernel)
    known = [one for one in kernel.libraries.values() if isinstance(one.value, GoModule)]
    if not found and len(known) == 1:
        return _named(known[0].cell.name, kernel)
    if not found:
        cure = f"`{_ASKED} --cell NAME CODE` says which to look into: {_listed(one.cell for one in known)}"
        raise GoBuildError(f"{_ASKED}: no function of a plain Go cell stands in the code", hint=cure if known else "")
    if len(found) > 1:
        first, *others = (one.origin.cell for one in found)
        print(
            f"note: {_listed([first])} is looked into; {_listed(others)} has a Go runtime of its own: `--cell NAME`",
            file=sys.stderr,
        )
    return found[0].module


def _listed(cells: Iterable[Cell]) -> str:
    return ", ".join(f"`{cell.name or cell.label}`" for cell in cells)


def _things(code: types.CodeType, names: Mapping[str, Any], seen: set[types.CodeType]) -> Iterator[Any]:
    """What the names in a piece of code mean, and those in functions of Python's among it."""
    seen.add(code)
    for name in code.co_names:
        if name not in names:
            continue
        yield names[name]
        if isinstance(names[name], types.FunctionType) and names[name].__code__ not in seen:
            yield from _things(names[name].__code__, names[name].__globals__, seen)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and constant not in seen:
            yield from _things(constant, names, seen)
