"""The line of a magic: what may stand on it is declared once, and read, explained and offered from there.

    class Check(Line):
        \"""Check an exercise.\"""

        magic = "%%check"
        name = cell(names="all")
        timeout = seconds("--timeout", 10.0, "give up after so long")

    read(Check, "mylib --timeout 3", "cell[7]").timeout  # 3.0

A word without dashes stands alone; options may stand before it and behind it, `--` ends them. gomagic.source.magics
holds the declarations. Dataclasses would say it as well, but take longer to make than the rest of `%load_ext gomagic`.
"""

from __future__ import annotations

import inspect
import keyword
import shlex
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import ClassVar, Generic, Literal, TypeVar, cast, overload

from gomagic.errors import GoBuildError

T = TypeVar("T")
Names = Literal["", "libraries", "all", "checked"]

_TOO_LONG = 1e7  # seconds: what waits knows no such times


class Word(Generic[T]):
    """What may stand on a line; an attribute of the line is the value that stands there, or the default.

    option: as it is written; "" for what stands alone. metavar: what the value is called; "" for a switch.
    value: makes the value of a text. needed: it may not be left out. many: there may be several, the value is a tuple.
    rest: the first one and all that follows it belong to another program. dashes: the value may begin with one.
    code: it is all that follows the options, with the quotes and spaces that it has.
    names: which cells it may name: none, libraries, all Go cells, programs too, or those and what `%%check` checks.
    """

    def __init__(
        self,
        default: T,
        value: Callable[[str, str], object],
        option: str,
        metavar: str,
        help: str = "",
        *,
        needed: bool = False,
        many: bool = False,
        rest: bool = False,
        dashes: bool = False,
        code: bool = False,
        names: Names = "",
    ) -> None:
        self.default, self.value = default, value
        self.option, self.metavar, self.help = option, metavar, help
        self.needed, self.many, self.rest, self.dashes, self.code, self.names = needed, many, rest, dashes, code, names
        self.attribute = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.option, self.metavar]))

    def __set_name__(self, owner: type[Line], name: str) -> None:
        self.attribute = name

    @overload
    def __get__(self, line: None, owner: type[Line]) -> Word[T]: ...
    @overload
    def __get__(self, line: Line, owner: type[Line]) -> T: ...
    def __get__(self, line: Line | None, owner: type[Line]) -> Word[T] | T:
        if line is None:
            return self
        return cast(T, line.given.get(self.attribute, self.default))


class Line:
    """What stands on a line. A subclass declares it; its docstring says what the magic does: in one line, then more.

    given: the values of what stands there, by the names of the attributes.
    """

    magic: ClassVar[str]
    __slots__ = ("given",)

    def __init__(self, **given: object) -> None:
        if unknown := given.keys() - declarations(type(self)):
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.given = given

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and type(self) is type(other) and self.given == other.given

    def __hash__(self) -> int:
        return hash((type(self), frozenset(self.given.items())))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.given.items())})"


L = TypeVar("L", bound=Line)


# --- Declaring ----------------------------------------------------------------------------------------------


def switch(option: str, help: str) -> Word[bool]:
    """An option that is there or not."""
    return Word(False, _text, option, "", help)


def text(option: str, metavar: str, help: str) -> Word[str]:
    """An option with a value that is taken as it is."""
    return Word("", _text, option, metavar, help)


def words(option: str, help: str) -> Word[tuple[str, ...]]:
    """An option whose value is a text in quotes, of words that may begin with dashes."""
    return Word((), _words, option, '"…"', help, dashes=True)


def seconds(option: str, default: float, help: str) -> Word[float]:
    """An option with a time."""
    return Word(default, _seconds, option, "SECONDS", f"{help}, {default:g} by default")


def new_name(option: str = "", help: str = "") -> Word[str]:
    """A name that Python is to bind, behind an option or alone."""
    return Word("", _new_name, option, "NAME", help)


def cell(*, names: Names) -> Word[str]:
    """The name of a Go cell, without which the magic does nothing. names: as in Word."""
    return Word("", _text, "", "NAME", needed=True, names=names)


def cells(*, names: Names) -> Word[tuple[str, ...]]:
    """Names of Go cells. names: as in Word."""
    return Word((), _text, "", "NAME", many=True, names=names)


def rest(metavar: str) -> Word[tuple[str, ...]]:
    """The words of a program, from the first that is none of the magic's options."""
    return Word((), _text, "", metavar, many=True, rest=True)


def code(metavar: str) -> Word[str]:
    """Text of Python, behind the magic's options."""
    return Word("", _text, "", metavar, needed=True, rest=True, code=True)


class _Wrong(Exception):
    """A line that cannot be read: what is wrong, and one action."""

    def __init__(self, what: str, hint: str = ""):
        super().__init__(what)
        self.what, self.hint = what, hint


def _text(option: str, given: str) -> str:
    return given


def _words(option: str, given: str) -> tuple[str, ...]:
    return tuple(_split(given))


def _seconds(option: str, given: str) -> float:
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < _TOO_LONG:
        raise _Wrong(f"`{option}` cannot be `{given}`", f"write seconds above 0, as in `{option} 30`")
    return number


def _new_name(option: str, given: str) -> str:
    if not given.isidentifier() or keyword.iskeyword(given):
        raise _Wrong(f"`{given}` cannot be a Python name", "use letters, digits and underscores, as in `mylib`")
    return given


# --- Reading ------------------------------------------------------------------------------------------------


def read(kind: type[L], line: str, label: str) -> L:
    """Read what stands on a magic's line. Raises GoBuildError, which calls the cell `label`, for what is not declared.

    The words may stand in any order. `--option value` and `--option=value` are the same.
    """
    try:
        given = _given(cast(Hashable, kind), line)
    except _Wrong as wrong:
        hint = wrong.hint or f"write `{usage(kind)}`; `{kind.magic.split()[0]}?` explains it"
        raise GoBuildError(f"{label}: {wrong.what}", hint=hint) from None
    return kind(**given)


def declarations(kind: type[Line]) -> Mapping[str, Word[object]]:
    """The words of a line, by the names of the attributes that hold their values."""
    return _declarations(cast(Hashable, kind))


@lru_cache(maxsize=64)
def _declarations(kind: type[Line]) -> Mapping[str, Word[object]]:
    return {name: word for name, word in vars(kind).items() if isinstance(word, Word)}


def alone(kind: type[Line]) -> Word[object]:
    """The word of a line that stands there without an option: each line has one."""
    [word] = [word for word in declarations(kind).values() if not word.option]
    return word


def is_option(word: str) -> bool:
    """Whether a word is meant as an option: `-v`, `--race`; not `-`, `-5`."""
    return word.startswith("-") and len(word) > 1 and not word[1].isdigit()


@lru_cache(maxsize=64)  # a cell's line is most often the same at its next run
def _given(kind: type[Line], line: str) -> Mapping[str, object]:
    """The values of the words that stand on the line."""
    standing = alone(kind)
    options = {word.option: word for word in declarations(kind).values() if word.option}
    given: dict[str, object] = {}
    names: list[str] = []
    line, text = _before_code(line, options) if standing.code else (line, "")
    left = [*_split(line), *(["--", text] if text else [])]
    while left:
        each = left.pop(0)
        if each == "--" or (standing.rest and not is_option(each)):
            names += left if each == "--" else [each, *left]
            break
        if not is_option(each):
            names.append(each)
            continue
        option, equals, value = each.partition("=")
        if option not in options:
            raise _unknown(option, list(options), each if standing.rest else "")
        word = options[option]
        found = _value(word, value if equals else None, left)
        if word.metavar and word.attribute in given:
            raise _Wrong(f"`{option}` stands there twice", f"write one `{word}`")
        given[word.attribute] = found
    if standing.many and names:
        given[standing.attribute] = tuple(standing.value("", name) for name in names)
    elif len(names) > 1:
        raise _Wrong(f"one name is enough, `{' '.join(names[1:])}` is left over")
    elif names:
        given[standing.attribute] = standing.value("", names[0])
    elif standing.needed:
        raise _Wrong("the code is missing" if standing.code else "the name of a Go cell is missing")
    return given


def _before_code(line: str, options: Mapping[str, Word[object]]) -> tuple[str, str]:
    """A line parted: the options, and the code behind them."""
    rest = line.lstrip()
    while is_option(word := rest.partition(" ")[0]):
        rest = rest[len(word) :].lstrip()
        known = options.get(word)
        if known and known.metavar:
            rest = rest.partition(" ")[2].lstrip()
        if word == "--":
            return line[: len(line) - len(rest)].rpartition("--")[0], rest
    return line[: len(line.rstrip()) - len(rest.rstrip())], rest.rstrip()


def _value(word: Word[object], joined: str | None, left: list[str]) -> object:
    """The value of an option, which is joined to it by `=` or is taken from the words that are left."""
    if not word.metavar:
        if joined is not None:
            raise _Wrong(f"`{word.option}` takes no value", f"write `{word.option}` alone")
        return True
    if joined is None:
        if not left or (is_option(left[0]) and not word.dashes):
            raise _Wrong(f"`{word.option}` needs a value", f"write `{word}`")
        joined = left.pop(0)
    return word.value(word.option, joined)


def _unknown(option: str, options: list[str], for_program: str) -> _Wrong:
    from difflib import get_close_matches

    near = get_close_matches(option, options, 1)
    if near:
        hint = f"did you mean `{near[0]}`?"
    else:
        hint = for_program and f"what is for the program stands behind `--`: `-- {for_program}`"
    return _Wrong(f"unknown option `{option}`", hint)


def _split(line: str) -> list[str]:
    """The words of a line, as a shell splits them."""
    try:
        return shlex.split(line)
    except ValueError:
        raise _Wrong(f"a quote is opened and not closed in `{line}`", "close it") from None


# --- Explaining ---------------------------------------------------------------------------------------------


def usage(kind: type[Line], *, options: bool = True) -> str:
    """How the line is written: `%%go [NAME] [-v] …`, or without the options."""
    declared = declarations(kind).values()
    word = alone(kind)
    name = f"{word.metavar}…" if word.many else word.metavar
    names = [name if word.needed else f"[{name}]"]
    optional = [f"[{each}]" for each in declared if each.option] if options else []
    return " ".join([kind.magic, *optional, *names] if word.rest else [kind.magic, *names, *optional])


def purpose(kind: type[Line]) -> str:
    """What the magic does, in one line without a period."""
    return inspect.cleandoc(kind.__doc__ or "").partition("\n")[0].rstrip(".")


def explained(kind: type[Line]) -> str:
    """All about the line: what `%%go?` shows."""
    first, _, more = inspect.cleandoc(kind.__doc__ or "").partition("\n")
    rows = [(str(word), word.help) for word in declarations(kind).values() if word.option]
    return "\n\n".join(filter(None, [first, usage(kind), more.strip(), columns(rows)]))


def columns(rows: list[tuple[str, str]]) -> str:
    """Two columns of text, the second one aligned."""
    width = max((len(left) for left, _ in rows), default=0)
    return "\n".join(f"{left:<{width}}  {right}" for left, right in rows)
