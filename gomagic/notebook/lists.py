"""How a list of Go's structs is shown: as a table, while it stays the list that it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_MOST_ROWS, _MOST_COLUMNS, _LONGEST = 20, 20, 60
_Printer = Callable[[Any], Any]


def install(shell: InteractiveShell) -> None:
    """Show lists of one of Go's structs as tables; others as before."""
    formatter = _formatter(shell)
    formatter.for_type(list, _Lists(formatter.type_printers.get(list)))


def uninstall(shell: InteractiveShell) -> None:
    """Show them as lists again."""
    formatter = _formatter(shell)
    ours = formatter.type_printers.get(list)
    if isinstance(ours, _Lists):
        formatter.pop(list)
        if ours.before:
            formatter.for_type(list, ours.before)


def _formatter(shell: InteractiveShell) -> Any:
    formatters: Any = shell.display_formatter
    return formatters.formatters["text/html"]


class _Lists:
    """What IPython asks for the HTML of a list. before: whom it asked until now."""

    def __init__(self, before: _Printer | None) -> None:
        self.before = before

    def __call__(self, items: list[Any]) -> object:
        own = getattr(items, "_repr_html_", None)  # of a class that is derived from list: it goes first as ever
        if callable(own):
            return own()
        if self.before:
            return self.before(items)
        kind: Any = type(items[0]) if items else None
        if not hasattr(kind, "_fields"):
            return None
        from gomagic.bind import structs  # not before there is a struct

        fields = structs.fields_of(kind)
        return table(items, fields) if fields and all(type(item) is kind for item in items) else None


def table(items: list[Any], fields: tuple[str, ...]) -> str:
    """The first items, a row each, and how many there are. The page's own colours hold, in light and in dark."""
    shown, columns = items[:_MOST_ROWS], fields[:_MOST_COLUMNS]
    more = ["…"] if len(fields) > len(columns) else []
    head = "".join(f"<th>{_escaped(name)}</th>" for name in ["", *columns, *more])
    rest = "".join(f"<td>{mark}</td>" for mark in more)
    rows = [
        f"<tr><th>{i}</th>{''.join(_cell(item, name) for name in columns)}{rest}</tr>" for i, item in enumerate(shown)
    ]
    count = f"{len(items):,} {type(items[0]).__name__}"
    cut = f", the first {len(shown)} of them here" if len(items) > len(shown) else ""
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<div><table>{body}</table>{_escaped(count + cut)}</div>"


def _cell(item: Any, name: str) -> str:
    try:
        value = getattr(item, name)
        text = value if isinstance(value, str) else repr(value[:_LONGEST] if isinstance(value, bytes) else value)
    except Exception as trouble:  # a String() of the reader's that panics
        value, text = None, f"{type(trouble).__name__}"
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    is_number = isinstance(value, int | float | complex) and not isinstance(value, bool)
    side = "right" if is_number else "left"
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return f'<td style="text-align: {side}">{_escaped(text)}</td>'


def _escaped(text: str) -> str:
    import html  # 3 ms, which whoever shows no list need not wait for

    return html.escape(text)
