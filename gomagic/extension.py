"""`%load_ext gomagic` and `%unload_ext gomagic`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics and show what native code prints; IPython calls this once."""
    # Only here: a script that imports gomagic needs neither IPython nor the capture.
    from gomagic.build import ahead
    from gomagic.notebook import answers, capture
    from gomagic.notebook.magic import GoMagics

    magics = GoMagics(shell)
    shell.register_magics(magics)
    shell.events.register("pre_run_cell", magics.remember)
    shell.input_transformers_cleanup.extend(_TRANSFORMERS)
    answers.install(shell, magics.kernel)
    capture.install(shell)
    ahead.start()


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Undo load_ipython_extension; libraries that are loaded stay loaded."""
    from gomagic.build import ahead, standby
    from gomagic.notebook import answers, capture
    from gomagic.notebook.magic import GoMagics

    ahead.is_on = False
    ahead.stop()
    standby.stop()
    capture.uninstall()
    answers.uninstall(shell)
    for transformer in _TRANSFORMERS:
        shell.input_transformers_cleanup.remove(transformer)
    magics = shell.magics_manager.registry.pop("GoMagics", None)
    if magics:
        shell.events.unregister("pre_run_cell", magics.remember)
    for kind, table in GoMagics.magics.items():
        for name in table:
            shell.magics_manager.magics[kind].pop(name, None)


def _without_comment(lines: list[str]) -> list[str]:
    """Take away Python's comments above a magic of ours: to IPython it is one on the first line only."""
    if lines and lines[0].startswith("%%"):  # as most that are ours
        return lines
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
    return lines[first:] if lines[first : first + 1] and _is_ours(lines[first]) else lines


def _with_body(lines: list[str]) -> list[str]:
    """Give a cell of ours that is one line an empty second one.

    IPython answers an empty body with UsageError, which `pytest --nbval-lax` lets pass; with this the magic answers.
    """
    return [*lines, "\n"] if len(lines) == 1 and _is_ours(lines[0]) else lines


# IPython leaves such a one out where it asks whether what is typed is a whole cell: in a terminal empty lines end one.
_with_body.has_side_effects = True  # type: ignore[attr-defined]


def _with_first_line(lines: list[str]) -> list[str]:
    """Answer a magic of ours below something else, for which Python would have a SyntaxError at best."""
    if lines and lines[0].startswith("%%"):
        return lines
    top = next((line for line in lines if line.strip()), "")
    at = next((n for n, line in enumerate(lines) if _is_ours(line)), 0)
    if not at or top.startswith("%%") or _is_in_text("".join(lines[:at])):
        return lines
    is_comment = top.lstrip().startswith(("//", "/*"))
    return [f"from gomagic.extension import misplaced; misplaced({lines[at].split()[0]!r}, {is_comment})\n"]


def misplaced(magic: str, is_comment: bool) -> None:
    """Raise GoBuildError for a cell whose magic is not its first line. is_comment: a comment of Go's is above."""
    from gomagic.errors import GoBuildError

    cure = f"put the comment below the `{magic}` line" if is_comment else "put what stands above into a cell of its own"
    raise GoBuildError(f"`{magic}` has to be the first line of its cell", note="above it is Python", hint=cure)


def _is_in_text(above: str) -> bool:
    """Whether what follows is inside a text of several lines of Python's."""
    import tokenize

    try:
        list(tokenize.generate_tokens(iter(above.splitlines(keepends=True)).__next__))
    except tokenize.TokenError as trouble:
        return "multi-line string" in str(trouble) or "triple-quoted" in str(trouble)
    except (SyntaxError, IndentationError) as trouble:
        return "triple-quoted" in str(trouble)
    return False


def _is_ours(line: str) -> bool:
    if "%%" not in line:  # as most: each line of each cell is asked
        return False
    from gomagic.source.magics import CELL_MAGICS

    return line.split()[:1] in [[kind.magic] for kind in CELL_MAGICS]


_TRANSFORMERS = [_without_comment, _with_first_line, _with_body]
