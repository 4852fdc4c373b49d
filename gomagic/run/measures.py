"""What benchmarks have measured, and by how much it differs from an earlier run of theirs.

As benchstat of golang.org/x/perf has it: a median, how far the runs lie from it, and a change only where the runs
differ by more than chance, by the Mann-Whitney test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

RUNS, SECONDS = 6, 0.2  # of each benchmark: with fewer than six runs the range says too little of the median
ALPHA = 0.05
_TIME = "ns/op"
_ROW = r"^{name}(-\d+)?[ ]*\t\s*\d+\t(.*)\n"


@dataclass(frozen=True)
class Measured:
    """The runs of one benchmark. values: unit -> what each run has measured. where: the cells that were run."""

    values: Mapping[str, tuple[float, ...]]
    where: str

    def __str__(self) -> str:
        each = "  ".join(_told(values, unit) for unit, values in self.values.items())
        count = max(map(len, self.values.values()), default=0)
        return f"{each}  ({count} runs)"

    def against(self, earlier: Measured) -> list[str]:
        """A line for each unit by which it differs from an earlier run, and for the time even if it does not."""
        lines = []
        for unit, values in self.values.items():
            before = earlier.values.get(unit, ())
            if not before or ({*values} == {*before} and len({*values}) == 1):
                continue
            chance = by_chance(before, values)
            was = f"{_told(before, unit)} in {earlier.where}"
            if chance < ALPHA:
                lines.append(f"{_change(median(before), median(values))} against {was} (p={chance:.3f})")
            elif unit == _TIME:
                lines.append(f"no change that these runs could show against {was} (p={chance:.2f})")
        return lines


def read(texts: Sequence[str], name: str, where: str) -> tuple[list[str], Measured | None]:
    """These texts without the lines of a benchmark, and what the lines say; None if there are none."""
    row = re.compile(_ROW.format(name=re.escape(name)), re.MULTILINE)
    values: dict[str, list[float]] = {}
    for found in (found for text in texts for found in row.finditer(text)):
        for number, unit in re.findall(r"([\d.e+-]+) (\S+)", found[2]):
            values.setdefault(unit, []).append(float(number))
    made = Measured({unit: tuple(each) for unit, each in values.items()}, where) if values else None
    return [row.sub("", text) for text in texts], made


def by_chance(before: Sequence[float], now: Sequence[float]) -> float:
    """How likely it is that two groups of runs differ by so much in rank if nothing has changed."""
    both = sorted([*before, *now])
    rank = {value: both.index(value) + (both.count(value) + 1) / 2 for value in both}
    ranks = [rank[value] for value in both]
    middle = len(before) * (len(both) + 1) / 2
    seen = abs(sum(rank[value] for value in before) - middle)
    sums = [abs(sum(those) - middle) for those in combinations(ranks, len(before))]
    return sum(one >= seen - 1e-9 for one in sums) / len(sums)


def _told(values: Sequence[float], unit: str) -> str:
    """The median, and how far the runs lie from it at most."""
    middle = median(values)
    spread = max(abs(value - middle) for value in values)
    return f"{_number(middle)} {unit}" + (f" ± {100 * spread / middle:.0f}%" if middle and spread else "")


def _number(value: float) -> str:
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _change(before: float, now: float) -> str:
    if not before:
        return f"{_number(now)} more"
    return f"{100 * (now / before - 1):+.1f}%".replace("-", "\N{MINUS SIGN}")
