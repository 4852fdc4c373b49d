"""The loops of chapter 17 in Python, what ctypes is told of Go's and C's, and the stop watch.

    python loops.py GO_LIBRARY C_LIBRARY SECONDS [TASK …]    measures; prints the rounds of each task as JSON

It needs Python 3.8 and nothing else, so that every interpreter that is found can run it; NumPy and numba take part
where they can be imported. loops.go and loops.c hold the same functions.
"""

import ctypes
import json
import random
import sys
import time
from array import array
from timeit import Timer

try:
    import numpy as np
except ImportError:
    np = None
try:
    import numba
except ImportError:
    numba = None

C_DOUBLES, C_INT = ctypes.POINTER(ctypes.c_double), ctypes.c_int64
SIGNATURES = {
    "Noop": ([], None),
    "Add": ([C_INT, C_INT], C_INT),
    "Pi": ([C_INT], ctypes.c_double),
    "Hash": ([ctypes.c_char_p, C_INT], ctypes.c_uint32),
    "Upper": ([ctypes.c_char_p, ctypes.c_char_p, C_INT], None),
    "Shuffle": ([C_DOUBLES, C_INT, ctypes.c_uint32], None),
    "Sum": ([C_DOUBLES, C_INT], ctypes.c_double),
    "Dot": ([C_DOUBLES, C_DOUBLES, C_INT], ctypes.c_double),
}


def declare(library):
    """Tell ctypes what the functions of a library take and return; returns the library."""
    for name, (argtypes, restype) in SIGNATURES.items():
        function = getattr(library, name)
        function.argtypes, function.restype = argtypes, restype
    return library


def present(rivals):
    """The rivals whose library is installed."""
    missing = [name for name, module in (("NumPy", np), ("numba", numba)) if module is None]
    return {rival: run for rival, run in rivals.items() if not any(name in rival for name in missing)}


def measure(rivals, names, seconds, fresh="", clock=time.process_time):
    timers = {rival: Timer(run, fresh or "pass", clock, names) for rival, run in present(rivals).items()}
    turn = 0 if fresh else 0.001  # seconds; what needs fresh copies runs once a turn
    runs = {rival: int(turn / min(timer.repeat(2, 1))) + 1 for rival, timer in timers.items()}
    rounds, end = [], time.perf_counter() + seconds
    while len(rounds) < 5 or time.perf_counter() < end:
        turns = random.sample(list(timers), len(timers))
        took = {rival: timers[rival].timeit(runs[rival]) / runs[rival] for rival in turns}
        rounds.append({rival: took[rival] for rival in timers})
    return rounds


def noop():
    pass


def add(a, b):
    return a + b


def pi(terms):
    total, sign = 0.0, 4.0
    for i in range(terms):
        total += sign / (2 * i + 1)
        sign = -sign
    return total


def pi_2020(terms):
    return sum((-1) ** i * 4 / (2 * i + 1) for i in range(terms))


def hash_bytes(text):
    code = 2166136261
    for letter in text:
        code = (code ^ letter) * 16777619 & 0xFFFFFFFF
    return code


def upper(library, text):
    data = text.encode()
    out = ctypes.create_string_buffer(len(data))
    library.Upper(data, out, len(data))
    return out.raw.decode()


def total(xs):
    result = 0.0
    for x in xs:
        result += x
    return result


def dot(xs, ys):
    result = 0.0
    for i, x in enumerate(xs):
        result += x * ys[i]
    return result


def shuffle(xs, seed):
    for i in range(len(xs) - 1, 0, -1):
        seed ^= seed << 13 & 0xFFFFFFFF
        seed ^= seed >> 17
        seed ^= seed << 5 & 0xFFFFFFFF
        j = seed * (i + 1) >> 32
        xs[i], xs[j] = xs[j], xs[i]


def shuffle_list(library, xs):
    numbers = array("d", xs)
    library.Shuffle((ctypes.c_double * len(xs)).from_buffer(numbers), len(xs), 1)
    return list(numbers)


def by_constructor(xs):
    return list((ctypes.c_double * len(xs))(*xs))


def by_array(xs):
    numbers = array("d", xs)
    (ctypes.c_double * len(xs)).from_buffer(numbers)
    return list(numbers)


def by_slices(xs):
    numbers = (ctypes.c_double * len(xs))()
    numbers[:] = xs
    return numbers[:]


def sum_list(library, xs):
    return library.Sum((ctypes.c_double * len(xs)).from_buffer(array("d", xs)), len(xs))


def compiled():
    """The loops as numba compiles them, anew in each call: `pi_numba` and so on. Empty without numba."""
    if numba is None:
        return {}
    return {f"{loop.__name__}_numba": numba.njit(loop) for loop in (noop, add, pi, hash_bytes, shuffle, total, dot)}


def names():
    """What the statements of rivals may use, beside the libraries and the data."""
    return {**{name: value for name, value in globals().items() if name[0] != "_"}, **compiled()}


# For each task its rivals, the first of which is the unit.
TASKS = {
    "no-op": {"Python": "noop()", "numba": "noop_numba()", "C": "c.Noop()", "Go": "go.Noop()"},
    "add": {"Python": "add(2, 3)", "numba": "add_numba(2, 3)", "C": "c.Add(2, 3)", "Go": "go.Add(2, 3)"},
    "pi, 20,000 terms": {
        "Python": "pi(20_000)",
        "Python, (-1)**i": "pi_2020(20_000)",
        "NumPy": "i = np.arange(1.0, 40_000.0, 4.0); (4 / i - 4 / (i + 2)).sum()",
        "numba": "pi_numba(20_000)",
        "C": "c.Pi(20_000)",
        "Go": "go.Pi(20_000)",
    },
    "hash, 5,000 letters": {
        "Python": "hash_bytes(letters)",
        "numba": "hash_bytes_numba(letters)",
        "C": "c.Hash(letters, len(letters))",
        "Go": "go.Hash(letters, len(letters))",
    },
    "upper, 17 letters": {"Python": "word.upper()", "C": "upper(c, word)", "Go": "upper(go, word)"},
    "list to C and back, 100,000 numbers": {
        "ctypes, constructor": "by_constructor(many)",
        "ctypes, slices": "by_slices(many)",
        "array": "by_array(many)",
    },
    "shuffle, 100,000 numbers": {
        "Python, list": "shuffle(xs, 1)",
        "random, list": "random.shuffle(xs)",
        "NumPy, list": "np.random.shuffle(xs)",
        "C, list": "shuffle_list(c, xs)",
        "Go, list": "shuffle_list(go, xs)",
        "NumPy, array": "rng.shuffle(vector)",
        "numba, array": "shuffle_numba(vector, 1)",
        "C, array": "c.Shuffle(held, len(many), 1)",
        "Go, array": "go.Shuffle(held, len(many), 1)",
    },
    "sum, 10,000 numbers": {
        "Python": "total(few)",
        "Python, sum": "sum(few)",
        "NumPy": "xs.sum()",
        "numba": "total_numba(xs)",
        "C": "c.Sum(held, len(few))",
        "Go": "go.Sum(held, len(few))",
    },
    "dot, 10,000 numbers": {
        "Python": "dot(few, few)",
        "NumPy": "xs @ xs",
        "numba": "dot_numba(xs, xs)",
        "C": "c.Dot(held, held, len(few))",
        "Go": "go.Dot(held, held, len(few))",
    },
}

# What is made anew for each rival, outside of its time, where they work in place: a list that has been shuffled lies
# all over the memory, and the next rival would be slower for it.
FRESH = {"shuffle, 100,000 numbers": "xs, held[:] = many.copy(), many" + ("; vector[:] = many" if np else "")}


def main(go, c, seconds, *tasks):
    many = [float(i) for i in range(100_000)]
    few = many[:10_000]  # above that, OpenBLAS starts threads
    used = dict(
        names(),
        go=declare(ctypes.CDLL(go)),
        c=declare(ctypes.CDLL(c)),
        word="adelie and gentoo",
        letters=b"penguin " * 625,
        many=many,
        few=few,
        held=(ctypes.c_double * len(many))(*many),
    )
    if np:
        used.update(vector=np.array(many), xs=np.array(few), rng=np.random.default_rng(1))
    tasks = tasks or TASKS
    print(json.dumps({task: measure(TASKS[task], used, float(seconds), FRESH.get(task, "")) for task in tasks}))


if __name__ == "__main__":
    main(*sys.argv[1:])
