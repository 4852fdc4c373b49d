"""The same loops in Python, C, Go, and in NumPy and numba where they are: the measurements of chapter 17, longer.

Rivals are measured turn and turn about, in several new processes, since memory lies elsewhere in each; interpreters
take turns, too. (pyperf would finish one rival before it begins the next, and the machine's moods between the two
would count as a difference.) A ratio is taken within a round; shown are the median and the middle half of all ratios.

    python benchmarks [--quick]
"""

import ctypes
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import loops
from samples import PLAIN_MEDIUM, PLAIN_TINY, TINY

import gomagic
from gomagic.build import toolchain

FOLDER = Path(__file__).parent
PROCESSES, SECONDS = 5, 0.5
OLDEST = 8  # loops.py runs on Python 3.8


def build_c(source, folder):
    """Compile C text to a shared library in `folder`, with the compiler that Go uses; returns its path."""
    chain = toolchain.find()
    place = Path(tempfile.mkdtemp(dir=folder))
    (place / "loops.c").write_text(source)
    command = [*chain.cc, "-O2", "-shared", "-fPIC", "loops.c", "-o", "loops.so"]
    subprocess.run(command, cwd=place, env=dict(chain.env), check=True)
    return str(place / "loops.so")


def build_go():
    """Build loops.go as `%%go` would; returns the library's path."""
    return gomagic.compile((FOLDER / "loops.go").read_text(), "loops")._name


def libraries():
    """The loops of loops.go and those of loops.c, loaded for ctypes, which has been told their types."""
    with tempfile.TemporaryDirectory() as folder:
        c = ctypes.CDLL(build_c((FOLDER / "loops.c").read_text(), folder))
    return loops.declare(ctypes.CDLL(build_go())), loops.declare(c)


def simd():
    """benchmarks/simd, loaded; None where Go, which needs to be 1.26 on amd64, or the processor has no such thing."""
    with mock.patch.dict(os.environ, {"GOEXPERIMENT": "simd"}):
        try:
            found = gomagic.load(FOLDER / "simd")
        except gomagic.GoBuildError:
            return None
    return found if found.Has() else None


def interpreters():
    """Find Pythons: on PATH, pyenv's and uv's. Returns executables by name and origin, such as `Python 3.12, pyenv`."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    for place in (".pyenv/versions/*/bin", ".local/share/uv/python/*/bin"):
        folders += Path.home().glob(place)
    found = {}
    for path in (path for folder in folders if folder.name != "shims" for path in folder.glob("py*")):
        name = re.fullmatch(r"(python|pypy)3\.(\d+)", path.name)
        if name and int(name[2]) >= OLDEST:
            real = path.resolve()  # the Python behind a virtual environment
            origin = "pyenv" if ".pyenv" in real.parts else "uv" if "uv" in real.parts else "system"
            found.setdefault((name[1] == "pypy", int(name[2]), origin), real)
    return {
        f"{'PyPy' if pypy else 'Python'} 3.{minor}, {origin}": found[pypy, minor, origin]
        for pypy, minor, origin in sorted(found)
    }


def rounds(python, go, c, seconds, *tasks):
    """Measure in a new process of `python`; returns for each task its rounds, as `loops.measure` does."""
    command = [python, FOLDER / "loops.py", go, c, str(seconds), *tasks]
    return json.loads(subprocess.check_output(command))


def by_interpreter(task, go, c, seconds):
    """Measure a task with every Python that is found; returns its rounds by the interpreter's name."""
    return {name: rounds(python, go, c, seconds, task)[task] for name, python in interpreters().items()}


def edits(times):
    """Run cells so many times, each time after a change; returns the seconds to the first result, by round and rival.

    They run in a shell of their own, with nothing built meanwhile. What is the same each time is compiled before: the
    standard library, and what is compiled while the reader reads.
    """
    command = [sys.executable, FOLDER / "session.py", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:

        def seconds(*cells):
            print(json.dumps(cells), file=shell.stdin, flush=True)
            return float(shell.stdout.readline())

        seconds("%load_ext gomagic", "%load_ext plain_magic", "from gomagic.build import warmup; warmup.quicken()")
        rounds = []
        for _ in range(1 + times):
            tiny, medium = PLAIN_TINY.edited().cells("%%go"), PLAIN_MEDIUM.edited().cells("%%go")
            ways = {"go build": TINY.edited().cells("%%plain"), "Go, one line": tiny, "Go, 40 lines": medium}
            rounds.append({name: seconds(*cells) for name, cells in (ways | {"Go, unchanged": medium}).items()})
        shell.stdin.close()
    return rounds[1:]


def ratios(rounds, rival, unit):
    """A rival's median in units of another, and the ends of the middle half."""
    low, middle, high = statistics.quantiles([each[rival] / each[unit] for each in rounds], n=4)
    return middle, low, high


def table(rounds):
    """Lines for the rivals of one task; the first is the unit."""
    unit, *others = rounds[0]
    microseconds = statistics.median(each[unit] for each in rounds) * 1e6
    yield f"    {unit:<24}{1:>9}{'':>19}   {microseconds:.3g} µs"
    for rival in others:
        yield row(rival, *ratios(rounds, rival, unit))


def row(name, middle, low, high):
    return f"    {name:<24}{middle:>9.3g}{f'{low:.3g} to {high:.3g}':>19}"


def main(quick):
    processes, seconds = (1, 0.01) if quick else (PROCESSES, SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        libraries = build_go(), build_c((FOLDER / "loops.c").read_text(), folder)
        pooled = {}
        for _ in range(processes):
            for task, more in rounds(sys.executable, *libraries, seconds).items():
                pooled.setdefault(task, []).extend(more)
        print(
            f"\nrivals: Python {platform.python_version()}, {processes} processes of {seconds} s a task; time, unit 1\n"
        )
        for task, rows in pooled.items():
            print(task, *table(rows), sep="\n")
        others = {}
        for _ in range(processes):
            for name, rows in by_interpreter("pi, 20,000 terms", *libraries, seconds).items():
                others.setdefault(name, []).extend(rows)
    print("\npi by interpreter: time, Go 1\n")
    for name, rows in others.items():
        print(row(name, *ratios(rows, "Python", "Go")))
