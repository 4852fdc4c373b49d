"""`make bench`: every benchmark of this folder. `--quick` makes it short, to see that all of them run."""

import argparse
import importlib
import multiprocessing
import os
import sys

import bounds

# Room for the libraries of all rounds, ours and those that they are compared with: glibc gives it at a process's start.
ROOM = "glibc.rtld.optional_static_tls=16384"
BENCHMARKS = [
    "rivals",
    "inside_go",
    "plain_cells",
    "loaded",
    "python_in_go",
    "service",
    "other_magics",
    "first_cell",
    "edit_to_run",
]


def run(name, quick):
    """Run one of them; returns its rows that have a bound."""
    importlib.import_module(name).main(quick)
    sys.stdout.flush()  # the process is ended once this has returned
    return bounds.seen


def main():
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--quick", action="store_true", help="few rounds, without a warm-up: shows only that it runs")
    quick = parser.parse_args().quick
    # Each has a process of its own: what one has loaded stays there, and no process has room for the libraries of all.
    for name in BENCHMARKS:
        with multiprocessing.get_context("fork").Pool(1) as process:
            bounds.seen.update(process.apply(run, (name, quick)))
    print(f"\nall rows with a bound: {bounds.draw()}")


if __name__ == "__main__":
    if os.environ.get("GLIBC_TUNABLES") != ROOM:
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "GLIBC_TUNABLES": ROOM})
    main()
