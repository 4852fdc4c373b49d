"""Why a call of a plain Go function was refused: the words of its exception. golib/bridge names the reason."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any

from gomagic.bind import channels, contexts, excerpt, foreign, subscript
from gomagic.bind.excerpt import kind_of
from gomagic.build.manifest import Call, Form, Value, has_receiver, qualified
from gomagic.errors import GoForkError, GoWriteError

FOREIGN = (
    "it is of the Go of another cell, or of an earlier version of this one: each has memory of its own",
    "make it anew by this one's functions",
)
MISSING = "fill in or drop what is missing"
_BITS = {"b": 8, "h": 16, "i": 32, "q": 64}
DTYPES = {
    "?": "bool", "b": "int8", "h": "int16", "i": "int32", "q": "int64", "B": "uint8", "H": "uint16", "I": "uint32",
    "Q": "uint64", "f": "float32", "d": "float64", "F": "complex64", "D": "complex128",
}  # fmt: skip


def of_arguments(call: Call, names: list[str], args: tuple[object, ...], keywords: Mapping[str, object]) -> TypeError:
    """Python's own words for arguments that fit no function of these parameters, with Go's signature below."""
    space: dict[str, Any] = {}
    names = contexts.declared(call, names)
    if has_receiver(call):  # which Python counts as well
        names, args = ["/", *names], (None, *args)
        names.insert(0, "self" + "_" * len("".join(names)))
    if call.get("role") == "struct":
        names = [f"{name}=None" for name in names]
    exec(f"def function({', '.join(names)}): pass", space)
    space["function"].__qualname__ = qualified(call)  # which may be `None`: in Go that is a name like any other
    try:
        space["function"](*args, **keywords)
    except TypeError as error:
        return TypeError(f"{error}\n  {call['signature']}")
    raise AssertionError(f"golib/bridge refuses {names} what Python takes")


def of_fork(call: Call) -> GoForkError:
    return GoForkError(
        f"{qualified(call)}: this process was forked from one that had loaded Go, whose threads are not here\n"
        f"{GoForkError.cures}"
    )


def of_argument(why: str, call: Call, index: int, names: list[str], value: object, at: int) -> Exception:
    """The exception for one argument.

    why: golib/bridge's word for it. index: the parameter. value: the argument, or its item `at` (-1: the argument).
    """
    parameter = call["params"][index]
    names = [name.lstrip("*") for name in names]
    where = f"{qualified(call)}({', '.join(names)})"
    what = f"`{names[index]}[{at}]`" if at >= 0 and why != "length" else f"`{names[index]}`"
    if why.endswith(" in row"):
        what = f"an item of {what}"
    refused = _REASONS[why.removesuffix(" in row")](where, what, parameter, value, at)
    return _made(refused, what, parameter, value) if why == "type" and parameter["shape"] == "c" else refused


def _made(refused: Exception, what: str, wanted: Value | Form, value: object) -> Exception:
    """The exception where a dict cannot stand for a struct of which Go has more than Python sees: one is made of it."""
    name = wanted["type"]
    if not isinstance(value, Mapping) or not name[:1].isupper() or "." in wanted.get("of", "."):
        return refused
    hint = f"make one, of which Go has more than Python sees: `{name}(**{what.strip('`')})`"
    return type(refused)(f"{refused}\n  hint: {hint}")


def place(call: Call, index: int, names: list[str], way: tuple[Any, ...] = ()) -> tuple[str, str]:
    """How messages name a call, and a parameter of it, or the part of that to which a way leads: attributes are str,
    indices int, keys in tuples, what is called there is itself.
    """
    bare = [name.lstrip("*") for name in names]
    return f"{qualified(call)}({', '.join(bare)})", named(bare[index], way)


def named(value: str, way: tuple[Any, ...]) -> str:
    """How messages name a value, or the part of it to which a way leads."""
    return f"`{value}{''.join(map(_step, way))}`"


def of_value(why: str, where: str, what: str, value: object, forms: Sequence[Form], form: int) -> Exception:
    """The exception for a part of an argument that crosses in a parcel.

    where, what: as `place` gives them. form: what Go wants there.
    """
    item = forms[form]
    if item["shape"] == "e" and why == "range":  # as which Python's int crosses
        item = {**item, "type": "int", "code": "q"}
    wanted: Value = {
        "name": "", "type": item["type"], "shape": _LANES.get(item["shape"], "v"), "code": item["code"],
        "length": item["length"], "line": 0, "column": 0, "variadic": False, "borrowed": False, "alone": False,
    }  # fmt: skip
    at = len(value) if why == "length" and isinstance(value, Sized) else -1
    if why != "type":
        return _REASONS[why](where, what, wanted, value, at)
    refused = _wrong_type(where, what, wanted, value)
    return _made(refused, what, item, value) if item["shape"] == "S" and not item["parts"] else refused


def noted(refused: Exception, name: str, way: tuple[Any, ...]) -> Exception:
    """The exception for a part of an argument, with a note if a callable has returned it. name, way: as for `place`."""
    if way and callable(way[0]):
        return type(refused)(f"{refused}\n  note: `{name.lstrip('*')}` is {_named(way[0])}")
    return refused


def _named(function: Any) -> str:
    """What messages call a callable."""
    name = getattr(function, "__qualname__", "").rpartition("<locals>.")[2]
    return f"the function `{name}`" if name else kind_of(function)


# How the parts of a value are called where they are a parameter of their own, by the shapes of golib/bridge/form.h.
_LANES = {"1": "1", "s": "s", "h": "h", "a": "a", "f": "a", "y": "a", "l": "t", "n": "t", "F": "F", "Q": "Q", "C": "C"}


def _step(step: object) -> str:
    if isinstance(step, str):
        return f".{step}"
    if callable(step):
        return "(…)"
    return f"[{excerpt.of(step[0])}]" if isinstance(step, tuple) else f"[{step}]"


def _type(where: str, what: str, parameter: Value, value: object, _at: int) -> TypeError:
    wanted = parameter["type"]
    if what.endswith("]`"):
        wanted = wanted.replace("...", "[]", 1)
        whole_row = parameter["shape"] == "m" and not what.startswith("an item")
        wanted = wanted.removeprefix("[]") if whole_row else wanted.rpartition("]")[2]
    return _wrong_type(
        where, what, {**parameter, "type": wanted}, value, isinstance(value, str) and what.endswith("]`")
    )


def _wrong_type(where: str, what: str, parameter: Value, value: object, is_item: bool = False) -> TypeError:
    hint, note, wanted = "", "", parameter["type"]
    if isinstance(value, bytes) and wanted == "string":
        hint = "make it text first: `.decode()`"
    elif isinstance(value, str) and wanted in ("[]byte", "[]uint8"):
        hint = "make it bytes first: `.encode()`"
    elif _is_missing(value):
        hint = MISSING
    elif type(value).__name__ == "MaskedArray":
        hint = f"pass `{what.strip('`')}.filled(…)` with a value for what is missing"
    elif _has_value(value) and parameter["shape"] not in "hc":
        hint = f"pass `{what.strip('`')}.value`"
    elif isinstance(value, float) and parameter["code"] in {*"bhiqBHIQ"}:
        hint = "convert it: `int(…)` cuts, `round(…)` rounds"
    elif isinstance(value, int) and parameter["code"] == "?":
        hint = "write `bool(…)`"
    elif isinstance(value, str) and parameter["shape"] == "t" and not is_item:
        hint = "put it into a list"
    elif makes_own := next((name for name in ("to_dicts", "to_pylist", "as_py") if hasattr(value, name)), ""):
        hint = f"pass `{what.strip('`')}.{makes_own}()`"  # of polars, and of pyarrow
    elif hasattr(value, "__iter__") and parameter["shape"] in "atm" and not hasattr(value, "__getitem__"):
        hint = "make it a sequence first: `list(…)`"
    elif parameter["shape"] == "Q":
        hint = "put it into a list" if isinstance(value, str) else "pass an iterable, such as a list or a generator"
    elif parameter["shape"] == "C":
        hint = channels.hint(wanted, value)
    elif parameter["shape"] == "F":
        hint = "pass a function"
    elif wanted in _WANTED:
        hint = _WANTED[wanted]
    elif (
        parameter["shape"] in "hcv"
        and subscript.is_handle_class(type(value))
        and type(value).__name__ == wanted.rpartition(".")[2].lstrip("*")
    ):
        note, hint = FOREIGN
    kind = channels.described(value) or kind_of(value)
    return TypeError(laid_out(f"{where}: {what} is {kind}, Go wants {wanted}", hint, note))


_WANTED = {
    "any": "bool, int, float, complex, str, bytes, lists, dicts and arrays cross, datetime, timedelta, "
    "Go's objects and errors",
    "time.Duration": "pass a timedelta",
    "time.Time": "pass a datetime with a time zone",
}


def _has_value(value: object) -> bool:
    """Whether it is a number of ctypes, or stands for a value of a named type of Go's."""
    kind = type(value)
    return (kind.__module__ == "ctypes" or subscript.is_handle_class(kind)) and hasattr(kind, "value")


def _is_missing(value: Any) -> bool:
    """Whether it stands for a value that is not there: None, NaN, pandas' NA, numpy's `masked`, pyarrow's null."""
    is_nan = isinstance(value, float) and value != value
    if hasattr(value, "as_py"):
        return value.as_py() is None
    return value is None or is_nan or type(value).__name__ in ("MaskedConstant", "NAType")


def _range(where: str, what: str, parameter: Value, value: object, _at: int) -> OverflowError:
    code = parameter["code"]
    wanted = parameter["type"].removeprefix("...").rpartition("]")[2].lstrip("*")
    note = f"{wanted} holds up to ±{'3.4e38' if code in 'fF' else '1.8e308'}"
    if bits := _BITS.get(code.lower()):
        low, high = (0, 2**bits - 1) if code.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        note = f"{wanted} holds {low} to {high}"
    return OverflowError(f"{where}: {what} is {excerpt.of(value)}, which does not fit in {wanted}\n  note: {note}")


def _dtype(where: str, what: str, parameter: Value, value: object, _at: int) -> TypeError:
    wanted = DTYPES[parameter["code"]]
    name, dtype = what.strip("`"), getattr(value, "dtype", None)
    names, kind, loss = getattr(dtype, "names", None), foreign.kind(value), ""
    hint = f'pass `{foreign.numpys(value, name, "astype")}.astype("{wanted}")`'
    if names:
        hint = f"pass one of its fields: `{name}[{names[0]!r}]`"
    elif foreign.has_none(value):
        hint = MISSING
    elif foreign.is_of_bytes(value) or not foreign.converts(value, wanted):
        numbers = f'pass its columns of numbers: `{name}.select_dtypes("{wanted}")`'
        hint = numbers if hasattr(value, "select_dtypes") else ""
    elif loss := foreign.lost(value, wanted)[0]:
        numbers = f'{name}.to_numpy("float64")' if hasattr(value, "to_numpy") else f'{name}.astype("float64")'
        numbers = numbers if kind == "O" else foreign.numpys(value, name, "round")
        cuts = f'pass `{numbers}.round().astype("{wanted}")`, or `{numbers}.astype("{wanted}")`, which cuts'
        hint = {"missing": MISSING, "cut": cuts}.get(loss, "")
    elif kind == "O" and hasattr(value, "to_numpy"):
        hint = f'name the type of its values: `.to_numpy("{wanted}")`'
    elif kind == "c":
        hint = f'pass its real part: `{foreign.numpys(value, name, "real")}.real.astype("{wanted}")`'
    if dtype is None:
        form = getattr(value, "format", "")
        form = f" of format `{form}`" if form else ""
        return TypeError(laid_out(f"{where}: {what} is {kind_of(value)}{form}, Go wants {parameter['type']}", hint))
    note = f"an array is never converted silently; its dtype is {dtype}, Go's `{parameter['type']}` is {wanted}"
    if parameter["shape"] == "1":  # see mapped
        note = f"an array is converted only to what holds every {dtype}, which {wanted} does not"
    if loss == "unfit":
        note = f"{excerpt.of(foreign.lost(value, wanted)[1])} does not fit in {wanted}"
    return TypeError(laid_out(f"{where}: {what} has dtype {dtype}, Go wants {wanted}", hint, note))


def _masked(where: str, what: str, _parameter: Value, value: object, _at: int) -> TypeError:
    return of_missing(where, what, value)


def of_missing(where: str, what: str, value: object) -> TypeError:
    """The exception for an array that lacks values. where, what: as `place` names the call and the parameter."""
    name, dtype = what.strip("`"), getattr(value, "dtype", None)
    is_one = f"has dtype {dtype} and missing values"
    if dtype is None:
        is_one = f"is {kind_of(value)} with missing values"
    elif type(value).__name__.startswith("Masked"):
        is_one = f"is {kind_of(value)}"
    ways = [
        f"`{name}.{method}(…)` with a value for what is missing"
        if method.startswith("fill")
        else f"`{name}.{method}()`, which leaves it out"
        for method in foreign.cures(value)
    ]
    hint = f"pass {', or '.join(ways)}" if ways and not _is_missing(value) else MISSING
    if foreign.keeps_apart(value):
        hint = f"write all of its values out first: `pyarrow.array({name}.to_pylist())`"
    return TypeError(laid_out(f"{where}: {what} {is_one}: Go knows none that are missing", hint))


def _dimensions(where: str, what: str, parameter: Value, value: object, _at: int) -> TypeError:
    name, wanted, has = what.strip("`"), 2 if parameter["shape"] == "m" else 1, foreign.dimensions(value)
    hint = ""
    if has > wanted == 1:
        values = ".to_numpy()" if hasattr(value, "to_numpy") else ""
        array = foreign.numpys(value, name, "ravel") if foreign.stays_flat(value) else f"numpy.asarray({name})"
        hint = f"pass `{name}{values}.ravel()`" if values else f"pass `{array}.ravel()`"
    elif has < wanted and hasattr(value, "contents"):
        hint = f"pass `numpy.ctypeslib.as_array({name}, (n,))`, with the number of what it points to"
    elif has == 0 and hasattr(value, "value"):
        hint = f"pass `[{name}.value]`"
    elif has < wanted and not isinstance(value, type) and foreign.is_flat(value):
        hint = f"pass `[{name}]`"
    elif 0 < has < wanted and foreign.kind(value) == "O":
        hint = f"pass `{foreign.listed(value, name)}`"
    return TypeError(laid_out(f"{where}: {what} has {has} dimensions, Go's {parameter['type']} has {wanted}", hint))


def _length(where: str, what: str, parameter: Value, _value: object, at: int) -> ValueError:
    return ValueError(f"{where}: {what} has {at} elements, Go's {parameter['type']} has {parameter['length']}")


def _frozen(where: str, what: str, parameter: Value, value: object, _at: int) -> GoWriteError:
    name = what.strip("`")
    copied = foreign.copied(value, name)
    thing, note, hint = "the array is read-only", "", f"pass a copy, as in `{copied}`, and go on with that"
    if parameter["shape"] != "m" and hasattr(value, "to_dict") and hasattr(value, "columns"):
        thing = f"the rows of this {kind_of(value)} were copied"
        hint = f"pass `{name}.to_dict('records')`, a list of dicts, and go on with that"
    elif parameter["shape"] == "t" and (copied or hasattr(value, "dtype")) and foreign.kind(value) != "V":
        thing, hint = f"text is not written back into a {kind_of(value)}", foreign.listed(value, name)
        hint = f"pass a list: `{hint}`"
    elif isinstance(value, tuple):
        thing, hint = "a tuple cannot change", "pass a list: `list(…)`"
    elif foreign.is_of_bytes(value):
        thing, hint = f"{kind_of(value)} cannot change", "pass a `bytearray(…)`"
    elif isinstance(value, int):
        thing, hint = "an int cannot change", "return the number"
    elif parameter["shape"] == "v" and hasattr(value, "keys"):
        thing, hint = f"{kind_of(value)} cannot change", "pass a dict: `dict(…)`"
    elif type(value).__module__.split(".")[0] == "pandas":
        thing, hint = f"this {kind_of(value)} is read-only", "pass `.to_numpy(copy=True)`, then assign it back"
        note = "pandas 3 hands out read-only views of its columns"
    elif hasattr(value, "typecode"):
        thing, hint = f"an array.array of `{value.typecode}` holds none of these", "pass a list: `list(…)`"
    elif not copied:
        thing, hint = f"{kind_of(value)} takes no items", "pass a list: `list(…)`"
    elif copied.startswith("numpy"):
        thing = f"what this {kind_of(value)} holds is not Go's to write to"
    return GoWriteError(laid_out(f"{where}: Go wrote to {what}, but {thing}", hint, note))


def of_result(call: Call, _why: str, what: str) -> TypeError:
    """The exception for a result, or a part of one, that Python cannot have."""
    return TypeError(f"{qualified(call)}: an interface holds a {what} of Go's, for which Python has nothing")


def _naive(where: str, what: str, parameter: Value, _value: object, _at: int) -> TypeError:
    hint = f"write `{what.strip('`')}.astimezone()` if it is this machine's time, `.replace(tzinfo=…)` if another's"
    return TypeError(laid_out(f"{where}: {what} has no time zone, and Go's {parameter['type']} has one", hint))


def _missing(where: str, what: str, parameter: Value, _value: object, _at: int) -> TypeError:
    return TypeError(laid_out(f"{where}: {what} is NaT, Go wants {parameter['type']}", MISSING))


def _beyond(where: str, what: str, parameter: Value, value: object, _at: int) -> OverflowError:
    note = f"{parameter['type']} holds ±292 years"
    return OverflowError(laid_out(f"{where}: {what} is {value}, which does not fit", note=note))


def _results(where: str, what: str, parameter: Value, value: object, _at: int) -> TypeError:
    returned = f"{kind_of(value)} of {len(value)}" if isinstance(value, list | tuple) else kind_of(value)
    return TypeError(laid_out(f"{where}: {what} is {returned}, Go wants a tuple of the results of {parameter['type']}"))


def _pair(where: str, what: str, parameter: Value, value: object, _at: int) -> TypeError:
    name, wanted = what.strip("`").rpartition("[")[0], parameter["type"]
    return TypeError(
        laid_out(
            f"{where}: {what} is {kind_of(value)}, Go's {wanted} yields pairs",
            f"pass `{name}.items()` of a dict, or `enumerate({name})`",
        )
    )


def _interpreter(where: str, what: str, _parameter: Value, _value: object, _at: int) -> RuntimeError:
    return RuntimeError(f"{where}: {what} cannot be called by Go: this is not the main interpreter of the process")


def told(exception: BaseException) -> str:
    """What Go's code sees of an exception that is on its way through it."""
    return traceback.format_exception_only(type(exception), exception)[-1].rstrip("\n")


def _columns(where: str, what: str, parameter: Value, value: Any, _at: int) -> TypeError:
    """A table that is none of a struct's. value: the table, a column that is no field or None, the others, a field that
    it may be.
    """
    table, unknown, others, near = value
    name, wanted = what.strip("`"), parameter["type"]
    if not hasattr(table, "columns") and table.ndim != 1:
        return TypeError(f"{where}: {what} has {table.ndim} dimensions, Go's []{wanted} has 1")
    if unknown is None:
        return TypeError(f"{where}: {what} has more than one column for a field of {wanted}: {', '.join(others)}")
    hint = f"pass `{name}[{others!r}]`" if others else ""
    if near and hasattr(table, "rename"):
        hint = f"pass `{name}.rename(columns={{{unknown!r}: {near!r}}})`"
    return TypeError(laid_out(f"{where}: {what} has the column `{unknown}`, and {wanted} no such field", hint))


def _column(where: str, what: str, parameter: Value, value: Any, _at: int) -> TypeError:
    """A column whose dtype is not that of its field. value: the column, its name, the dtype wanted, the class."""
    column, called, wanted, kind = value
    name, of = what.strip("`"), parameter["type"]
    text, note = f"{where}: the column `{called}` of {what} has dtype {column.dtype}, {of} has {wanted} there", ""
    loss, lost = foreign.lost(column, wanted) if wanted in DTYPES.values() else ("", None)
    if loss == "unfit":
        return TypeError(laid_out(text, "", f"{excerpt.of(lost)} does not fit in {wanted}"))
    if not hasattr(column, "isna"):
        first = "`from numpy.lib.recfunctions import require_fields`, then pass"
        hint = f"{first} `require_fields({name}, …)` with the dtype `{wanted}` there"
        if hasattr(kind, "dtype"):
            hint = f"{first} `require_fields({name}, {kind.__name__}.dtype)`"
        hint = {"missing": MISSING, "cut": f"{hint}, which cuts"}.get(loss, hint)
        return TypeError(laid_out(text, hint))
    hint = f'pass `{name}.astype({{{called!r}: "{wanted}"}})`'
    if loss == "cut":
        hint = (
            f'pass `{name}.round({{{called!r}: 0}}).astype({{{called!r}: "{wanted}"}})`, or without `round`, which cuts'
        )
    missing = column.isna().to_numpy()
    if missing.any():
        lacks = f"the column `{called}` of {what} misses a value in row {missing.argmax()}"
        text = f"{where}: {lacks}, {of} has {wanted} there"
        note = "a value that is not there cannot cross, unless the field is a pointer, which is nil then"
        hint = f'pass `{name}.dropna(subset=[{called!r}]).astype({{{called!r}: "{wanted}"}})`'
    return TypeError(laid_out(text, hint, note))


def _pointer(where: str, what: str, parameter: Value, value: object, _at: int) -> TypeError:
    text = f"{where}: {what} is {kind_of(value)}, and Go writes to what its {parameter['type']} points to, or keeps it"
    written = excerpt.of(value)
    try:
        ast.literal_eval(written)
    except (SyntaxError, ValueError):  # it is cut, or only its own code could tell
        written = what.strip("`") if what.startswith("`") else "…"
    hint = f"pass `p = gomagic.new({written})`: what Go writes is `p.value`"
    return TypeError(laid_out(text, hint, "what it writes to a copy nobody would see"))


_REASONS: dict[str, Callable[..., Exception]] = {
    "results": _results,
    "pair": _pair,
    "interpreter": _interpreter,
    "type": _type,
    "pointer": _pointer,
    "range": _range,
    "dtype": _dtype,
    "masked": _masked,
    "dimensions": _dimensions,
    "length": _length,
    "frozen": _frozen,
    "naive": _naive,
    "missing": _missing,
    "beyond": _beyond,
    "columns": _columns,
    "column": _column,
}


def laid_out(what: str, hint: str = "", note: str = "") -> str:
    lines = [what, f"  note: {note}" if note else "", f"  hint: {hint}" if hint else ""]
    return "\n".join(line for line in lines if line)
