"""Tab completion behind `%go`, `%%go` and their relatives."""

from __future__ import annotations

CELL_OPTIONS = ("-v", "-f", "--flags", "--expect-error", "--save")
TEST_OPTIONS = ("-run", "-v", "--race", "--bench", "--timeout")


def install(shell) -> None:
    """Teach the shell's completer the words that may follow our magics."""
    shell.set_hook("complete_command", lambda _, event: list(CELL_OPTIONS), str_key="%%go")
    shell.set_hook("complete_command", lambda shell, event: _after_go(shell, event.line), str_key="%go")
    shell.set_hook("complete_command", lambda shell, _: [*_cells(shell), *TEST_OPTIONS], str_key="%%gotest")
    for magic in ("%%check", "%%isolated"):
        shell.set_hook("complete_command", lambda shell, event: _cells(shell), str_key=magic)


def _after_go(shell, line: str) -> list[str]:
    from gomagic.notebook import commands

    words = line.split()
    if len(words) > 1 and words[1] in commands.ABOUT_A_CELL:
        return _cells(shell)
    return list(commands.COMMANDS)


def _cells(shell) -> list[str]:
    """The names of the Go cells that have been built."""
    return sorted(shell.magics_manager.registry["GoMagics"].built)
