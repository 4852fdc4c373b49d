"""Arrays, columns and tables of whatever library: what golib/bridge reads of them, and what messages advise to make.

No library but numpy is imported here, and that only when an array has come: what an object is shows in what it offers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gomagic.bind.excerpt import kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

# How the values that are there are asked for, and lists of Python's own, in numpy, pandas, polars and pyarrow.
_CURES = [("filled", "compressed"), ("fillna", "dropna"), ("fill_null", "drop_nulls"), ("fill_null", "drop_null")]
_LISTERS = ["tolist", "to_list", "to_pylist"]


def as_array(value: Any) -> NDArray[Any]:
    """The numpy array of a column, a tensor or whatever has one; no copy where its library needs none.

    It is a masked one if values are missing: numpy itself would have NaN there, or True.
    """
    import numpy

    array = _array_of(value)
    if misses(value):
        array = numpy.ma.masked_array(array, True)
    elif array.dtype.kind == "O" and hasattr(value, "dtypes") and (dtype := _dtype_of_all(value)):
        array = value.to_numpy(dtype)
    if array.flags.writeable and not numpy.may_share_memory(array, _array_of(value)):
        array.flags.writeable = False  # made for this call: what Go wrote to it would be lost
    return array


def as_list(value: Any) -> list[object]:
    """A new list of a sequence's items; TypeError if it is none."""
    if hasattr(type(value), "columns") or hasattr(type(value), "column_names"):
        raise TypeError(f"{type(value).__name__} is a table, whose items are columns")
    if getattr(getattr(value, "dtype", None), "kind", "") in ("m", "M"):
        return [*value]  # as a list of Python's own, numpy's finest are ints
    for lister in _LISTERS:
        if hasattr(value, lister) and isinstance(items := getattr(value, lister)(), list):
            return items  # numpy's single values give none
    if not hasattr(value, "__getitem__") or not hasattr(value, "__len__") or hasattr(value, "keys"):
        raise TypeError(f"{type(value).__name__} is not a sequence")
    return list(value)


def as_dict(value: Any) -> dict[Any, object]:
    """A new dict of a mapping's items; TypeError if it is none."""
    if not hasattr(value, "keys") or not hasattr(value, "__getitem__"):
        raise TypeError(f"{type(value).__name__} is not a mapping")
    return dict(value)


def change_set(value: Any, before: set[object], now: set[object]) -> object:
    """Bring to a set what Go has added and deleted; None if it cannot change."""
    if before != now:
        if not hasattr(value, "difference_update"):
            return None
        value.difference_update(before - now)
        value.update(now - before)
    return value


def numpys(value: Any, name: str, method: str) -> str:
    """Code that makes numpy's array of a value, for what that has no such method itself. name: what stands for it."""
    if hasattr(value, method):
        return name
    if is_lent(value) and not _is_convertible(value):
        return f"numpy.from_dlpack({name})"
    return f"numpy.asarray({name})"


def copied(value: Any, name: str) -> str:
    """Code that makes a copy of an array that can be written to; "" if there is none."""
    numpy = sys.modules.get("numpy")
    if numpy and isinstance(value, numpy.ndarray | numpy.generic):
        return f"{name}.copy()"
    if _is_convertible(value) or _view_of(value) is not None:
        return f"numpy.asarray({name}).copy()"
    return f"numpy.from_dlpack({name}).copy()" if is_lent(value) else ""


def listed(value: Any, name: str) -> str:
    """Code that makes a list of Python's own values."""
    return next((f"{name}.{lister}()" for lister in _LISTERS if hasattr(value, lister)), f"list({name})")


def cures(value: Any) -> list[str]:
    """The methods that fill in what is missing in a column, and leave it out, if it has them."""
    pair = next((pair for pair in _CURES if hasattr(value, pair[1])), ())
    is_column = "compressed" not in pair or dimensions(value) == 1  # of anything else numpy makes one, too
    return [method for method in pair if hasattr(value, method) and (is_column or method != "compressed")]


def keeps_apart(column: Any) -> bool:
    """Whether pyarrow keeps each value once, as of categories: it does not count what is missing among these."""
    return any(hasattr(getattr(column, "type", None), word) for word in ("index_type", "run_end_type"))


def dimensions(value: Any) -> int:
    """How many an array has."""
    if isinstance(value, type):
        return 0
    if isinstance(found := getattr(value, "ndim", None), int):
        return found
    view = _view_of(value)
    return _array_of(value).ndim if view is None else view.ndim


def is_of_bytes(value: Any) -> bool:
    """Whether it is a buffer of bytes, and no array of numpy's."""
    view = None if hasattr(value, "dtype") else _view_of(value)
    return view is not None and view.itemsize == 1


def kind(value: Any) -> str:
    """The letter of numpy's for the type of an array's values; "" of what is none, or without numpy."""
    has_one = _is_convertible(value) or is_lent(value) or _view_of(value) is not None
    try:
        return _array_of(value).dtype.kind if has_one else ""
    except ImportError:
        return ""


def is_flat(value: Any) -> bool:
    """Whether its items are numbers or text, and no rows."""
    return kind(value) not in ("", "O", "S", "V")


def stays_flat(value: Any) -> bool:
    """Whether its own `ravel` makes one dimension of all; a matrix of numpy's has two always."""
    return not hasattr(value, "ravel") or value.ravel().ndim == 1


def has_none(value: Any) -> bool:
    """Whether None is among an array's objects: as a number numpy would have NaN for it."""
    return kind(value) == "O" and any(item is None for item in _array_of(value).flat)


def converts(value: Any, dtype: str) -> bool:
    """Whether numpy can convert all values of an array; of numbers and times it is known that it does."""
    try:
        return kind(value) in "biufcmM" or _array_of(value).astype(dtype) is not None
    except (TypeError, ValueError):
        return False


def lost(value: Any, dtype: str) -> tuple[str, object]:
    """What numpy would silently make another value of, if it converted an array to a dtype of numbers.

    That is "missing", which is not there; "unfit", which the dtype does not hold; or "cut", which has a fraction; and
    the first of them. ("", None): all stay what they are.
    """
    import numpy

    array, wanted = _array_of(value), numpy.dtype(dtype)
    if array.dtype.kind == "O":
        array = numpy.asarray(array.tolist())
    is_time, is_float = array.dtype.kind in "mM", array.dtype.kind == "f"
    if wanted.kind not in "iuf" or not (is_time or array.dtype.kind in "iuf"):
        return "", None
    if numpy.isnat(array).any() if is_time else is_float and wanted.kind != "f" and numpy.isnan(array).any():
        return "missing", None
    array = array.astype("int64") if is_time else array
    if wanted.kind == "f":
        unfit = numpy.isfinite(array) & (abs(array) > numpy.finfo(wanted).max)
    else:
        holds = numpy.iinfo(wanted)
        unfit = (array < holds.min) | (array >= holds.max + 1.0 if is_float else array > holds.max)
    if unfit.any():
        return "unfit", array[unfit][0].item()
    cut = numpy.asarray(is_float and wanted.kind != "f" and array != numpy.trunc(array))
    return ("cut", array[cut][0].item()) if cut.any() else ("", None)


def is_lent(value: Any) -> bool:
    """Whether it lends its memory as tensors do."""
    return hasattr(value, "__dlpack__")


def _view_of(value: Any) -> memoryview | None:
    try:
        return memoryview(value)
    except (TypeError, ValueError, BufferError):  # the second of what numpy cannot describe, such as its dates
        return None


def _is_convertible(value: Any) -> bool:
    """Whether numpy makes an array of it by itself."""
    return any(hasattr(value, way) for way in ("__array__", "__array_interface__", "__array_struct__"))


def _array_of(value: Any) -> NDArray[Any]:
    import numpy

    if _is_convertible(value) or not is_lent(value):
        array: NDArray[Any] = numpy.asanyarray(value)  # a masked one keeps its mask, for golib/bridge to see
        return array
    try:
        return numpy.from_dlpack(value)
    except (BufferError, RuntimeError) as error:
        raise TypeError(
            f"the memory of this {kind_of(value)} is not the machine's own: {error}\n"
            '  hint: pass a copy that is: `numpy.from_dlpack(…, device="cpu", copy=True)`'
        ) from error


def misses(value: Any) -> bool:
    """Whether a column, or one of a table, lacks values. NaN in a column of floats is a value."""
    return any(map(_column_misses, _columns(value)))


def _dtype_of_all(table: Any) -> Any:
    """That of numpy's which all columns of a table of pandas' have, whatever pandas itself calls it; else None."""
    found = {getattr(dtype, "numpy_dtype", dtype) for dtype in table.dtypes} if hasattr(table, "columns") else ()
    return found.pop() if len(found) == 1 else None


def _columns(value: Any) -> Iterable[Any]:
    if hasattr(value, "iloc") and hasattr(value, "columns"):  # pandas
        return (value.iloc[:, i] for i in range(len(value.columns)))
    if hasattr(value, "get_columns"):  # polars
        columns: Iterable[Any] = value.get_columns()
        return columns
    return value.columns if hasattr(value, "column_names") else [value]  # pyarrow


def _column_misses(column: Any) -> bool:
    if hasattr(getattr(column, "dtype", None), "na_value"):  # pandas
        import numpy

        return bool(numpy.asarray(column.isna()).any())
    count = getattr(column, "null_count", 0)
    if keeps_apart(column):
        return any(column.is_null().to_pylist())
    return bool(count() if callable(count) else count)  # polars has a method
