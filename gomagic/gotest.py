"""`%%gotest`: `go test` on a cell and the cell of its tests, the results as a table."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from gomagic import cache, compiler, diagnostics, generator, module, process, toolchain, trace, workspace
from gomagic import cell as cells
from gomagic.cell import Cell
from gomagic.errors import GoBuildError, GoRunError
from gomagic.toolchain import Toolchain

_MARKS = {"pass": "ok", "fail": "FAIL", "skip": "skip"}
_NOISE = re.compile(
    r"^\s*(===|---) |^\s+testing\.go:\d+: race detected|^(PASS|FAIL|ok|goos:|goarch:|pkg:|cpu:|exit status)\b"
)


@dataclass(frozen=True)
class Options:
    """What stands on the `%%gotest` line. run, bench: patterns of names, empty for all and for none."""

    name: str
    run: str = ""
    bench: str = ""
    verbose: bool = False
    race: bool = False

    @property
    def flags(self) -> list[str]:
        flags = ["-count=1"]  # a result out of Go's cache shows no output
        flags += [f"-run={self.run}"] if self.run else []
        flags += [f"-bench={self.bench}", "-benchmem"] if self.bench else []
        return flags + (["-race"] if self.race else [])


@dataclass
class Result:
    """One test: its name, how it ended (pass, fail, skip), seconds, and the lines it printed."""

    name: str
    ending: str = "fail"  # of one that the process did not survive
    seconds: float = 0.0
    lines: list[str] = field(default_factory=list)


def parse(line: str, label: str) -> Options:
    """Parse the magic's line; raises GoBuildError if something is unknown or the name is missing."""
    args = _Parser(label).parse_args(cells.split(line, label))
    return Options(args.name, args.run, args.bench, args.verbose, args.race)


def run(tested: Cell, tests: Cell, options: Options, chain: Toolchain, *, folder: Path | None = None) -> None:
    """Test a cell and print a table of results.

    Raises GoBuildError if either cell does not compile, GoRunError (code 1) if a test fails.
    """
    folder = folder or Path.cwd()
    with cache.workplace() as place:
        space, version = workspace.find(folder, chain.env), toolchain.check(chain)["GOVERSION"]
        package = "cell" if tested.source.uses_c else "main"
        module.write(place / "cell", tested, space, folder, version, package=package)
        if package == "main":
            generator.generate(compiler.cellgen(chain), place / "cell", tested)
        (place / "cell" / "cell_test.go").write_text(_file(tests, package), encoding="utf-8")
        command = [chain.go, "test", "-json", *options.flags, "."]
        env = {**chain.env, "GOWORK": str(place / "cell" / "go.work")}
        ended = process.run(command, cwd=place / "cell", env=env, seconds=toolchain.BUILD_SECONDS)
    labels = {tested.token: tested.label, tests.token: tests.label}
    results, rest = _results(ended.out, labels)
    if not results and not ended.timed_out:
        raise _not_built(rest, tested, tests, chain)
    for result in results:
        _show(result, options.verbose)
    counts = [sum(result.ending == ending for result in results) for ending in _MARKS]
    passed, failed, skipped = counts
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    if ended.timed_out:
        raise GoRunError(f"{tests.label}: the tests did not end in time", ended.code)
    if failed or ended.code:
        raise GoRunError(f"{tests.label}: {failed or 'some'} of {len(results)} tests failed", 1)


def _file(tests: Cell, package: str) -> str:
    """The test file: the cell's text in the package of the tested one. What is missing stands above its first line."""
    source, text = tests.source, tests.body
    head = "" if source.package else f"package {package}"
    if source.package:
        offset = source.package[1]
        text = f"{text[:offset]}{package}{text[offset + len(source.package[0]) :]}"
    elif "testing" not in source.imports and re.search(r"\btesting\.", source.bare):
        head += '; import "testing"'
    return f"{head}\n//line {tests.token}:{2 + tests.above}:1\n{text}"


def _results(output: str, labels: dict[str, str]) -> tuple[list[Result], str]:
    """The tests in the order in which they began, and the text that belongs to none of them."""
    found: dict[str, Result] = {}
    texts: dict[str, str] = {}
    rest = ""
    for line in output.splitlines(keepends=True):
        try:
            event = json.loads(line)
        except ValueError:
            rest += line
            continue
        name = event.get("Test", "")
        if name:
            result = found.setdefault(name, Result(name))
            texts[name] = texts.get(name, "") + event.get("Output", "")
            if event["Action"] in _MARKS:
                result.ending, result.seconds = event["Action"], event.get("Elapsed", 0.0)
        else:
            rest += event.get("Output", "")
    for name, text in texts.items():
        found[name].lines = _said(text, labels)
    benchmarks = re.findall(r"^(Benchmark\S+)\s+(\d+\s.*)$", rest + "".join(texts.values()), re.MULTILINE)
    for name, figures in benchmarks:
        plain = name.rsplit("-", 1)[0]
        found[plain] = Result(plain, "pass", 0.0, [re.sub(r"\s+", " ", figures)])
    return list(found.values()), rest


def _said(text: str, labels: dict[str, str]) -> list[str]:
    """What a test printed, on the reader's lines. `t.Error` names a file by its last part only."""
    short = {name.rsplit("/", 1)[-1]: label for name, label in labels.items()}
    for name, label in short.items():
        text = re.sub(rf"(?<!/)\b{name}\b", label, text)
    if "WARNING: DATA RACE" in text:
        text = trace.tidy_races(text, labels)
    elif re.search(r"^(panic|fatal error): ", text, re.MULTILINE):
        text = trace.tidy(text, labels)
    return [line.rstrip() for line in text.splitlines() if line.strip() and not _NOISE.match(line)]


def _show(result: Result, verbose: bool) -> None:
    seconds = f"  ({result.seconds:.2f} s)" if verbose else ""
    print(f"{_MARKS[result.ending]:<4}  {result.name}{seconds}")
    if result.ending != "pass" or verbose or result.name.startswith("Benchmark"):
        for line in result.lines:
            print(f"      {line.strip()}")


def _not_built(output: str, tested: Cell, tests: Cell, chain: Toolchain) -> GoBuildError:
    for cell in (tests, tested):
        if cell.token in output:
            return GoBuildError(f"{cell.label} does not compile", tuple(diagnostics.faults(output, cell, chain.cc)))
    if "no test files" in output or "no tests to run" in output or "[build failed]" not in output:
        return GoBuildError(f"{tests.label} holds no tests", hint="write `func TestSomething(t *testing.T)`")
    return GoBuildError(f"{tests.label} does not compile", tuple(diagnostics.faults(output, tests, chain.cc)))


class _Parser(argparse.ArgumentParser):
    def __init__(self, label: str):
        super().__init__(prog="%%gotest", add_help=False, allow_abbrev=False)
        self.label = label
        self.add_argument("name")
        self.add_argument("-run", dest="run", default="")
        self.add_argument("--bench", default="")
        self.add_argument("-v", dest="verbose", action="store_true")
        self.add_argument("--race", action="store_true")

    def error(self, message):
        raise GoBuildError(
            f"{self.label}: {message}", hint="%%gotest NAME [-run PATTERN] [-v] [--race] [--bench PATTERN]"
        )
