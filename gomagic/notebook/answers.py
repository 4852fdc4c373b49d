"""What the shell asks of gomagic: Tab, Shift-Tab, `?`, how a list or a traceback is shown.

Each answer has a module of its own, which is imported when it is first asked for: `%load_ext gomagic` stands at the top
of every notebook, and without them takes 2 ms less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gomagic.source.magics import CELL_MAGICS

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from gomagic.notebook.kernel import Kernel

_placed: list[tuple[object, str, object, object]] = []  # an object, a method's name, what is there now and was before


def install(shell: InteractiveShell, kernel: Kernel) -> None:
    """Have the shell, and the kernel that it is in, ask gomagic first."""

    def questions(_: object, event: Any) -> list[str]:
        from gomagic.notebook import completion

        return completion.questions(event, kernel)

    shell.set_hook("complete_command", questions, str_key="%go")
    for kind in CELL_MAGICS:

        def words(_: object, event: Any, kind: Any = kind) -> list[str]:
            from gomagic.notebook import completion

            return completion.words(kind, event, kernel)

        shell.set_hook("complete_command", words, str_key=kind.magic)

    complete, info = shell.Completer.completions, shell.inspector.info

    def completions(text: str, offset: int) -> Any:
        from gomagic.notebook import assist

        found = assist.completions(text, offset, shell, kernel)
        return complete(text, offset) if found is None else found

    def described(thing: object, *args: Any, **keywords: Any) -> Any:
        out: Any = info(thing, *args, **keywords)
        if found := kernel.origin(thing):
            from gomagic.notebook import help

            detail = keywords.get("detail_level", args[2] if len(args) > 2 else 0)
            help.describe(out, thing, *found, detail)
        return out

    _place(shell.Completer, "completions", completions)
    _place(shell.inspector, "info", described)
    if host := getattr(shell, "kernel", None):
        inspect = host.do_inspect

        def do_inspect(code: str, cursor_pos: int, *args: Any, **keywords: Any) -> Any:
            from gomagic.notebook import assist

            return assist.inspected(code, cursor_pos, kernel) or inspect(code, cursor_pos, *args, **keywords)

        _place(host, "do_inspect", do_inspect)
    _show_lists(shell)
    _shorten(shell)


def uninstall(shell: InteractiveShell) -> None:
    """Have it ask as before; what others have hooked since then stays."""
    table = shell.strdispatchers["complete_command"].strs
    for key, chain in list(table.items()):
        chain.chain = [(priority, hook) for priority, hook in chain.chain if hook.__module__ != __name__]
        if not chain.chain:
            del table[key]
    for _, _, method, _ in reversed(_placed[:]):
        _take_back(method)
    from gomagic.notebook import assist, lists

    assist.close()
    lists.uninstall(shell)


def _show_lists(shell: InteractiveShell) -> None:
    """With the first thing that is shown: before that, to ask for a formatter makes them all, which takes 1 ms."""
    formatter: Any = shell.display_formatter
    show = formatter.format

    def format(*args: Any, **keywords: Any) -> Any:
        from gomagic.notebook import lists

        if _take_back(format):
            lists.install(shell)
        return show(*args, **keywords)

    _place(formatter, "format", format)


def _shorten(shell: InteractiveShell) -> None:
    shows: Any = shell.InteractiveTB
    show = shows.structured_traceback

    def structured_traceback(etype: Any, evalue: Any, etb: Any = None, *args: Any, **keywords: Any) -> Any:
        from gomagic.notebook import tracebacks

        return show(etype, evalue, tracebacks.shown(etb, shows.mode), *args, **keywords)

    _place(shows, "structured_traceback", structured_traceback)


def _place(owner: object, name: str, method: Callable[..., Any]) -> None:
    """Put a function in the place of an object's method."""
    _placed.append((owner, name, method, vars(owner).get(name)))
    setattr(owner, name, method)


def _take_back(method: object) -> bool:
    """Put back what was there before this function, unless others have put theirs over it; False: it was not there."""
    found = next((place for place in _placed if place[2] is method), None)
    if not found:
        return False
    _placed.remove(found)
    owner, name, _, before = found
    if vars(owner).get(name) is method:
        delattr(owner, name) if before is None else setattr(owner, name, before)
    return True
