"""gomagic outside a notebook."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from ctypes import CDLL
    from pathlib import Path

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from gomagic.bind.channels import Chan
    from gomagic.bind.module import GoModule
    from gomagic.bind.named import Place
    from gomagic.source.cell import Cell


def compile(source: str, name: str | None = None) -> CDLL | GoModule:
    """Build Go text and load it: what `%%go NAME` binds, without a notebook.

    source: the whole Go file. name: what error messages and `__name__` call it; any text of one line.
    Returns a ctypes.CDLL for text that imports "C"; for plain Go an object whose attributes are its functions,
    constants and variables. The same text under the same name gives the same object; under another name it is
    another cell, with Go variables of its own; without a name it is what was loaded of this text first. The library
    lives until the process ends. Raises GoBuildError with the lines of `source`, GoToolchainError.
    """
    # Only here: `%load_ext gomagic` imports this module, and what only a build needs would make it three times as slow.
    from gomagic.bind import library
    from gomagic.build import compiler
    from gomagic.source import cell as cells

    if name is not None and (not name.strip() or len(name.splitlines()) > 1):
        raise ValueError(f"compile: {name!r} cannot be a name: it is one line with something on it")
    cell = cells.Cell(name or "source", source.removeprefix("\ufeff"), above=cells.ALONE)
    cell = cell._replace(cells=cells.imported(cell, _compiled, name or ""))
    artifact = compiler.build(cell)
    if name is None:
        cell = cell._replace(name=library.first_name(artifact.path) or cell.name)
    bound = _bound(cell, artifact.path)
    if name is not None:
        _cells[name] = cell
    return bound


def load(path: str | os.PathLike[str]) -> CDLL | GoModule:
    """A Go package on disk, as `%%go NAME` would bind it if it were a cell: `stats = gomagic.load("pkg/stats")`.

    path: the folder of a package of plain Go; or the library of a cell, as `--save` and `python -m gomagic build` write
    it. The module that the package belongs to decides about what it imports. As long as its files stay the same it is
    the same object; once they have changed, it is built again. Raises FileNotFoundError, GoBuildError with the lines of
    its files, GoToolchainError.
    """
    from pathlib import Path

    from gomagic.bind import saved
    from gomagic.build import compiler, ondisk, toolchain

    place = Path(path).expanduser()
    if place.is_dir():
        chain = toolchain.find()
        cell = ondisk.read(place, chain)
        return _bound(cell, compiler.build(cell, chain).path)
    if not place.is_file():
        raise FileNotFoundError(errno.ENOENT, "there is no such package or library", str(path))
    return _bound(*saved.read(place))


_cells: dict[str, Cell] = {}  # what others can import, by name


def _compiled(name: str, asker: str) -> Cell:
    from gomagic.errors import GoBuildError

    if name not in _cells:
        hint = f"call `gomagic.compile(source, {name!r})` first"
        raise GoBuildError(f"{asker}: no Go cell named `{name}` is compiled", hint=hint)
    return _cells[name]


def _bound(cell: Cell, path: Path) -> CDLL | GoModule:
    """What a cell's library is bound to."""
    from gomagic.bind import library, plain, signals
    from gomagic.build import cache

    signals.put_back()  # as before each cell of a notebook
    if cache.is_plain(path):
        return plain.load_alone(path, cell).module
    return library.load(path, cell.label, name=cell.name)


def empty(n: int, dtype: DTypeLike = "float64") -> NDArray[Any]:
    """An array of n zeros in the memory of the plain Go cell that was bound last: Go gets it without a copy, always.

    Returns a numpy array of shape (n,); to another cell it is an array like any other. `stats.__go__.empty` is the
    same for the cell `stats`. Raises TypeError for a dtype that Go has no slices of.
    """
    from gomagic.bind import plain

    return plain.empty(n, dtype)


def chan(kind: object, n: int = 0) -> Chan:
    """A channel of Go's for values of a type, in which n can wait: `jobs = gomagic.chan(int, 3)`.

    kind: a type of Python, numpy or a plain cell's, or Go's name of one, such as `"uint8"`. It becomes Go's where a
    function takes a `chan T` or `chan<- T` of that type; until then so many can be sent as there is room for. Raises
    TypeError for what is no type of Go's.
    """
    from gomagic.bind.channels import Chan

    return Chan(kind, n)


def new(value: object) -> Place:
    """A place of Go's for a value, for a function that takes a pointer: `p = gomagic.new(3)`, `Inc(p)`, `p.value`.

    Of which type it is the first function says that takes it: a `*int8` wants an int that fits. It keeps its place from
    then on, and is no argument for other types. Raises nothing: what does not fit is refused by that function.
    """
    from gomagic.bind import named

    return named.Place(value)


def map(
    function: Callable[..., Any],
    /,
    *arrays: ArrayLike,
    out: NDArray[Any] | None = None,
    timeout: float | None = None,
    **named: ArrayLike,
) -> Any:
    """Call a Go function of numbers for all elements of arrays: `ys = gomagic.map(stats.Logistic, xs)`.

    function: one of a plain Go cell whose parameters and one result are numbers or bools, and which may take a context
    and return an error. arrays, named: as it takes numbers, arrays of them; shapes broadcast as numpy's do. What is no
    array, such as a number or a list, is taken as the function itself takes numbers; an array where its type fits into
    the parameter's without loss. out: the array for what is returned, of that type; an argument may be the same.
    timeout: seconds for all of it.

    Returns `out`, or a new array of the type that the function returns, or one number for numbers alone. The loop is in
    Go, so that an element takes a small part of a call. Other threads of Python run meanwhile; an
    interrupt ends it before the next element, and cancels a context. An error or panic ends it, and names the element;
    those before it are in `out`. Raises TypeError for other functions and types.
    """
    from gomagic.bind import mapped

    return mapped.call(function, arrays, named, out, timeout)


@overload
def aio(function: Callable[..., Any], /, *args: object, **keywords: object) -> Coroutine[Any, Any, Any]: ...
@overload
def aio(function: Iterator[Any], /) -> AsyncIterator[Any]: ...
def aio(function: Any, /, *args: object, **keywords: object) -> Any:
    """Call a Go function without blocking the event loop: `await gomagic.aio(stats.Fetch, url, timeout=5)`.

    function: one of a plain Go cell that takes a context: a function, a method of an object, or a function with type
    parameters. args, keywords: as it takes them. Returns what it returns, and raises what it raises. Cancelling the
    task cancels the context; the task ends when Go has returned, since until then Go may use the arguments. No thread
    waits. Raises TypeError for what takes no context.

    `async for x in gomagic.aio(stats.Count(9))` goes through an iterator of Go's, or a channel, in the same way. To
    leave the loop stops Go, as it does in a `for`, and so does cancelling the task.
    """
    from gomagic.bind import aio

    if not args and not keywords and (steps := aio.steps(function)):
        return steps
    return aio.call(function, args, keywords)
