"""What a loaded cell adds to a process: resident memory, threads, file descriptors. The reference is plain c-shared.

Both sides load the same function a few times, each time as another library, and call it, in a new process where one is
loaded already: Python's own modules, and what Go makes once, are no part of it. The libraries are built before.

    python benchmarks [--quick]
    python loaded.py --cells TEXT…          prints what all but the first add
    python loaded.py --libraries PATH…      the same
"""

import ctypes
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bounds import verdict
from samples import PLAIN_TINY, TINY

import gomagic
from gomagic.build import toolchain

ROUNDS, CELLS, CALLS = 15, 5, 100
BOUND = 1.0
WHAT = {"resident memory": "KiB", "threads": "", "descriptors": ""}


def measure(rounds, cells):
    """Return by what it is a list of pairs, ours and the reference's for so many cells, one a round."""
    with tempfile.TemporaryDirectory() as folder:
        texts = [PLAIN_TINY.edited().go for _ in range(cells + 1)]
        for text in texts:
            gomagic.compile(text)
        libraries = [_built(TINY.edited().go, folder) for _ in texts]
        pairs = []
        for number in range(rounds):
            ways = {"ours": ["--cells", *texts], "plain": ["--libraries", *libraries]}
            order = [*ways][:: -1 if number % 2 else 1]
            added = {way: _added(ways[way]) for way in order}
            pairs.append((added["ours"], added["plain"]))
    return {what: [(ours[what], plain[what]) for ours, plain in pairs] for what in WHAT}


def _built(text, folder):
    chain = toolchain.find()
    place = Path(tempfile.mkdtemp(dir=folder))
    (place / "cell.go").write_text(text)
    command = [chain.go, "build", "-buildmode=c-shared", "-o", "cell.so", "cell.go"]
    subprocess.run(command, cwd=place, env=chain.env, check=True)
    return str(place / "cell.so")


def _added(arguments):
    return json.loads(subprocess.check_output([sys.executable, __file__, *arguments]))


def _now():
    time.sleep(0.2)  # until threads that have just begun are there
    status = Path("/proc/self/status").read_text()
    resident = int(status.partition("VmRSS:")[2].split()[0])
    counts = [len(os.listdir(f"/proc/self/{kind}")) for kind in ("task", "fd")]
    return dict(zip(WHAT, [resident, *counts], strict=True))


def _load(kind, what):
    library = gomagic.compile(what) if kind == "--cells" else ctypes.CDLL(what)
    for _ in range(CALLS):
        library.Add(20, 22)


def main(quick):
    print("\nwhat a loaded cell adds, and a library of plain `go build`\n")
    if not os.path.exists("/proc/self/status"):
        print("left out: this system has no /proc")
        return
    print(f"{'':<34}{'gomagic':>11}{'reference':>11}{'ratio':>9}{'bound':>7}")
    rounds, cells = (1, 1) if quick else (ROUNDS, CELLS)
    for what, pairs in measure(rounds, cells).items():
        ours, plain = (statistics.median(side) / cells for side in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        said = verdict(f"a loaded cell's {what}", ratio, BOUND)
        print(f"{what:<34}{ours:8.1f} {WHAT[what]:3}{plain:7.1f} {WHAT[what]:3}{ratio:9.3f}{BOUND:7.3f}  {said}")


if __name__ == "__main__":
    kind, first, *others = sys.argv[1:]
    _load(kind, first)
    before = _now()
    for other in others:
        _load(kind, other)
    print(json.dumps({what: now - before[what] for what, now in _now().items()}))
