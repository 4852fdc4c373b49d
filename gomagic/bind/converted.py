"""Values of Go's for which Python has classes of its own, as golib/bridge passes them: bytes.

The letters are those of golib/bridge/form.h; golib/bridge/moments.go has the other side.
"""

from __future__ import annotations

import datetime
import operator
import struct
import sys
from typing import Any

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_SECOND = 10**9
# How many seconds a unit of numpy's has, and of which power of ten it is a part.
_UNITS = {"W": 604800, "D": 86400, "h": 3600, "m": 60, "s": 1}
_PARTS = {"ms": 3, "us": 6, "ns": 9, "ps": 12, "fs": 15, "as": 18}


def pack(letter: str, value: Any, is_pointer: int) -> bytes | str:
    """A value as bytes, or a word of refusal.py for why it has none. letter "?": as which it can cross, or ""."""
    match letter:
        case "?":
            return _letter(value)
        case "D":
            return _duration(value)
        case "T":
            return _moment(value)
    return _big(value, is_pointer)


def unpack(letter: str, packed: bytes) -> object:
    """The value of these bytes. Raises OverflowError for a time that Python cannot have."""
    match letter:
        case "D":
            return timedelta(int.from_bytes(packed, sys.byteorder, signed=True))
        case "T":
            return _datetime(packed)
    if not packed:
        return None
    return int.from_bytes(packed[1:], "big") * (-1 if packed[0] == 255 else 1)


def timedelta(nanoseconds: int) -> datetime.timedelta:
    """That of a time.Duration; finer parts than microseconds are cut off, as Go cuts."""
    microseconds = abs(nanoseconds) // 1000
    return datetime.timedelta(microseconds=microseconds if nanoseconds >= 0 else -microseconds)


def _letter(value: object) -> str:
    if isinstance(value, datetime.timedelta) or _numpy_kind(value) == "m":
        return "D"
    return "T" if isinstance(value, datetime.datetime) or _numpy_kind(value) == "M" else ""


def _numpy_kind(value: Any) -> str:
    """The kind of a single value of numpy's, else ""."""
    numpy = sys.modules.get("numpy")
    return value.dtype.kind if numpy and isinstance(value, numpy.generic) else ""


def _duration(value: Any) -> bytes | str:
    if _numpy_kind(value) == "m":
        nanoseconds = _nanoseconds(value)
    elif isinstance(value, datetime.timedelta):
        if value != value:  # pandas.NaT
            return "missing"
        whole = (value.days * 86400 + value.seconds) * _SECOND + value.microseconds * 1000
        nanoseconds = whole + getattr(value, "nanoseconds", 0)
    else:
        return "missing" if _is_nat(value) else "type"
    if isinstance(nanoseconds, str):
        return nanoseconds
    if not -(2**63) <= nanoseconds < 2**63:
        return "beyond"
    return nanoseconds.to_bytes(8, sys.byteorder, signed=True)


def _is_nat(value: object) -> bool:
    return type(value).__name__ == "NaTType"


def _nanoseconds(value: Any) -> int | str:
    """Those of a timedelta64, or those since 1970 of a datetime64; or why there are none."""
    import numpy

    if numpy.isnat(value):
        return "missing"
    unit, step = numpy.datetime_data(value.dtype)
    count = int(value.astype("int64")) * step
    if unit in _UNITS:
        return count * _UNITS[unit] * _SECOND
    if unit in _PARTS:
        return count * _SECOND // int(10 ** _PARTS[unit])
    if _numpy_kind(value) == "M":  # years and months
        return int(value.astype("datetime64[D]").astype("int64")) * 86400 * _SECOND
    return "type"


def _moment(value: Any) -> bytes | str:
    offset, name = 0, "UTC"
    if _numpy_kind(value) == "M":
        since = _nanoseconds(value)
        if isinstance(since, str):
            return since
    elif isinstance(value, datetime.datetime) and not _is_nat(value):
        away = value.utcoffset()
        if away is None:
            return "naive"
        offset = away.days * 86400 + away.seconds
        passed = value - _EPOCH
        whole = (passed.days * 86400 + passed.seconds) * _SECOND + passed.microseconds * 1000
        since = whole + getattr(value, "nanosecond", 0)
        name = getattr(value.tzinfo, "key", None) or value.tzname() or ""
    else:
        return "missing" if _is_nat(value) else "type"
    seconds, rest = divmod(since, _SECOND)
    return struct.pack("=qIi", seconds, rest, offset) + name.encode()


def _datetime(packed: bytes) -> datetime.datetime:
    seconds, rest, offset = struct.unpack_from("=qIi", packed)
    name = packed[16:].decode()
    zone: datetime.tzinfo = datetime.timezone(datetime.timedelta(seconds=offset), *([name] if name else []))
    if name == "UTC" and not offset:
        zone = datetime.timezone.utc
    try:
        made = (_EPOCH + datetime.timedelta(seconds=seconds, microseconds=rest // 1000)).astimezone(zone)
    except OverflowError:
        raise OverflowError(f"Go's time, {seconds} s from 1970, is beyond what a datetime holds") from None
    if "/" in name:
        import zoneinfo  # only here: most cells know nothing of places

        try:
            placed = made.astimezone(zoneinfo.ZoneInfo(name))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return made
        return placed if placed.utcoffset() == made.utcoffset() else made
    return made


def _big(value: Any, is_pointer: int) -> bytes | str:
    if value is None:
        return b"" if is_pointer else "type"
    if not hasattr(value, "__index__") or hasattr(type(value), "mask"):  # numpy has one for what is masked, too
        return "type"
    number = operator.index(value)
    magnitude = abs(number)
    sign = 255 if number < 0 else 1 if number else 0
    return bytes([sign]) + magnitude.to_bytes((magnitude.bit_length() + 7) // 8, "big")
