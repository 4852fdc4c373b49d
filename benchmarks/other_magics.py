"""A plain cell against `%%cython` and numba: from an edit to the first result, which is checked.

numba compiles the first function of a kernel together with much of its own, later ones sooner. So its first call is in
a new kernel, against a cell that is edited in a new kernel; what its later calls take is shown beside it.

Their packages are the extra `bench` of pyproject.toml, which nothing else installs: uv puts them into an environment of
their own, build/bench. There an IPython shell waits for cells in another process; both shells take turns.

    python benchmarks
"""

import json
import subprocess
import sys
from pathlib import Path

from edit_to_run import Row
from samples import PLAIN_MEDIUM, PLAIN_TINY, Sample
from session import Session, fresh, reading

from gomagic.build import warmup

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "bench"
ROUNDS = 15

_CALL_TINY = "assert add(20, 22) == 42 + EDIT"
_CALL_MEDIUM = """\
assert report(14) == "2:11 2:2 3:3 4:13 5:5 7:7"
assert count(100) == 25 + EDIT
"""

CYTHON_TINY = Sample("tiny", "%%cython\ndef add(int a, int b): return a + b + EDIT\n", _CALL_TINY)
CYTHON_MEDIUM = Sample(
    "medium",
    """\
%%cython -+
from libcpp cimport bool
from libcpp.algorithm cimport sort
from libcpp.pair cimport pair
from libcpp.string cimport string, to_string
from libcpp.vector cimport vector


cdef vector[int] sieve(int limit):
    cdef vector[bool] composite = vector[bool](limit)
    cdef vector[int] primes
    cdef int n, m
    for n in range(2, limit):
        if composite[n]:
            continue
        primes.push_back(n)
        m = n * n
        while m < limit:
            composite[m] = True
            m += n
    return primes


cdef int digit_sum(int n):
    return n if n < 10 else n % 10 + digit_sum(n // 10)


def count(int limit):
    return sieve(limit).size() + EDIT


def report(int limit):
    cdef vector[pair[int, int]] pairs
    cdef vector[string] words
    cdef string joined
    for p in sieve(limit):
        pairs.push_back(pair[int, int](digit_sum(p), p))
    sort(pairs.begin(), pairs.end())
    for each in pairs:
        words.push_back(to_string(each.first) + <string>b":" + to_string(each.second))
    sort(words.begin(), words.end())
    for word in words:
        if not joined.empty():
            joined.append(<string>b" ")
        joined.append(word)
    return joined.decode()
""",
    _CALL_MEDIUM,
)

NUMBA_TINY = Sample("tiny", "@njit\ndef add(a, b): return a + b + EDIT\n", _CALL_TINY)
NUMBA_MEDIUM = Sample(
    "medium",
    """\
@njit
def sieve(limit):
    composite = np.zeros(limit, np.bool_)
    primes = []
    for n in range(2, limit):
        if composite[n]:
            continue
        primes.append(n)
        for m in range(n * n, limit, n):
            composite[m] = True
    return primes


@njit
def digit_sum(n):
    total = 0
    while n:
        total += n % 10
        n //= 10
    return total


@njit
def count(limit):
    return len(sieve(limit)) + EDIT


@njit
def report(limit):
    pairs = [(digit_sum(p), p) for p in sieve(limit)]
    pairs.sort()
    words = [str(total) + ":" + str(p) for total, p in pairs]
    words.sort()
    return " ".join(words)
""",
    _CALL_MEDIUM,
)
# The plain cell, the rival, and the row: in one kernel each, and in new ones.
PAIRS = [
    (PLAIN_TINY, CYTHON_TINY, Row("tiny, against %%cython", 0.15)),
    (PLAIN_MEDIUM, CYTHON_MEDIUM, Row("medium, against %%cython in C++", 0.12)),
    (PLAIN_TINY, NUMBA_TINY, Row("tiny, against numba's later calls", None)),
    (PLAIN_MEDIUM, NUMBA_MEDIUM, Row("medium, the same", None)),
]
ANEW = [
    (PLAIN_TINY, NUMBA_TINY, Row("tiny, against numba's first call", 0.65)),
    (PLAIN_MEDIUM, NUMBA_MEDIUM, Row("medium, against its first call", 0.06)),
]
NUMBA = ["import numpy as np", "from numba import njit"]


class Other:
    """An IPython shell in the environment of the rivals, which tells how long its cells take."""

    def __init__(self, python):
        command = [python, ROOT / "benchmarks" / "session.py", "--serve"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, *cells):
        print(json.dumps(cells), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, "the rivals' shell has ended: what it said stands above"
        return float(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def environment():
    """The Python of the rivals' environment, which is made where it is not there."""
    sys.path.append(str(ROOT))
    import bootstrap  # only here: it knows how uv is called

    uv = [*bootstrap.uv(sys.executable), "--quiet"]
    python = PLACE / "bin" / "python"
    if not python.exists():
        subprocess.run([*uv, "venv", "--python", sys.executable, PLACE], check=True)
    install = ["pip", "install", "--python", python, "--requirements", ROOT / "pyproject.toml", "--extra", "bench"]
    subprocess.run([*uv, *install], check=True)
    return python


def measure(rounds):
    """Return the rows, each measured once a round."""
    python = environment()
    ours, other = Session(), Other(python)
    ours.load("gomagic")
    warmup.build()  # as while the reader reads
    warmup.quicken()
    other.seconds("%load_ext Cython", *NUMBA)

    def here(plain, rival):
        yield lambda: ours.edited(*plain.cells("%%go"))
        yield lambda: other.seconds(rival.go, rival.call)

    def anew(plain, rival):
        yield lambda: fresh(*plain.cells("%%go"), before=["%load_ext gomagic", reading()])
        yield lambda: fresh(rival.go, rival.call, before=[*NUMBA, reading()], python=python)

    for number in range(-1, rounds):  # the first time each compiles what it compiles once
        for plain, rival, row, ways in [*((*pair, here) for pair in PAIRS), *((*pair, anew) for pair in ANEW)]:
            both = [*enumerate(ways(plain.edited(), rival.edited()))]
            seconds = {which: way() for which, way in both[:: -1 if number % 2 else 1]}
            if number >= 0:
                row.add(seconds[0], seconds[1])
    other.close()
    return [row for *_, row in [*PAIRS, *ANEW]]


def main(quick):
    print("\nan edited plain cell, edit to first result, against other magics\n")
    if quick:
        print("left out: their packages are installed for the whole `make bench` alone")
        return
    rows = measure(ROUNDS)
    versions = subprocess.check_output([PLACE / "bin" / "python", "-c", _VERSIONS], text=True).strip()
    print(f"medians of {len(rows[0].ours)}, {versions}\n")
    print(f"{'':<34}{'gomagic':>11}{'reference':>11}{'ratio':>9}{'bound':>7}")
    print(*rows, sep="\n")


_VERSIONS = "import Cython, numba; print('Cython', Cython.__version__ + ', numba', numba.__version__)"
