"""The first cell of all, on a machine where nothing is compiled yet: how long it takes once the text above it is read.

A new process loads gomagic, waits as long as a reader reads, and runs a plain cell; Go's build cache and gomagic's are
empty before. The reference is plain_magic.py on the same functions with `import "C"`, which also begins with an empty
cache and compiles the standard library meanwhile. Besides the seconds, which other programs on the machine make
longer, there are those of all processors, from the start of the process to its end: what is compiled in all, but
for what was ended half-way.

    python benchmarks/first_cell.py [--quick]
"""

import os
import resource
import statistics
import sys
import tempfile
from dataclasses import dataclass, field

from edit_to_run import Row
from samples import MEDIUM, PLAIN_MEDIUM
from session import fresh, reading

ROUNDS, READING = 3, 10.0


@dataclass
class Cold(Row):
    """A line of the table, with the processors' seconds of every round."""

    work: list[tuple[float, float]] = field(default_factory=list)

    def __str__(self):
        ours, reference = (statistics.median(each) for each in zip(*self.work, strict=True))
        return f"{super().__str__()}\n    in all: {ours:.1f} s of processors, reference {reference:.1f} s"


def main(quick):
    row = Cold(f"first cell, {READING:.0f} s after %load_ext", 0.35)
    for number in range(1 if quick else ROUNDS):
        ways = [ours, reference] if number % 2 else [reference, ours]
        found = {way: measured(way, quick) for way in ways}
        row.add(found[ours][0], found[reference][0])
        row.work.append((found[ours][1], found[reference][1]))
    print(f"\n{'':<34}{'gomagic':>11}{'reference':>11}{'ratio':>9}{'bound':>7}\n{row}")


def ours(quick):
    before = ["%load_ext gomagic", reading(0 if quick else READING)]
    return fresh(*PLAIN_MEDIUM.edited().cells("%%go"), before=before)


def reference(quick):
    return fresh(*MEDIUM.edited().cells("%%plain"), before=["%load_ext plain_magic"])


def measured(way, quick):
    """The seconds that the reader waits, and those of all processors; quick: what is compiled already stays so."""
    kept = {name: os.environ.get(name) for name in ("GOCACHE", "GOMAGIC_CACHE", "CI")}
    with tempfile.TemporaryDirectory() as folder:
        if not quick:
            os.environ.update(GOCACHE=f"{folder}/go-build", GOMAGIC_CACHE=f"{folder}/gomagic")
            os.environ.pop("CI", None)  # where nothing is built ahead: nobody reads there
        before = processors()
        try:
            return way(quick), processors() - before
        finally:
            os.environ.update({name: value for name, value in kept.items() if value is not None})
            for name in (name for name, value in kept.items() if value is None):
                os.environ.pop(name, None)


def processors():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main("--quick" in sys.argv)
