"""A profile: where the time of Python code goes in a Go library, or what Go allocates; as tables and a drawing."""

from __future__ import annotations

import html
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gomagic.bind.module import Go
from gomagic.build.toolchain import NEWEST_GO
from gomagic.errors import GoBuildError
from gomagic.run import flame, samples
from gomagic.run.samples import Frame, Sample

FEW = 20  # samples that say little: a share of half of them may as well be a third or two thirds
_ROWS = 10  # of a table
_PERCENT = 0.5  # what is rarer is not listed


@dataclass(frozen=True, repr=False)
class Profile:
    """What was seen. memory: of allocations, not of time. cells: compiled-in file name -> `cell[N]`.

    sources: compiled-in file name -> the cell's lines. seconds: how long it took by the clock, 0 if that says nothing.
    seen: how often threads were looked at. runs: how often the code was run.
    """

    samples: Sequence[Sample]
    memory: bool
    cells: Mapping[str, str]
    sources: Mapping[str, Sequence[str]] = field(repr=False)
    seconds: float = 0.0
    seen: int = 0
    runs: int = 1

    @property
    def total(self) -> float:
        """Seconds of processors' time, or bytes."""
        return sum(sample.weight for sample in self.samples)

    def heading(self) -> str:
        """How much there is of what was measured."""
        again = f"{self.runs} runs, " if self.runs > 1 else ""
        if self.memory:
            count = sum(sample.count for sample in self.samples)
            return f"{again}Go allocated {_bytes(self.total)} in {count:,} pieces"
        took = f" in {self.seconds:.2f} s" if self.seconds else ""
        return f"{again}processors worked {self.total:.2f} s{took}, {self.seen} samples"

    def few(self) -> bool:
        """Whether there is too little to tell anything by."""
        return not self.memory and self.seen < FEW

    def shares(self) -> list[tuple[str, float]]:
        """Whose time it is, in percent."""
        found: dict[str, float] = defaultdict(float)
        for sample in self.samples:
            found[sample.where.value] += sample.weight
        most = sorted(found.items(), key=lambda pair: -pair[1])
        return [(name, 100 * weight / self.total) for name, weight in most]

    def functions(self) -> list[Row]:
        """The functions that most of it is in, those first that need most themselves."""
        return self._rows(lambda frame: (frame.name, self.cells.get(frame.file, "")))

    def lines(self) -> list[Row]:
        """The lines of the cells that most of it is in, in their order."""
        most = self._rows(lambda frame: (frame.file, str(frame.line)) if frame.file in self.cells else None)
        rows = sorted(most, key=lambda row: (self.cells[row.what[0]], int(row.what[1])))
        return [replace(row, what=(f"{self.cells[row.what[0]]}:{row.what[1]}", self._line(*row.what))) for row in rows]

    def _line(self, token: str, line: str) -> str:
        lines, number = self.sources.get(token, ()), int(line)
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def _rows(self, key: Callable[[Frame], tuple[str, str] | None]) -> list[Row]:
        own: dict[tuple[str, str], float] = defaultdict(float)
        whole: dict[tuple[str, str], float] = defaultdict(float)
        pieces: Counter[tuple[str, str]] = Counter()
        for sample in self.samples:
            frames = sample.frames if not self.memory else _without_runtime(sample.frames)
            keys = [found for found in map(key, frames) if found]
            for found in set(keys):
                whole[found] += sample.weight
            if frames and (last := key(frames[-1])):
                own[last] += sample.weight
                pieces[last] += sample.count
        first = sorted(whole, key=lambda found: (-own[found], -whole[found], str(found)))
        most = [found for found in first if 100 * whole[found] >= _PERCENT * self.total][:_ROWS]
        return [Row(found, own[found], whole[found], pieces[found]) for found in most]

    def __repr__(self) -> str:
        """The tables, for a terminal."""
        text = [self.heading()]
        if not self.memory:
            text += [f"{share:5.0f} %  {name}" for name, share in self.shares()]
        for title, rows in (("function", self.functions()), ("line", self.lines())):
            if rows:
                text += ["", *_columns([self._head(title), *map(self._cells_of, rows)])]
        return "\n".join(text)

    def _head(self, title: str) -> list[str]:
        if self.memory:
            return ["itself", "pieces", "with what it calls", title, ""]
        return ["itself", "with what it calls", title, ""]

    def _cells_of(self, row: Row) -> list[str]:
        if self.memory:
            return [_bytes(row.own), f"{row.count:,}", _bytes(row.all), *row.what]
        return [self._share(row.own), self._share(row.all), *row.what]

    def _share(self, weight: float) -> str:
        return f"{100 * weight / self.total:.0f} %"

    def _repr_html_(self) -> str:
        parts = [f"<p>{html.escape(self.heading())}</p>"]
        if not self.memory:
            shares = " · ".join(f"{name} <b>{share:.0f} %</b>" for name, share in self.shares())
            parts.append(f"<p>{shares}</p>")
        unit = _bytes if self.memory else (lambda weight: f"{weight:.2f} s")
        stacks = [(_without_runtime(s.frames) if self.memory else s.frames, s.weight) for s in self.samples]
        parts.append(flame.draw(stacks, self.cells, unit))
        for title, rows in (("function", self.functions()), ("line", self.lines())):
            if rows:
                parts.append(_table(self._head(title), map(self._cells_of, rows)))
        return f"<div>{''.join(parts)}</div>"


@dataclass(frozen=True)
class Row:
    """Of a table. what: names. own, all: without what it calls, and with that. count: of allocations."""

    what: tuple[str, str]
    own: float
    all: float
    count: int


def measure(
    go: Go,
    work: Callable[[], object],
    *,
    memory: bool,
    seconds: float,
    cells: Mapping[str, str],
    sources: Mapping[str, Sequence[str]],
) -> tuple[Profile, BaseException | None]:
    """Profile `work` in the library of a cell; returns what was seen, and what `work` has raised.

    seconds: `work` is repeated until so much time has gone, be it 0. Raises GoBuildError where nothing can be measured.
    """
    if not memory and any(signal.getitimer(signal.ITIMER_PROF)):
        raise GoBuildError(
            "%go profile: another profiler of this process uses its timer (ITIMER_PROF)", hint="stop that one first"
        )
    begun = go.begin_profile(memory)
    if begun is None:
        raise GoBuildError(
            f"%go profile: Go up to 1.{NEWEST_GO[1]} can tell where time goes, and this cell's is newer",
            hint="write `%go profile --mem …`, which tells what is allocated",
        )
    if not begun:
        raise GoBuildError("%go profile: a profile of this cell is under way", hint="wait until that one has ended")
    failure, runs = None, 0
    start, worked = time.perf_counter(), time.process_time()
    try:
        while not runs or time.perf_counter() - start < seconds:
            runs += 1
            work()
    except BaseException as raised:  # what was seen until then is worth a look, be it of an interrupt
        failure = raised
    took, processors = time.perf_counter() - start, time.process_time() - worked
    text = go.end_profile(memory)
    found = samples.read(text, cells)
    seen = found if memory else samples.timed(found, processors)
    return Profile(seen, memory, dict(cells), sources, took, sum(sample.count for sample in found), runs), failure


def _without_runtime(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The frames without those at the end by which the runtime finds the memory."""
    last = len(frames)
    while last > 1 and frames[last - 1].name.startswith(("runtime.", "internal/runtime")):
        last -= 1
    return frames[:last]


def _bytes(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _columns(rows: list[list[str]]) -> list[str]:
    """The rows as lines, numbers to the right and the two names behind them to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row[:-2], widths, strict=False)]
        lines.append("  ".join([*cells, f"{row[-2]:<{widths[-2]}}", row[-1]]).rstrip())
    return lines


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        *numbers, name, more = [html.escape(cell) for cell in cells]
        if tag == "td":
            name, more = f"<code>{name}</code>", more and f"<code>{more}</code>"
        right = "".join(f'<{tag} style="text-align:right;white-space:nowrap">{cell}</{tag}>' for cell in numbers)
        left = "".join(f'<{tag} style="text-align:left">{cell}</{tag}>' for cell in (name, more))
        return f"<tr>{right}{left}</tr>"

    return f"<table><thead>{line(head, 'th')}</thead><tbody>{''.join(line(row, 'td') for row in rows)}</tbody></table>"
