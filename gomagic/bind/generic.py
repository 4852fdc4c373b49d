"""Functions with type parameters: the one object that Python calls, and which of its variants a subscript means.

Which variant arguments mean is golib/bridge's matter (choose.c).
"""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gomagic.bind import contexts, foreign, refusal, subscript
from gomagic.bind.excerpt import kind_of
from gomagic.build.manifest import Call, Generic, Value, listed
from gomagic.source.record import Record


class Family(Record):
    """A function with type parameters, or what is left of it when the first of them are given.

    given: these. members: the variants that are left, by number in the manifest; where several fit, it is the first.
    """

    item: Generic
    given: tuple[str, ...]
    members: Mapping[int, Call]

    @property
    def name(self) -> str:
        return self.item["name"] + (f"[{', '.join(self.given)}]" if self.given else "")

    @property
    def asked(self) -> list[str]:
        """The type parameters that are left."""
        return self.item["types"][len(self.given) :]

    @property
    def untold(self) -> list[str]:
        """Those of them that arguments do not tell."""
        return [name for name in self.asked if name in self.item["untold"]]

    @property
    def asks(self) -> dict[str, list[int]]:
        """Those of them that only the result of a callable tells, and which parameters these are."""
        return {name: where for name, where in self.item.get("asks", {}).items() if name in self.asked}

    @property
    def types(self) -> list[str]:
        """For which types it is built, as messages show them."""
        return [", ".join(call["types"][len(self.given) :]) for call in self.members.values()]

    def as_call(self) -> Call:
        """What refusals need to know of it."""
        return {
            "role": "generic", "name": self.name, "doc": self.item["doc"], "signature": self.item["signature"],
            "params": self.item["params"], "results": [], "fails": False, "quick": 0,
            "context": any(call.get("context") for call in self.members.values()),
        }  # fmt: skip


def families(generics: Sequence[Generic], calls: Sequence[Call]) -> list[Family]:
    """All that Python can call or be given by a subscript that does not name all types; calls: the manifest's."""
    found = []
    for item in generics:
        members = {number: calls[number] for number in item["variants"]}
        for depth in range(max(1, len(item["types"]))):
            for given in dict.fromkeys(tuple(call["types"][:depth]) for call in members.values()):
                mine = {number: call for number, call in members.items() if tuple(call["types"][:depth]) == given}
                found.append(Family(item, given, mine))
    return found


def bind(
    library: ctypes.CDLL,
    found: Sequence[Family],
    functions: Sequence[Callable[..., Any]],
    first: int,
    module: str,
    names: Callable[[Sequence[Value]], list[str]],
) -> dict[tuple[str, tuple[str, ...]], Callable[..., Any]]:
    """Make the functions with type parameters, and their variants, by name and by the types that they are given.

    functions: all of the manifest. first: the number by which golib/bridge calls the first family; the others follow.
    names: of parameters, as Python can have them.
    """
    library.gomagic_generic.restype = ctypes.py_object
    library.gomagic_generic.argtypes = [ctypes.py_object]
    made: dict[tuple[str, tuple[str, ...]], Any] = {}
    for number, family in enumerate(found, first):
        params = names(family.item["params"])
        variadic = bool(params) and params[-1].startswith("*")
        about = _attributes(family, module, params)
        members = tuple(functions[member] for member in family.members)
        bare = tuple(name.lstrip("*") for name in params)
        spec = (
            about,
            bare,
            variadic,
            number,
            members,
            bool(family.untold),
            sum(1 << i for i in {i for where in family.asks.values() for i in where}),
            _pick,
            contexts.keyword(family.as_call(), params),
        )
        made[family.item["name"], family.given] = library.gomagic_generic(spec)
        about["__variants__"] = dict(zip(family.types, members, strict=True))
    for family in found:
        name, given = family.item["name"], family.given
        for depth in range(len(given)):
            made[name, given[:depth]]._narrowed[given[depth:]] = made[name, given]
    variants = {
        (family.item["name"], (*call["types"],)): functions[number]
        for family in found
        for number, call in family.members.items()
    }
    return variants | made


def _attributes(family: Family, module: str, params: Sequence[str]) -> dict[str, Any]:
    kinds = inspect.Parameter
    signature = inspect.Signature(
        [
            kinds(name.lstrip("*"), kinds.VAR_POSITIONAL if name.startswith("*") else kinds.POSITIONAL_OR_KEYWORD)
            for name in params
        ]
        + [
            kinds(name, kinds.KEYWORD_ONLY, default=None)
            for name in [contexts.keyword(family.as_call(), params)]
            if name
        ]
    )
    doc = "\n\n".join(filter(None, [family.item["signature"], family.item["doc"].strip()]))
    return {
        "__name__": family.name, "__qualname__": family.name, "__module__": module, "__doc__": doc,
        "__signature__": signature, "_family": family, "_narrowed": {},
    }  # fmt: skip


def _pick(function: Any, key: object) -> Callable[..., Any]:
    """What `function[key]` is: a variant or, where not all types are named, the function for those that are left."""
    family: Family = function._family

    def find(types: tuple[str, ...]) -> Callable[..., Any] | None:
        variant: Callable[..., Any] | None = function.__variants__.get(", ".join(types))
        narrowed: Callable[..., Any] | None = function._narrowed.get(types)
        return variant or narrowed

    return subscript.pick(family.name, key, family.asked, find, _built(family), family.item["lacks"], may_lack=True)


def of_argument(family: Family, names: Sequence[str], index: int, value: object) -> TypeError:
    """The exception for an argument for which there is no variant."""
    name, dtype = names[index].lstrip("*"), getattr(value, "dtype", None)
    if foreign.misses(value):
        return refusal.of_missing(_where(family, names), f"`{name}`", value)
    what = f"`{name}` is {kind_of(value)}" if dtype is None else f"`{name}` has dtype {dtype}"
    said = f"{_where(family, names)}: {what}, Go wants {family.item['params'][index]['type']}; {_built(family)}"
    hint = ""
    if value is None:
        hint = refusal.MISSING
    elif cast := _cast(family, foreign.kind(value)):
        hint = f'pass `{foreign.numpys(value, name, "astype")}.astype("{cast}")`'
    elif family.item["lacks"]:
        hint = subscript.cure(family.item["lacks"])
    return TypeError(f"{said}\n  hint: {hint}" if hint else said)


def _cast(family: Family, kind: str) -> str:
    """A dtype for which there is a variant, in place of one of that numpy kind for which there is none; or ""."""
    wanted = {"b": ["int", "int64", "float64"], "i": ["int", "int64", "float64"], "f": ["float64"]}
    found = [one for one in wanted.get(kind.replace("u", "i"), []) if one in family.types]
    return found[0].replace("int64", "int").replace("int", "int64") if found else ""


def of_untold(family: Family, names: Sequence[str]) -> TypeError:
    """The exception for a call that does not tell which variant is meant."""
    examples = [call["types"][len(family.given) :] for call in family.members.values()]
    example = next((types for types in examples if set(types) == {"int"}), examples[0])
    asks = family.asks
    untold = family.untold or [*asks] or family.asked  # None, a pointer of any type, tells nothing
    example = example[: max(map(family.asked.index, untold)) + 1]
    types = ", ".join(map(subscript.in_python, [*family.given, *example]))
    hint = f"name it, as in `{family.item['name']}[{types}](…)`"
    if asks and not family.untold:
        called = names[next(iter(asks.values()))[0]].lstrip("*")
        hint += f", or say what `{called}` returns, as in `def {called}(…) -> {subscript.in_python(example[-1])}`"
    what = f"no argument tells what {listed(untold)} is"
    return TypeError(f"{_where(family, names)}: {what}; {_built(family)}\n  hint: {hint}")


def _where(family: Family, names: Sequence[str]) -> str:
    return f"{family.name}({', '.join(name.lstrip('*') for name in names)})"


def _built(family: Family) -> str:
    types = family.types
    if len(family.asked) > 1:
        types = [f"[{one}]" for one in types]
    return f"{family.name} is built for {listed(types)}"
