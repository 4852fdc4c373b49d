"""The benchmarks run, compare the same work, and say what they should; how fast it is, only `make bench` tells."""

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import gomagic

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
EDIT_TO_RUN = {
    "edited cell, tiny": "0.400",
    "edited cell, medium": "0.400",
    "unchanged cell, same kernel": "0.002",
    "unchanged cell, new kernel": "0.005",
    "the same, with %load_ext": "0.005",
    "%load_ext against import numpy": "0.120",
    "first cell, 10 s after %load_ext": "0.350",
    "edited plain cell, tiny": "0.170",
    "edited plain cell, medium": "0.200",
    "the same, 40 functions": "0.350",
    "the same, 5 structs, 20 methods": "0.350",
}
ADDED = ["resident memory", "threads", "descriptors"]
CALLS = {
    "add two ints": "0.160" if sys.version_info < (3, 12) else "0.100",
    "scale a float": "0.250",
    "length of a str": "0.180",
    "upper case of a str": "0.120",
    "sum of an array of 1,000": "0.310",
    "sum of a list of 100,000 ints": "0.030",
    "a million float64 that Go makes": "0.800",
    "a million float64 that Go has": "0.800",
    "a million elements, or a loop of calls": "0.020",
    "10 million elements against 10": "1.100",
    "a callback": "1.000",
    "100,000 callbacks": "0.500",
    "a method against the function": "1.250",
    "a generic function against the function": "1.100",
    "add two ints, with a context": "2.200",
    "a map of 100,000 against making a dict": "2.000",
    "a dict of 100,000 against copying it": "3.000",
    "a struct of 3 numbers in, or 3 numbers": "2.000",
    "the same out": "2.000",
    "100,000 structs out, or dataclasses made": "2.000",
    "the same in, or dataclasses made": "2.000",
    "a frame of them, or of three lists": "3.500",
    "a frame of their columns, or of three lists": "1.500",
    "a frame's rows in, or these structs": "3.000",
    "an array of a million structs against 10": "1.100",
    "100,000 strings against C reading them": "1.500",
}


@pytest.fixture(scope="module")
def said(own_cache):
    return subprocess.check_output([sys.executable, BENCHMARKS, "--quick"], text=True)


@pytest.fixture(scope="module")
def loops(own_cache):
    """The module, with the libraries of the same loops in Go and C as `.go` and `.c`."""
    sys.path.append(str(BENCHMARKS))
    import loops
    import rivals

    loops.go = loops.declare(ctypes.CDLL(rivals.build_go()))
    loops.c = loops.declare(ctypes.CDLL(rivals.build_c((BENCHMARKS / "loops.c").read_text(), own_cache)))
    return loops


@pytest.mark.parametrize(("ratios", "labels"), [((70, 99.6), ["70", "100"]), ((0.77, 149), ["0.77", "149"])])
def test_a_chart_has_plain_numbers_at_its_dots_and_on_its_axis(ratios, labels):
    sys.path.append(str(BENCHMARKS))
    import chart
    from matplotlib import pyplot as plt

    plt.switch_backend("Agg")
    chart.dots({"loops": pd.DataFrame({str(ratio): [ratio] for ratio in ratios})}, "time, Go = 1")
    axes = plt.gca()
    assert [text.get_text() for text in axes.texts] == labels
    low, high = axes.get_xlim()
    assert sum(low <= tick <= high for tick in axes.get_xticks()) >= 2


def test_ratios_are_drawn_against_their_bounds():
    sys.path.append(str(BENCHMARKS))
    import chart

    axes = chart.within({"quick": (0.1, 0.2), "slow": (3.0, 2.0)}).gca()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["quick, 0.2", "slow, 2"]
    assert [line.get_xdata()[0] for line in axes.lines] == [0.5, 1.5, 1]
    assert [line.get_marker() for line in axes.lines[:2]] == ["o", "D"]


def is_fair(ratio, bound, verdict):
    """Whether it is the verdict on a ratio which is printed with so many digits."""
    return ratio == bound or verdict == ("ok" if ratio < bound else "over")


def test_the_quick_form_draws_all_rows_at_its_end(said):
    path = Path(said.splitlines()[-1].removeprefix("all rows with a bound: "))
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_quick_form_prints_a_ratio_for_each_wait(said):
    row = r"^(\S.*?) +[\d.]+ ms +[\d.]+ ms +([\d.]+) +([\d.]+)  (ok|over)$"
    found = {title: (float(ratio), bound, verdict) for title, ratio, bound, verdict in re.findall(row, said, re.M)}
    assert {title: bound for title, (_, bound, _) in found.items()} == EDIT_TO_RUN
    for ratio, bound, verdict in found.values():
        assert is_fair(ratio, float(bound), verdict)


def test_the_quick_form_prints_a_ratio_for_each_call(said):
    row = r"^(\S.*?) +\d+ ns +([\d.]+) +([\d.]+)  (ok|over)$"
    found = {title: (float(ratio), bound, verdict) for title, ratio, bound, verdict in re.findall(row, said, re.M)}
    assert {title: bound for title, (_, bound, _) in found.items()} == CALLS
    for ratio, bound, verdict in found.values():
        assert is_fair(ratio, float(bound), verdict)


def test_the_quick_form_prints_a_ratio_for_what_a_loaded_cell_adds(said):
    row = r"^(\S.*?) +[\d.]+(?: KiB)? +[\d.]+(?: KiB)? +([\d.]+) +1.000  (ok|over)$"
    found = re.findall(row, said, re.M)
    assert [title for title, *_ in found] == ADDED
    assert all(is_fair(float(ratio), 1.0, verdict) for _, ratio, verdict in found)


@pytest.mark.proof
def test_every_kind_of_cell_gives_the_same_as_a_plain_one_and_by_hand(own_cache):
    sys.path.append(str(BENCHMARKS))
    import kinds

    for sample in (*kinds.FUNCTIONS, *kinds.STRUCTS, *kinds.SERVER):
        text, call = (each.replace("EDIT", "7") for each in (sample.go, sample.call))
        exec(call, {"NAME": gomagic.compile(text, sample.name)})


def test_the_quick_form_prints_a_median_within_its_spread_for_each_rival(said, loops):
    for task, rivals in loops.TASKS.items():
        unit, *others = loops.present(rivals)
        rows = said.split(f"\n{task}\n")[1].splitlines()
        assert re.fullmatch(rf"    {re.escape(unit)} +1 +\S+ µs", rows[0])
        for rival, row in zip(others, rows[1:], strict=False):
            name, middle, low, high = re.fullmatch(r"    (\S.*?) +(\S+) +(\S+) to (\S+)", row).groups()
            assert name == rival
            assert float(low) <= float(middle) <= float(high)


def test_the_quick_form_runs_the_benchmarks_inside_go(said):
    names = re.findall(r"^Benchmark(\w+)-\d+ .* ns/op$", said, re.M)
    assert names == ["Noop", "Pi", "Hash", "Shuffle", "Sum", "Dot"]


def test_the_quick_form_compares_a_call_in_memory_with_a_service(said):
    rows = said.split("\nPython in a Go program against a service over gRPC, in memory = 1\n\n")[1].splitlines()
    medians = dict(re.findall(r"^    (\S.*?) +(\S+) +\S+ to \S+$", "\n".join(rows), re.M))
    assert list(medians) == ["one message", "one message of readings", "a message a reading"], rows[:4]
    bound = "ok" if float(medians["a message a reading"].replace(",", "")) >= 45 else "under"
    assert rows[3] == f"    a message a reading: bound 45 or more, {bound}"


@pytest.mark.parametrize("language", ["go", "c"])
def test_the_loops_compute_the_same_in_every_language(loops, language):
    library = getattr(loops, language)
    xs, ys = [0.1 * i for i in range(1000)], [1.0 / (i + 1) for i in range(1000)]
    left, right = (ctypes.c_double * 1000)(*xs), (ctypes.c_double * 1000)(*ys)
    assert library.Add(2, 3) == loops.add(2, 3) == 5
    assert library.Pi(1000) == loops.pi(1000)
    assert library.Hash(b"penguin", 7) == loops.hash_bytes(b"penguin")
    assert loops.upper(library, "penguin") == "PENGUIN"
    assert library.Sum(left, 1000) == loops.sum_list(library, xs) == loops.total(xs)
    assert library.Dot(left, right, 1000) == loops.dot(xs, ys)
    shuffled = list(xs)
    loops.shuffle(shuffled, 1)
    assert loops.shuffle_list(library, xs) == shuffled != xs


def test_the_ways_to_c_and_back_return_the_list(loops):
    xs = [3.0, 1.0, 2.0]
    assert loops.by_constructor(xs) == loops.by_array(xs) == loops.by_slices(xs) == xs


def test_a_rival_whose_library_is_missing_is_left_out(loops, monkeypatch):
    monkeypatch.setattr(loops, "numba", None)
    monkeypatch.setattr(loops, "np", None)
    assert list(loops.present({"Python": "", "NumPy, list": "", "numba": "", "Go": ""})) == ["Python", "Go"]
    assert loops.compiled() == {}


def test_every_rival_is_measured_in_every_round(loops):
    rounds = loops.measure({"one": "pass", "two": "pass"}, {}, seconds=0)
    assert [list(each) for each in rounds] == [["one", "two"]] * 5


def test_a_rival_that_works_in_place_gets_a_fresh_copy_each_time(loops):
    found = []
    names = {"found": found, "many": [3, 1, 2]}
    rivals = dict.fromkeys(("one", "two"), "found.append(tuple(xs)); xs.sort()")
    loops.measure(rivals, names, seconds=0, fresh="xs = many.copy()")
    assert set(found) == {(3, 1, 2)}
    assert len(found) == 2 * (2 + 5)  # twice to warm up, then five rounds


def test_a_measurement_uses_the_clock_that_it_is_given(loops):
    ticks = iter(range(1_000_000))
    rounds = loops.measure({"one": "pass"}, {}, seconds=0, fresh="pass", clock=lambda: next(ticks))
    assert rounds == [{"one": 1}] * 5


@pytest.mark.parametrize(
    ("gains", "said"),
    [((0.1, 10.0), "from 10"), ((10.0, 0.1), "up to 10"), ((0.1, 0.9), "never"), ((1.0, 2.0), "always")],
)
def test_the_break_even_is_read_off_between_two_points(gains, said):
    sys.path.append(str(BENCHMARKS))
    import chart

    points = pd.DataFrame({"job": "sum", "turns": [1, 100], "calls": [1, 100], "gain": gains})
    assert list(chart.marks(points).loc["sum"])[:2] == [said, said]


def test_the_plain_cells_of_chapter_17_compute_what_is_measured_by_hand(loops):
    plain, arrays = (gomagic.compile(go_cell("17_benchmarks", name)) for name in ("plain", "arrays"))
    xs, ys = [0.1 * i for i in range(1000)], [1.0 / (i + 1) for i in range(1000)]
    assert plain.Noop() is None
    assert plain.Add(2, 3) == loops.add(2, 3)
    assert plain.Pi(1000) == loops.pi(1000)
    assert arrays.Sum(xs) == loops.total(xs)
    assert arrays.Dot(xs, ys) == loops.dot(xs, ys)
    ours, theirs = list(xs), list(xs)
    arrays.Shuffle(ours, 1)
    loops.shuffle(theirs, 1)
    assert ours == theirs != xs


def go_cell(chapter, name):
    """The Go text of the cell `%%go name`."""
    notebook = nbformat.read(ROOT / f"notebooks/{chapter}.ipynb", as_version=4)
    [text] = [cell.source for cell in notebook.cells if cell.source.startswith(f"%%go {name}\n")]
    return text.partition("\n")[2]


def test_the_quick_form_compares_calls_of_python_from_go_and_from_python(said):
    row = r"^(\S.*?) +[\d.]+ µs +[\d.]+ µs +([\d.]+) +([\d.]+)  (ok|over)$"
    found = {title: (float(ratio), bound, verdict) for title, ratio, bound, verdict in re.findall(row, said, re.M)}
    assert {title: bound for title, (_, bound, _) in found.items()} == {
        "call on 1,000 numbers, from Go / from Python": "1.25",
        "what a call adds, 10 million numbers / 10": "1.25",
    }
    for ratio, bound, verdict in found.values():
        assert is_fair(ratio, float(bound), verdict)
