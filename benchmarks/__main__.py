"""`make bench`: every benchmark of this folder. `--quick` makes it short, to see that all of them run."""

import argparse
import os
import sys

import bounds
import edit_to_run
import first_cell
import inside_go
import loaded
import other_magics
import plain_cells
import python_in_go
import rivals
import service

# Room for the libraries of all rounds, ours and those that they are compared with: glibc gives it at a process's start.
ROOM = "glibc.rtld.optional_static_tls=16384"
if os.environ.get("GLIBC_TUNABLES") != ROOM:
    os.execve(sys.executable, sys.orig_argv, {**os.environ, "GLIBC_TUNABLES": ROOM})

parser = argparse.ArgumentParser(prog="benchmarks")
parser.add_argument("--quick", action="store_true", help="few rounds, without a warm-up: shows only that it runs")
quick = parser.parse_args().quick
rivals.main(quick)
inside_go.main(quick)
plain_cells.main(quick)
loaded.main(quick)
python_in_go.main(quick)
service.main(quick)
other_magics.main(quick)
first_cell.main(quick)
edit_to_run.main(quick)  # the last: it moves the cache and the temporary folder to a place that is then removed
print(f"\nall rows with a bound: {bounds.draw()}")
