"""`python -m gomagic build|run|test|clean|doctor`: what the magics do, from a shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from gomagic import __version__
from gomagic.bind import saved
from gomagic.build import cache, compiler, ondisk, toolchain
from gomagic.errors import GoBuildError, GoRunError, GoToolchainError
from gomagic.run import doctor, gotest, program
from gomagic.source import line as lines
from gomagic.source.cell import ALONE, Cell
from gomagic.source.magics import Go, Gotest

_MISUSED = 2  # as argparse ends


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gomagic", description="Go for Python, from a shell.")
    parser.add_argument("--version", action="version", version=f"gomagic {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for ask in (_ask_build, _ask_run, _ask_test, _ask_clean, _ask_doctor):
        ask(commands)
    options = parser.parse_args()
    do: Callable[[argparse.Namespace], int] = options.do
    try:
        return do(options)
    except (GoBuildError, GoRunError, GoToolchainError) as trouble:
        print(f"{type(trouble).__name__}: {trouble}", file=sys.stderr)
        return trouble.code if isinstance(trouble, GoRunError) and trouble.code > 0 else 1
    except OSError as trouble:
        print(f"{trouble.filename}: {trouble.strerror}", file=sys.stderr)
        return _MISUSED
    except KeyboardInterrupt:
        return 130


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    do: Callable[[argparse.Namespace], int],
    short: str,
    more: str = "",
) -> argparse.ArgumentParser:
    """Add the command that is called as its function. short, more: what it does; the first alone in the list of all."""
    name = do.__name__.removeprefix("_")
    description = f"{short[0].upper()}{short[1:]}. {more}".strip()
    parser = commands.add_parser(name, help=short.replace("%", "%%"), description=description)
    parser.set_defaults(do=do)
    return parser


def _ask_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    short = "build a Go package or file for Python"
    more = "`gomagic.load` takes the library that is written, also where there is no Go."
    parser = _add(commands, _build, short, more)
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder of a package, or a file like a %%%%go cell")
    parser.add_argument(
        "-o", dest="folder", type=Path, metavar="DIR", default=Path(), help="where to write; default: here"
    )
    parser.add_argument("--name", help="what it is called; default: as the package, or as the file")


def _ask_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    more = "Its exit code is the program's. Words behind PATH are the program's."
    parser = _add(commands, _run, "run a Go file, or a package, as `%%gorun` does", more)
    parser.add_argument("--race", action="store_true", help="report data races that happen; the exit code is then 66")
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS")


def _ask_test(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    more = "The exit code is 1 where a test fails."
    parser = _add(commands, _test, "test a Go file by the tests in another one, as `%%gotest` does", more)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("tests", type=Path, metavar="TESTS")
    for name, word in lines.declarations(Gotest).items():
        if word.option:
            how = {"metavar": word.metavar, "type": type(word.default)} if word.metavar else {"action": "store_true"}
            parser.add_argument(word.option, dest=name, default=word.default, help=word.help, **how)


def _ask_clean(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(commands, _clean, "empty gomagic's cache")


def _ask_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(commands, _doctor, "is this machine ready: one line a check, and what cures a failure")


def _build(options: argparse.Namespace) -> int:
    chain = toolchain.find()
    cell = _cell(options.path)
    name = options.name or cell.name
    artifact = compiler.build(cell, chain)
    print(saved.write(cell._replace(name=name), artifact.path, chain, options.folder))
    return 0


def _run(options: argparse.Namespace) -> int:
    cell = _cell(options.path)._replace(options=Go(flags=("-race",) if options.race else ()))
    program.run(compiler.build_program(cell).path, options.arguments, cell)
    return 0


def _test(options: argparse.Namespace) -> int:
    given = {name: getattr(options, name) for name, word in lines.declarations(Gotest).items() if word.option}
    asked = Gotest(name=options.file.stem, **given)
    report = gotest.run(_cell(options.file), _cell(options.tests), asked, toolchain.find())
    print(report, *report.profiles, sep="\n")
    if report.failure:
        raise report.failure
    return 0


def _clean(options: argparse.Namespace) -> int:
    print(f"freed {cache.clean() / 2**20:.1f} MiB")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    return 0 if doctor.report() else 1


def _cell(path: Path) -> Cell:
    """A file, or the package in a folder, as a cell, whose lines are its own."""
    if path.is_dir():
        return ondisk.read(path, toolchain.find())
    return Cell(path.stem, path.read_text(encoding="utf-8-sig"), above=ALONE)


if __name__ == "__main__":
    sys.exit(main())
