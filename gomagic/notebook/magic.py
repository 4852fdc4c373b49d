"""The magics: the order of the steps, what is shown. With capture, the only module that knows IPython."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import IPython
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

from gomagic.errors import GoBuildError, GoPanic
from gomagic.notebook.kernel import Exercise, Kernel, Library
from gomagic.source import line as lines
from gomagic.source import magics

# Imported by each magic when it is first used: `%load_ext gomagic` stands at the top of every notebook, and what only
# a build needs would make it three times as slow.
if TYPE_CHECKING:
    from ctypes import CDLL

    from IPython.core.interactiveshell import InteractiveShell

    from gomagic.bind.module import GoModule
    from gomagic.build import compiler
    from gomagic.notebook.namespace import Namespace
    from gomagic.run.displays import Display
    from gomagic.source import cell as cells

M = TypeVar("M", bound=Callable[..., None])


def _cell_magic(kind: type[lines.Line]) -> Callable[[M], M]:
    """Make a method the magic that is declared so; `%%go?` shows the declaration."""

    def register(method: M) -> M:
        method.__doc__ = kind.__doc__
        vars(method)["getdoc"] = partial(lines.explained, kind)  # IPython asks it first, and only who asks waits for it
        return cast(M, cell_magic(method))

    return register


def _line_magic(name: str, about: str, explained: Callable[[], str]) -> Callable[[M], M]:
    """Make a method the line magic of a name; its help is what `explained` returns, `about` in short."""

    def register(method: M) -> M:
        method.__doc__ = about
        vars(method)["getdoc"] = explained
        return cast(Callable[[M], M], line_magic(name))(method)

    return register


@magics_class
class GoMagics(Magics):
    """`%%go` and its relatives."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        ipykernel = sys.modules.get("ipykernel") if hasattr(shell, "kernel") else None
        inside = f" in ipykernel {ipykernel.__version__}" if ipykernel else ""
        self.kernel = Kernel(f"IPython {IPython.__version__}{inside}")
        self.cell_id = ""
        self.above = 0
        self.is_alone = False
        self.runs = 1  # the cell that loads us is the first

    @cached_property
    def namespace(self) -> Namespace:
        """The names of cells without a name; few have such."""
        from gomagic.notebook.namespace import Namespace

        return Namespace(self.shell.user_ns)

    def remember(self, info: object = None) -> None:
        """Count the cell, and the lines above its magic, blank or comments: the reader's gutter counts them, too."""
        if "gomagic.bind.signals" in sys.modules:  # else no Go has been loaded
            from gomagic.bind import signals  # which waits where a thread is importing it

            signals.put_back()
        self.runs += 1
        self.cell_id = getattr(info, "cell_id", None) or ""
        raw = getattr(info, "raw_cell", None) or ""
        self.above = begin = 0
        while (end := raw.find("\n", begin)) >= 0 and raw[begin:end].lstrip(" \t")[:1] in ("", "#"):
            self.above, begin = self.above + 1, end + 1
        self.is_alone = raw.startswith("%%", begin)

    @property
    def number(self) -> int:
        """The running cell's number as the reader sees it.

        IPython 9 has counted on by now, older ones have not; but both have stored the cell. nbval's cells leave no
        history and are all of one number, so they are counted here.
        """
        history = self.shell.history_manager
        return (len(history.input_hist_parsed) - 1 if history else 0) or self.runs

    @_cell_magic(magics.Go)
    def go(self, line: str, body: str) -> None:
        is_expected = magics.Go.expect_error.option in line.split()  # of a line that cannot be read as well
        try:
            label = self._go(line, body)
        except (GoBuildError, GoPanic) as error:
            if not is_expected:
                raise
            print(f"{type(error).__name__}: {error}")
            return
        if is_expected:
            raise GoBuildError(f"{label} compiles, and `--expect-error` says that it does not")

    def _go(self, line: str, body: str) -> str:
        from gomagic.source import cell as cells

        cell = cells.parse(line, body, number=self.number, above=self.above, modules=self.kernel.modules)
        if not cell.name and cell.uses_c:
            raise GoBuildError(f'{cell.label}: a cell with `import "C"` needs a name', hint="write `%%go mylib`")
        self.kernel.begin(cell)
        try:
            self._build(self.kernel.with_imports(cell, cell.name))
        except GoBuildError:
            self.kernel.fail(cell)
            raise
        return cell.label

    def _build(self, cell: cells.Cell) -> None:
        from gomagic.build import cache, compiler
        from gomagic.notebook import capture

        artifact = compiler.known(cell) or self._made(cell)
        is_plain = cache.is_plain(artifact.path)
        if cell.options.verbose:
            from gomagic.build import toolchain

            _show(artifact)
            if beyond := toolchain.beyond(toolchain.find()):
                print(f"note: {beyond}")
        if is_plain:
            from gomagic.bind import plain
            from gomagic.build import notes

            for note in notes.of(plain.manifest(artifact.path), cell):  # the start may be what they warn of
                print(note, file=sys.stderr)
        path = self._kept(cell, artifact.path)
        capture.begin_native()
        binder = self._bind_plain if is_plain else self._bind_library
        value = binder(cell, path)
        if cell.options.annotate:
            from gomagic.build import annotations, toolchain
            from gomagic.notebook import annotated

            self.shell.display_pub.publish(annotated.bundle(cell, annotations.find(cell, toolchain.find())))
        if cell.options.save:
            from gomagic.bind import saved
            from gomagic.build import toolchain

            saved.write(cell, artifact.path, toolchain.find(), Path(cell.options.save).expanduser())
        if cell.name:
            self.kernel.hold(Library(cell, artifact.path, path, value))
            self.shell.push({cell.name: value})

    def _made(self, cell: cells.Cell) -> compiler.Artifact:
        """What is built of a cell that is not known; a line below it tells if that takes long."""
        from gomagic.build import compiler
        from gomagic.notebook import waiting

        if not cell.uses_c:
            from gomagic.bind import plain

            plain.check_interpreter()
        with waiting.shown(self.shell, is_alone=self.is_alone):
            return compiler.make(cell)

    def _kept(self, cell: cells.Cell, path: Path) -> Path:
        """The library to bind: an unchanged cell keeps its own, though another has been built of the same text."""
        from gomagic.build import cache

        known = self.kernel.libraries.get(cell.name)
        unchanged = known and not cell.options.force and cache.is_rebuilt(path, known.loaded)
        return known.loaded if known and unchanged else path

    def _bind_library(self, cell: cells.Cell, path: Path) -> CDLL:
        from gomagic.bind import library

        return library.load(path, cell.label, name=cell.name)

    def _bind_plain(self, cell: cells.Cell, path: Path) -> GoModule:
        from gomagic.bind import plain
        from gomagic.notebook import capture

        with capture.heard() as said:
            bound = plain.load(path, cell, self.kernel.labels, self.kernel.sources)
        # An unchanged cell stays loaded: what it said then is its output still.
        for stream, text in self.kernel.hear(bound.module, said):
            getattr(sys, stream).write(text)
        if not cell.name:
            self.namespace.spread(bound.names, self.cell_id)
            self.kernel.spread(cell, bound.names)
            for name in bound.variables:
                cure = f"`%%go mylib`, then `mylib.{name}`"
                print(f"note: {cell.label}: the variable {name} needs a name for the cell: {cure}", file=sys.stderr)
        return bound.module

    @_cell_magic(magics.Gorun)
    def gorun(self, line: str, body: str) -> None:
        from gomagic.build import compiler, diagnostics
        from gomagic.notebook import waiting
        from gomagic.run import program

        number, above, modules = self.number, self.above, self.kernel.modules
        cell, options = program.parse(line, body, number=number, above=above, modules=modules)
        self.kernel.begin(cell)
        try:
            cell = self.kernel.with_imports(cell)
            with waiting.shown(self.shell, is_alone=self.is_alone):
                path = compiler.build_program(cell).path
        except GoBuildError:
            self.kernel.fail(cell)
            raise
        before = self.shell.user_ns.get(cell.name)
        if isinstance(before, program.Background):
            before.stop()
        if cell.name:
            self.kernel.hold_program(cell.name, path)
            told = partial(diagnostics.mapped, cell=cell)
            self.shell.push({cell.name: program.bind(cell.name, path, told=told)})
        if options.background:
            display = self._publish if hasattr(self.shell, "kernel") else None  # a terminal's prompt is not disturbed
            self.shell.push({cell.name: program.Background(path, options.arguments, cell, display)})
        else:
            program.run(path, options.arguments, cell, self._publish)

    def _publish(self, shown: Display) -> None:
        shown.publish(self.shell.display_pub)

    @_cell_magic(magics.Gotest)
    def gotest(self, line: str, body: str) -> None:
        from IPython.display import display

        from gomagic.build import toolchain
        from gomagic.run import displays, gotest, placing
        from gomagic.source import cell as cells

        cell = cells.Cell("test", body, self.number, self.above, modules=self.kernel.modules)
        options = lines.read(magics.Gotest, line, cell.label)
        tested = self.kernel.library(options.name, cell.label).cell
        self.kernel.begin(cell)
        tested = self.kernel.with_imports(tested, options.name)
        cell = self.kernel.with_imports(cell, "" if placing.is_external(cell) else options.name)
        with displays.Channel() as channel:
            report = gotest.run(tested, cell, options, toolchain.find(), earlier=self.kernel.measured, channel=channel)
        for shown in report.shown:
            self._publish(shown)
        for seen in (report, *report.profiles):
            display(seen)
        if report.failure:
            raise report.failure

    @_cell_magic(magics.Isolated)
    def isolated(self, line: str, body: str) -> None:
        from gomagic.run import displays, isolated

        label = f"cell[{self.number}]"
        options = lines.read(magics.Isolated, line, label)
        code = "\n" * (1 + self.above) + body  # line numbers as in the gutter
        if options.name:
            self.kernel.hold_exercise(options.name, Exercise(code, label, options.names))
        libraries, programs = self.kernel.files(options.names, label)
        labels, seconds = self.kernel.labels, options.timeout
        with displays.Channel() as channel:
            said = isolated.run(code, label, libraries, programs, labels, seconds=seconds, channel=channel)
            displays.Parted(channel, partial(print, end=""), self._publish).add(f"{said}\n", more=False)

    @_cell_magic(magics.Check)
    def check(self, line: str, body: str) -> None:
        from gomagic.notebook import progress
        from gomagic.run import isolated

        label = f"cell[{self.number}]"
        options = lines.read(magics.Check, line, label)
        if why := self.kernel.why_not(options.name):
            print(f"not yet: {why}")
            return
        exercise = self.kernel.exercises.get(options.name)
        libraries, programs = self.kernel.files(exercise.names if exercise else [options.name], label)
        before = [(exercise.code, exercise.label)] if exercise else []
        verdict = isolated.check(body, label, libraries, programs, before, seconds=options.timeout)
        print(verdict)
        if verdict == isolated.PASSED:
            progress.note(options.name)

    @_line_magic("go", magics.ABOUT_GO, magics.explained_questions)
    @no_var_expand  # braces are Python's in the code to profile
    def go_line(self, line: str) -> None:
        from IPython.display import display

        from gomagic.notebook import commands, profiling

        asked, _, rest = line.strip().partition(" ")
        if asked != magics.PROFILE:
            commands.run(self.shell.var_expand(line), self.kernel)
            return
        seen, failure = profiling.run(rest, self.kernel, self.shell.user_ns)
        display(seen)
        if failure:
            raise failure
        profiling.note_few(seen)


def _show(artifact: compiler.Artifact) -> None:
    if not artifact.fresh:
        print(f"unchanged: {artifact.path}")
        return
    print(artifact.command)
    print(f"built in {artifact.seconds:.2f} s: {artifact.path}")
    if artifact.warnings:
        print(artifact.warnings)
