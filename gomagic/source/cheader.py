"""A C header, as cgo writes it, read into what ctypes needs to be told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gomagic.source import gosource
from gomagic.source.gosource import Source

# cgo's own types and C's, by the ctypes type that is as wide (cmd/cgo documentation, "C references to Go"). Go's int
# has 64 bits on every machine that gomagic runs on.
_CTYPES = {
    "GoInt": "c_int64",
    "GoUint": "c_uint64",
    "GoUintptr": "c_size_t",
    "uintptr_t": "c_size_t",
    "GoInt8": "c_int8",
    "GoInt16": "c_int16",
    "GoInt32": "c_int32",
    "GoInt64": "c_int64",
    "GoUint8": "c_uint8",
    "GoUint16": "c_uint16",
    "GoUint32": "c_uint32",
    "GoUint64": "c_uint64",
    "GoFloat32": "c_float",
    "GoFloat64": "c_double",
    "_Bool": "c_bool",
    "char": "c_char",
    "signed char": "c_byte",
    "unsigned char": "c_ubyte",
    "short int": "c_short",
    "short unsigned int": "c_ushort",
    "int": "c_int",
    "unsigned int": "c_uint",
    "long int": "c_long",
    "long unsigned int": "c_ulong",
    "long long int": "c_longlong",
    "long long unsigned int": "c_ulonglong",
    "float": "c_float",
    "double": "c_double",
    "size_t": "c_size_t",
    "ssize_t": "c_ssize_t",
    "char*": "c_char_p",
    "void*": "c_void_p",
    "void": "None",
} | {f"{sign}int{bits}_t": f"c_{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}


@dataclass(frozen=True)
class Function:
    """An exported function: its C declaration, and ctypes expressions for its types.

    argtypes, restype: Python source, such as `[c_int, c_int]` and `c_double`; a structure stands under its C name.
    fields: of several results, which are a structure, its `_fields_`; "" for one result.
    """

    name: str
    declaration: str
    argtypes: str
    restype: str
    fields: str = ""


def functions(header: str, source: Source) -> list[Function]:
    """The functions that a header declares, in its order.

    source: the Go text. In the header a bool is the same as a uint8; the text tells them apart.
    """
    found = []
    bodies = dict(re.findall(r"^struct (\w+_return) \{\n(.*?)^\};", header, re.MULTILINE | re.DOTALL))
    for line in header.splitlines():
        if parts := re.match(r"extern (?:__declspec\(dllexport\) )?(.+?)(\w+)\((.*)\);$", line):
            result, name, parameters = parts[1].strip(), parts[2], parts[3]
            if name.startswith("_GoString"):
                continue
            types = [] if parameters in ("", "void") else [_type_of(p) for p in parameters.split(", ")]
            taken, given = gosource.signature(source, name)
            argtypes = [_in_go(_ctype(c), go) for c, go in _paired(types, taken)]
            declaration = f"{result} {name}({parameters})"
            restype = _in_go(_result(result), given[0] if len(given) == 1 else "")
            fields = _fields(bodies.get(restype, ""), given)
            found.append(Function(name, declaration, f"[{', '.join(argtypes)}]", restype, fields))
    return found


def _paired(types: Sequence[str], go: Sequence[str]) -> list[tuple[str, str]]:
    """Each type of the header with that of the Go text; with none where these are not as many."""
    return list(zip(types, go if len(go) == len(types) else [""] * len(types), strict=True))


def _in_go(ctype: str, go: str) -> str:
    return "c_bool" if (ctype, go) == ("c_uint8", "bool") else ctype


def _fields(body: str, go: Sequence[str]) -> str:
    """The members of a structure of results; cgo notes the names of Go's results in comments."""
    members = re.findall(r"^\t(.+?)(r\d+);(?: /\* (\w+) \*/)?$", body, re.MULTILINE)
    types = _paired([c.strip() for c, _, _ in members], go)
    pairs = [
        f'("{field if name in ("", "_") else name}", {_in_go(_result(c), there)})'
        for (_, field, name), (c, there) in zip(members, types, strict=True)
    ]
    return f"[{', '.join(pairs)}]" if pairs else ""


def _result(c: str) -> str:
    # Read as c_char_p a text would be a copy, and the address that wants to be freed be lost.
    return "c_void_p" if c.replace(" ", "") == "char*" else _ctype(c)


def _type_of(parameter: str) -> str:
    """`char* text` -> `char*`."""
    return re.sub(r"\s*\b\w+$", "", parameter)


def _ctype(c: str) -> str:
    plain = re.sub(r"\bstruct ", "", c).replace(" *", "*").strip()
    if plain in _CTYPES:
        return _CTYPES[plain]
    if plain.endswith("*"):
        inner = _ctype(plain[:-1])
        return "c_void_p" if inner == "None" else f"POINTER({inner})"
    return plain
