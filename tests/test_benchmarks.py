"""The benchmarks run, and say what they should; how fast it is, only `make bench` tells."""

import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ROWS = {
    "edited cell, tiny": "0.60",
    "edited cell, medium": "0.70",
    "unchanged cell, same kernel": "0.01",
    "unchanged cell, new kernel": "0.05",
    "%load_ext against import numpy": "0.25",
}


def test_the_quick_form_prints_a_ratio_for_each_row():
    said = subprocess.check_output([sys.executable, BENCHMARKS, "--quick"], text=True)
    row = r"^(\S.*?) +[\d.]+ ms +[\d.]+ ms +([\d.]+) +([\d.]+)  (ok|over)$"
    found = {title: (float(ratio), bound, verdict) for title, ratio, bound, verdict in re.findall(row, said, re.M)}
    assert {title: bound for title, (_, bound, _) in found.items()} == ROWS
    for ratio, bound, verdict in found.values():
        assert verdict == ("ok" if ratio <= float(bound) else "over")
