"""A Go function of numbers, called for all elements of arrays: numpy's rules, golib/bridge's loop.

numpy says what is broadcast to what, and makes the arrays for results and for arguments of another type; a layout of
addresses and strides goes to Go, which reads and writes in place (mapping.go). Nothing here is imported until
`gomagic.map` is called.
"""

from __future__ import annotations

from array import array as numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gomagic.bind import excerpt, foreign, plain, refusal, subscript
from gomagic.bind.excerpt import kind_of
from gomagic.bind.refusal import DTYPES
from gomagic.build.manifest import Call, qualified
from gomagic.errors import GoError, GoWriteError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXACT = 2**53  # up to here float64 has every int


@dataclass(frozen=True)
class _Function:
    """A function of one library, which knows it by its number."""

    bound: plain.Bound
    number: int

    @property
    def call(self) -> Call:
        return self.bound.calls[self.number]

    @property
    def names(self) -> list[str]:
        return plain.parameter_names(self.call["params"])

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"{qualified(self.call)}({', '.join(name.lstrip('*') for name in self.names)})"


@dataclass(frozen=True)
class _Operand:
    """What is passed for a parameter. as_values: numbers of Python's, of which each alone has to fit."""

    given: object
    array: NDArray[Any]
    as_values: bool


def call(
    function: Callable[..., Any], args: Sequence[object], keywords: Mapping[str, object], out: Any, timeout: Any
) -> Any:
    """What `gomagic.map` does, which says more."""
    import numpy

    variants = _variants(function)
    first = variants[0]
    operands = [_operand(first, i, given) for i, given in enumerate(_ordered(first, args, keywords))]
    chosen = next((one for one in variants if _is_for(one, operands)), first)
    inputs = [_fitted(chosen, i, operand) for i, operand in enumerate(operands)]
    to = DTYPES[chosen.call["results"][0]["code"]]
    shape = _shape(chosen, inputs, out)
    result = numpy.empty(shape, to) if out is None else out
    if out is not None:
        _check_out(chosen, out, to)
        inputs = [one if _is_apart(one, out) else one.copy() for one in inputs]
    target = result if result.flags.aligned else numpy.empty(shape, to)
    _run(chosen, [*(numpy.broadcast_to(one, shape) for one in inputs), target], timeout)
    if target is not result:
        result[...] = target
    return result[()] if out is None and not shape else result


def _variants(function: Any) -> list[_Function]:
    """The function; of one with type parameters, its variants. TypeError if its elements cannot be an array's."""
    found: list[_Function] = []
    for bound in plain.bound():
        family = getattr(function, "_family", None)
        if family is not None and any(function is one for one in bound.names.values()):
            first = len(bound.calls) - len(bound.manifest["calls"])
            found = [_Function(bound, first + number) for number in family.members]
        else:
            found = [
                _Function(bound, i) for i, one in enumerate(bound.functions) if one is function and one is not None
            ]
        if found:
            break
    why = [_why_not(one.call) for one in found] or [_unknown(function)]
    if all(why):
        raise TypeError(f"map: {why[0]}")
    return [one for one, text in zip(found, why, strict=True) if not text]


def _unknown(function: Any) -> str:
    name = getattr(function, "__qualname__", None) or kind_of(function)
    if subscript.is_handle_class(type(getattr(function, "__self__", None))):
        return f"{name} is a method\n  note: only functions go over arrays"
    return f"{name} is no function of a plain Go cell"


def _why_not(call: Call) -> str:
    """Why a function cannot go over arrays; "" if it can."""
    name, results = qualified(call), call["results"]
    others = [f"`{one['name']} {one['type']}`" for one in call["params"] if one["shape"] != "1" or one["variadic"]]
    if others:
        return f"{name} takes {others[0]}\n  note: only numbers and bools are elements of arrays"
    if len(results) != 1:
        return f"{name} returns {len(results)} values\n  note: there is one array for what is returned"
    if results[0]["shape"] != "1":
        return f"{name} returns {results[0]['type']}\n  note: only numbers and bools are elements of arrays"
    return ""


def _ordered(function: _Function, args: Sequence[object], keywords: Mapping[str, object]) -> list[object]:
    names = function.names
    given = dict(zip(names, args, strict=False))
    if len(args) > len(names) or keywords.keys() & given or {*given, *keywords} != {*names}:
        raise refusal.of_arguments({**function.call, "context": False}, names, tuple(args), keywords)
    return [{**given, **keywords}[name] for name in names]


def _operand(function: _Function, i: int, given: Any) -> _Operand:
    import numpy

    if isinstance(given, int | float | complex | list | tuple | range | numpy.generic):
        try:
            return _Operand(given, numpy.asarray(given), True)
        except ValueError:  # rows of different lengths
            raise refusal.of_argument("type", function.call, i, function.names, given, -1) from None
    found = foreign.as_array(given)
    if numpy.ma.isMaskedArray(found):
        raise refusal.of_missing(function.where, f"`{function.names[i]}`", given)
    if found.dtype == object and not found.shape:  # what numpy knows nothing of
        raise refusal.of_argument("type", function.call, i, function.names, given, -1)
    return _Operand(given, numpy.asarray(found), False)


def _is_for(variant: _Function, operands: Sequence[_Operand]) -> bool:
    """Whether all operands have the very types of a variant's parameters."""
    codes = [param["code"] for param in variant.call["params"]]
    return [operand.array.dtype.newbyteorder("=") for operand in operands] == [DTYPES[code] for code in codes]


def _fitted(function: _Function, i: int, operand: _Operand) -> NDArray[Any]:
    """The operand as an array of the parameter's type, without a copy where it is one; else it is refused."""
    import numpy

    param, array = function.call["params"][i], operand.array
    wanted, has = numpy.dtype(DTYPES[param["code"]]), array.dtype.newbyteorder("=")
    if has == wanted:
        return array if array.dtype == wanted and array.flags.aligned else array.astype(wanted)
    if operand.as_values:
        return _of_values(function, i, operand, wanted)
    ways = {"b": "b", "i": "iufc", "u": "iufc", "f": "fc", "c": "c"}
    if wanted.kind not in ways.get(has.kind, "") or not numpy.can_cast(has, wanted, "safe"):
        raise refusal.of_argument("dtype", function.call, i, function.names, operand.given, -1)
    if has.kind in "iu" and wanted.kind in "fc" and (inexact := _inexact(array.astype(has))) is not None:
        what = f"`{function.names[i]}` has {inexact}, which {param['type']} does not hold exactly"
        raise OverflowError(f"{function.where}: {what}\n  note: float64 holds all ints up to {_EXACT}")
    return array.astype(wanted)


def _inexact(ints: NDArray[Any]) -> int | None:
    """One of these ints that no float64 is."""
    large = ints[(ints > _EXACT) | (ints < -_EXACT)] if ints.dtype.itemsize == 8 else ints[:0]
    if not large.size:
        return None
    floats = large.astype("float64")
    top = 2.0 ** (63 if large.dtype.kind == "i" else 64)  # to which the largest are rounded
    back = (floats * (floats < top)).astype(large.dtype)
    wrong = large[(floats >= top) | (back != large)]
    return int(wrong[0]) if wrong.size else None


def _of_values(function: _Function, i: int, operand: _Operand, wanted: Any) -> NDArray[Any]:
    """Numbers of Python's as an array, each as the function itself would take it."""
    import numpy

    array, kind = operand.array, operand.array.dtype.kind
    ways = {"b": "biufc", "i": "iufc", "u": "iufc", "f": "fc", "c": "c"}
    if array.size and wanted.kind not in ways.get(kind, ""):
        why = "range" if kind == "O" and wanted.kind in "iu" and _are_ints(array) else "type"
        raise _refused(why, function, i, operand, numpy.ones(array.shape, bool))
    with numpy.errstate(over="ignore"):
        cast: NDArray[Any] = array.astype(wanted)
    if wanted.kind in "iu":
        wrong = (cast != array) | ((cast < 0) != (array < 0))
    else:
        wrong = numpy.isfinite(array) & ~numpy.isfinite(cast) if wanted.kind in "fc" else numpy.zeros(array.shape, bool)
    if wrong.any():
        raise _refused("range", function, i, operand, wrong)
    return cast


def _are_ints(objects: NDArray[Any]) -> bool:
    return all(isinstance(one, int) for one in objects.flat)


def _refused(why: str, function: _Function, i: int, operand: _Operand, wrong: NDArray[Any]) -> Exception:
    """The exception for the first of the values that are wrong."""
    at = int(wrong.argmax())
    value = operand.array.ravel()[at]
    value = value.item() if hasattr(value, "item") else value
    return refusal.of_argument(why, function.call, i, function.names, value, at if operand.array.ndim == 1 else -1)


def _shape(function: _Function, inputs: Sequence[NDArray[Any]], out: Any) -> tuple[int, ...]:
    import numpy

    shapes = [one.shape for one in inputs]
    if out is None and not inputs:
        raise TypeError(f"map: {function.where} takes nothing that has a shape\n  hint: pass an array as `out=`")
    if out is not None:
        _check_is_array(function, out)
        shapes.append(out.shape)
    names = [f"`{name}`" for name in function.names] + ["`out`"] * (out is not None)
    has = ", ".join(f"{name} has shape {shape}" for name, shape in zip(names, shapes, strict=True))
    try:
        shape: tuple[int, ...] = numpy.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"{function.where}: these shapes do not broadcast: {has}") from None
    if out is not None and shape != out.shape:
        raise ValueError(f"{function.where}: what is returned has shape {shape} and does not fit in `out`: {has}")
    return shape


def _check_is_array(function: _Function, out: Any) -> None:
    import numpy

    if type(out) is not numpy.ndarray:
        raise TypeError(f"{function.where}: `out` is {kind_of(out)}, which is no numpy.ndarray")


def _check_out(function: _Function, out: NDArray[Any], to: str) -> None:
    if out.dtype != to:
        raise TypeError(f"{function.where}: `out` has dtype {out.dtype}, and {to} is what the function returns")
    if not out.flags.writeable:
        raise GoWriteError(f"{function.where}: `out` is read-only")
    if any(n > 1 and not step for n, step in zip(out.shape, out.strides, strict=True)):
        raise ValueError(f"{function.where}: several elements of `out` lie in one place")


def _is_apart(one: NDArray[Any], out: NDArray[Any]) -> bool:
    """Whether no element of the result is written before it is read: they share nothing, or lie in the same places."""
    import numpy

    same = one.__array_interface__["data"] == out.__array_interface__["data"]
    is_in_place = same and one.shape == out.shape and one.strides == out.strides and one.itemsize == out.itemsize
    return is_in_place or not numpy.may_share_memory(one, out)


def _run(function: _Function, operands: Sequence[NDArray[Any]], timeout: Any) -> None:
    """Have Go call the function for all elements; operands: of one shape, the last takes what it returns."""
    import time

    call, shape, total = function.call, operands[-1].shape, operands[-1].size
    values = [*call["params"], *call["results"]]
    has_context, done = bool(call.get("context")), 0
    until = None if timeout is None else time.monotonic() + timeout
    while True:
        layout = numbers("q", [function.number, has_context, done, len(shape), len(operands), *shape])
        for value, one in zip(values, operands, strict=True):
            layout.extend([_address(one), one.itemsize, 1 + (value["code"] in "FD"), *one.strides])
        left = None if until is None else max(until - time.monotonic(), 0)
        done, panicked, _owner, error = function.bound.module.__go__._services["map"](layout, timeout=left)
        if panicked or error is not None:
            _fail(function, operands, done, panicked, error)
        if done == total:
            return
        # An interrupt has stopped it that Python's own handler has made nothing of: as of a system call, it goes on.


def _address(one: NDArray[Any]) -> int:
    address: int = one.__array_interface__["data"][0]
    return address if address < 2**63 else address - 2**64


def _fail(function: _Function, operands: Sequence[NDArray[Any]], at: int, panicked: int, error: Any) -> None:
    """Raise what one element has brought, with its place."""
    import numpy

    name, inputs, shape = qualified(function.call), operands[:-1], operands[-1].shape
    given, element = {}, ""
    if at < operands[-1].size:
        index = numpy.unravel_index(at, shape)
        given = {key: one[index].item() for key, one in zip(function.names, inputs, strict=True)}
        element = f"element [{', '.join(map(str, map(int, index)))}]" if shape else ""
    if panicked:
        raise function.bound.errors.panic(panicked, name, given, element)
    if isinstance(error, GoError) and element:
        shown = ", ".join(f"{key}={excerpt.of(value)}" for key, value in given.items())
        error.args = (f"{error}\n  in {name}, {f'called with ({shown}), ' if shown else ''}{element}",)
    raise error
