"""How long a reader waits, from an edited cell to the first call of its library.

The reference is plain_magic.py, which calls plain `go build -buildmode=c-shared` on the same text. Both run in one
process, turn and turn about, in a real IPython shell; what counts is the ratio of the medians, from which the
machine's speed drops out. A new kernel is a new process whose IPython shell is up before the clock starts, and which
has loaded gomagic then, as long ago as somebody reads who begins.

    python benchmarks [--quick]
"""

import os
import platform
import statistics
import tempfile
from dataclasses import dataclass, field

from bounds import verdict
from samples import MEDIUM, TINY
from session import Session, fresh, reading

from gomagic.build import toolchain, warmup

ROUNDS = 15


@dataclass
class Row:
    """A line of the table: the seconds of every round, gomagic's and those of what it is compared with."""

    title: str
    bound: float | None  # None: it is only shown
    ours: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)

    def add(self, ours, reference):
        self.ours.append(ours)
        self.reference.append(reference)

    def __str__(self):
        ours, reference = statistics.median(self.ours), statistics.median(self.reference)
        ratio = ours / reference
        times = f"{ours * 1e3:8.1f} ms{reference * 1e3:8.1f} ms"
        judged = "" if self.bound is None else f"{self.bound:7.3f}  {verdict(self.title, ratio, self.bound)}"
        return f"{self.title:<34}{times}{ratio:9.4f}{judged}"


def main(quick):
    rounds = 1 if quick else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GOMAGIC_CACHE"] = f"{folder}/cache"
        tempfile.tempdir = folder  # the reference builds there
        rows = measure(rounds)
    go = toolchain.check(toolchain.find())["GOVERSION"]
    print(f"\nedit to run: medians of {rounds}, {go}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print(f"{'':<34}{'gomagic':>11}{'reference':>11}{'ratio':>9}{'bound':>7}")
    print(*rows, sep="\n")


def measure(rounds):
    """Return the rows of the table, each measured once a round."""
    session = Session()
    session.load("gomagic", "plain_magic")
    samples = [(TINY, Row("edited cell, tiny", 0.40)), (MEDIUM, Row("edited cell, medium", 0.40))]
    same = Row("unchanged cell, same kernel", 0.002)
    anew = Row("unchanged cell, new kernel", 0.005)
    at_once = Row("the same, with %load_ext", 0.005)
    load = Row("%load_ext against import numpy", 0.12)
    if rounds > 1:
        warmup.quicken()  # as while the reader reads
        for sample, _ in samples:  # the first build of all compiles the standard library, for both
            session.seconds(*sample.edited().cells("%%plain"), *sample.edited().cells("%%go"))
        fresh("import numpy", "%load_ext gomagic", *TINY.edited().cells("%%go"))  # compiles the Python modules
    for number in range(rounds):
        for sample, row in samples:
            edited = sample.edited()
            ways = ["%%plain", "%%go"] if number % 2 else ["%%go", "%%plain"]
            seconds = {way: session.seconds(*edited.cells(way)) for way in ways}
            row.add(seconds["%%go"], seconds["%%plain"])
            if sample is TINY:
                same.add(session.seconds(*edited.cells("%%go")), seconds["%%plain"])
                anew.add(fresh(*edited.cells("%%go"), before=["%load_ext gomagic", reading()]), seconds["%%plain"])
                at_once.add(fresh("%load_ext gomagic", *edited.cells("%%go")), seconds["%%plain"])
        load.add(fresh("%load_ext gomagic"), fresh("import numpy"))
    return [*(row for _, row in samples), same, anew, at_once, load]
