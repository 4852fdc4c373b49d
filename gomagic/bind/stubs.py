"""What a type checker and an editor are to know of a plain Go cell: the text of its `.pyi`, out of its manifest.

What functions take is as wide as gomagic takes it, what they give as exact as it is. Names of other modules begin with
an underscore, since the cell may have any that begins with a capital letter.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Sequence

from gomagic.bind import contexts, plain
from gomagic.bind.refusal import DTYPES
from gomagic.bind.structs import as_python_reads
from gomagic.build.manifest import KEEPS, WRITES, Call, Class, Constant, Generic, Manifest, Value

_HEAD = """\
# mypy: disable-error-code="overload-overlap"
import collections.abc as _abc
import datetime as _datetime
import io as _io
import typing as _t

import numpy as _np
import numpy.typing as _npt
import typing_extensions as _x

import gomagic as _gomagic
from gomagic.bind.channels import Chan as _Chan
from gomagic.bind.module import Go as _Go
from gomagic.bind.named import Place as _Place

_Int: _t.TypeAlias = _t.SupportsIndex
_Float: _t.TypeAlias = _t.SupportsFloat | _t.SupportsIndex
_Complex: _t.TypeAlias = _t.SupportsComplex | _t.SupportsFloat | _t.SupportsIndex | complex
_Bool: _t.TypeAlias = bool | _np.bool_

class _Column(_t.Protocol):
    def to_numpy(self) -> _t.Any: ...

class _Reads(_t.Protocol):
    def read(self, n: int = ..., /) -> _t.Any: ...

class _Writes(_t.Protocol):
    def write(self, data: _t.Any, /) -> _t.Any: ...

__go__: _Go
"""
_IN = {"?": "_Bool", "f": "_Float", "d": "_Float", "F": "_Complex", "D": "_Complex"}
_OUT = {"?": "bool", "f": "float", "d": "float", "F": "complex", "D": "complex"}
# Of what subtypes in Python is tried first.
_RANKS = ("bool", "int", "float", "complex")
_GO_NAMES = {"bool": "bool", "string": "str", "any": "_t.Any", "error": "BaseException"}
_GO_NAMES |= dict.fromkeys(("float32", "float64"), "float") | dict.fromkeys(("complex64", "complex128"), "complex")
_KEYS = {"bool": "bool", "int": "int", "float64": "float", "complex128": "complex", "string": "str"}
_KEYS |= {
    name: f"_np.{name}"
    for name in ("float32", "complex64", *(f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)))
}
_INTEGER = re.compile(r"u?int(8|16|32|64)?|uintptr|byte|rune")
_DOC_LINE = 4  # spaces before a docstring
_INSIDE = 8  # and before one of a method


def of(manifest: Manifest) -> str:
    """The text of the `.pyi`."""
    return _Stub(manifest).text()


class _Stub:
    def __init__(self, manifest: Manifest) -> None:
        self.manifest, self.forms = manifest, manifest["forms"]
        self.calls = [call for call in manifest["calls"] if not keyword.iskeyword(call["name"])]
        self.classes = {item["id"]: item for item in manifest["classes"]}
        self.results: dict[str, list[str]] = {}  # namedtuples, by name
        self.dressed: dict[str, list[str]] = {}  # values with methods, by name
        self.opened: set[int] = set()  # forms that are being written
        self.letters: set[str] = set()  # type variables that are declared
        self.own = {call["name"] for call in self.calls if call["role"] in ("method", "read", "asked", "late")}
        self.own |= {result["name"] for call in self.calls if call["role"] == "fields" for result in call["results"]}

    def text(self) -> str:
        parts = [
            *map(self.constant, self.manifest["constants"]),
            *self.variables(),
            *self.functions(),
            *self.families(),
            *self.errors(),
            *self.kinds(),
        ]
        made = [*self.results.values(), *self.dressed.values()]
        lines = [line for part in [*parts, *made] for line in part]
        doc = _doc(self.manifest["doc"], "")
        return "\n".join([*doc, _HEAD, *lines, ""])

    # --- Types ---------------------------------------------------------------------------------------------------

    def takes(self, value: Value, exact: bool = False) -> str:
        """The type of a parameter. exact: of a variant, which is chosen by it: no more than what it gives out."""
        shape, code = value["shape"], value["code"]
        number, list_of = (self.number_out, "_abc.Sequence") if exact else (self.number_in, "_abc.Sequence")
        match shape:
            case "1":
                return number(code)
            case "s":
                return "str"
            case "a" if code == "B" and not exact:
                return "_x.Buffer | _abc.Sequence[_Int] | _Column"
            case "a":
                return f"{_array(code)} | {list_of}[{number(code)}]" + ("" if exact else " | _Column")
            case "t":
                return f"{list_of}[str]" + ("" if exact else " | _npt.NDArray[_np.str_] | _Column")
            case "m":
                row = f"{_array(code)} | {list_of}[{number(code)}]" + (" | _x.Buffer" if code == "B" else "")
                return f"{_array(code)} | {list_of}[{row}]" + ("" if exact else " | _Column")
            case "h":
                return self.pointer_in(value)
            case "c":
                return self.struct_in(value["of"])
            case "i":
                return self.face_in(value["of"])
            case "E":
                return "BaseException | None"
            case "v":
                return self.form(value.get("form", 0), into=True, exact=exact)
        return "_t.Any"

    def gives(self, value: Value) -> str:
        """The type of a result, or of a field that is read."""
        if "dressed" in value:
            return self.with_methods(value["dressed"], self.bare(value), value["code"])
        return self.bare(value)

    def bare(self, value: Value) -> str:
        shape, code = value["shape"], value["code"]
        match shape:
            case "1":
                return self.number_out(code)
            case "s":
                return "bytes" if code == "y" else "str"
            case "a":
                return _array(code)
            case "t":
                return "list[bytes]" if code == "y" else "list[str]"
            case "m":
                return f"list[{_array(code)}]"
            case "h" | "i":
                return f"{self.object_of(value['of'])} | None"
            case "c":
                return self.name_of(value["of"])
            case "E":
                return "BaseException | None"
            case "v":
                return self.bare_form(value.get("form", 0), into=False)
        return "_t.Any"

    def form(self, number: int, *, into: bool, exact: bool = False) -> str:
        """The type of what crosses in a parcel. into: on its way to Go."""
        if number in self.opened:
            return "_t.Any"  # a type whose values hold values of it, and which no class stands for
        self.opened.add(number)
        form, bare = self.forms[number], self.bare_form(number, into=into, exact=exact)
        self.opened.discard(number)
        return bare if into or "dressed" not in form else self.with_methods(form["dressed"], bare, form["code"])

    def bare_form(self, number: int, *, into: bool, exact: bool = False) -> str:
        """The same without the methods of its own type."""
        form = self.forms[number]
        parts, code = form["parts"], form["code"]

        def part(at: int, into: bool = into) -> str:
            return self.form(parts[at], into=into, exact=exact)

        wide = into and not exact
        match form["shape"]:
            case "1":
                return self.number_in(code) if wide else self.number_out(code)
            case "s":
                return "str"
            case "a" | "f" if code == "k":
                return f"tuple[{self.number_out(code)}, ...]"
            case "a" | "f" if into:
                number_type = self.number_in(code) if wide else self.number_out(code)
                return f"{_array(code)} | _abc.Sequence[{number_type}]" + (" | _Column" if wide else "")
            case "a" | "f":
                return _array(code)
            case "y":
                return "_x.Buffer" if wide else "bytes"
            case "n" if code == "k":
                return f"tuple[{part(0)}, ...]"
            case "l" | "n":
                more = " | _npt.NDArray[_np.void] | _Column" if wide else ""
                return f"_abc.Sequence[{part(0)}]{more}" if into else f"list[{part(0)}]"
            case "d":
                kind = "_abc.Mapping" if into else "dict"
                key = (self.bare_form if into else self.form)(parts[0], into=False)
                return f"{kind}[{key}, {part(1)}]"
            case "F":
                return self.callable(parts[: form["params"]], parts[form["params"] :], into)
            case "S":
                return self.struct_in(form["of"]) if into else self.name_of(form["of"])
            case "Q":
                item = part(0) if len(parts) == 1 else f"tuple[{', '.join(map(part, range(len(parts))))}]"
                return f"_abc.Iterable[{item}]" if into else f"_abc.Generator[{item}, None, None]"
            case "C":
                return "_Chan"
            case "P":
                return f"{part(0)} | None"
            case "i" if into:
                return self.face_in(form["of"])
            case "h" | "i":
                return f"{(self.name_of if into else self.object_of)(form['of'])} | None"
            case "E":
                return "BaseException | None"
            case "D":
                return "_datetime.timedelta | _np.timedelta64" if into else "_datetime.timedelta"
            case "T":
                return "_datetime.datetime | _np.datetime64" if into else "_datetime.datetime"
            case "I":
                return "_Int" if wide else "int"
        return "_t.Any"

    def callable(self, params: Sequence[int], results: Sequence[int], into: bool) -> str:
        """A func's: what Go passes to it is given, what it returns taken; or the other way round."""
        taken = ", ".join(self.form(one, into=not into) for one in params)
        given = [self.form(one, into=into) for one in results]
        result = (
            given[0] if len(given) == 1 else f"tuple[{', '.join(given)}]" if given else "object" if into else "None"
        )
        return f"_abc.Callable[[{taken}], {result}]"

    @staticmethod
    def number_in(code: str) -> str:
        return _IN.get(code, "_Int")

    @staticmethod
    def number_out(code: str) -> str:
        return _OUT.get(code, "int")

    def struct_in(self, of: str) -> str:
        return f"{self.name_of(of)} | _abc.Mapping[str, _t.Any]"

    def pointer_in(self, value: Value) -> str:
        item = self.classes[value["of"]]
        kinds = [self.name_of(value["of"]), "None"]
        content = self.content(item)
        if content and not item["struct"]:
            kinds.append("_Place")
            if not value["flags"] & (KEEPS | WRITES):
                kinds.append(self.takes(content))
        return " | ".join(kinds)

    def content(self, item: Class) -> Value | None:
        """What a handle on what is no struct has as `value`."""
        writes = (call for call in self.calls if call["role"] == "write" and call["of"] == item["id"])
        return next((call["params"][0] for call in writes if call["name"] == "value"), None)

    def face_in(self, of: str) -> str:
        """What goes in as an interface: what has its methods, and a file for one that reads or writes."""
        stream = self.classes[of]["interface"]["stream"]
        files = "_Writes" if any(name.startswith("Write") for name in stream) else "_Reads"
        return " | ".join([self.name_of(of), *([files] if stream else []), "None"])

    def object_of(self, of: str) -> str:
        """What comes out of a pointer or interface: of one that reads or writes, a file."""
        face = self.classes[of].get("interface")
        return "_io.RawIOBase" if face and face["stream"] else self.name_of(of)

    def name_of(self, of: str) -> str:
        """The class of a type, as the stub calls it where it stands in an annotation."""
        item = self.classes[of]
        if "types" in item:
            return f"{self.name_of(item['generic'])}[{', '.join(map(self.go, item['types']))}]"
        name = self.declared(item)
        return f"_{name}_" if name in self.own else name

    def declared(self, item: Class) -> str:
        """The class of a type, as the stub declares it."""
        name, face = as_python_reads(item["name"]), item.get("interface", {"shown": True})
        is_there = not item["package"] and not item.get("hidden") and face["shown"] and name.isidentifier()
        if is_there and not keyword.iskeyword(name) and name[0].isupper():
            return name
        text = item["name"] if item["name"].startswith("*") else item["go"]  # of a place, what it holds has that type
        return "_" + re.sub(r"\W+", "_", as_python_reads(text.replace("*", "ptr_"))).strip("_") + "_"

    def go(self, text: str) -> str:
        """The type of Python's for what a type parameter stands for, as messages show it."""
        if _INTEGER.fullmatch(text):
            return "int"
        named = next((item for item in self.classes.values() if item["go"] == text.lstrip("*")), None)
        if named and "parameters" not in named:
            return self.name_of(named["id"])
        return _GO_NAMES.get(text, "_t.Any")

    def with_methods(self, of: str, base: str, code: str) -> str:
        """A value of Python's with the methods of its type, by a class of its own."""
        item = self.classes[of]
        if base == "bool" or "|" in base or base.startswith("_abc."):
            return base
        if code in DTYPES and base == _array(code):  # an alias from numpy 2.5 on: no class can stand on one
            base = f"_np.ndarray[tuple[_t.Any, ...], _np.dtype[{_scalar(code)}]]"
        name = f"_{self.declared(item).strip('_')}_{'key' if base.startswith('tuple') else 'value'}"
        if name not in self.dressed:
            self.dressed[name] = []
            calls = [call for call in self.calls if call["role"] == "dressing" and call["of"] == item["id"]]
            methods = [line for call in calls for line in self.method(call, call["params"][1:])]
            self.dressed[name] = [f"class {name}({base}):", *(methods or ["    ..."])]
        return name

    # --- What there is -------------------------------------------------------------------------------------------

    def constant(self, item: Constant) -> list[str]:
        kind = {"string": "str", "duration": "_datetime.timedelta"}.get(item["kind"], item["kind"])
        if "dressed" in item:
            kind = self.with_methods(item["dressed"], kind, "")
        return [] if keyword.iskeyword(item["name"]) else [f"{as_python_reads(item['name'])}: _t.Final[{kind}]"]

    def variables(self) -> Iterator[list[str]]:
        for call in self.calls:
            if call["role"] == "get":
                yield [f"{as_python_reads(call['name'])}: {self.gives(call['results'][0])}"]

    def functions(self) -> Iterator[list[str]]:
        for call in self.calls:
            if call["role"] == "function":
                yield self.function(call, call["params"])

    def function(
        self, call: Call, params: Sequence[Value], receiver: str = "", indent: str = "", *, name: str = "",
        exact: bool = False, given: bool = False,
    ) -> list[str]:  # fmt: skip
        """A def. receiver: what stands before the parameters. given: they are what Go passes, by position."""
        names = plain.parameter_names(params)
        types = [self.gives(param) if given else self.takes_one(param, exact) for param in params]
        declared = [f"{one}: {kind}" for one, kind in zip(names, types, strict=True)]
        if given and declared and not names[-1].startswith("*"):
            declared.append("/")
        if limit := contexts.keyword(call, names):
            bare = [] if any(one.startswith("*") for one in names) else ["*"]
            declared += [*bare, f"{limit}: float | None = None"]
        head = ", ".join(filter(None, [receiver, *declared]))
        called = name or as_python_reads(call["name"])
        doc = _doc(call["doc"], indent + " " * _DOC_LINE)
        line = f"{indent}def {called}({head}) -> {self.result(call)}:"
        return [line, *doc] if doc else [f"{line} ..."]

    def takes_one(self, param: Value, exact: bool) -> str:
        """The type of a parameter; of a variadic one, of each argument."""
        if not param["variadic"]:
            return self.takes(param, exact)
        if param["shape"] == "v":
            return self.form(self.forms[param.get("form", 0)]["parts"][0], into=True, exact=exact)
        shapes = {"a": "1", "t": "s", "m": "a"}
        one: Value = {**param, "shape": shapes[param["shape"]], "variadic": False}
        return self.takes(one, exact)

    def method(self, call: Call, params: Sequence[Value], *, given: bool = False, exact: bool = False) -> list[str]:
        receiver = f"self{'_' * ('self' in plain.parameter_names(params))}"
        return self.function(call, params, receiver, "    ", given=given, exact=exact)

    def result(self, call: Call) -> str:
        results = [self.gives(result) for result in call["results"]]
        if len(results) < 2:
            return results[0] if results else "None"
        fields = plain.result_names(call)
        if not fields or not all(field.isidentifier() and not field.startswith("_") for field in fields):
            return f"tuple[{', '.join(results)}]"
        owner = re.sub(r"\W+", "_", call.get("owner", ""))
        name = f"_{owner}{call['name'].partition('[')[0]}Result"
        lines = [f"class {name}(_t.NamedTuple):", *(f"    {f}: {r}" for f, r in zip(fields, results, strict=True))]
        while self.results.setdefault(name, lines) != lines:  # variants give different ones
            name += "_"
            lines = [f"class {name}(_t.NamedTuple):", *lines[1:]]
        return name

    def families(self) -> Iterator[list[str]]:
        for generic in self.manifest["generics"]:
            if not keyword.iskeyword(generic["name"]):
                yield self.family(generic)

    def family(self, generic: Generic) -> list[str]:
        """A function with type parameters: an object that is called, if arguments tell all of them, and takes a
        subscript."""
        variants = sorted((self.manifest["calls"][number] for number in generic["variants"]), key=self.rank)
        found: dict[str, list[str]] = {}
        for call in variants if not generic["untold"] else []:
            lines = self.function({**call, "doc": ""}, call["params"], "self", "    ", name="__call__", exact=True)
            found.setdefault(lines[0].rpartition(" -> ")[0], lines)
        name = as_python_reads(generic["name"])
        picks = [*dict.fromkeys(filter(None, map(self.picked, variants)))]
        picks.append("    def __getitem__(self, types: _t.Any, /) -> _abc.Callable[..., _t.Any]: ...")
        body = _overloaded([lines[0] for lines in found.values()]) + _overloaded(picks)
        return [f"class _{name}_function:", *_doc(generic["doc"], "    "), *body, f"{name}: _{name}_function"]

    def picked(self, call: Call) -> str:
        """What a subscript with one type gives: the variant for it."""
        types = call.get("types", [])
        key = _KEYS.get(types[0]) if len(types) == 1 else None
        if not key or call.get("context") or any(param["variadic"] for param in call["params"]):
            return ""
        params = ", ".join(self.takes(param, exact=True) for param in call["params"])
        kind = f"_abc.Callable[[{params}], {self.result(call)}]"
        return f"    def __getitem__(self, types: type[{key}], /) -> {kind}: ..."

    def rank(self, call: Call) -> list[int]:
        types = [self.go(text) for text in call.get("types", [])]
        return [_RANKS.index(one) if one in _RANKS else len(_RANKS) + (one == "_t.Any") for one in types]

    def errors(self) -> Iterator[list[str]]:
        docs: dict[str, list[str]] = {}
        fields: dict[str, dict[str, str]] = {}
        methods: dict[str, dict[str, list[str]]] = {}
        for call in self.calls:
            role = call["role"]
            if role not in ("sentinel", "fields", "late", "asked"):
                continue
            name = call["name"] if role in ("sentinel", "fields") else call["of"]
            name = name.partition("[")[0]  # of all instances
            own = fields.setdefault(name, {})
            if role in ("sentinel", "fields"):
                docs.setdefault(name, _doc(call["doc"], "    "))
                given = [(one["name"], self.gives(one)) for one in call["results"][1:]]
            elif role == "late":
                first = call["results"][0]
                kind = "BaseException" if first["name"] == "inner" else self.gives(first)
                given = [(call["name"], f"{kind} | None")]
            else:
                methods.setdefault(name, {}).setdefault(call["name"], self.method(call, call["params"][1:]))
                given = []
            for field, kind in given:
                own[field] = kind if own.get(field, kind) == kind else "_t.Any"
        for name, own in fields.items():
            lines = [*docs.get(name, []), *(f"    {as_python_reads(field)}: {kind}" for field, kind in own.items())]
            lines += [line for method in methods.get(name, {}).values() for line in method]
            yield [f"class {as_python_reads(name)}(_gomagic.GoError):", *(lines or ["    ..."])]

    def kinds(self) -> Iterator[list[str]]:
        for item in self.classes.values():
            if "types" not in item and item["id"] != "error":  # which is an exception
                name = self.declared(item)
                yield self.generic_kind(item) if "parameters" in item else self.kind(item)
                if name in self.own:
                    yield [f"_{name}_ = {name}"]
                yield from ([f"{as_python_reads(other)} = {name}"] for other in item["also"])

    def kind(self, item: Class) -> list[str]:
        bases = [self.declared(self.classes[base]) for base in item["bases"]]
        if "interface" in item:
            head = f"class {self.declared(item)}({', '.join([*bases, '_t.Protocol'])}):"
        else:
            bases = [base for base, of in zip(bases, item["bases"], strict=True) if "interface" not in self.classes[of]]
            bases += ["_io.RawIOBase"] * bool(item.get("file"))
            head = f"class {self.declared(item)}({', '.join(bases)}):" if bases else f"class {self.declared(item)}:"
        return [head, *_doc(item["doc"], "    "), *(self.members(item) or ["    ..."])]

    def members(self, item: Class, *, exact: bool = False) -> list[str]:
        mine = [call for call in self.calls if call.get("of") == item["id"]]
        reads = [call for call in mine if call["role"] == "read"]
        taken = {call["name"]: call["params"][0] for call in mine if call["role"] == "write"}
        lines: list[str] = []
        for call in reads:
            name, kind = as_python_reads(call["name"]), self.gives(call["results"][0])
            if "dressed" in call["results"][0] and call["name"] in taken and not exact:  # set to what has no methods
                lines += ["    @property", f"    def {name}(self) -> {kind}: ...", f"    @{name}.setter"]
                lines.append(f"    def {name}(self, value: {self.takes(taken[call['name']])}, /) -> None: ...")
            else:
                lines.append(f"    {name}: {kind}")
        lines += self.init(item, mine)
        methods = [call for call in mine if call["role"] == "method"]
        for call in methods:
            lines += self.method(call, call["params"], given="interface" in item, exact=exact)
        named = {call["name"]: call for call in methods if not call["params"]}
        if "interface" not in item and (size := named.get("Len")) and self.result(size) == "int":
            lines.append("    def __len__(self) -> int: ...")
        if "interface" not in item and "Close" in named and not named["Close"]["results"] and not item.get("file"):
            lines.append("    def __enter__(self) -> _x.Self: ...")
            lines.append("    def __exit__(self, *raised: object) -> None: ...")
        return lines

    def init(self, item: Class, mine: Iterable[Call]) -> list[str]:
        """How Python makes one: of its fields, by position, too, where all of it lies in Python."""
        if "interface" in item:
            return []
        writes = {call["name"]: self.takes(call["params"][0]) for call in mine if call["role"] == "write"}
        if not item["struct"]:
            return [f"    def __init__(self, value: {writes['value']} = ...) -> None: ..."] if "value" in writes else []
        names = [field["name"] for field in item["fields"]] if item["loose"] else [*writes]
        params = [f"{as_python_reads(name)}: {writes[name]} = ..." for name in names if name in writes]
        bare = [] if item["loose"] or not params else ["*"]
        lines = [f"    def __init__({', '.join(['self', *bare, *params])}) -> None: ..."]
        if item["loose"] and names:
            lines.append(f"    __match_args__ = ({''.join(f'{as_python_reads(name)!r}, ' for name in names)})")
        return lines

    def generic_kind(self, item: Class) -> list[str]:
        """A type with type parameters: what differs between its instances as these do is called by their names."""
        letters = [f"_{name}" for name in item["parameters"]]
        alike: dict[str, list[str]] = {}
        inside: dict[str, list[str]] = {}  # what a member has below its first line: a docstring
        instances = [self.classes[of] for of in item.get("instances", [])]
        for one in instances:
            stands = [self.go(text) for text in one["types"]]
            member = ""
            for line in self.members(one, exact=True):
                if line.startswith(" " * _INSIDE):
                    inside.setdefault(member, [line])
                    continue
                shown, member = line, re.split(r"[(:=]", line)[0]
                for letter, stand in zip(letters, stands, strict=True):
                    shown = re.sub(rf"(?<![\w.]){re.escape(stand)}(?![\w.])", letter, shown)
                alike.setdefault(member, []).append(f"{line}\0{shown}")
        lines: list[str] = []
        for member, found in alike.items():
            pairs = [text.split("\0") for text in dict.fromkeys(found)]
            same, named = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
            if len(same) == 1:
                lines += same
            elif len(named) == 1:
                lines += named
            elif way := re.match(r"( *def \w+)\(", pairs[0][0]):
                result = "None" if way[1].endswith(" __init__") else "_t.Any"
                end = ":" if member in inside else ": ..."
                lines.append(f"{way[1]}(self, *args: _t.Any, **keywords: _t.Any) -> {result}{end}")
            else:
                lines.append(f"{pairs[0][0].partition(':')[0]}: _t.Any")
            lines += inside.get(member, [])
        face = any("interface" in one for one in instances)
        variables = [f'{letter} = _t.TypeVar("{letter}")' for letter in letters if letter not in self.letters]
        self.letters.update(letters)
        kind = f"{'_t.Protocol' if face else '_t.Generic'}[{', '.join(letters)}]"
        head = f"class {self.declared(item)}({kind}):"
        if face:  # which of them could be another's in place of it nobody has to know
            head += "  # type: ignore[misc]"
        return [*variables, head, *_doc(item["doc"], "    "), *(lines or ["    ..."])]


def _overloaded(lines: Sequence[str]) -> list[str]:
    return [one for line in lines for one in (["    @_t.overload"] * (len(lines) > 1) + [line])]


def _array(code: str) -> str:
    return f"_npt.NDArray[{_scalar(code)}]"


def _scalar(code: str) -> str:
    return f"_np.{DTYPES[code] if code != '?' else 'bool_'}"


def _doc(text: str, indent: str) -> list[str]:
    """A docstring, as lines of a stub."""
    if not text.strip():
        return []
    escaped = text.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    escaped += " " * escaped.endswith('"')
    return [f'{indent}"""{escaped}"""'.replace("\n", f"\n{indent}")]
