"""The table of a run of tests: HTML for a notebook, text for a terminal; what has failed stands first."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from gomagic.errors import GoRunError
from gomagic.run.coverage import CODE, Coverage
from gomagic.run.displays import Display
from gomagic.run.measures import Measured
from gomagic.run.profile import Profile

MARKS = {"pass": "ok", "fail": "FAIL", "skip": "skip"}
_ORDER = ("fail", "skip", "pass")
_COLOURS = {"pass": "rgba(0,158,115,.22)", "fail": "rgba(213,94,0,.3)", "skip": "rgba(128,128,128,.25)"}
_ENDED = "the process ended here, and no further test ran"
_MOST_ROWS = 12  # that are not folded, of what needs no look


@dataclass
class Result:
    """One test: its name, how it ended (pass, fail, skip), seconds, and the lines to show with it."""

    name: str
    ending: str = ""
    seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    survived: bool = True  # False for the test in which the process ended
    measured: Measured | None = None  # of a benchmark

    @property
    def is_benchmark(self) -> bool:
        return self.name.startswith("Benchmark")


@dataclass(frozen=True)
class Report:
    """What tests have come to. rest: lines that belong to none of them. failure: what the cell fails with, if it does.

    verbose: whether it tells of each how long it took, and what those that passed have printed.
    """

    results: Sequence[Result]
    verbose: bool = False
    rest: Sequence[str] = ()
    coverage: Coverage | None = None
    profiles: Sequence[Profile] = ()
    failure: GoRunError | None = None
    shown: Sequence[Display] = ()

    @property
    def heading(self) -> str:
        passed, failed, skipped = (sum(result.ending == ending for result in self.results) for ending in MARKS)
        return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")

    def __repr__(self) -> str:
        shown = []
        for result in self._sorted():
            shown.append(f"{MARKS[result.ending]:<4}  {result.name}{self._seconds(result)}")
            shown += [f"      {line}" for line in self._lines(result)]
        covered = self.coverage.lines() if self.coverage else []
        return "\n".join([*shown, self.heading, *self.rest, *covered])

    def _repr_html_(self) -> str:
        results = self._sorted()
        quiet = [result for result in results if result.ending == "pass" and not self._lines(result)]
        loud = [result for result in results if result not in quiet]
        parts = [self._table(loud)] if loud else []
        if quiet and len(quiet) > _MOST_ROWS:
            parts.append(f"<details><summary>{len(quiet)} that passed</summary>{self._table(quiet)}</details>")
        elif quiet:
            parts = [self._table(results)]
        parts.append(f"<div>{html.escape(self.heading)}</div>")
        parts += [_pre(self.rest)] if self.rest else []
        parts += [self.coverage.html()] if self.coverage else []
        return "".join(parts)

    def _sorted(self) -> list[Result]:
        return sorted(self.results, key=lambda result: _ORDER.index(result.ending))

    def _seconds(self, result: Result) -> str:
        return f"  ({result.seconds:.2f} s)" if self.verbose else ""

    def _lines(self, result: Result) -> list[str]:
        shown = result.lines if result.ending != "pass" or self.verbose or result.is_benchmark else []
        return [*shown, *([] if result.survived else [_ENDED])]

    def _table(self, results: Sequence[Result]) -> str:
        rows = []
        for result in results:
            mark = f"background:{_COLOURS[result.ending]};text-align:center;vertical-align:top"
            name = html.escape(result.name + self._seconds(result))
            lines = _pre(self._lines(result)) if self._lines(result) else ""
            left = "text-align:left;vertical-align:top"
            cells = f'<td style="{left}"><code>{name}</code></td><td style="{left}">{lines}</td>'
            rows.append(f'<tr><td style="{mark}">{MARKS[result.ending]}</td>{cells}</tr>')
        return f"<table>{''.join(rows)}</table>"


def _pre(lines: Sequence[str]) -> str:
    text = html.escape("\n".join(lines))
    return f'<pre style="{CODE};white-space:pre-wrap">{text}</pre>'
