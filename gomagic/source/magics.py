"""What may stand on the line of each magic, and what `%go` can be asked.

Each option is declared here, once: reading the line, `%%go?`, Tab, the cheat sheet and the README's table follow.
"""

from __future__ import annotations

from gomagic.source.line import (
    Line,
    alone,
    cell,
    cells,
    code,
    columns,
    explained,
    new_name,
    rest,
    seconds,
    switch,
    text,
    words,
)


class Go(Line):
    """Compile the cell with Go and bind it.

    Plain Go: what begins with a capital letter becomes Python's, as attributes of NAME or, without it, as names
    of the notebook. Missing imports are added, of the standard library and of what `%go get` has added;
    `import "cells/NAME"` is another plain cell, as a package: its code, with variables of its own. A panic is an
    exception, GoPanic, also in an `init` or the value of a variable: they are run once, when the cell is loaded.
    A cell with `import "C"` needs NAME, which becomes its ctypes.CDLL, as `go build -buildmode=c-shared` makes it.
    An unchanged cell is not built again and keeps its Go variables; of a plain one is shown again what it has
    printed when it was loaded.
    `NAME?` shows a cell's comment and signatures, `NAME??` its Go, `NAME.Function??` a function's.
    Python's other threads run during a call, except where it is sure to be over at once and the cell starts no
    goroutines. While goroutines keep all processors busy, to read or set a variable can halt them for 0.2 s.
    """

    magic = "%%go"

    name = new_name()
    verbose = switch("-v", "show the commands and how long they took")
    force = switch("-f", "build again, and start the cell's Go variables anew")
    annotate = switch("-a", "show the cell with what the compiler says of each line: heap, checks, what is inlined")
    flags = words("--flags", "extra flags for `go build`")
    expect_error = switch("--expect-error", "show the error without failing the cell")
    save = text(
        "--save", "DIR", "keep the .go, .h and .so in DIR; of a plain cell the .go, its shims, the .so and a .pyi"
    )


class Gorun(Line):
    """Run the cell as a Go program.

    Statements are enough: `package main` and `func main` may be left out. Missing imports are added, of the standard
    library and of what `%go get` has added. A function sees the variables that `var` declares.
    Its output is shown while it runs. What it reads from its input is asked for below the cell, where the notebook
    can ask. Ctrl-C, or the stop button, sends it SIGINT, and SIGKILL 2 s later. A status other than 0 fails the cell
    with GoRunError.
    In the background, NAME is the running program: `NAME.output` what it has printed so far, `NAME.state`,
    `NAME.wait()`, `NAME.stop()`. What it shows by golib/show stands below this cell. It ends with the kernel, and when
    its cell is run again.
    The options are gomagic's as far as they stand before the first of ARGS; from there on all is the program's.
    Where that one begins with a dash, `--` stands before it.
    """

    magic = "%%gorun"

    race = switch("--race", "report data races that happen; the status is then 66")
    name = new_name("--name", "bind a function that runs it and returns what it prints")
    background = switch("--background", "go on with the notebook while it runs, and bind it to NAME")
    arguments = rest("ARGS")


class Gotest(Line):
    """Test the Go cell NAME with the Test, Benchmark, Fuzz and Example functions of this cell.

    The two cells are one package: unexported functions can be tested, too. `package` may be left out, and missing
    imports are added, of the standard library and of what `%go get` has added. Tests of `package stats_test` import
    the cell as `cells/NAME`, or by the path of the package `stats` of your module, in whose place it is tested.
    A test that fails fails the cell with GoRunError. What golib/show shows in a test stands above the table.
    Each benchmark is run six times for 0.2 s: its median is shown, and how far the runs lie from it. A change is one
    if it is more than chance, by the statistics of benchstat; it is measured against the last run in this kernel.
    """

    magic = "%%gotest"

    name = cell(names="libraries")
    run = text("-run", "PATTERN", "only the tests whose names match")
    verbose = switch("-v", "how long each took, and what those that passed have logged")
    race = switch("--race", "look for data races")
    cover = switch("--cover", "mark the lines that they reach")
    bench = text("--bench", "PATTERN", "measure the matching benchmarks")
    profile = switch("--profile", "show where their time goes")
    memory = switch("--mem", "show what they allocate")
    timeout = seconds("--timeout", 60.0, "end them after so long and show where they were")


class Isolated(Line):
    """Run a Python cell in a new process, for what may end it.

    Each named Go cell is loaded under its name, and nothing else is there: imports and argtypes stand in the cell.
    A program of `%%gorun --name` is a function there that runs it.
    Shows its output and the value of its last line, a Go trace cut down to your lines, and how the process ended.
    """

    magic = "%%isolated"

    names = cells(names="all")
    name = new_name("--name", "a name for `%%check`, which runs it first")
    timeout = seconds("--timeout", 10.0, "end it after so long")


class Check(Line):
    """Check an exercise by running the cell's assertions against the Go cell NAME in a new process.

    NAME may also be a Python cell of `%%isolated --name NAME`: it runs first, with the Go cells that it has named.
    Prints `passed`, or `not yet: …` with the first claim that does not hold; never fails the cell.
    """

    magic = "%%check"

    name = cell(names="checked")
    timeout = seconds("--timeout", 10.0, "give up after so long")


PROFILE = "profile"  # of what `%go` can be asked, the one with options


class Profile(Line):
    """Run Python code and show where Go's time goes, by function and by line of the cell.

    Threads are looked at 100 times a second of the time that they work: what waits is not seen. Python and C stand
    beside it. What is profiled is the Go cell whose functions stand in CODE; each cell has a Go runtime of its own.
    """

    magic = f"%go {PROFILE}"

    memory = switch("--mem", "what Go allocates instead, each piece, which takes longer")
    duration = seconds("--seconds", 0.0, "repeat CODE until so much time has gone")
    of = text("--cell", "NAME", "the Go cell to look into")
    code = code("CODE")


CELL_MAGICS: tuple[type[Line], ...] = (Go, Gorun, Gotest, Isolated, Check)
GO_MAGICS: tuple[type[Line], ...] = (Go, Gorun, Gotest)  # below whose line the cell is Go, for whoever colours it


class Question:
    """What `%go` can be asked. of: what follows, if anything does."""

    def __init__(self, name: str, help: str, of: str = "") -> None:
        self.name, self.help, self.of = name, help, of

    def __str__(self) -> str:
        return f"{self.name} {self.of}" if self.of else self.name


CELL, MODULE, CODE = "NAME", "MODULE[@VERSION]", alone(Profile).metavar


ABOUT_GO = "About gomagic and this machine."
QUESTIONS = (
    Question("doctor", "is this machine ready, and what cures it if not"),
    Question("version", "gomagic, Go, C compiler and Python"),
    Question("env", "where Go, the C compiler and the caches are"),
    Question("get", "add a module of others for this notebook's cells, at one exact version", of=MODULE),
    Question("libs", "the libraries that this kernel holds"),
    Question("header", "the C header of a Go cell", of=CELL),
    Question("symbols", "its functions, and what to tell ctypes of them", of=CELL),
    Question("source", "the Go that is generated for a plain cell, and what is left out", of=CELL),
    Question(PROFILE, "where the time of Python code goes in Go; `--mem`: what Go allocates", of=CODE),
    Question("postmortem", "what the last kernel that Go ended has left"),
    Question("progress", "which exercises have been passed"),
    Question("clean", "empty gomagic's cache"),
)


def explained_questions() -> str:
    """What `%go?` shows."""
    questions = columns([(f"%go {question}", question.help) for question in QUESTIONS])
    return f"{ABOUT_GO}\n\n{questions}\n\n{explained(Profile)}"
