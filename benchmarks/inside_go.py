"""The loops of loops.go called from Go, by `go test -bench`: what they take without any boundary.

benchstat gives the median of the runs and how far to trust it. Give it two of the files that `go test` prints, from
before and after a change, and it tells whether the change made a difference.
"""

import subprocess
import tempfile
from pathlib import Path

from gomagic.build import toolchain

ROOT = Path(__file__).parents[1]
BENCHSTAT = "golang.org/x/perf/cmd/benchstat@v0.0.0-20250813145418-2f7363a06fe1"


def main(quick):
    chain = toolchain.find()
    env = {**chain.env, "GOFLAGS": ""}
    runs = ["-count", "1", "-benchtime", "1x"] if quick else ["-count", "10", "-benchtime", "100ms"]
    command = [chain.go, "test", "-run", "^$", "-bench", ".", *runs, "./benchmarks"]
    measured = subprocess.check_output(command, cwd=ROOT, env=env, text=True)
    print("\ninside Go, without the boundary\n")
    if quick:
        print(measured)
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "go").write_text(measured)
        subprocess.run([chain.go, "run", BENCHSTAT, "go"], cwd=folder, env=env, check=True)
