"""`%%gotest`: `go test` on a cell and the cell of its tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path

from gomagic.bind import crash
from gomagic.build import (
    cache,
    cellgen,
    diagnostics,
    embedded,
    generator,
    gobuild,
    imported,
    inputs,
    look,
    packages,
    process,
    sources,
    toolchain,
)
from gomagic.build.inputs import Inputs
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoBuildError, GoRunError
from gomagic.run import coverage, displays, measures, outcomes, placing, pprof
from gomagic.run.measures import Measured
from gomagic.run.profile import Profile
from gomagic.run.report import Report, Result
from gomagic.source import embed
from gomagic.source.cell import Cell
from gomagic.source.magics import Gotest

_PROFILES = ("cpu.pprof", "mem.pprof")
_COVER = "cover.out"


def run(
    tested: Cell,
    tests: Cell,
    options: Gotest,
    chain: Toolchain,
    *,
    folder: Path | None = None,
    earlier: MutableMapping[tuple[str, str, bool], Measured] | None = None,
    channel: displays.Channel | None = None,
) -> Report:
    """Test a cell; the report holds what it fails with, and what the tests show.

    channel: where that is found; without, its text is printed. earlier: what benchmarks have measured before, to which
    this run's are added. Raises GoBuildError if either cell does not compile, or if nothing is there to be tested.
    """
    if options.profile and options.memory:
        raise GoBuildError(
            f"{tests.label}: `--profile` and `--mem` disturb each other: to note each allocation takes time",
            hint="ask for one of them",
        )
    folder = folder or look.here()
    others = {each.name: each for each in (*tested.cells, *tests.cells) if each.name != tested.name}
    together = tuple(others.values())
    tested, tests = tested._replace(modules=tests.modules, cells=together), tests._replace(cells=together)
    labels = {each.token: each.label for each in (*together, tested, tests)}
    found = inputs.find(tested, chain, folder, inputs.LIBRARY, tests=tests)
    stands = placing.find(tested, tests, found.space)
    output, code = "", 0
    with cache.workplace() as place:
        source = place / "cell"
        target = _write(source, stands, found, tests)
        env, seconds = gobuild.environment(chain.env, source), toolchain.BUILD_SECONDS + options.timeout
        (place / "crash").mkdir()
        env[crash.VARIABLE] = str(place / "crash")
        env |= channel.variable(None) if channel else {}  # Go has a pipe of its own to the process of the tests
        for flags in _flags(tests, options):
            command: list[str | Path] = [chain.go, "test", "-json", *flags, *target]
            ended = process.run(command, cwd=source, env=env, seconds=seconds)
            output, code = output + ended.out, ended.code
            if ended.timed_out:
                raise GoRunError(f"{tests.label}: `go test` did not end", code)
            if code:
                break
        recorded = crash.recorded(place / "crash")
        profiles = [
            _profile(file, labels, [*together, tested, tests])
            for name in _PROFILES
            if (file := source / name).is_file()
        ]
        covered = coverage.read(source / _COVER, tested) if options.cover else None
    told = outcomes.Told(labels, recorded, options.race, f"{tested.label} by {tests.label}")
    output, shown = channel.out_of_json(output) if channel else (output, [])
    if options.bench:  # each run shows the same again
        shown = [one for n, one in enumerate(shown) if one.data not in [before.data for before in shown[:n]]]
    results, rest = outcomes.read(output, told)
    if not results and (trouble := _not_run(rest, tested, tests, options, chain)):
        raise trouble
    for result in results:
        _compare(result, tested, options, {} if earlier is None else earlier)
    failed = sum(result.ending == "fail" for result in results)
    left: list[str] = []
    failure = None
    if failed:
        failure = GoRunError(f"{tests.label}: {failed} of {len(results)} tests failed", 1)
    elif code:
        left = told.lines(outcomes.without_gos(rest, stands.path))
        failure = GoRunError(f"{tests.label}: the process of the tests ended badly, outside of any test", 1)
    elif options.bench and not any(result.is_benchmark for result in results):
        raise _unmatched(tests, "bench", options.bench)
    return Report(results, options.verbose, left, covered, profiles, failure, shown)


def _write(source: Path, stands: placing.Place, found: Inputs, tests: Cell) -> list[str]:
    """Write the cell and its tests to `source`; returns what `go test` is told to test."""
    tested, folder = found.cell, found.folder
    sources.write(source, found, package=stands.package, recorded=True, path=stands.module)
    imported.join(source, found)
    program, known = cellgen.find(found.chain), packages.of(found, source)
    cell, file = source / "cell.go", source / "cell_test.go"
    for each, path, package in [(tested, cell, stands.package), (tests, file, stands.tests)]:
        if each is tested and tested.uses_c:
            continue
        path.write_text(sources.in_package(each, package, folder), encoding="utf-8")
        missing = generator.missing(program, path, cell, known)
        path.write_text(sources.in_package(each, package, folder, missing), encoding="utf-8")
    if not placing.is_external(tests):
        return sources.target(source, found)
    embedded.copy(embed.patterns(tested.source), found.embeds, folder, source)
    return placing.lay(stands, source)


def _compare(
    result: Result, tested: Cell, options: Gotest, earlier: MutableMapping[tuple[str, str, bool], Measured]
) -> None:
    """Say of a benchmark by how much it differs from its earlier run, and keep this one."""
    if result.measured and result.ending == "pass":
        key = (tested.name, result.name, options.race)
        if key in earlier:
            result.lines += result.measured.against(earlier[key])
        earlier[key] = result.measured


def _profile(file: Path, labels: Mapping[str, str], cells: Iterable[Cell]) -> Profile:
    """What `go test` has written of the cells."""
    memory = file.name == _PROFILES[1]
    seen = pprof.read(file, labels, memory=memory)
    if memory:  # package testing allocates as well, and so does what notes it
        seen = [sample for sample in seen if any(frame.file in labels for frame in sample.frames)]
    sources = {cell.token: ["\n"] * (1 + cell.above) + cell.body.splitlines() for cell in cells}
    return Profile(seen, memory, labels, sources, seen=sum(sample.count for sample in seen))


def _flags(tests: Cell, options: Gotest) -> list[list[str]]:
    """The options in `go test`'s words: of a run of the tests, and of one of the benchmarks."""
    flags = [f"-timeout={options.timeout:.9f}s"]
    flags += ["-race"] if options.race else []
    runs = []
    if _names(tests, "Test|Fuzz|Example") or not options.bench:
        run = ["-count=1"]  # a result out of Go's cache shows no output
        run += [f"-run={options.run}"] if options.run else []
        run += [f"-coverprofile={_COVER}"] if options.cover else []
        runs.append([*flags, *run])
    if options.bench:
        run = ["-run=^$", f"-bench={options.bench}", "-benchmem"]
        runs.append([*flags, *run, f"-count={measures.RUNS}", f"-benchtime={measures.SECONDS}s"])
    runs[-1] += [f"-cpuprofile={_PROFILES[0]}"] if options.profile else []
    runs[-1] += [f"-memprofile={_PROFILES[1]}", "-memprofilerate=1"] if options.memory else []
    return runs


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
