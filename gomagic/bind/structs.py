"""The structs of a plain Go cell as Python sees them: values like those of a dataclass.

golib/bridge makes them, and keeps their fields. Here they get what is not in a hurry: text, copies, pickles; and here
is said what else can stand for a struct: a dict, or whatever has its fields as attributes.
"""

from __future__ import annotations

import copy
import keyword
import unicodedata
from abc import ABCMeta
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import partial
from inspect import Parameter, Signature
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

from gomagic.bind.refusal import DTYPES
from gomagic.build.manifest import Call, Class, Form, Value

if TYPE_CHECKING:
    from gomagic.bind import dressed

_names: dict[type, dict[str, str]] = {}  # of a class: what a dict or another object may call each field -> the field


class _Kind(ABCMeta):
    def __subclasscheck__(cls, other: type) -> bool:
        return other in _names


class _Row(Sequence[Any], metaclass=_Kind):
    """pandas makes columns of what is a sequence and has `_fields`, by iterating over it. Structs are not registered as
    sequences: `case [x, y]` would ask them for their length.
    """


def fields_of(kind: type) -> tuple[str, ...]:
    """The fields of a struct's class; none of another class."""
    return tuple(dict.fromkeys(_names.get(kind, {}).values()))


def as_python_reads(name: str) -> str:
    """Python reads a µ, and whatever else looks like another letter, as that letter."""
    return unicodedata.normalize("NFKC", name)


def zero(value: Value, forms: Sequence[Form], in_go: Callable[[], object]) -> tuple[object, bool]:
    """The zero value of a field; True: it is to be called for a new one each time. in_go: asks Go for one."""
    if value["shape"] == "v":
        shape = forms[value.get("form", 0)]["shape"]
        if shape == "P":
            return None, False
        return {"l": list, "d": dict, "u": set}.get(shape, in_go), True
    match value["shape"], value["code"]:
        case "1", "?":
            return False, False
        case "1", code if code in "fd":
            return 0.0, False
        case "1", code if code in "FD":
            return 0j, False
        case "1", _:
            return 0, False
        case "s", _:
            return "", False
        case (("h" | "c" | "i" | "E"), _):
            return None, False
        case "a", "B" if value["length"] < 0:
            return b"", False
        case "a", code:
            return (lambda: _zeros(max(value["length"], 0), code)), True
    return list, True


def _zeros(n: int, code: str) -> object:
    try:
        import numpy
    except ImportError:
        return [0] * n
    return numpy.zeros(n, DTYPES[code])


def plan(
    item: Class,
    calls: Sequence[Call],
    forms: Sequence[Form],
    number: int,
    ways: Mapping[str, tuple[int, int]],
    new: int,
    makers: Mapping[str, Callable[[], object]],
    dressers: Mapping[str, dressed.Dresser],
) -> object:
    """A class's plan as `gomagic_make_plan` in golib/bridge takes it, None of one whose objects never lie in Python.

    number: by which its refusals come back. ways: field -> numbers of the calls that read and write it. new: number of
    the call that makes one in Go, makers: that call itself by the class's id, once there is one. dressers: by ids,
    too, what gives methods to Python's own values.
    """
    if not item["loose"]:
        return None
    fields = []
    for field in item["fields"]:
        read, write = ways[field["name"]]
        name = as_python_reads(field["name"])
        value = calls[write]["params"][0]
        in_go = partial(_zero_in_go, item["id"], name, makers)
        nothing, is_made = zero(value, forms, in_go)
        if "dressed" in value:  # with methods, which are there later
            nothing, is_made = partial(dressers[value["dressed"]].dressed, nothing), True
        fields.append((name, read, write, nothing, is_made))
    return number, new, tuple(fields)


def _zero_in_go(of: str, name: str, makers: Mapping[str, Callable[[], object]]) -> object:
    return getattr(makers[of](), name)


def as_call(item: Class, calls: Sequence[Call]) -> Call:
    """A class as refusals speak of it: a function of its fields."""
    writes = {call["name"]: call for call in calls if call["role"] == "write" and call.get("of") == item["id"]}
    params: list[Value] = [{**writes[field["name"]]["params"][0], "name": field["name"]} for field in item["fields"]]
    inside = "; ".join(f"{param['name']} {param['type']}" for param in params)
    signature = f"type {item['name']} struct{{ {inside} }}"
    return {
        "role": "struct", "name": item["name"], "doc": "", "signature": signature, "params": params, "results": [],
        "fails": False, "quick": 0,
    }  # fmt: skip


def dress(kind: Any, item: Class, call: Call, forms: Sequence[Form], remade: Callable[..., object]) -> None:
    """Give a struct's class what a dataclass has. remade: makes one again that has such fields, zero as yet."""
    names = [as_python_reads(field["name"]) for field in item["fields"]]
    _names[kind] = {name: name for name in names}
    for field, name in zip(item["fields"], names, strict=True):
        _names[kind].setdefault(field.get("json", name), name)
    defaults = [zero(param, forms, object) for param in call["params"]]
    kind.__signature__ = Signature(
        [
            Parameter(
                f"{name}_" if keyword.iskeyword(name) else name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=... if is_made else default,
            )
            for name, (default, is_made) in zip(names, defaults, strict=True)
        ]
    )
    kind._fields = tuple(names)
    type.__setattr__(kind, "__match_args__", kind._fields)
    pointers = {name for name, param in zip(names, call["params"], strict=True) if param["shape"] == "h"}

    @recursive_repr()
    def shown(self: Any) -> str:
        """As Go prints it, but that of pointers the type is shown alone."""
        return f"{type(self).__name__}({', '.join(as_shown(zip(names, self, strict=True), pointers))})"

    def reduce(self: Any, _protocol: int) -> tuple[object, ...]:
        _check_value(self)
        return remade, (self._fields,), dict(zip(self._fields, self, strict=True)), None, None, _set_fields

    kind.__repr__ = shown
    kind.__copy__ = _copy
    kind.__deepcopy__ = _deepcopy
    kind.__replace__ = _replace
    kind.__reduce_ex__ = reduce


def as_shown(fields: Iterable[tuple[str, object]], pointers: Container[str]) -> list[str]:
    """What a `repr` says of each field. Of those in `pointers` the type: what they point to may lead back."""
    return [
        f"{name}=<*{type(value).__name__.lstrip('*')}>"
        if name in pointers and value is not None
        else f"{name}={value!r}"
        for name, value in fields
    ]


def of_field(call: Call, name: str) -> TypeError:
    """The exception for a dict or keyword that names a field which there is not."""
    hint = hint_at(str(name), [param["name"] for param in call["params"]])
    return TypeError(f"{call['name']} has no field `{name}`{hint}")


def nearest(name: str, fields: Iterable[str]) -> str:
    """The field that was meant, whatever its capitals; "" if none is near."""
    import difflib  # only here: it is not among what a kernel's start should wait for

    folded = {field.lower(): field for field in fields}
    near = difflib.get_close_matches(name.lower(), folded, n=1)
    return folded[near[0]] if near else ""


def hint_at(name: str, fields: Iterable[str]) -> str:
    """The line of a message that names the nearest field; "" if none is near."""
    near = nearest(name, fields)
    return f"\n  hint: did you mean `{near}`?" if near else ""


def _check_value(self: Any) -> None:
    if self._is_pointer():
        refuse_pointer(self)


def refuse_pointer(self: object, _protocol: int = 0) -> NoReturn:
    name = f"{type(self).__module__}.{type(self).__name__}"
    raise TypeError(f"cannot pickle '{name}' object: it is a pointer, and what it points to is Go's")


def _copy(self: Any) -> object:
    _check_value(self)
    return type(self)(*self)


def _deepcopy(self: Any, memo: dict[int, Any]) -> object:
    _check_value(self)
    memo[id(self)] = made = type(self)()
    for name, value in zip(self._fields, self, strict=True):
        setattr(made, name, copy.deepcopy(value, memo))
    return made


def _set_fields(self: object, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        setattr(self, name, value)


def _replace(self: Any, /, **changes: object) -> object:
    return type(self)(**(dict(zip(self._fields, self, strict=True)) | changes))


def names_of(kind: type) -> Mapping[str, str]:
    """What may stand for each field of a class in a dict or table: its name, or that of a `json:"…"` tag."""
    return _names[kind]


def as_fields(value: Any, kind: type) -> object:
    """What stands for a struct of that class: its fields in a dict, None if there is no such thing. Of a struct that
    embeds one, that one itself.
    """
    if isinstance(value, kind):
        return _embedded(value, kind)
    names = _names[kind]
    if isinstance(value, Mapping):
        return _nested({names.get(key, key): item for key, item in value.items()}, value, kind)
    if keys := getattr(getattr(value, "dtype", None), "names", None):  # one item of an array that has fields
        return {names.get(key, key): value[key] for key in keys}
    own = value._fields if isinstance(value, tuple) and hasattr(value, "_fields") else None  # not `count`, its method
    there = [name for name in names if (name in own if own else hasattr(value, name))]
    found = {names[name]: getattr(value, name) for name in reversed(there)}  # its own name, where both are there
    return found if found and len(found) == len(set(names.values())) else None


class _Promoted(dict[str, Any]):
    """Those items of a dict that are an embedded struct's fields, as in Go's JSON. What is set is set there, too."""

    def __init__(self, of: Any) -> None:
        self.of = of

    def __setitem__(self, key: str, item: object) -> None:
        super().__setitem__(key, item)
        self.of[key] = item


def _nested(fields: dict[Any, object], value: Any, kind: type) -> dict[Any, object]:
    """A dict's items by the fields of a class, those that it has from an embedded struct within that one's field."""
    for key in [key for key in fields if key not in _names[kind].values()]:
        found = [base.__name__ for base in kind.__bases__ if _has(base, key) and base.__name__ in _names[kind].values()]
        if len(found) == 1 and isinstance(inner := fields.setdefault(found[0], _Promoted(value)), _Promoted):
            dict.__setitem__(inner, key, fields.pop(key))
    return fields


def _has(kind: type, key: object) -> bool:
    """Whether a struct has a field of that name, or embeds one that has it."""
    return key in _names.get(kind, ()) or any(_has(base, key) for base in kind.__bases__)


def put_field(value: Any, kind: type, field: str, made: object) -> None:
    """Set a field in what stands for a struct of that class."""
    names = [name for name, called in _names[kind].items() if called == field]
    keys: Any = value if isinstance(value, Mapping) else getattr(getattr(value, "dtype", None), "names", None)
    if keys is not None:
        value[next((name for name in names if name in keys), field)] = made
    else:
        setattr(value, next((name for name in names if hasattr(value, name)), field), made)


def _embedded(value: Any, kind: type) -> object:
    level = [value]
    while level:
        for one in level:
            if type(one) is kind:
                return one
        level = [
            getattr(one, base.__name__) for one in level for base in type(one).__bases__ if hasattr(one, base.__name__)
        ]
    raise TypeError(f"this {type(value).__name__} embeds no {kind.__name__}")


def same(one: Any, other: Any) -> bool:
    """Whether two fields that are arrays or lists are equal."""
    if hasattr(one, "dtype") or hasattr(other, "dtype"):
        import numpy

        return numpy.array_equal(one, other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def as_key(value: Any) -> object:
    """What can be hashed in place of a field that is an array or anything else: the same of those that are equal."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return tuple(map(as_key, value)) if isinstance(value, list | tuple) else value
