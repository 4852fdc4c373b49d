"""The classes of a plain Go cell, whose instances are handles: pointers in Go.

golib/bridge makes them, keeps their instances and calls their methods. Here they get what Python expects of a class and
Go calls otherwise: `Stack()`, `str`, `len`, `with`; and words for what is left out or cannot be set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Signature
from reprlib import recursive_repr
from types import GetSetDescriptorType
from typing import TYPE_CHECKING, Any

from gomagic.bind import faces, named, streams, structs, subscript
from gomagic.bind.structs import as_python_reads
from gomagic.build.manifest import Call, Class, Face, Form, contains, listed
from gomagic.errors import GoPanic

if TYPE_CHECKING:
    from gomagic.bind import dressed

_ROLES = ("method", "read", "write")
_LONGEST = 200  # characters of what a struct prints, in its `repr`


class LeftOut:
    """Stands in a class for a method or field that cannot cross, and says why."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why

    def __get__(self, handle: object, kind: type) -> object:
        raise AttributeError(f"{kind.__name__}.{self.name} is left out: {self.why}", name=self.name, obj=handle)


def specs(
    classes: Sequence[Class],
    calls: Sequence[Call],
    module: str,
    forms: Sequence[Form],
    first: int,
    makers: Mapping[str, Callable[[], object]],
    dressers: Mapping[str, dressed.Dresser],
) -> tuple[tuple[object, ...], ...]:
    """Each class as `gomagic_make_classes` in golib/bridge takes it.

    calls: all of the library, by number. module: the `__module__` of the cell's own classes. first: the number by which
    refusals of the first class come back, of the next one the next, and then those of `faces.wanted`. makers: what
    makes a new value, by the ids of classes; to be filled. dressers: by ids, too.
    """
    numbers = {item["id"]: number for number, item in enumerate(classes)}
    members: dict[tuple[str, str], dict[str, int]] = {(item["id"], role): {} for item in classes for role in _ROLES}
    for number, call in enumerate(calls):
        if call["role"] in _ROLES:
            members[call["of"], call["role"]][call["name"]] = number
    new = {call["of"]: number for number, call in enumerate(calls) if call["role"] == "new"}
    wants = faces.specs(classes, first + len(classes))
    found, shadows = [], list[type]()
    for number, item in enumerate(classes, first):
        methods, read, write = (members[item["id"], role] for role in _ROLES)
        places = {field["name"]: place for place, field in enumerate(item["fields"])}
        fields = tuple(
            (
                as_python_reads(name), _about(calls[read[name]]), read[name], write[name], places.get(name, -1),
                places.get(calls[read[name]].get("through", ""), -1),
            )
            for name in read
        )  # fmt: skip
        ways = {name: (read[name], write[name]) for name in read}
        plan = structs.plan(item, calls, forms, number, ways, new.get(item["id"], 0), makers, dressers)
        doc = "\n\n".join(filter(None, [item["doc"].strip(), _nature(item)]))
        bases = _possible([numbers[base] for base in _nearest(item, classes)], shadows)
        shadows.append(type(item["name"], tuple(shadows[base] for base in bases), {}))
        name = as_python_reads(item["go"] if item["package"] else f"{module}.{item['name']}")
        of_face = (_taken(item, classes), _equality(item), wants.get(item["id"]), streams.needs(item))
        found.append((name, doc, bases, tuple(methods.values()), fields, plan, *of_face))
    return tuple(found)


def _nature(item: Class) -> str:
    if face := item.get("interface"):
        methods = "\n".join(f"    {method}" for method in face["methods"])
        return f"An interface of Go's: what has these methods is one of its instances.\n\n{methods}"
    if "parameters" not in item:
        return f"Go's {item['go']}." if item["loose"] else f"A pointer to Go's {item['go']}."
    there = item.get("instances", [])
    more = f"; for another type, {subscript.cure(item['lacks'])}" if item.get("lacks") else ""
    what = f"A type with {subscript.parameters(item['parameters'])}"
    return f"{what}: there is {listed(there)}{more}." if there else f"{what}."


def _taken(item: Class, classes: Sequence[Class]) -> bytes | None:
    """For each class, by its number, whether its handles are taken for this interface; None if it is none."""
    face = item.get("interface")
    return bytes(other["id"] in face["takes"] for other in classes) if face else None


def _equality(item: Class) -> int:
    """How values are compared, as golib/bridge/handle.h counts: what Go does not compare cannot be hashed either.

    What is in an interface says itself; what holds a lock is one of its own.
    """
    if item["locks"]:
        return 0
    return 2 if item["compares"] or "interface" in item else 1


def _about(call: Call) -> str:
    return "\n\n".join(filter(None, [call["signature"], call["doc"].strip()]))


def _nearest(item: Class, classes: Sequence[Class]) -> list[str]:
    """The bases of a class without those that are bases of another one, which Python would find in the wrong order."""
    bases = {other["id"]: other["bases"] for other in classes}

    def above(name: str) -> set[str]:
        return {name}.union(*map(above, bases[name]))

    return [base for base in item["bases"] if not any(base in above(other) for other in item["bases"] if other != base)]


def _possible(bases: list[int], shadows: list[type]) -> tuple[int, ...]:
    """Those bases that Python can bring into one order; Go embeds what it likes.

    shadows: a class of Python's with the same bases for each that comes before.
    """
    chosen: list[int] = []
    for base in bases:
        try:
            type("", tuple(shadows[number] for number in [*chosen, base]), {})
        except TypeError:
            continue
        chosen.append(base)
    return tuple(chosen)


def name_instance(kind: Any, item: Class, module: str) -> None:
    """Name an instance's class rightly, whose types may have a dot in them, behind which Python looks for the name.

    module: the `__module__` of the cell's own classes.
    """
    kind.__module__ = item["go"].partition("[")[0].rpartition(".")[0] if item["package"] else module
    kind.__name__ = kind.__qualname__ = as_python_reads(item["name"])


def dress(
    kind: Any, item: Class, calls: Sequence[Call], forms: Sequence[Form], make: Callable[[], object] | None
) -> None:
    """Give a class what it has beyond fields and methods. make: gives a new value, None if Go alone can make one."""
    own = {call["name"]: call for call in calls if call["role"] == "method" and call["of"] == item["id"]}
    ways = [_called(call) for call in calls if call["role"] in ("function", "variant") and _makes(call, item, forms)]
    name = f"{kind.__module__}.{kind.__name__}"
    of = [call["params"][0] for call in calls if call["role"] == "write" and call["of"] == item["id"]]
    takes_value = bool(of) and not item["struct"]
    prints = _is(own.get("String"), "string")

    def new(cls: type, *args: object, **keywords: object) -> object:
        if takes_value and len(args) == 1 and not keywords:
            return new(cls, **{named.VALUE: args[0]})
        if make and not args and (item["struct"] or keywords.keys() <= {named.VALUE}):
            made = make()
            for field, value in keywords.items():
                setattr(made, field, value)
            return made
        hint = f"\n  hint: call {' or '.join(f'`{one}`' for one in ways)}" if ways else ""
        if "interface" in item:
            raise TypeError(f"{name} is an interface, of which nothing is made: its values are of other types{hint}")
        if not make:
            raise TypeError(f"{name} is made by Go alone{hint}")
        if item["struct"]:
            raise TypeError(f"{name}() takes fields by keyword alone: Go has more of them than Python sees{hint}")
        takes = "one argument" if takes_value else "no arguments"
        raise TypeError(f"{name}() takes {takes}: it is Go's new({item['go']}){hint}")

    if not item["loose"]:
        kind.__new__ = staticmethod(new)
        kind.__signature__ = Signature(named.PARAMETERS if takes_value else [])
        kind.__reduce_ex__ = structs.refuse_pointer if takes_value else _cannot_be_pickled
        kind.__copy__ = kind.__deepcopy__ = kind.__iter__ = kind.__replace__ = None
        kind.__repr__ = _shown(item, calls, prints) if item["struct"] else object.__repr__
    if takes_value:
        named.dress(kind, of[0], forms)
    kind.__init_subclass__ = _refuse_subclass(kind, item.get("interface"))
    if prints:
        kind.__str__ = kind.__dict__["String"]
    if _is(own.get("Len"), "int"):
        kind.__len__ = kind.__dict__["Len"]
    if _is(own.get("Close")):
        kind.__enter__ = _enter
        kind.__exit__ = _exit
    for remark in item["left_out"]:
        setattr(kind, as_python_reads(remark["name"]), LeftOut(remark["name"], remark["text"]))
    kind.__dir__ = without_left_out


def _refuse_subclass(kind: type, face: Face | None = None) -> Any:
    name = f"{kind.__module__}.{kind.__name__}"
    hint = (
        f"\n  hint: a class that has its methods needs no base: {', '.join(face['methods'])}"
        if face and face["wants"]
        else ""
    )

    def refuse(cls: type, /, **keywords: object) -> None:
        raise TypeError(f"{cls.__name__} cannot be derived from {name}: its instances are Go's{hint}")

    return classmethod(refuse)


def dress_generic(kind: Any, item: Class, instances: Mapping[tuple[str, ...], type], *, of_interface: bool) -> None:
    """Give the class below all instances of a type with type parameters what it has of its own: `Stack[int]`.

    instances: by what the type parameters stand for, as messages show it. of_interface: nothing is made of these.
    """
    there = [one.__name__ for one in instances.values()]
    name = f"{kind.__module__}.{kind.__name__}"

    def pick(cls: type, key: object) -> type:
        if cls is not kind:
            raise TypeError(f"{cls.__name__}[{subscript.shown(key)}]: {cls.__name__} has all its types")
        are = f"there is {listed(there)}"
        return subscript.pick(cls.__name__, key, item["parameters"], instances.get, are, item.get("lacks", ""))

    def new(cls: type, *args: object, **keywords: object) -> object:
        if len(instances) == 1 or of_interface:
            return next(iter(instances.values()))(*args, **keywords)
        types = ", ".join(map(subscript.in_python, next(iter(instances))))
        hint = f"name its type{'' if len(item['parameters']) == 1 else 's'}, as in `{kind.__name__}[{types}]()`"
        raise TypeError(f"{name}() is of no type: there is {listed(there)}\n  hint: {hint}")

    kind.__class_getitem__ = classmethod(pick)
    kind.__new__ = staticmethod(new)
    kind.__init_subclass__ = _refuse_subclass(kind)
    kind.__instances__ = {", ".join(types): one for types, one in instances.items()}


def _called(call: Call) -> str:
    """How Python calls a function, or the variant of one."""
    name, types = call["name"].partition("[")[0], call.get("types", [])
    return f"{name}[{', '.join(map(subscript.in_python, types))}]" if types else name


def _makes(call: Call, item: Class, forms: Sequence[Form]) -> bool:
    """Whether a function returns handles of a class and takes none, nor what has some in it."""
    given = [value.get("of") == item["id"] for value in call["results"]]
    taken = [contains(value, (item["id"],), forms) for value in call["params"]]
    takes_another = call["role"] == "variant" and any("of" in value for value in call["params"])
    return any(given) and not any(taken) and not takes_another


def _is(call: Call | None, *results: str) -> bool:
    """Whether a method is there, takes nothing and gives this, or an error beside nothing."""
    if call is None or call["params"] or (results and call["fails"]):
        return False
    return [result["type"] for result in call["results"]] == [*results]


def _cannot_be_pickled(self: object, _protocol: int) -> object:
    name = f"{type(self).__module__}.{type(self).__name__}"
    raise TypeError(f"cannot pickle '{name}' object: Go has more of it than Python sees")


def _shown(item: Class, calls: Iterable[Call], prints: bool) -> Callable[[Any], str]:
    """The `repr` of a struct of which Go has more: its exported fields, also those of what it embeds without a name for
    Python, and dots. prints: it has a method String, which says more where there is no such field.
    """
    reads = [call for call in calls if call["role"] == "read" and call["of"] == item["id"]]
    reads = [call for call in reads if not call.get("through", "")[:1].isupper()]
    names = [as_python_reads(call["name"]) for call in reads]
    pointers = {name for name, call in zip(names, reads, strict=True) if call["results"][0]["shape"] in "hi"}
    if not names and prints:
        return _printed

    @recursive_repr()
    def shown(self: Any) -> str:
        fields = structs.as_shown(_there(self, names), pointers)
        return f"{type(self).__name__}({''.join(f'{field}, ' for field in fields)}…)"

    return shown


def _printed(self: object) -> str:
    try:
        text = str(self)
    except GoPanic:
        text = "…"
    return f"<{type(self).__name__} {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}>"


def _there(handle: object, names: Iterable[str]) -> Iterable[tuple[str, object]]:
    """Those fields that there are: not those of what is embedded by a pointer that is nil."""
    for name in names:
        try:
            yield name, getattr(handle, name)
        except GoPanic:
            continue


def _enter(self: object) -> object:
    return self


def _exit(self: Any, *_raised: object) -> None:
    self.Close()


def without_left_out(self: object) -> list[str]:
    """What `dir` shows of an object whose class may say why something is not there."""
    return [name for name in object.__dir__(self) if not isinstance(_member(type(self), name), LeftOut)]


def _member(kind: type, name: str) -> object:
    return next((base.__dict__[name] for base in kind.__mro__ if name in base.__dict__), None)


def of_attribute(handle: object, name: str) -> AttributeError:
    """The exception for an attribute of a handle that cannot be set or deleted."""
    kind, hint = type(handle), ""
    found = _member(kind, name)
    if name == "__class__":
        what = "cannot be set: a value of Go's keeps its type"
    elif isinstance(found, LeftOut):
        what = f"is left out: {found.why}"
    elif isinstance(found, GetSetDescriptorType):
        what = "cannot be deleted: it is a field of Go's"
    elif found is not None:
        what = "cannot be set: it is a method"
    else:
        what = "is no exported field of Go's, and those alone can be set"
        fields = [other for other in dir(kind) if isinstance(_member(kind, other), GetSetDescriptorType)]
        hint = structs.hint_at(name, [other for other in fields if not other.startswith("__")])
    return AttributeError(f"{kind.__name__}.{name} {what}{hint}", name=name, obj=handle)
