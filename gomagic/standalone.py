"""gomagic outside a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from ctypes import CDLL

    from numpy.typing import DTypeLike, NDArray

    from gomagic.bind.channels import Chan
    from gomagic.bind.module import GoModule
    from gomagic.bind.named import Place


def compile(source: str, name: str | None = None) -> CDLL | GoModule:
    """Build Go text and load it: what `%%go NAME` binds, without a notebook.

    source: the whole Go file. name: what error messages and `__name__` call it; any text of one line.
    Returns a ctypes.CDLL for text that imports "C"; for plain Go an object whose attributes are its functions,
    constants and variables. The same text under the same name gives the same object; under another name it is
    another cell, with Go variables of its own; without a name it is what was loaded of this text first. The library
    lives until the process ends. Raises GoBuildError with the lines of `source` (its first line is 2, as under a
    magic), GoToolchainError.
    """
    # Only here: `%load_ext gomagic` imports this module, and what only a build needs would make it three times as slow.
    from dataclasses import replace

    from gomagic.bind import library, plain
    from gomagic.build import compiler, toolchain
    from gomagic.source.cell import Cell

    if name is not None and (not name.strip() or len(name.splitlines()) > 1):
        raise ValueError(f"compile: {name!r} cannot be a name: it is one line with something on it")
    cell = Cell(name or "source", source.removeprefix("\ufeff"))
    artifact = compiler.build(cell, toolchain.find())
    if name is None:
        cell = replace(cell, name=library.first_name(artifact.path) or cell.name)
    if cell.source.uses_c:
        return library.load(artifact.path, cell.label, name=cell.name)
    return plain.load_alone(artifact.path, cell).module


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
