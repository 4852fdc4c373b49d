"""The exceptions a reader meets, and how their messages are laid out.

Exception
├── GoBuildError      a cell that does not become a library or a program
├── GoToolchainError  no usable Go or C compiler, or no place to build
├── GoRunError        a program that ended badly; `.code` is its exit status
├── GoError           an error that a function of a plain Go cell has returned
├── RuntimeError
│   ├── GoPanic       a panic in a plain Go cell
│   └── GoForkError   a call in a process that was forked after Go was loaded
└── ValueError
    └── GoWriteError  Go wrote to what Python does not let it change
KeyboardInterrupt
└── Interrupted       the stop button while a build or a program ran

A message says what, where, why (`note:`) and what to do (`hint:`). This module imports nothing of the package.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:

    class _Origin(Protocol):
        """What knows a Go error's value: gomagic.bind.goerror.Errors."""

        def unwrap(self, handle: int) -> list[BaseException]: ...
        def matches(self, error: GoError, other: GoError) -> bool: ...


MOST_FAULTS = 5  # the compiler repeats itself after that


class Fault:
    """One thing wrong in a cell.

    where: `cell[7]:4:9`, counted as the notebook's gutter counts (`%%go` is line 1), or "" if unknown.
    message: the compiler's words. line: that line's text. column: in characters, from 1; 0 if unknown.
    note, hint: why it is wrong and what to write instead; may be empty.
    """

    # Written out, as is Lost: `%load_ext gomagic` would wait 0.3 ms for two classes that make themselves.
    def __init__(self, where: str, message: str, line: str = "", column: int = 0, note: str = "", hint: str = ""):
        self.where, self.message, self.line, self.column = where, message, line, column
        self.note, self.hint = note, hint

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        return f"Fault({', '.join(map(repr, vars(self).values()))})"

    def layout(self) -> list[str]:
        lines = [f"  {self.where}: {self.message}" if self.where else f"  {self.message}"]
        if self.line.strip():
            number = self.where.split(":")[-2 if self.column else -1]  # a name may hold a colon, too
            # Tabs become four spaces in the line and in what the caret skips, so the caret stays under its word.
            text = self.line.expandtabs(4)
            before = self.line[: max(self.column - 1, 0)].expandtabs(4)
            lines.append(f"  {number:>5} | {text}")
            if self.column:
                lines.append(f"        | {' ' * len(before)}^")
        return lines + _remarks(self.note, self.hint)


class _Report(Exception):
    """An exception whose message is the whole story, shown in a notebook without a Python traceback."""

    def __init__(self, what: str, faults: tuple[Fault, ...] = (), *, note: str = "", hint: str = ""):
        self.what, self.faults, self.note, self.hint = what, tuple(faults), note, hint
        super().__init__(what)

    @property
    def where(self) -> str:
        """The first fault's `cell[N]:line:column`, or an empty string."""
        return self.faults[0].where if self.faults else ""

    def __str__(self) -> str:
        lines = [self.what]
        for fault in self.faults[:MOST_FAULTS]:
            lines += fault.layout()
        if len(self.faults) > MOST_FAULTS:
            lines.append(f"  and {len(self.faults) - MOST_FAULTS} more")
        return "\n".join(lines + _remarks(self.note, self.hint))

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback."""
        return f"{type(self).__name__}: {self}".splitlines()


class GoBuildError(_Report):
    """A cell did not become a library or a program; `.faults` says where and why."""


class GoToolchainError(_Report):
    """Go, the C compiler or the build cache is missing, too old or unusable.

    package: what PyPI has in the place of a tool that is missing or too old, or an empty string.
    """

    def __init__(self, what: str, *, note: str = "", hint: str = "", package: str = ""):
        super().__init__(what, note=note, hint=hint)
        self.package = package


class GoRunError(_Report):
    """A program ended with a status other than 0; `.code` is that status, negative for a signal."""

    def __init__(self, what: str, code: int, *, hint: str = ""):
        super().__init__(what, hint=hint)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        return GoRunError, (self.what, self.code), self.__dict__


class GoClass(type):
    """The class of what Go's types and errors are in Python: by it they are pickled, see gomagic/bind/travel.py."""

    __slots__ = ()


class GoError(Exception):
    """An error that Go code has returned; `str` is what its `Error()` says.

    go_type: its type in Go, such as `*fs.PathError`. results: the function's other results, converted, in a tuple.
    The exception keeps the Go value alive. What Go wraps is `.unwrap()`; `__cause__` is Python's, of `raise … from`.
    A copy is of the same class and Go value. In another process there is no Go value: what is known of this one comes
    along, `Lost` where it cannot, and of the classes of its cell those whose cell is loaded there.
    """

    go_type = ""
    results: tuple[Any, ...] = ()
    _origin: _Origin | None = None  # what knows the Go value, and the value's number there
    _handle = 0
    _owner: object = None  # while it lives, so does the Go value
    _wraps: Sequence[BaseException] = ()  # of one that comes from another process
    _classes: Sequence[tuple[str, str]] = ()  # the same: those that it has had where it was made
    _late: Sequence[str] = ()  # the fields of a cell's class that are read when they are asked for

    def unwrap(self) -> BaseException | list[BaseException] | None:
        """The error that this one wraps; a list if it joins several, None if it wraps none.

        It is a GoError, or the exception that Python has raised or passed.
        """
        inner = self._inner()
        return inner if len(inner) > 1 else inner[0] if inner else None

    def _inner(self) -> list[BaseException]:
        return self._origin.unwrap(self._handle) if self._origin else list(self._wraps)

    def is_(self, other: BaseException | type[BaseException]) -> bool:
        """Whether this error is `other` or wraps it, as Go's `errors.Is` tells; a class: whether `except` matches."""
        if isinstance(other, type):
            return isinstance(self, other)
        if self is other:
            return True
        if self._origin is None or not isinstance(other, GoError):
            wraps = self._inner()
            return any(inner is other or (isinstance(inner, GoError) and inner.is_(other)) for inner in wraps)
        if other._origin is not self._origin:
            return False
        return self._origin.matches(self, other)

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def __copy__(self) -> GoError:
        return self._twin(vars(self))

    def __deepcopy__(self, memo: dict[int, object]) -> GoError:
        memo[id(self)] = twin = self._twin({name: vars(self)[name] for name in _OF_GO if name in vars(self)})
        for name, value in vars(self).items():
            if name == "results":
                twin.results = tuple(_deep(one, memo) for one in value)
            elif name not in _OF_GO:
                setattr(twin, name, _deep(value, memo))
        return twin

    def _late_names(self) -> list[str]:
        return [name for base in type(self).__mro__ for name in vars(base).get("_late", ())]

    def _twin(self, state: Mapping[str, object]) -> GoError:
        twin = type(self).__new__(type(self), *self.args)
        vars(twin).update(state)
        for name, value in _system(self).items():
            setattr(twin, name, value)
        return twin

    def __reduce__(self) -> tuple[object, ...]:
        own = vars(type(self))
        if type(self) is GoError or "_cell" in own or "_combined" in own:
            return _remade, _parts(self, [_MOST_INSIDE])
        state = {name: value for name, value in vars(self).items() if name not in _OF_GO}
        return type(self), self.args, state  # of a class of the reader's own


_OF_GO = ("_origin", "_handle", "_owner")
_MOST_INSIDE = 64  # errors in an error that go to another process with it: fields may lead in a circle
_named: dict[tuple[str, str], type] = {}  # the exception classes of the cells that were bound last


class Lost:
    """Stands in the fields or results of an error that comes from another process for what could not come along."""

    def __init__(self, what: str, why: str) -> None:
        self.what, self.why = what, why

    def __repr__(self) -> str:
        return f"<{self.what} has not come along: {self.why}>"


def _made(name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type[GoError]:
    made: Any = GoClass(name, bases, namespace)
    kind: type[GoError] = made
    return kind


def cells_class(name: str, module: str, doc: str, base: type[GoError] = GoError) -> type[GoError]:
    """A new class for errors of a cell. What has been pickled is of the class that was made last for these names."""
    made = _made(name, (base,), {"__module__": module, "__doc__": doc or None, "_cell": (module, name)})
    _named[module, name] = made
    return made


def class_of(bases: Sequence[type]) -> type[GoError]:
    """The class with all these bases: `except` asks a class for its bases only, so it is made when it is needed."""
    bases = [base for base in bases if not any(other is not base and issubclass(other, base) for other in bases)]
    own = [base for base in bases if issubclass(base, GoError)]
    return _combined(tuple(own), tuple(base for base in bases if base not in own))


@lru_cache(maxsize=256)
def _combined(own: tuple[type[GoError], ...], kin: tuple[type, ...]) -> type[GoError]:
    if not kin and len(own) < 2:
        return own[0] if own else GoError
    first = own[0] if own else GoError
    namespace = {"__module__": first.__module__, "__doc__": first.__doc__, "_combined": True}
    return _made(first.__name__, (*(own or [GoError]), *kin), namespace)


def _system(error: GoError) -> dict[str, object]:
    """What an OSError keeps where no other attribute is."""
    names = ("errno", "strerror", "filename", "filename2") if isinstance(error, OSError) else ()
    return {name: getattr(error, name) for name in names if getattr(error, name) is not None}


_Parts: TypeAlias = "tuple[str, list[tuple[str, str]], list[str], dict[str, Any], dict[str, _Parts], list[object]]"


def _parts(error: GoError, room: list[int]) -> _Parts:
    """What `_remade` makes an error of again.

    That is its text, its cell's classes, Python's, its state, the fields that are errors, and what it wraps. room: how
    many errors may come along inside.
    """
    kind = type(error)
    made = [*(vars(base)["_cell"] for base in kind.__mro__ if "_cell" in vars(base)), *error._classes]
    # By name: old protocols of pickle take OSError for each of its kinds.
    kin = [one.__name__ for one in kind.__mro__ if one.__module__ == "builtins" and one not in GoError.__mro__]
    late = {name: value for name in error._late_names() if (value := getattr(error, name, None)) is not None}
    state = {
        name: value for name, value in {**vars(error), **late}.items() if name not in (*_OF_GO, "_wraps", "_classes")
    }
    state["results"] = tuple(map(_movable, error.results))
    if error.args != (str(error),):  # made in Python
        state["args"] = tuple(map(_movable, error.args))
    inside = {}
    for name, value in state.items():
        if name not in late or not isinstance(value, GoError):
            state[name] = _movable(value)
        elif room[0] > 0:
            room[0] -= 1
            inside[name] = _parts(value, room)
        else:
            state[name] = Lost(type(value).__name__, f"there are more than {_MOST_INSIDE} errors in one")
    wraps: list[object] = []  # of Python's own exceptions themselves, or Lost
    for inner in error._inner():
        if room[0] > 0:
            room[0] -= 1
            wraps.append(_parts(inner, room) if isinstance(inner, GoError) else _movable(inner))
    for name in inside:
        del state[name]
    return str(error), list(dict.fromkeys(made)), kin, state | _system(error), inside, wraps


def _remade(
    text: str,
    made: list[tuple[str, str]],
    kin: list[str],
    state: dict[str, Any],
    inside: dict[str, _Parts],
    wraps: list[Any],
) -> GoError:
    known = [_named[name] for name in made if name in _named]
    error = class_of([*known, *(getattr(builtins, name) for name in kin)])(text)
    for name, value in state.items():
        setattr(error, name, value)
    for name, parts in inside.items():
        setattr(error, name, _remade(*parts))
    error._wraps = [_remade(*one) if isinstance(one, tuple) else one for one in wraps if not isinstance(one, Lost)]
    error._classes = made
    return error


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)


def _movable(value: object) -> object:
    """A value as it can go to another process: itself, or what says that it cannot."""
    if value is None or type(value) in (str, int, float, bytes, bool, tuple) or isinstance(value, GoError):
        return tuple(map(_movable, value)) if type(value) is tuple else value
    import pickle

    try:
        pickle.Pickler(_Nowhere(), protocol=5, buffer_callback=lambda _: None).dump(value)
    except Exception as why:  # whatever its class says
        return Lost(type(value).__name__, str(why))
    return value


def _deep(value: object, memo: dict[int, object]) -> object:
    """A deep copy; of what cannot be copied, such as a handle, the same object."""
    import copy

    try:
        return copy.deepcopy(value, memo)
    except Exception:  # whatever its class says
        return value


class GoPanic(RuntimeError):
    """A panic in a plain Go cell. The kernel and the library stay usable.

    value: what was panicked with: a str, int, float, bool or GoError, of another type its text.
    go_traceback: Go's trace, cut down to the cells' lines.
    """

    value: object = None
    go_traceback = ""

    def show_alone(self) -> None:
        """From now on IPython shows the message without a traceback: no line of it would be the reader's."""
        self._render_traceback_ = partial(_lines, f"{type(self).__name__}: {self}")


def _lines(text: str) -> list[str]:
    return text.splitlines()


class GoForkError(RuntimeError):
    """A call of Go in a forked child, where Go's threads do not exist and the call could wait for ever."""

    cures = (
        "  hint: use threads, which run side by side in Go\n"
        '  hint: or "spawn", for functions of plain Go cells and of modules; it does not find what a notebook defines\n'
        "  hint: or load Go after the fork, as a worker of gunicorn or celery can"
    )


class GoWriteError(ValueError):
    """Go wrote to an argument that it cannot change: a tuple, or read-only memory. Nothing of it was changed."""


class Interrupted(KeyboardInterrupt):
    """The stop button, or Ctrl-C; shown without a traceback, since no line of it would be the reader's."""

    def _render_traceback_(self) -> list[str]:
        return ["KeyboardInterrupt"]


Interrupted.__name__ = "KeyboardInterrupt"  # the name under which a notebook stores it


def _remarks(note: str, hint: str) -> list[str]:
    return [f"  {kind}: {text}" for kind, text in (("note", note), ("hint", hint)) if text]
