"""What it costs a Go program to call Python: the same function of numpy called from Python and from Go.

Both run in one process, turn and turn about; a ratio is taken within a round, and what counts is the median.

    python benchmarks [--quick]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bounds import verdict

from gomagic.build import toolchain

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, CALLS = 15, 2000
# What is compared, its bound, and the two times whose ratio it is.
ROWS = [
    ("call on 1,000 numbers, from Go / from Python", 1.25, "Go", "Python"),
    ("what a call adds, 10 million numbers / 10", 1.25, "Many", "Few"),
]


def main(quick):
    rounds, calls = (1, 50) if quick else (ROUNDS, CALLS)
    measured = measure(rounds, calls)
    print(f"\nPython in a Go program: medians of {rounds}\n")
    print(f"{'':<46}{'left':>9}{'right':>12}{'ratio':>9}{'bound':>7}")
    for title, bound, left, right in ROWS:
        times = "".join(f"{statistics.median(each[side] for each in measured) * 1e6:9.2f} µs" for side in (left, right))
        ratio = statistics.median(each[left] / each[right] for each in measured)
        print(f"{title:<46}{times}{ratio:9.2f}{bound:7.2f}  {verdict(title, ratio, bound)}")


def measure(rounds, calls):
    """Run the Go program with this Python; returns a dict of seconds for each round."""
    chain = toolchain.find()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "python_in_go"
        build = [chain.go, "build", "-o", program, "./benchmarks/python_in_go"]
        subprocess.run(build, cwd=ROOT, env={**chain.env, "GOFLAGS": ""}, check=True)
        environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
        return json.loads(subprocess.check_output([program, str(rounds), str(calls)], env=environment))
