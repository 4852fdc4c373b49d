"""What a Go program waits for Python: a call in memory against a service over gRPC.

The program is golib/python/grpcdemo/compare: one client, the 1,000 readings of chapter 19, four ways that take turns
in each round. A ratio is taken within a round; shown are the median and the middle half of all ratios.

    python benchmarks [--quick]
"""

import json
import subprocess
import sys
from pathlib import Path

from rivals import ratios

from gomagic.build import toolchain

ROOT = Path(__file__).parents[1]
ROUNDS, CALLS = 15, 50
BOUND = 45  # times as fast as such a service was the call in memory that Miki Tebeka measured in 2020
FORMS = {"packed": "one message", "readings": "one message of readings", "stream": "a message a reading"}


def measure(rounds, calls):
    """Return a dict a round: by the form's name, the seconds of a call."""
    chain = toolchain.find()
    series = ROOT / "notebooks/data/thermometer.json"
    options = ["-python", sys.executable, "-rounds", str(rounds), "-calls", str(calls)]
    command = [chain.go, "run", "./compare", *options, series]
    folder = ROOT / "golib/python/grpcdemo"
    measured = json.loads(subprocess.check_output(command, cwd=folder, env={**chain.env, "GOFLAGS": ""}))
    return [dict(zip(measured, seconds, strict=True)) for seconds in zip(*measured.values(), strict=True)]


def main(quick):
    rounds = measure(2, 2) if quick else measure(ROUNDS, CALLS)
    print("\nPython in a Go program against a service over gRPC, in memory = 1\n")
    for form, name in FORMS.items():
        middle, low, high = ratios(rounds, form, "memory")
        print(f"    {name:<24}{middle:>9,.1f}   {low:,.1f} to {high:,.1f}")
    slower = ratios(rounds, "stream", "memory")[0]
    print(f"    a message a reading: bound {BOUND} or more, {'ok' if slower >= BOUND else 'under'}")
