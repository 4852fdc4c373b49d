"""`%%gotest`: `go test` on a cell and the cell of its tests, the results as a table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomagic.bind import crash, trace
from gomagic.build import (
    cache,
    cellgen,
    diagnostics,
    generator,
    gobuild,
    imported,
    inputs,
    packages,
    process,
    sources,
    toolchain,
    workspace,
)
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoBuildError, GoRunError
from gomagic.source.cell import Cell
from gomagic.source.magics import Gotest

_MARKS = {"pass": "ok", "fail": "FAIL", "skip": "skip"}
_PACKAGE = rf"({workspace.CELL_MODULE}|command-line-arguments)"  # the second where the cell embeds files


@dataclass
class Result:
    """One test: its name, how it ended (pass, fail, skip), seconds, and the lines it printed."""

    name: str
    ending: str = ""
    seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    survived: bool = True  # False for the test in which the process ended


def run(tested: Cell, tests: Cell, options: Gotest, chain: Toolchain, *, folder: Path | None = None) -> None:
    """Test a cell and print a table of results.

    Raises GoBuildError if either cell does not compile, GoRunError (code 1) if a test fails.
    """
    folder = folder or workspace.here()
    together = tuple({each.name: each for each in (*tested.cells, *tests.cells)}.values())
    tested, tests = replace(tested, modules=tests.modules, cells=together), replace(tests, cells=together)
    found = inputs.find(tested, chain, folder, inputs.LIBRARY, tests=tests)
    with cache.workplace() as place:
        package, source = "cell" if tested.source.uses_c else "main", place / "cell"
        sources.write(source, found, package=package, recorded=True)
        imported.join(source, found)
        program, known, file = cellgen.find(chain), packages.of(found, source), source / "cell_test.go"
        if package == "main":
            generator.generate(program, source, tested, known)
        file.write_text(sources.in_package(tests, package, folder), encoding="utf-8")
        missing = generator.missing(program, file, source / "cell.go", known)
        file.write_text(sources.in_package(tests, package, folder, missing), encoding="utf-8")
        command: list[str | Path] = [chain.go, "test", "-json", *_flags(options), *sources.target(source, found)]
        env, seconds = gobuild.environment(chain.env, source), toolchain.BUILD_SECONDS + options.timeout
        (place / "crash").mkdir()
        ended = process.run(command, cwd=source, env={**env, crash.VARIABLE: str(place / "crash")}, seconds=seconds)
        recorded = crash.recorded(place / "crash")
    labels = {each.token: each.label for each in (*together, tested, tests)}
    told = _Told(labels, recorded, options)
    results, rest = _results(ended.out, told)
    if ended.timed_out:
        raise GoRunError(f"{tests.label}: `go test` did not end", ended.code)
    if not results and (trouble := _not_run("".join(rest), tested, tests, options, chain)):
        raise trouble
    for result in results:
        _show(result, options.verbose)
    passed, failed, skipped = (sum(result.ending == ending for result in results) for ending in _MARKS)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    if failed:
        raise GoRunError(f"{tests.label}: {failed} of {len(results)} tests failed", 1)
    if ended.code:
        for line in told.lines(_without_gos(rest)):
            print(line)
        raise GoRunError(f"{tests.label}: the process of the tests ended badly, outside of any test", 1)
    if options.bench and not any(result.name.startswith("Benchmark") for result in results):
        raise _unmatched(tests, "bench", options.bench)


def _flags(options: Gotest) -> list[str]:
    """The options in `go test`'s words."""
    flags = ["-count=1", f"-timeout={options.timeout:.9f}s"]  # a result out of Go's cache shows no output
    flags += [f"-run={options.run}"] if options.run else []
    flags += [f"-bench={options.bench}", "-benchmem"] if options.bench else []
    return flags + (["-race"] if options.race else [])


def _results(output: str, told: _Told) -> tuple[list[Result], list[str]]:
    """The tests in the order in which they began, and the output that belongs to none of them.

    Go's own lines are told from equal ones of the reader's by the events: each stands for one line.
    """
    found: dict[str, Result] = {}
    printed: dict[str, list[str]] = {}
    gos: dict[str, list[str]] = {}  # patterns, one for each line of Go's
    rest: list[str] = []
    for line in output.removesuffix("\n").split("\n"):
        try:
            event = json.loads(line)
            action, name = event["Action"], event.get("Test", "")
        except (ValueError, TypeError, KeyError):  # of the go command itself
            rest.append(f"{line}\n")
            continue
        if not name:
            rest.append(event.get("Output", ""))
            continue
        result, own = found.setdefault(name, Result(name)), re.escape(name)
        printed.setdefault(name, []).append(event.get("Output", ""))
        if action in ("run", "pause", "cont"):
            gos.setdefault(name, []).append(rf"=== {action.upper():<5} {own}\n")
        if action == "run" and name.startswith("Benchmark"):
            gos[name].append(rf"{own}\n")
        elif action in _MARKS:
            result.ending, result.seconds = action, event.get("Elapsed", 0.0)
            gos.setdefault(name, []).append(rf" *--- {action.upper()}: {own}( \([\d.]+s\))?\n")
    ended_well = all(result.ending != "fail" for result in found.values()) and not told.recorded
    for name, result in found.items():
        pieces = _without(printed[name], gos.get(name, []))
        text = "".join(piece for piece in pieces if piece != f"=== NAME  {name}\n")  # no event announces it
        if name.startswith("Benchmark"):
            text, result.ending = _measured(text, result, ended_well)
        result.survived = bool(result.ending) and not told.holds_trace(text)
        result.ending = result.ending or "fail"
        result.lines = [re.sub(r"^  (?=\S+:\d+, in )", "", line) for line in told.lines(text)]
    parents = {name.rpartition("/")[0] for name in found if name.startswith("Benchmark")}
    return [result for name, result in found.items() if name not in parents or result.ending == "fail"], rest


def _measured(text: str, result: Result, ended_well: bool) -> tuple[str, str]:
    """A benchmark's text with its figures last, and how it ended; Go announces the end of those that failed only."""
    row = re.compile(rf"^{re.escape(result.name)}(-\d+)?[ ]*\t\s*(\d+\t.*)\n", re.MULTILINE)
    found = list(row.finditer(text))
    if not found:
        return text, result.ending or ("pass" if ended_well else "")
    last = found[-1]
    figures = re.sub(r"\s+", " ", last[2])
    return f"{text[: last.start()]}{text[last.end() :]}{figures}\n", result.ending or "pass"


def _without(pieces: list[str], patterns: Iterable[str]) -> list[str]:
    """The pieces of output without the first that matches, for each pattern."""
    left = list(pieces)
    for pattern in patterns:
        at = next((n for n, piece in enumerate(left) if re.fullmatch(pattern, piece)), None)
        if at is not None:
            del left[at]
    return left


def _without_gos(rest: list[str]) -> str:
    """What belongs to no test, without the lines of package testing and of the go command."""
    verdict = rf"FAIL\t{_PACKAGE}\t.*\n"
    machine = [r"goos: \w+\n", r"goarch: \w+\n", rf"pkg: {_PACKAGE}\n"]
    at = next((n for n, piece in enumerate(rest) if re.fullmatch(machine[-1], piece)), None)
    if at is not None and rest[at + 1 : at + 2] and rest[at + 1].startswith("cpu: "):
        rest = rest[: at + 1] + rest[at + 2 :]
    return "".join(_without(rest, ["PASS\n|FAIL\n", verdict, *(machine if at is not None else [])]))


@dataclass(frozen=True)
class _Told:
    """What is known of the output of tests: the cells' labels, the traces that were recorded, what was asked for."""

    labels: Mapping[str, str]
    recorded: list[str]
    options: Gotest

    def lines(self, text: str) -> list[str]:
        """What was printed, on the reader's lines; traces and the race detector's reports are cut down to them."""
        text = trace.tidy(text, self.labels, self.recorded)
        if self.options.race:
            text = trace.tidy_races(text, self.labels)
            text = re.sub(r"^ +testing\.go:\d+: race detected during execution of test\n", "", text, flags=re.MULTILINE)
        if self.recorded:
            text = re.sub(r"(?<=^panic: test timed out after )(.*)\n\trunning tests:\n(\t\t.*\n)*", r"\1\n", text)
        for name, label in self.labels.items():  # `t.Error` names a file by its last part only
            text = re.sub(rf"(?<!/)\b{name.rsplit('/', 1)[-1]}\b", label, text)
            text = re.sub(rf"^ +(?={re.escape(label)}:\d+: )", "", text, flags=re.MULTILINE)
        return [line.rstrip() for line in text.split("\n") if line.strip()]

    def holds_trace(self, text: str) -> bool:
        """Whether a trace that was recorded stands in a test's output."""
        return any(trace.tidy(text, {}, [one]) != trace.tidy(text, {}) for one in self.recorded)


def _show(result: Result, verbose: bool) -> None:
    seconds = f"  ({result.seconds:.2f} s)" if verbose else ""
    print(f"{_MARKS[result.ending]:<4}  {result.name}{seconds}")
    if result.ending != "pass" or verbose or result.name.startswith("Benchmark"):
        for line in result.lines:
            print(f"      {line}")
    if not result.survived:
        print("      the process ended here, and no further test ran")


def _not_run(output: str, tested: Cell, tests: Cell, options: Gotest, chain: Toolchain) -> GoBuildError | None:
    """Why there is no result, where the fault is in what the reader wrote; None if the process ended too early."""
    if "use of cgo in test" in output:
        return GoBuildError(
            f'{tests.label} imports "C", and Go\'s tests cannot',
            hint=f"leave it out: the functions of `{tested.name}` are Go functions here, and take constants as C types",
        )
    if bad := re.search(r"invalid regexp for .*-test\.(run|bench) .*?error parsing regexp: (.*)", output):
        return GoBuildError(f"{tests.label}: the pattern `{getattr(options, bad[1])}` does not work: {bad[2]}")
    output = _with_redeclared(output, tested, tests)
    for cell in (tests, tested, *tested.cells):
        if re.search(rf"^(vet: )?{cell.token}:\d", output, re.MULTILINE):
            return GoBuildError(f"{cell.label} does not compile", tuple(diagnostics.faults(output, cell, chain.cc)))
    if "[build failed]" in output or "[setup failed]" in output:
        return GoBuildError(f"{tests.label} does not compile", tuple(diagnostics.faults(output, tests, chain.cc)))
    if re.search(r"^FAIL\t\S+\t\d", output, re.MULTILINE):
        return None
    if not _names(tests):
        return GoBuildError(f"{tests.label} holds no tests", hint="write `func TestSomething(t *testing.T)`")
    if options.bench:
        return _unmatched(tests, "bench", options.bench)
    if options.run:
        return _unmatched(tests, "run", options.run)
    return GoBuildError(
        f"{tests.label} holds nothing to test",
        note="benchmarks run when they are asked for, examples when they end with `// Output:`",
        hint=f"write `%%gotest {tested.name} --bench .`",
    )


def _unmatched(tests: Cell, option: str, pattern: str) -> GoBuildError:
    kind, names = ("benchmark", _names(tests, "Benchmark")) if option == "bench" else ("test", _names(tests))
    there = ", ".join(f"`{name}`" for name in names) or f"no {kind}s"
    return GoBuildError(f"{tests.label}: no {kind} matches `{pattern}`", note=f"the cell holds {there}")


def _names(tests: Cell, kinds: str = "Test|Benchmark|Fuzz|Example") -> list[str]:
    names = re.findall(rf"^func ((?:{kinds})\w*)\(", tests.source.bare, re.MULTILINE)
    return [name for name in names if name != "TestMain"]


def _with_redeclared(output: str, tested: Cell, tests: Cell) -> str:
    """Go finds the fault in the tested cell where both declare a name; the one too many is the test's."""
    return re.sub(
        rf"^{tested.token}:(\d+):\d+: (\w+) redeclared in this block\n\s+{tests.token}:(\d+:\d+).*$",
        rf"{tests.token}:\3: `\2` stands in {tested.label}:\1 already",
        output,
        flags=re.MULTILINE,
    )
