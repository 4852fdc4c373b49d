"""Structs in columns: what stands for a slice of them and has a column for each field, and arrays that lie as Go's do.

golib/bridge asks here how a DataFrame or an array of numpy's is read, and lends an array whose memory is as Go's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MethodType
from typing import Any

from gomagic.bind import structs
from gomagic.bind.excerpt import kind_of
from gomagic.bind.refusal import DTYPES
from gomagic.build.manifest import Form
from gomagic.source.record import Record

_SIZES = {"?": 1, "b": 1, "h": 2, "i": 4, "q": 8, "B": 1, "H": 2, "I": 4, "Q": 8, "f": 4, "d": 8, "F": 8, "D": 16}
_MOST_BOOLS = 256  # that are looked at in each item, as Go has 0 and 1 alone; an array with more is copied
_kinds: dict[type, _Kind] = {}


class _Kind(Record):
    """A class's fields: codes of those that are numbers, else "". forms, number: what says how it lies in memory.

    pointers: of those fields that may be nil the code of the number that they point to, or "".
    """

    codes: Mapping[str, str]
    pointers: Mapping[str, str]
    forms: Sequence[Form]
    number: int


def _dtype(kind: Any) -> Any:
    """`Point.dtype`: by it `numpy.zeros(9, Point)` makes an array that lies in memory as Go's."""
    try:
        return _dtype_of(_kinds[kind].forms, _kinds[kind].number)
    except ImportError as error:
        raise AttributeError(f"{kind.__name__}.dtype is numpy's, which is not there") from error


def _columns(kind: Any, rows: Iterable[object]) -> dict[str, Any]:
    """The fields of these objects, each a column by its name: an array of numbers, or a list of what else there is.

    `pandas.DataFrame(Trade.columns(trades))` takes a third of the time of `pandas.DataFrame(trades)`.
    """
    rows = [*rows]
    if others := {of for of in set(map(type, rows)) if not issubclass(of, kind)}:
        i = next(i for i, row in enumerate(rows) if type(row) in others)
        raise TypeError(f"{kind.__name__}.columns: `rows[{i}]` is {kind_of(rows[i])}, and no {kind.__name__}")
    return {name: _array(kind._column(rows, name), code) for name, code in _kinds[kind].codes.items()}


def _array(column: list[object], code: str) -> Any:
    """An array of what are numbers; without numpy a list."""
    try:
        import numpy
    except ImportError:
        return column
    return numpy.fromiter(column, DTYPES[code], len(column)) if code else column


def dress(kind: Any, forms: Sequence[Form], of: str) -> None:
    """Let a struct's class be read from columns, and give it its dtype if all of it is numbers. of: its id."""
    found = (n for n, form in enumerate(forms) if form.get("of") == of and form["shape"] == "S" and form["names"])
    number = next(found, None)
    if number is None:
        return
    fields = dict(
        zip(
            map(structs.as_python_reads, forms[number]["names"]),
            (forms[part] for part in forms[number]["parts"]),
            strict=True,
        )
    )
    codes = {name: form["code"] if form["shape"] == "1" else "" for name, form in fields.items()}
    pointers = {
        name: forms[form["parts"][0]]["code"] if form["shape"] == "P" else ""
        for name, form in fields.items()
        if form["shape"] in "Ph"
    }
    _kinds[kind] = _Kind(codes, pointers, forms, number)
    kind.columns = kind._of_class(partial(MethodType, _columns))
    if "layout" in forms[number]:
        kind.dtype = kind._of_class(_dtype)


def layout(forms: Sequence[Form], number: int) -> tuple[int, int, tuple[int, ...]] | None:
    """A form's layout as `gomagic_make_layout` in golib/bridge takes it, None if it has none."""
    if "layout" not in forms[number]:
        return None
    bools = tuple(_bools(forms, number, 0))
    of = forms[number]["layout"]
    return None if len(bools) > _MOST_BOOLS else (of["size"], of["align"], bools)


def _bools(forms: Sequence[Form], number: int, at: int) -> Iterator[int]:
    """Where there are bools in a value that begins there, as many as matter."""
    form = forms[number]
    if form["shape"] == "S":
        for part, offset in zip(form["parts"], form["layout"]["offsets"], strict=True):
            yield from _bools(forms, part, at + offset)
    elif form["shape"] == "1":
        yield from [at] * (form["code"] == "?")
    else:
        [part] = form["parts"]
        first = [*_bools(forms, part, at)]
        for i in range(min(form["length"], _MOST_BOOLS + 1) if first else 0):
            yield from (one + i * _size(forms, part) for one in first)


def _size(forms: Sequence[Form], number: int) -> int:
    form = forms[number]
    if form["shape"] == "1":
        return _SIZES[form["code"]]
    return form["layout"]["size"] if form["shape"] == "S" else form["length"] * _size(forms, form["parts"][0])


def _dtype_of(forms: Sequence[Form], number: int) -> Any:
    import numpy

    form = forms[number]
    if form["shape"] == "1":
        return numpy.dtype(DTYPES[form["code"]])
    if form["shape"] != "S":
        item = _dtype_of(forms, form["parts"][0])
        return numpy.dtype((item.base, (form["length"], *item.shape)))
    return numpy.dtype(
        {
            "names": [*map(structs.as_python_reads, form["names"])],
            "formats": [_dtype_of(forms, part) for part in form["parts"]],
            "offsets": form["layout"]["offsets"],
            "itemsize": form["layout"]["size"],
        }
    )


def is_laid_out(value: Any, kind: Any) -> bool:
    """Whether the items of an array lie in memory as Go's structs do."""
    try:
        import numpy
    except ImportError:
        return False
    has = numpy.dtype(getattr(value, "_type_", None) or numpy.asarray(value).dtype)  # the first is an array of ctypes
    wanted = kind.dtype
    if has == wanted:
        return True
    if not has.fields or has.itemsize != wanted.itemsize:
        return False
    names = structs.names_of(kind)
    fields = {names.get(name): field[:2] for name, field in has.fields.items()}
    return len(fields) == len(has.fields) and fields == {name: field[:2] for name, field in wanted.fields.items()}


def as_columns(value: Any, kind: type) -> tuple[str, int, object] | None:
    """The columns of a table as lists, in the order of that class's fields; None for those that it lacks.

    Returns None if it is no table, else ("", how many rows, the columns); or a word of refusal.py and what it takes.
    """
    names = _names_of(value)
    if names is None or kind not in _kinds:
        return None
    fields, codes = structs.names_of(kind), _kinds[kind].codes
    found = {fields[name]: name for name in names if name in fields}
    if len(found) < len(names) or (value.ndim != 1 and not hasattr(value, "columns")):
        others = [name for name in names if name in fields]
        unknown = next((name for name in names if name not in fields), None)
        near = (
            structs.nearest(str(unknown), [field for field in codes if field not in found])
            if unknown is not None
            else ""
        )
        return "columns", 0, (value, unknown, others, near)
    columns: list[object] = []
    for field, code in codes.items():
        if field not in found:
            columns.append(None)
            continue
        column = value[found[field]]
        if code and not _fits(column, code):
            return "column", 0, (column, found[field], DTYPES[code], kind)
        if field in _kinds[kind].pointers and hasattr(column, "isna"):
            columns.append(_with_none(column, _kinds[kind].pointers[field]))
            continue
        columns.append(column.tolist() if getattr(column, "ndim", 1) == 1 and not column.dtype.names else list(column))
    return "", len(value), tuple(columns)


def _with_none(column: Any, code: str) -> list[object]:
    """A column of pandas' for a field that may be nil, which is None: what is missing.

    code: of what it points to. A column of integers of which some are missing is one of floats in pandas: as long as
    all are whole, they are integers again.
    """
    missing = column.isna()
    values: list[object] = column.astype(object).tolist()
    if code and code in "bhiqBHIQ" and getattr(column.dtype, "kind", "") == "f" and (column[~missing] % 1 == 0).all():
        return [None if lacks else int(value) for value, lacks in zip(values, missing, strict=True)]  # type: ignore[call-overload]
    if not missing.any():
        return values
    return [None if lacks else value for value, lacks in zip(values, missing, strict=True)]


def _names_of(value: Any) -> Sequence[str] | None:
    """The names of a table's columns, None if it is none: a DataFrame of pandas', or an array that has fields."""
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        return [*value.columns]
    names = getattr(getattr(value, "dtype", None), "names", None)
    return names if names and hasattr(value, "ndim") else None


def _fits(column: Any, code: str) -> bool:
    """Whether a column's numbers are what Go wants; of objects, each one is looked at later."""
    dtype = getattr(column.dtype, "numpy_dtype", column.dtype)  # pandas has dtypes of its own for what may be missing
    if dtype.kind == "O":
        return True
    if dtype.kind not in "biufc" or dtype.newbyteorder("=") != DTYPES[code]:
        return False
    return not hasattr(column.dtype, "na_value") or not column.isna().any()
