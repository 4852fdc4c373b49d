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

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:

    class _Origin(Protocol):
        """What knows a Go error's value: gomagic.bind.goerror.Errors."""

        def unwrap(self, handle: int) -> list[GoError]: ...
        def matches(self, error: GoError, other: GoError) -> bool: ...


MOST_FAULTS = 5  # the compiler repeats itself after that


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a cell.

    where: `cell[7]:4:9`, counted as the notebook's gutter counts (`%%go` is line 1), or "" if unknown.
    message: the compiler's words. line: that line's text. column: in characters, from 1; 0 if unknown.
    note, hint: why it is wrong and what to write instead; may be empty.
    """

    where: str
    message: str
    line: str = ""
    column: int = 0
    note: str = ""
    hint: str = ""

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
    """Go, the C compiler or the build cache is missing, too old or unusable."""


class GoRunError(_Report):
    """A program ended with a status other than 0; `.code` is that status, negative for a signal."""

    def __init__(self, what: str, code: int, *, hint: str = ""):
        super().__init__(what, hint=hint)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        return GoRunError, (self.what, self.code), self.__dict__


class GoError(Exception):
    """An error that Go code has returned; `str` is what its `Error()` says.

    go_type: its type in Go, such as `*fs.PathError`. results: the function's other results, converted, in a tuple.
    The exception keeps the Go value alive.
    """

    go_type = ""
    results: tuple[Any, ...] = ()
    _origin: _Origin | None = None  # what knows the Go value, and the value's number there
    _handle = 0
    _owner: object = None  # while it lives, so does the Go value

    def unwrap(self) -> GoError | list[GoError] | None:
        """The error that this one wraps; a list if it joins several, None if it wraps none."""
        inner = self._origin.unwrap(self._handle) if self._origin else []
        return inner if len(inner) > 1 else inner[0] if inner else None

    def is_(self, other: GoError | type[BaseException]) -> bool:
        """Whether this error is `other` or wraps it, as Go's `errors.Is` tells; a class: whether `except` matches."""
        if isinstance(other, type):
            return isinstance(self, other)
        if self._origin is None or not isinstance(other, GoError) or other._origin is not self._origin:
            return False
        return self._origin.matches(self, other)

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[object, ...]:
        # Another process has no Go value, and of the cells' classes those alone whose cells it has loaded, too.
        made = [base for base in type(self).__mro__ if _named.get(_name(base)) is base]
        kin = [base for base in type(self).__mro__ if base.__module__ == "builtins" and base not in GoError.__mro__]
        state = {name: value for name, value in vars(self).items() if name not in ("_origin", "_handle", "_owner")}
        if isinstance(self, OSError):
            state |= {"errno": self.errno, "filename": self.filename}
        return _remade, (str(self), [_name(base) for base in made], kin, state)


_named: dict[tuple[str, str], type] = {}  # the exception classes of the cells that were bound last


def _name(made: type) -> tuple[str, str]:
    return made.__module__, made.__name__


def name_class(made: type) -> None:
    """Let an error of this class that has been pickled or copied be of this class again."""
    _named[_name(made)] = made


@lru_cache(maxsize=256)
def class_of(bases: tuple[type, ...]) -> type:
    """The class with all these bases: `except` asks a class for its bases only, so it is made when it is needed."""
    if not bases:
        return GoError
    if len(bases) == 1 and issubclass(bases[0], GoError):
        return bases[0]
    own = [base for base in bases if issubclass(base, GoError)]
    first = own[0] if own else GoError
    return type(first.__name__, bases if own else (GoError, *bases), {"__module__": first.__module__})


def _remade(text: str, made: list[tuple[str, str]], kin: list[type], state: dict[str, object]) -> GoError:
    own = [_named[name] for name in made if name in _named]
    nearest = [base for base in kin if not any(other is not base and issubclass(other, base) for other in kin)]
    error: GoError = class_of((*own, *nearest))(text)
    for name, value in state.items():
        setattr(error, name, value)
    return error


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


class GoWriteError(ValueError):
    """Go wrote to an argument that it cannot change: a tuple, or read-only memory. Nothing of it was changed."""


class Interrupted(KeyboardInterrupt):
    """The stop button, or Ctrl-C; shown without a traceback, since no line of it would be the reader's."""

    def _render_traceback_(self) -> list[str]:
        return ["KeyboardInterrupt"]


Interrupted.__name__ = "KeyboardInterrupt"  # the name under which a notebook stores it


def _remarks(note: str, hint: str) -> list[str]:
    return [f"  {kind}: {text}" for kind, text in (("note", note), ("hint", hint)) if text]
