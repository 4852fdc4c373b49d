"""`%%gotest`: `go test` on a cell and the cell of its tests, the results as a table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from gomagic.bind import trace
from gomagic.build import (
    cache,
    cellgen,
    diagnostics,
    generator,
    gobuild,
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
_NOISE = re.compile(
    r"^\s*(===|---) |^\s+testing\.go:\d+: race detected|^(PASS|FAIL|ok|goos:|goarch:|pkg:|cpu:|exit status)\b"
)


@dataclass
class Result:
    """One test: its name, how it ended (pass, fail, skip), seconds, and the lines it printed."""

    name: str
    ending: str = "fail"
    seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    survived: bool = True  # False for the test in which the process ended


def run(tested: Cell, tests: Cell, options: Gotest, chain: Toolchain, *, folder: Path | None = None) -> None:
    """Test a cell and print a table of results.

    Raises GoBuildError if either cell does not compile, GoRunError (code 1) if a test fails.
    """
    folder = folder or workspace.here()
    found = inputs.find(tested, chain, folder, inputs.LIBRARY)
    with cache.workplace() as place:
        package, source = "cell" if tested.source.uses_c else "main", place / "cell"
        sources.write(source, found, package=package)
        if package == "main":
            generator.generate(cellgen.find(chain), source, tested, packages.of(found, source))
        (source / "cell_test.go").write_text(_file(tests, package), encoding="utf-8")
        command = [chain.go, "test", "-json", *_flags(options), *sources.target(source, found)]
        env, seconds = gobuild.environment(chain.env, source), toolchain.BUILD_SECONDS + options.timeout
        ended = process.run(command, cwd=source, env=env, seconds=seconds)
    labels = {tested.token: tested.label, tests.token: tests.label}
    results, rest = _results(ended.out, labels)
    if ended.timed_out:
        raise GoRunError(f"{tests.label}: `go test` did not end", ended.code)
    if not results and (trouble := _not_run(rest, tested, tests, options, chain)):
        raise trouble
    for result in results:
        _show(result, options.verbose)
    passed, failed, skipped = (sum(result.ending == ending for result in results) for ending in _MARKS)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    if failed:
        raise GoRunError(f"{tests.label}: {failed} of {len(results)} tests failed", 1)
    if ended.code:
        for line in _said(rest, labels):
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
        panicked = re.search(r"^(panic|fatal error): ", text, re.MULTILINE)
        found[name].survived = found[name].ending != "fail" or ("--- FAIL" in text and not panicked)
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
    for cell in (tests, tested):
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
