"""Tab completion behind `%go`, `%%go` and their relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gomagic.source import line as lines
from gomagic.source.magics import CELL, PROFILE, QUESTIONS, Profile

if TYPE_CHECKING:
    from gomagic.notebook.kernel import Kernel

    class _Event(Protocol):
        """What IPython's completer tells."""

        text_until_cursor: str


def questions(event: _Event, kernel: Kernel) -> list[str]:
    """The words that may follow `%go`."""
    before = _before(event)
    if not before:
        return [question.name for question in QUESTIONS]
    if before[0] == PROFILE:
        return _words(Profile, before[1:], kernel)
    of_cell = [question.name for question in QUESTIONS if question.of == CELL]
    return sorted(kernel.libraries) if len(before) == 1 and before[0] in of_cell else []


def words(kind: type[lines.Line], event: _Event, kernel: Kernel) -> list[str]:
    """The words that may follow the magic of a cell."""
    return _words(kind, _before(event), kernel)


def _before(event: _Event) -> list[str]:
    """The complete words between the magic and the cursor."""
    words = event.text_until_cursor.split()[1:]
    return words[:-1] if words and not event.text_until_cursor[-1:].isspace() else words


def _words(kind: type[lines.Line], before: list[str], kernel: Kernel) -> list[str]:
    """The options of a line and the names of cells; none where a value or a program's word is to come."""
    options = {word.option: word for word in lines.declarations(kind).values() if word.option}
    alone, names = lines.alone(kind), 0
    left = iter(before)
    for word in left:
        option = options.get(word)
        if option is None:
            names += 1
        elif option.metavar and next(left, None) is None:
            return []
    if alone.rest and names:
        return []
    known = {
        "": [],
        "libraries": sorted(kernel.libraries),
        "all": kernel.names(),
        "checked": sorted([*kernel.names(), *kernel.exercises]),
    }[alone.names]
    unused = [option for option in options if option not in before]
    return [*unused, *(known if alone.many or not names else [])]
