"""A plain Go cell's library -> the names that Python sees. For cells with `import "C"` that is `library` alone.

The functions come finished out of the library (golib/bridge): a call passes through none of the Python here, unless
it is refused, fails, or brings an array back.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import keyword
import struct
import sys
import threading
from array import array
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gomagic.bind import (
    classes,
    contexts,
    converted,
    faces,
    foreign,
    generic,
    goerror,
    library,
    named,
    positions,
    refusal,
    start,
    stdin,
    streams,
    structs,
    tables,
    travel,
)
from gomagic.bind.module import Go, GoModule
from gomagic.bind.refusal import DTYPES
from gomagic.bind.structs import as_python_reads
from gomagic.bind.travel import Origin
from gomagic.build import cache
from gomagic.build.cache import MANIFEST
from gomagic.build.manifest import Call, Class, Constant, Form, Manifest, Value, has_receiver, qualified
from gomagic.errors import GoClass, GoPanic, GoToolchainError
from gomagic.source.cell import Cell
from gomagic.source.record import Record

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from gomagic.bind import dressed

_CALLERS = ("called", "channel")  # the roles of what Python calls a func by, and a channel
_bound: dict[tuple[Path, str], Bound] = {}  # by file and name; the one that was bound last is last
_spent: set[tuple[Path, str]] = set()  # libraries whose start has failed: what it did before stays done in them


def _values(text: str) -> list[Value]:
    """Parameters or results from words such as `handle:1Q`: name, shape, code."""
    found: list[Value] = []
    for word in text.split():
        name, _, kind = word.partition(":")
        found.append(
            {
                "name": name, "type": "", "shape": kind[0], "code": kind[1], "length": -1, "flags": 0,
                "line": 0, "column": 0, "variadic": False, "borrowed": False, "alone": False,
            }
        )  # fmt: skip
    return found


# What golib/bridge itself offers, in the order of `services` and `streaming` there. They may run the cell's code, which
# can wait.
_SERVICES = [
    ("describe", "handle:1Q", "text:ss kind:ss kin:1Q numbers:ss files:ts cause:EE"),
    ("unwrap", "handle:1Q i:1q", "inner:EE"),
    ("is", "handle:1Q target:1Q", "is:1?"),
    ("panicked", "handle:1Q", "kind:ss text:ss stack:ss error:EE stray:1?"),
    ("live", "", "handles:1q arrays:1q bytes:1q"),
    ("empty", "bytes:1q", "memory:aB"),
    ("profile", "memory:1?", "begun:1? known:1?"),
    ("profiled", "memory:1?", "seen:sy"),
    ("map", "layout:aq", "at:1q panicked:1Q owner:oQ error:EE"),  # with a context
    ("close", "", ""),
    ("read", "stream:HH most:1q", "got:sy"),
    ("readinto", "stream:HH p:aB keeps:1?", "n:1q"),
    ("readline", "stream:HH most:1q", "line:sy"),
    ("write", "stream:HH p:aB keeps:1?", "n:1q"),
]


class Bound(Record):
    """What a plain Go cell gives to Python.

    names: its functions, constants and exception classes. variables: name -> (get, set). module: all of them as one
    object. manifest: what they were made of.
    """

    names: Mapping[str, object]
    variables: Mapping[str, tuple[Callable[[], object], Callable[[object], None]]]
    module: GoModule
    manifest: Manifest
    kinds: Mapping[str, Any]  # the classes of its types and errors, by their ids
    origin: Origin
    calls: Sequence[Call]  # of the library, by their numbers, with golib/bridge's own
    functions: Sequence[object]  # what Python calls these by
    errors: goerror.Errors

    def has(self, thing: object) -> bool:
        """Whether something of Python's is this cell, of it, or an object of one of its classes."""
        of_it = any(thing is one for one in (self.module, *self.names.values(), *self.kinds.values()))
        return of_it or any(isinstance(thing, kind) for kind in self.kinds.values() if isinstance(kind, type))


def check_interpreter() -> None:
    """Raise GoToolchainError, naming it, if this Python is one on which golib/bridge cannot work."""
    name, version = sys.implementation.name, sys.version.split()[0]
    why, instead = "", "CPython 3.10 to 3.15"
    if name != "cpython":
        why = f"it is {name}, and gomagic calls CPython's C interface"
    elif "t" in getattr(sys, "abiflags", ""):  # sysconfig would say so, too, and read all about this Python for it
        why = "it is built without the GIL, and its objects lie otherwise in memory"
        plain = "python{}.{}".format(*sys.version_info)
        instead = f"the build with the GIL, `{plain}` in place of `{plain}t`"
    elif struct.calcsize("P") != 8:
        why = "it is a 32-bit program"
    if why:
        raise GoToolchainError(
            f"plain Go cells do not work on this Python ({name} {version} at {sys.executable})",
            note=why,
            hint=f'use {instead}, or write the boundary yourself in a cell with `import "C"`',
        )


def load(path: Path, cell: Cell, labels: Mapping[str, str], sources: Mapping[str, list[str]]) -> Bound:
    """Load the library of a plain cell and bind it; the same path and name give the same objects.

    labels, sources: as goerror.Errors takes them; both may change later. Raises GoToolchainError on an interpreter
    without what the library needs, GoBuildError as `library.load` and `rehearsal.hold`, and as `start.run`: then
    the next time the cell is started from the beginning.
    """
    check_interpreter()
    key = (path, cell.name)
    if key in _spent:
        path = cache.again(path.parent) / path.name
        key = (path, cell.name)
    if key not in _bound:
        found = manifest(path)
        if found["rehearse"]:
            from gomagic.bind import rehearsal  # only here: few cells are rehearsed

            rehearsal.hold(path, cell, labels, sources)
        loaded = library.load(path, cell.label, ctypes.PyDLL, name=cell.name)
        _name(loaded, cell)
        held = library.loaded()
        before = [held[each] for each in _bound]
        try:
            bind(loaded, found, Origin(path, cell), labels, sources)
        except ImportError:
            raise GoToolchainError(
                f"`{cell.name or cell.label}` is loaded already, by another Python interpreter of this process",
                note="a process has a Go library once, and interpreters cannot share what its functions are made of",
                hint="use the first interpreter alone, or a process of its own for each",
            ) from None
        except (GoPanic, KeyboardInterrupt):
            _spent.add(key)
            raise
        for each in before:
            each.gomagic_give_back_pages()  # of its file: a reader goes on with the cell that was run last
    else:
        _name(library.loaded()[key], cell)
    _bound[key] = _bound.pop(key)
    return _bound[key]


def _name(loaded: ctypes.CDLL, cell: Cell) -> None:
    for each in (cell, *cell.cells):
        positions.name(loaded, each.token, each.label)


def load_alone(path: Path, cell: Cell) -> Bound:
    """Load and bind as `load` does, where nothing else has a label."""
    names = [(name, each) for each in cell.texts for name in each.names]
    return load(path, cell, {name: each.label for name, each in names}, {name: each.lines for name, each in names})


def bound() -> list[Bound]:
    """The cells that are loaded, those that were bound last first."""
    return list(_bound.values())[::-1]


def _overview(name: str, manifest: Manifest) -> str:
    from gomagic.bind import overview  # only here: of the cells that are loaded few are shown

    return overview.of(name, manifest)


@lru_cache(maxsize=64)
def manifest(path: Path) -> Manifest:
    """What the library of a plain cell has for Python; it never changes."""
    found: Manifest = json.loads(path.with_name(MANIFEST).read_text(encoding="utf-8"))
    return found


def empty(n: int, dtype: DTypeLike = "float64") -> NDArray[Any]:
    """An array of n zeros in the memory of the Go cell that was bound last: Go gets it without a copy, always.

    Returns a numpy array of shape (n,); to another cell it is an array like any other. `stats.__go__.empty` is the
    same for the cell `stats`. Raises TypeError for a dtype that Go has no slices of.
    """
    if not _bound:
        raise RuntimeError("gomagic.empty: no plain Go cell has been run, and its Go would hold the memory")
    go: Go = list(_bound.values())[-1].module.__go__
    return go.empty(n, dtype)


def bind(
    library: ctypes.CDLL,
    manifest: Manifest,
    origin: Origin,
    labels: Mapping[str, str],
    sources: Mapping[str, list[str]],
) -> Bound:
    """Start the cell of a loaded library, and bind it; once.

    manifest: as `compiler.build` has left it, with the flags of each parameter. Messages and `__module__` call the cell
    by its name. Raises what `start.run` raises.
    """
    name = origin.cell.name or "__main__"
    services: dict[str, Callable[..., Any]] = {}
    errors = goerror.Errors(services, labels, sources)
    calls = [*_services(), *manifest["calls"]]
    families = generic.families(manifest["generics"], manifest["calls"])
    library.gomagic_open.restype = ctypes.py_object
    library.gomagic_open.argtypes = [ctypes.py_object] * 5
    refuser = _Refuser(calls, families, manifest["forms"], errors)
    first = len(refuser.calls)
    refuser.calls += (structs.as_call(item, calls) for item in manifest["classes"])
    refuser.calls += (faces.as_call(*method) for method in faces.wanted(manifest["classes"]))
    own = (structs.as_fields, structs.put_field, structs.same, structs.as_key, tables.as_columns, tables.is_laid_out)
    basic = (refuser, _make_array, foreign.as_array, foreign.as_list, foreign.as_dict, converted.pack, converted.unpack)
    reading = (streams.is_file, streams.use, stdin.Stdin(origin.cell.label))
    others = (errors.number, named.as_pointer, refusal.told, foreign.change_set, *reading, GoClass)
    hooks = (*basic, *own, *others, threading.main_thread().ident)
    numbers = {item["id"]: number for number, item in enumerate(manifest["classes"])}
    dressers = _dressers(manifest, name)
    specs = (*_service_specs(), *(_spec(call, numbers, dressers) for call in manifest["calls"]))
    callers = {
        call.get("form", 0): number for number, call in reversed([*enumerate(calls)]) if call["role"] in _CALLERS
    }
    made_of = manifest["forms"]
    forms = tuple(_form(made_of, number, numbers, callers, dressers) for number in range(len(made_of)))
    makers: dict[str, Callable[[], object]] = {}
    class_specs = classes.specs(manifest["classes"], calls, name, manifest["forms"], first, makers, dressers)
    functions, kinds = library.gomagic_open(name, specs, class_specs, forms, hooks)
    services.update((name, function) for (name, _, _), function in zip(_SERVICES, functions, strict=False))
    if manifest.get("stdin") or any(item["shape"] in "FQ" for item in manifest["forms"]):
        atexit.register(services["close"])
    if any(call.get("context") for call in manifest["calls"]) or any(
        item["shape"] in "QC" for item in manifest["forms"]
    ):
        contexts.libraries.append(library)
    if calls[-1]["role"] == "start":
        start.run(functions[-1], name)
    names: dict[str, object] = {as_python_reads(item["name"]): _constant(item) for item in manifest["constants"]}
    getters, setters = {}, {}
    for call, function in zip(calls, functions, strict=True):
        called = as_python_reads(call["name"])
        match call["role"]:
            case "function":
                names[called] = function
                travel.add(function, _function, origin, called)
            case "get":
                getters[called] = function
            case "set":
                setters[called] = function
            case "new":
                makers[call["of"]] = function
            case "sentinel" | "fields":
                names[called.partition("[")[0]] = errors.add(call, function, name)
            case "late":
                errors.add_late(call, function)
            case "asked":
                errors.add_method(call, function)
            case "dressing" if call["of"] in dressers:
                dressers[call["of"]].methods[called] = function
            case "method" if call["of"] in dressers:
                dressers[call["of"]].of_pointers.add(called)
    for constant in manifest["constants"]:
        if "dressed" in constant:  # by methods that are known now
            names[as_python_reads(constant["name"])] = dressers[constant["dressed"]].dressed(_constant(constant))
    own = functions[len(_SERVICES) :]
    for (called, given), function in generic.bind(library, families, own, len(calls), name, parameter_names).items():
        if not given:
            names[as_python_reads(called)] = function
        travel.add(function, _function, origin, as_python_reads(called), *given)
    instances: dict[str, tuple[tuple[str, ...], type]] = {}
    for number, (item, kind) in enumerate(zip(manifest["classes"], kinds, strict=True), first):
        if "types" in item or item.get("hidden"):
            classes.name_instance(kind, item, name)
        if item["loose"]:
            structs.dress(kind, item, refuser.calls[number], manifest["forms"], partial(_struct, origin, item["id"]))
            tables.dress(kind, manifest["forms"], item["id"])
        if "parameters" not in item:
            from gomagic.bind import files, rich

            classes.dress(kind, item, manifest["calls"], manifest["forms"], makers.get(item["id"]))
            files.dress(kind, item, manifest["calls"], services)
            rich.dress(kind, item.get("rich", ()))
        refuser.classes[kind] = item
        if "types" in item:
            instances[item["id"]] = (tuple(item["types"]), kind)
        elif not item["package"] and not item.get("hidden") and item.get("interface", {"shown": True})["shown"]:
            names[as_python_reads(item["name"])] = kind
        names.update((as_python_reads(other), kind) for other in item["also"])
    for item, kind in zip(manifest["classes"], kinds, strict=True):
        if "instances" in item:
            there = [instances[one] for one in item["instances"]]
            of_interface = any("interface" in refuser.classes[one] for _, one in there)
            classes.dress_generic(kind, item, dict(there), of_interface=of_interface)
    variables = {variable: (getters[variable], setters[variable]) for variable in getters}
    module = GoModule(name, manifest["doc"] or None)
    left_out = {as_python_reads(item["name"]): item["text"] for item in manifest["left_out"]}
    module.__dict__.update(names, _variables=variables, _left_out=left_out, __go__=Go(services))
    module.__dict__["_pickled"] = (_module, (origin,))
    module.__dict__["_overview"] = partial(_overview, name, manifest)
    known = {item["id"]: kind for item, kind in zip(manifest["classes"], kinds, strict=True)} | errors.classes
    for key, kind in known.items():
        travel.add(kind, _kind, origin, key)
    bound = Bound(names, variables, module, manifest, known, origin, calls, functions, errors)
    _bound[origin.path, origin.cell.name] = bound
    return bound


def parameter_names(params: Iterable[Value]) -> list[str]:
    """Python's names of a Go function's parameters: `_` and keywords of Python cannot be any; `*` before a variadic."""
    names: list[str] = []
    for i, param in enumerate(params):
        name = as_python_reads(param["name"])
        name = name if name.strip("_") and name.isidentifier() else f"arg{i + 1}"
        while keyword.iskeyword(name) or name == "__debug__" or name in names:
            name += "_"
        names.append(("*" if param["variadic"] else "") + name)
    return names


@lru_cache(maxsize=1)
def _services() -> tuple[Call, ...]:
    """The calls of golib/bridge itself, which are the same for all cells, as are their specs."""
    return tuple(map(_service, _SERVICES))


@lru_cache(maxsize=1)
def _service_specs() -> tuple[tuple[object, ...], ...]:
    return tuple(_spec(call, {}, {}) for call in _services())


def _service(row: tuple[str, str, str]) -> Call:
    name, params, results = row
    return {
        "role": "service", "name": name, "doc": "", "signature": name, "params": _values(params),
        "results": _values(results), "fails": False, "quick": 0, "context": name == "map",
    }  # fmt: skip


def _dressers(found: Manifest, module: str) -> dict[str, dressed.Dresser]:
    """By their ids, for the classes of types whose methods values of Python's get."""
    worn = {
        value["dressed"] for call in found["calls"] for value in call["results"] + call["params"] if "dressed" in value
    }
    worn |= {each["dressed"] for each in [*found["forms"], *found["constants"]] if "dressed" in each}
    if not worn:
        return {}
    from gomagic.bind import dressed  # only here, as files and rich: most cells have no such types

    items = [item for item in found["classes"] if item["id"] in worn]
    return {item["id"]: dressed.Dresser(as_python_reads(item["name"]), module, item) for item in items}


def _spec(call: Call, classes: Mapping[str, int], dressers: Mapping[str, dressed.Dresser]) -> tuple[object, ...]:
    """A call as `make` in golib/bridge/open.c takes it. classes: their numbers by id; dressers by id, too."""
    names = parameter_names(call["params"])
    about = "\n\n".join(filter(None, [call["signature"], call["doc"].strip()]))
    receiver = [f"$self{'_' * ('self' in names)}"] if has_receiver(call) else []
    doc = f"{call['name']}({', '.join(receiver + contexts.declared(call, names))})\n--\n\n{about}"
    values = zip(names, call["params"], strict=True)
    params = tuple(_value(name.lstrip("*"), param, classes, dressers) for name, param in values)
    results = tuple(_value(result["name"], result, classes, dressers) for result in call["results"])
    variadic = bool(call["params"] and call["params"][-1]["variadic"])
    how = (
        variadic,
        call["fails"],
        call["quick"],
        _named_results(call),
        has_receiver(call),
        contexts.keyword(call, names),
    )
    name = as_python_reads(call["name"]) if has_receiver(call) else call["name"]
    return (name, doc, params, results, *how)


def _value(
    name: str, value: Value, classes: Mapping[str, int], dressers: Mapping[str, dressed.Dresser]
) -> tuple[object, ...]:
    number = classes.get(value.get("of", ""), 0)
    flags, form = value.get("flags", 0), value.get("form", 0)
    dresser = dressers.get(value.get("dressed", ""))
    return (name, value["shape"], value["code"], flags, value["length"], number, form, dresser)


def _form(
    forms: Sequence[Form],
    number: int,
    classes: Mapping[str, int],
    callers: Mapping[int, int],
    dressers: Mapping[str, dressed.Dresser],
) -> tuple[object, ...]:
    """A form as `make` in golib/bridge/forms.c takes it. callers: what calls funcs and channels, the first by form."""
    item = forms[number]
    names, of = tuple(map(as_python_reads, item["names"])), classes.get(item.get("of", ""), 0)
    length, layout = item["length"], tables.layout(forms, number)
    if item["shape"] in "FC":
        names, length = (item["type"],), callers.get(number, -1)
    dresser = dressers.get(item.get("dressed", ""))
    return (item["shape"], item["code"], length, of, (*item["parts"],), names, layout, item["params"], dresser)


def result_names(call: Call) -> list[str]:
    """Python's names of several results, if all have names."""
    names = [as_python_reads(result["name"]) for result in call["results"]]
    if len(names) < 2 or not all(name.strip("_") for name in names):
        return []
    names = [name.strip("_") if name.startswith("_") else name for name in names]
    return [f"{name}_" if keyword.iskeyword(name) else name for name in names]


def _named_results(call: Call) -> Callable[..., Any] | None:
    """What makes a namedtuple of several results, if all have names; of gomagic's own a tuple is enough, and sooner."""
    fields = result_names(call)
    if not fields or call["role"] == "service":
        return None
    make_class: Any = namedtuple  # whose fields mypy wants to know beforehand
    name = call["name"].partition("[")[0]  # of a func it is its type
    make: Callable[..., Any] = make_class(f"{name if name.isidentifier() else ''}Result", fields, rename=True)._make
    return make


def _constant(item: Constant) -> object:
    text = item["value"]
    match item["kind"]:
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "duration":
            return converted.timedelta(int(text))
        case "float":
            return float(text)
        case "complex":
            return complex(*map(float, text.split()))
    return bytes.fromhex(text).decode("utf-8", "surrogateescape")


def _reopened(origin: Origin, kind: str = "") -> Bound:
    """The cell of something that has been pickled, loaded where that is not done yet, and built if it must be.

    kind: the id of a class that is wanted, as it is in the cell that has the name now, as with classes of Python's.
    """
    named = [bound for (_, name), bound in _bound.items() if name == origin.cell.name]
    if known := [bound for bound in named if (kind in bound.kinds if kind else bound.origin == origin)]:
        return known[-1]
    path, cell = origin.path, origin.cell
    if not path.is_file():
        from gomagic.build import compiler  # only a build needs it

        path = compiler.build(cell).path
    return load_alone(path, cell)


def _module(origin: Origin) -> GoModule:
    return _reopened(origin).module


def _function(origin: Origin, name: str, *types: str) -> Callable[..., Any]:
    function: Any = _reopened(origin).names[name]
    chosen: Callable[..., Any] = function[types] if types else function
    return chosen


def _kind(origin: Origin, key: str) -> Any:
    """A class as it was, as are functions: what one makes or catches, the others return and raise."""
    return _reopened(origin).kinds[key]


def _struct(origin: Origin, key: str, fields: Sequence[str] = ()) -> Any:
    """A struct without its fields: of the cell that has the name now, or of its own if that one lacks some of them."""
    kind = _reopened(origin, key).kinds[key]
    if not {*fields} <= {*kind._fields}:
        kind = _kind(origin, key)
    return kind()


class _Refuser:
    """Makes the exception for a call that golib/bridge has refused, or that failed in Go."""

    def __init__(
        self, calls: Sequence[Call], families: Sequence[generic.Family], forms: Sequence[Form], errors: goerror.Errors
    ) -> None:
        self.calls = [*calls, *(family.as_call() for family in families)]
        self.forms = forms
        self.families = dict(enumerate(families, len(calls)))
        self.errors = errors
        self.classes: dict[type, Class] = {}

    def __call__(self, why: str, number: int, *details: Any) -> Exception:
        if why == "attribute":
            return classes.of_attribute(*details)
        if why == "field":
            return structs.of_field(self.calls[number], details[1])
        call = self.calls[number]
        names = parameter_names(call["params"])
        match why:
            case "arguments":
                _, args, keywords = details
                return refusal.of_arguments(call, names, args, keywords)
            case "fork":
                return refusal.of_fork(call)
            case "error":
                handle, owner, results = details
                return self.errors.error(handle, owner, results)
            case "panic":
                handle, _owner, arguments = details
                given = [] if call["role"] == "service" else list(zip(names, arguments, strict=True))
                return self.errors.panic(handle, qualified(call), dict(given[call["role"] == "asked" :]))
            case "sequence":
                return self.errors.panic(details[0], qualified(call), {})
            case "value":
                index, why, value, form, way = details
                is_returned = call["role"] == "wanted"
                place = faces.place(call, way) if is_returned else refusal.place(call, index, names, way)
                if why == "interface":
                    refused: Exception = self._of_interface(place, self.forms[form], value)
                else:
                    refused = refusal.of_value(why, *place, value, self.forms, form)
                return faces.noted(refused, call) if is_returned else refusal.noted(refused, names[index], way)
            case "result":
                return refusal.of_result(call, *details)
        index, value, at = details
        match why:
            case "timeout":
                return contexts.of_timeout(call, names, value)
            case "variant":
                return generic.of_argument(self.families[number], names, index, value)
            case "untold":
                return generic.of_untold(self.families[number], names)
            case "interface":
                return self._of_interface(refusal.place(call, index, names), call["params"][index], value)
        return refusal.of_argument(why, call, index, names, value, at)

    def _of_interface(self, place: tuple[str, str], wanted: Value | Form, value: object) -> TypeError:
        return faces.of_argument(*place, wanted["type"], wanted["of"], value, self.classes, self.calls, self.forms)


def _make_array(memory: Any, code: str) -> NDArray[Any] | memoryview:
    """A one-dimensional array over memory of Go's, or an empty one for None; without numpy a memoryview."""
    try:
        over, empty, dtype = _arrays(code)
    except ImportError:
        return memoryview(memory if memory is not None else array(code) if code in "bhiqBHIQfd" else bytearray())
    return empty(0, dtype) if memory is None else over(memory, dtype)


@lru_cache(None)
def _arrays(code: str) -> tuple[Callable[..., NDArray[Any]], Callable[..., NDArray[Any]], DTypeLike]:
    """What of numpy makes an array over memory, an empty one, and of what: to look that up takes as long as that."""
    import numpy

    return numpy.frombuffer, numpy.empty, numpy.dtype(DTYPES[code])
