"""The magics: options, the order of the steps, what is shown. With capture, the only module that knows IPython."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.notebook.kernel import Built
from gomagic.notebook.namespace import Namespace

# Imported by each magic when it is first used: `%load_ext gomagic` stands at the top of every notebook, and what only
# a build needs would make it three times as slow.
if TYPE_CHECKING:
    from gomagic.build import compiler, toolchain
    from gomagic.source import cell as cells

CHILD_SECONDS = 10.0


@magics_class
class GoMagics(Magics):
    """`%%go` and its relatives."""

    def __init__(self, shell):
        super().__init__(shell)
        self.built: dict[str, Built] = {}
        self.programs: dict[str, Path] = {}  # by the names that `%%gorun --name` gave them
        self.broken: set[str] = set()  # names whose latest build failed
        self.labels: dict[str, str] = {}  # compiled-in file name -> `cell[N]` of its latest run
        self.sources: dict[str, list[str]] = {}  # the same -> the cell's lines, as the gutter counts them
        self.namespace = Namespace(shell.user_ns)
        self.cell_id = ""
        self.above = 0
        self.runs = 1  # the cell that loads us is the first

    def remember(self, info=None) -> None:
        """Count the cell, and the blank lines above its magic: IPython strips them, the reader's gutter counts them."""
        from gomagic.bind import signals

        signals.put_back()
        self.runs += 1
        self.cell_id = getattr(info, "cell_id", None) or ""
        raw = getattr(info, "raw_cell", None) or ""
        self.above = raw[: len(raw) - len(raw.lstrip())].count("\n")

    @property
    def number(self) -> int:
        """The running cell's number as the reader sees it.

        IPython 9 has counted on by now, older ones have not; but both have stored the cell. nbval's cells leave no
        history and are all of one number, so they are counted here.
        """
        return len(self.shell.history_manager.input_hist_parsed) - 1 or self.runs

    @cell_magic
    def go(self, line, body):
        """Compile the cell with Go and bind it.

        %%go [NAME] [-v] [-f] [--flags "…"] [--expect-error] [--save DIR]

        Plain Go: what begins with a capital letter becomes Python's, as attributes of NAME or, without it, as names
        of the notebook. Missing imports of the standard library are added. A panic is an exception, GoPanic. What
        could panic while the cell is loaded, `init` and values of variables, is run in another process first.
        A cell with `import "C"` needs NAME, which becomes its ctypes.CDLL, as `go build -buildmode=c-shared` makes it.
        An unchanged cell is not built again and keeps its Go variables.

        -v              show the commands and how long they took
        -f              build again, and start the cell's Go variables anew
        --flags "…"     extra flags for `go build`
        --expect-error  show the error without failing the cell
        --save DIR      keep the .go, .h and .so in DIR; of a plain cell the .go, its shims and the .so
        """
        from gomagic.source import cell as cells

        cell = cells.parse(line, body, number=self.number, above=self.above)
        if not cell.name and cell.source.uses_c:
            raise GoBuildError(f'{cell.label}: a cell with `import "C"` needs a name', hint="write `%%go mylib`")
        self._call(cell)
        try:
            self._build(cell)
        except GoBuildError as error:
            self.broken.add(cell.name)
            if not cell.options.expect_error:
                raise
            print(f"{type(error).__name__}: {error}")
            return
        if cell.options.expect_error:
            raise GoBuildError(f"{cell.label} compiles, and `--expect-error` says that it does not")

    def _build(self, cell: cells.Cell) -> None:
        from gomagic.bind import plain
        from gomagic.build import compiler, toolchain

        chain = toolchain.find()
        if not cell.source.uses_c:
            plain.check_interpreter()
        artifact = compiler.build(cell, chain)
        if cell.options.verbose:
            _show(artifact)
        binder = self._bind_library if cell.source.uses_c else self._bind_plain
        bound = binder(cell, artifact.path)
        if cell.options.save:
            _save(cell, artifact.path, chain)
        if cell.name:
            self.built[cell.name] = Built(cell, artifact.path, bound)
            self.programs.pop(cell.name, None)
            self.broken.discard(cell.name)
            self.shell.push({cell.name: bound})

    def _bind_library(self, cell: cells.Cell, path: Path):
        from gomagic.bind import library

        return library.load(path, cell.label)

    def _bind_plain(self, cell: cells.Cell, path: Path):
        from gomagic.bind import plain
        from gomagic.build import generator

        bound = plain.load(path, cell, self.labels, self.sources)
        notes = generator.notes(bound.manifest, cell)
        if not cell.name:
            self.namespace.spread(bound.names, self.cell_id)
            notes += [
                f"note: {cell.label}: the variable {name} needs a name for the cell: `%%go mylib`, then `mylib.{name}`"
                for name in bound.variables
            ]
        for note in notes:
            print(note, file=sys.stderr)
        return bound.module

    @cell_magic
    def gorun(self, line, body):
        """Run the cell as a Go program.

        %%gorun [--race] [--name NAME] [ARGS…]

        Its output is shown while it runs; Ctrl-C interrupts it, and ends it 2 s later. A status other than 0 fails
        the cell with GoRunError.

        --race       report data races that happen; the status is then 66
        --name NAME  bind a function that runs it and returns what it prints
        """
        from gomagic.build import compiler, toolchain
        from gomagic.run import program

        cell, arguments = program.parse(line, body, number=self.number, above=self.above)
        self._call(cell)
        try:
            path = compiler.build_program(cell, toolchain.find()).path
        except GoBuildError:
            self.broken.add(cell.name)
            raise
        if cell.name:
            self.programs[cell.name] = path
            self.built.pop(cell.name, None)
            self.broken.discard(cell.name)
            self.shell.push({cell.name: program.bind(cell.name, path)})
        program.run(path, arguments, cell)

    @cell_magic
    def gotest(self, line, body):
        """Test the Go cell NAME with the Test, Benchmark, Fuzz and Example functions of this cell.

        %%gotest NAME [-run PATTERN] [-v] [--race] [--bench PATTERN] [--timeout SECONDS]

        The two cells are one package: unexported functions can be tested, too. `package main` and
        `import "testing"` may be left out. A test that fails fails the cell with GoRunError.

        -run PATTERN       only the tests whose names match
        -v                 how long each took, and what those that passed have logged
        --race             look for data races
        --bench PATTERN    measure the matching benchmarks
        --timeout SECONDS  end them after so long, 60 by default, and show where they were
        """
        from gomagic.build import toolchain
        from gomagic.run import gotest
        from gomagic.source import cell as cells

        cell = cells.Cell("test", body, self.number, self.above)
        options = gotest.parse(line, cell.label)
        if options.name not in self.built:
            raise GoBuildError(
                f"{cell.label}: no Go cell named `{options.name}` is built",
                hint=f"run the `%%go {options.name}` cell first",
            )
        self._call(cell)
        gotest.run(self.built[options.name].cell, cell, options, toolchain.find())

    def _call(self, cell: cells.Cell) -> None:
        """From now on messages call the cell's text by this run's number, also after the kernel's death."""
        from gomagic.bind import crash

        self.labels[cell.token] = cell.label
        self.sources[cell.token] = ["\n"] * (1 + cell.above) + cell.body.splitlines(keepends=True)
        crash.remember(self.labels)

    @cell_magic
    def isolated(self, line, body):
        """Run a Python cell in a new process, for what may end it.

        %%isolated [NAME…] [--timeout 10]

        Each named Go cell is loaded under its name, and nothing else is there: imports and argtypes stand in the cell.
        A program of `%%gorun --name` is a function there that runs it.
        Prints its output, a Go trace cut down to your lines, and how the process ended.
        """
        from gomagic.run import isolated

        label = f"cell[{self.number}]"
        args = _words("%%isolated", line, label)
        for name in args.names:
            if name not in self.built and name not in self.programs:
                raise GoBuildError(
                    f"{label}: no Go cell named `{name}` is built", hint=f"run the `%%go {name}` cell first"
                )
        code = "\n" * (1 + self.above) + body  # line numbers as in the gutter
        print(isolated.run(code, label, *self._named(args.names), self.labels, seconds=args.timeout))

    @cell_magic
    def check(self, line, body):
        """Check an exercise: run the cell's assertions against the Go cell NAME in a new process.

        %%check NAME [--timeout 10]

        Prints `passed`, or `not yet: …` with the first claim that does not hold; never fails the cell.
        """
        from gomagic.run import isolated

        label = f"cell[{self.number}]"
        args = _words("%%check", line, label)
        if len(args.names) != 1:
            raise GoBuildError(f"{label}: `%%check` needs one name", hint="write `%%check mylib`")
        [name] = args.names
        if name in self.broken:
            print(f"not yet: the Go cell `{name}` does not compile")
        elif name not in self.built and name not in self.programs:
            print(f"not yet: run the Go cell `{name}` first")
        else:
            print(isolated.check(body, label, *self._named([name]), seconds=args.timeout))

    def _named(self, names: Iterable[str]) -> tuple[dict[str, Path], dict[str, Path]]:
        """The libraries and the programs of these names."""
        libraries = {name: self.built[name].path for name in names if name in self.built}
        return libraries, {name: self.programs[name] for name in names if name in self.programs}

    @line_magic("go")
    def go_line(self, line):
        """About gomagic and this machine.

        %go doctor       is this machine ready, and what cures it if not
        %go version      gomagic, Go, C compiler and Python
        %go env          where Go, the C compiler and the caches are
        %go libs         the libraries that this kernel holds
        %go header NAME  the C header of a Go cell
        %go symbols NAME its functions, and what to tell ctypes of them
        %go source NAME  the Go that is generated for a plain cell
        %go postmortem   what the last kernel that Go ended has left
        %go clean        empty gomagic's cache
        """
        from gomagic.notebook import commands

        commands.run(line, self.built)


class _Parser(argparse.ArgumentParser):
    def __init__(self, magic: str, label: str):
        super().__init__(prog=magic, add_help=False, allow_abbrev=False)
        self.label = label
        self.add_argument("names", nargs="*")
        self.add_argument("--timeout", type=float, default=CHILD_SECONDS)

    def error(self, message):
        from gomagic.source import cell as cells

        raise GoBuildError(f"{self.label}: {cells.complaint(message)}", hint=f"`{self.prog}?` explains the options")


def _words(magic: str, line: str, label: str) -> argparse.Namespace:
    from gomagic.source import cell as cells

    return _Parser(magic, label).parse_intermixed_args(cells.split(line, label))


def _show(artifact: compiler.Artifact) -> None:
    if not artifact.fresh:
        print(f"unchanged: {artifact.path}")
        return
    print(artifact.command)
    print(f"built in {artifact.seconds:.2f} s: {artifact.path}")
    if artifact.warnings:
        print(artifact.warnings)


def _save(cell: cells.Cell, path: Path, chain: toolchain.Toolchain) -> None:
    from gomagic.build import compiler, generator

    folder = Path(cell.options.save).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = cell.name or "cell"
        (folder / f"{name}.go").write_text(cell.body, encoding="utf-8")
        if cell.source.uses_c:
            (folder / f"{name}.h").write_text(compiler.header(cell, chain), encoding="utf-8")
        else:
            shutil.copyfile(path.with_name(generator.SHIMS), folder / f"{name}_shims.go")
        shutil.copyfile(path, folder / f"{name}.so.new")
        # Renamed, not overwritten: the file there may be loaded somewhere.
        (folder / f"{name}.so.new").replace(folder / f"{name}.so")
    except OSError as trouble:
        raise GoToolchainError(f"cannot save to `{folder}`: {trouble.strerror}", hint="name another folder") from None
