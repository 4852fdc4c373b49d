"""What Python is to know of a plain Go cell: the types of the file that golib/cellgen writes."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypedDict
else:

    class TypedDict:
        """What is read from JSON is a dict; its types are for mypy. typing's own takes 1.5 ms to make them."""

        def __init_subclass__(cls, **options: object) -> None:
            pass


KEEPS, WRITES, RETURNS = 1, 2, 4  # what Go does with a parameter: GO_… in golib/bridge/function.h


class _InFile(TypedDict, total=False):
    in_file: str  # of a package that is a cell: which of its files, after a slash


class Placed(_InFile):
    """What stands in a place of the cell."""

    line: int
    column: int


class _Judged(Placed, total=False):
    flags: int  # of a parameter: what Go does with it, by the compiler's word
    of: str  # of a *T: the id of T's class
    keeper: str  # of a parameter that Go may keep: the function called that may do so, as the cell writes it
    unseen: bool  # the compiler does not say all that Go writes to it
    copied: bool  # nothing that Go writes to it is seen by who has passed it
    form: int  # of a value that has no lane of its own: the number of its form
    dressed: str  # of a result, and of what a field is set to: the id of the class whose methods Python's value gets


class _Member(TypedDict, total=False):
    of: str  # of a method or field: the id of its class, or the name of its error type
    owner: str  # as messages show that class
    through: str  # of a promoted field: the embedded field that has it
    form: int  # of a func that Python has: the number of its form


class Value(_Judged):
    """A parameter or a result.

    name: "" if it has none. type: as written in Go. shape, code: as golib/bridge knows them. length: of a [N]T, else
    -1. line, column: where a parameter stands in the notebook. borrowed: its author promises that Go does not keep it.
    alone: what the compiler says of its place is about it, and nothing else in the cell.
    """

    name: str
    type: str
    shape: str
    code: str
    length: int
    variadic: bool
    borrowed: bool
    alone: bool


class Probe(TypedDict):
    """Where the compiler says what a variant does with its parameters: a line, and a column for each."""

    line: int
    columns: list[int]


class _Varied(_Member, total=False):
    types: list[str]  # of a variant, or an instance of an error type: for which types it is, as messages show them
    parameters: list[str]  # of such an instance: its type's parameters
    probe: Probe  # of a variant, unless its parameters are numbers
    left_out: list[Remark]  # of an error type: its fields
    context: bool  # it takes one, which is none of its params


class Call(_Varied):
    """A function of the library: a function of the cell, or one of a variable, a class or an exception of it.

    role: function, variant, get, set, sentinel, fields, late, asked, method, new, read, write, called, channel,
    dressing, start (the last); gomagic's own are services. fails: the last result is an error. quick: whether the GIL
    is kept.
    """

    role: str
    name: str
    doc: str
    signature: str
    params: list[Value]
    results: list[Value]
    fails: bool
    quick: int


class _Asking(Placed, total=False):
    asks: dict[str, list[int]]  # type parameters that only the result of a callable tells: the places of its parameters


class Generic(_Asking):
    """A function with type parameters.

    types: the names of these, but for those that follow from others. variants: which calls; where several fit, it is
    the first. untold: type parameters that arguments do not tell. all: how many variants there could be, 0 if these are
    all. lacks: what the cell would have to name for another variant, as `Stack[int8]` or `= Sum[int8]`, or "".
    """

    name: str
    doc: str
    signature: str
    types: list[str]
    params: list[Value]
    variants: list[int]
    untold: list[str]
    all: int
    lacks: str


class _Dressed(TypedDict, total=False):
    dressed: str  # the id of the class whose methods Python's own value gets


class Constant(_Dressed):
    """kind: bool, int, float, complex, string or duration, in nanoseconds."""

    name: str
    kind: str
    value: str


class Remark(Placed):
    """Something that the reader is to know of a line. name: of what is left out; "" for a danger."""

    name: str
    text: str


class Field(TypedDict, total=False):
    """One of a struct whose objects can lie in Python. json: what a tag calls it, if that is another name."""

    name: str
    json: str


class _Varying(Placed, total=False):
    generic: str  # of an instance of a type with type parameters: that type's id
    types: list[str]  # of an instance: what these stand for, as messages show it
    parameters: list[str]  # of a type with type parameters, of which there are no values
    instances: list[str]  # of such a type of the cell's: the ids of those that there are
    lacks: str  # of such a type: one that could be built and is not


class Lack(TypedDict):
    """The first method by which a type does not implement an interface; has: what it has of that name, or ""."""

    method: str
    has: str


class Wanted(TypedDict):
    """A method that an object of Python's must have to implement an interface; form: of a func like it."""

    name: str
    form: int


class Face(TypedDict):
    """What makes a class one of an interface.

    shown: Python has it by its name, or by another one. methods: as messages show them. takes: the ids of the classes
    whose types implement it. lacks: why others do not; of whom nothing stands there, the first method is missing.
    wants: of an object of Python's, if Go takes any; closed: why it takes none, or "". stream: the names of its
    methods, if it takes files as well.
    """

    shown: bool
    methods: list[str]
    takes: list[str]
    lacks: dict[str, Lack]
    wants: list[Wanted]
    closed: str
    stream: list[str]


class _Able(TypedDict, total=False):
    interface: Face
    hidden: bool  # Python has the class by its objects alone
    file: list[str]  # of what reads or writes: the methods by which it is a file in Python
    rich: list[str]  # of what shows itself in a notebook: the methods by which it does


class Class(_Varying, _Able):
    """A Go type whose pointers are handles. go: as messages show it. package: "" of the cell's own.

    bases: the ids of what it embeds; these stand above it. also: other names of the cell's. left_out: methods and
    fields; on line 0 if only access is to say so. struct: it is one. loose: and its objects can lie in Python, with
    these fields. compares: Go does so by ==. locks: it holds a lock, so Go does not copy it.
    """

    id: str
    name: str
    package: str
    go: str
    doc: str
    bases: list[str]
    also: list[str]
    left_out: list[Remark]
    struct: bool
    loose: bool
    fields: list[Field]
    compares: bool
    locks: bool


class Layout(TypedDict):
    """How a struct that is numbers alone lies in Go's memory: its bytes, and where its fields begin."""

    size: int
    align: int
    offsets: list[int]


class _Formed(TypedDict, total=False):
    of: str  # of a *T or a struct: the id of T's class
    layout: Layout  # of a struct that is numbers alone
    dressed: str  # the id of the class whose methods Python's own values get


class Form(_Formed):
    """What a type is made of whose values cross in parcels. shape, code: as golib/bridge/form.h knows them.

    type: as written in Go. length: of an array, else -1. parts: the numbers of these forms. names: of a struct's
    fields. params: of a func: so many parts are parameters, the others results.
    """

    shape: str
    type: str
    code: str
    length: int
    parts: list[int]
    names: list[str]
    params: int


class _Reading(TypedDict, total=False):
    stdin: bool


class Manifest(_Reading):
    """All of a cell.

    rehearse: whether what is run while it is loaded, and is not the cell's, may panic or wait. stdin: it reads
    the standard input.
    """

    doc: str
    calls: list[Call]
    generics: list[Generic]
    classes: list[Class]
    forms: list[Form]
    constants: list[Constant]
    left_out: list[Remark]
    dangers: list[Remark]
    rehearse: bool


def has_receiver(call: Call) -> bool:
    """Whether it is called on a handle."""
    role = call.get("role")
    return role in ("method", "read", "write", "called") or (role == "channel" and call["name"] != "make")


def within(value: Value, forms: Sequence[Form]) -> list[Form]:
    """The form of a parameter or result that has one, and those of all that is in it, each once."""
    found = [value.get("form", 0)] if value["shape"] == "v" else []
    for number in found:
        found += [part for part in dict.fromkeys(forms[number]["parts"]) if part not in found]
    return [forms[number] for number in found]


def contains(value: Value, ids: Container[str], forms: Sequence[Form]) -> bool:
    """Whether a parameter or result is of one of these classes, or has some in it, such as the elements of a slice."""
    return value.get("of") in ids or any(form.get("of") in ids for form in within(value, forms))


def listed(words: Sequence[str]) -> str:
    """Words as messages list them: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def qualified(call: Call) -> str:
    """What messages call a function, or a member of a class."""
    is_member = has_receiver(call) or call["role"] == "dressing"
    return f"{call['owner']}.{call['name']}" if is_member and "owner" in call else call["name"]


class Name(TypedDict):
    """A name that may be written: what it is in the words of Jupyter's completion, and as Go declares it."""

    name: str
    kind: str
    type: str


class Typed(TypedDict):
    """What can be said of a place in a text that is being typed: Typed in golib/cellgen/typing.go."""

    file: str
    offset: int
    imports: list[str]
    names: list[Name]
    path: str | None
    said: str
