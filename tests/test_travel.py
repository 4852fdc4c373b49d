"""Functions, structs and modules of Go cells in other processes."""

import copy
import functools
import multiprocessing
import pickle
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cloudpickle
import pytest

import gomagic
from course.chapter import ROOT, body, fences, read
from gomagic.bind import plain, travel

SOURCE = """
type Point struct{ X, Y int }

func (p Point) Sum() int { return p.X + p.Y }

var Count = 0

func Add(a, b int) int { Count++; return a + b }

type Account struct{ total int }

type Shape interface{ Area() float64 }

type Path []float64

func (p Path) Len() int { return len(p) }

type Stack[T int | string] struct{ Items []T }

func Middle(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }

var ErrNone = errors.New("none")

type Missing struct{ Key string }

func (m *Missing) Error() string { return m.Key + " is missing" }

func Find(key string) (*bytes.Buffer, error) {
	if key == "" {
		return nil, ErrNone
	}
	return nil, &Missing{key}
}

func Larger[T ~int | ~float64](a, b T) T { return max(a, b) }

func Convert[From, To ~int | ~float64](x From) To { return To(x) }
"""


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "far")


@pytest.fixture(scope="module")
def pool(own_cache):
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_is_pickled_is_itself_in_the_process_it_comes_from(go, protocol):
    whole = [go, go.Add, go.Larger, go.Larger[int], go.Convert, go.Convert[int], go.Convert[int, float]]
    back = pickle.loads(pickle.dumps(whole, protocol))
    assert all(one is other for one, other in zip(back, whole, strict=True))
    assert all(one is other for one, other in zip(copy.deepcopy(whole), whole, strict=True))
    point = pickle.loads(pickle.dumps(go.Point(1, 2), protocol))
    assert (point, type(point)) == (go.Point(1, 2), go.Point)


def test_pythons_own_functions_are_pickled_as_ever(go):
    held = [len, [].append, dict.fromkeys, "x".upper, go.Point(1, 2).Sum]
    again = pickle.loads(pickle.dumps(held))
    assert (again[0], again[3](), again[4]()) == (len, "X", 3)


def test_a_pool_that_spawns_calls_go(go, pool):
    assert list(pool.map(go.Add, [1, 2], [10, 20])) == [11, 22]
    assert pool.submit(go.Larger, 1.5, 2.5).result() == 2.5
    assert pool.submit(go.Convert[int, float], 3).result() == 3.0
    assert pool.submit(functools.partial(go.Add, 1), 2).result() == 3
    assert pool.submit(go.Point(3, 4).Sum).result() == 7
    assert pool.submit(total_of, go, [go.Point(1, 2)]).result() == (3, "far")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_classes_are_themselves_as_well(go, protocol):
    with pytest.raises(go.Missing) as raised:
        go.Find("x")
    middle = type(go.Middle({"Max": {"X": 2, "Y": 4}}))
    whole = [go.Point, go.Account, go.Shape, go.Path, go.Stack, go.Stack[int], middle, go.ErrNone, go.Missing]
    whole += [type(raised.value), go.Point.Sum]
    if protocol > 2:  # those of Python 2 know no FileNotFoundError
        with pytest.raises(FileNotFoundError) as combined:
            gomagic.compile("func Open() error { _, err := os.Open(`/nowhere`); return err }", "opens").Open()
        whole.append(type(combined.value))
    for way in (pickle, cloudpickle):
        again = pickle.loads(way.dumps(whole, protocol))
        assert [one for one, other in zip(again, whole, strict=True) if one is not other] == []
    assert all(one is other for one, other in zip(copy.deepcopy(whole), whole, strict=True))


def test_two_structs_of_one_name_are_told_apart(go):
    here = gomagic.compile(
        "type Point struct{ Name string }\nfunc Zero() image.Point { return image.Point{} }", "points"
    )
    both = [here.Point("a"), here.Zero()]
    again = pickle.loads(pickle.dumps(both))
    assert [type(one) for one in again] == [type(one) for one in both]
    assert again == both


def test_a_pool_makes_structs_and_knows_classes(go, pool):
    assert list(pool.map(go.Point, [1, 2], [3, 4])) == [go.Point(1, 3), go.Point(2, 4)]
    assert pool.submit(functools.partial(go.Point, 5), Y=6).result() == go.Point(5, 6)
    assert list(pool.map(go.Point.Sum, [go.Point(3, 4)])) == [7]
    assert pool.submit(isinstance, go.Point(1, 2), go.Point).result()
    assert pool.submit(caught, go.Find, "x", go.Missing).result() == "x is missing"
    assert pool.submit(caught, go.Find, "", go.ErrNone).result() == "none"


def test_a_process_that_stays_has_classes_of_each_version_of_a_cell(own_cache, pool):
    versions = "type P struct{ X int }", "type P struct{ X, Y int }"
    fails = "\nvar ErrNone = errors.New(`none`)\nfunc Fail(n int) error { return ErrNone }"
    first, second = (gomagic.compile(version + fails, "changing") for version in versions)
    assert pool.submit(first.P, 1).result().X == 1
    assert pool.submit(second.P, 1, 2).result() == second.P(1, 2)
    assert pool.submit(repr, second.P(1, 2)).result() == "P(X=1, Y=2)"
    for version in first, second, first:
        assert pool.submit(caught, version.Fail, 0, version.ErrNone).result() == "none"


def caught(function, argument, error):
    try:
        function(argument)
    except error as raised:
        return str(raised)


CLOUDY = """
import pickle, sys
{early}
import gomagic
from gomagic import GoError

SOURCE = "type Point struct{{ X, Y int }}; var ErrNone = errors.New(`none`); func Fail() error {{ return ErrNone }}"
go = gomagic.compile(SOURCE, "cloudy")
Point, ErrNone, fail = go.Point, go.ErrNone, go.Fail

class Mine(ErrNone):
    pass

def work(n):  # as of a notebook, so that all that it names comes along
    try:
        fail()
    except ErrNone as error:
        if n == 2:
            raise Mine("mine")
        return Point(n, len(str(error)))

if __name__ == "__main__":
    from joblib import Parallel, delayed
    import cloudpickle
    print(Parallel(2)(delayed(Point)(n, n) for n in range(2)), Parallel(2)(delayed(work)(n) for n in range(2)))
    print(pickle.loads(cloudpickle.dumps(work))(0))
    try:
        Parallel(2)(delayed(work)(n) for n in range(3))
    except Mine as error:
        print(repr(error))
"""


@pytest.mark.parametrize("early", [True, False])
def test_joblib_and_cloudpickle_take_functions_that_name_them(own_cache, tmp_path, early):
    script = tmp_path / "script.py"
    script.write_text(CLOUDY.format(early="import joblib" * early))
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert ended.stdout == (
        "[Point(X=0, Y=0), Point(X=1, Y=1)] [Point(X=0, Y=4), Point(X=1, Y=4)]\nPoint(X=0, Y=4)\nMine('mine')\n"
    ), ended.stderr


def total_of(module, points):
    return sum(module.Add(point.X, point.Y) for point in points), module.__name__


def test_two_things_of_one_cell_share_its_variables_there(go, pool):
    before = pool.submit(count, go).result()
    pool.submit(go.Add, 1, 2).result()
    assert pool.submit(count, go).result() == before + 1
    assert go.Count != before + 1 or before == 0


def count(module):
    return module.Count


def test_a_process_without_the_library_builds_it(own_cache, go, tmp_path):
    sent = pickle.dumps([go.Add, go.Point(5, 6)])
    code = "import pickle, sys; add, point = pickle.load(sys.stdin.buffer); print(add(1, 2), point, point.Sum())"
    path = next(bound.origin.path for bound in plain._bound.values() if bound.module is go)
    aside = tmp_path / "aside"
    shutil.move(path.parent, aside)
    try:
        said = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True).stdout
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
        shutil.move(aside, path.parent)
    assert said.decode() == "3 Point(X=5, Y=6) 11\n"


def test_a_struct_of_an_edited_cell_is_of_the_class_that_has_its_name_now(own_cache):
    first = gomagic.compile("type P struct{ X int }\nfunc F() int { return 1 }", "edited")
    held = pickle.dumps([first.P(1), first.F])
    plain._bound.pop(next(key for key, bound in plain._bound.items() if bound.module is first))
    second = gomagic.compile("type P struct{ X int }\nfunc F() int { return 2 }", "edited")
    point, function = pickle.loads(held)
    assert type(point) is second.P
    assert (function(), second.F()) == (1, 2)  # what is called is what was sent


def test_an_origin_is_small(go):
    bound = next(bound for bound in plain._bound.values() if bound.module is go)
    assert bound.origin.cell.source.uses_c is False  # which is worked out, and kept
    assert len(pickle.dumps(bound.origin)) < len(SOURCE) + 500
    assert pickle.loads(pickle.dumps(bound.origin)) == bound.origin
    assert isinstance(bound.origin, travel.Origin)


FORKED = """
import os, sys
import gomagic
from course.chapter import ROOT, body, fences, read
add = gomagic.compile("func Add(a, b int) int { return a + b }", "sums").Add
pid = os.fork()
if not pid:
    try:
        add(1, 2)
    except gomagic.GoForkError as error:
        print(error, flush=True)
    os._exit(0)
os.waitpid(pid, 0)
"""


def test_the_error_in_a_forked_process_names_what_works_and_that_works(go, own_cache, tmp_path):
    said = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, check=True, text=True).stdout
    assert said == textwrap.dedent("""\
        Add: this process was forked from one that had loaded Go, whose threads are not here
          hint: use threads, which run side by side in Go
          hint: or "spawn", for functions of plain Go cells and of modules; it does not find what a notebook defines
          hint: or load Go after the fork, as a worker of gunicorn or celery can
        """)
    after = tmp_path / "after.py"
    after.write_text(AFTER)
    assert subprocess.run([sys.executable, after], capture_output=True, check=True, text=True).stdout == "[3, 7] 3 3\n"


AFTER = """
import concurrent.futures, multiprocessing, os
import gomagic
from course.chapter import ROOT, body, fences, read

SOURCE = "func Add(a, b int) int { return a + b }"

if __name__ == "__main__":
    reading, writing = os.pipe()
    if not os.fork():  # as a worker is
        os.write(writing, str(gomagic.compile(SOURCE, "sums").Add(1, 2)).encode())
        os._exit(0)
    forked = os.read(reading, 9).decode()
    add = gomagic.compile(SOURCE, "sums").Add
    with concurrent.futures.ThreadPoolExecutor() as threads:
        sums = list(threads.map(add, [1, 3], [2, 4]))
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        print(sums, processes.submit(add, 1, 2).result(), forked)
"""


def test_it_is_found_where_the_library_is(go):
    assert all(Path(bound.origin.path).is_file() for bound in plain._bound.values() if bound.module is go)


@pytest.mark.proof
def test_what_chapter_16_says_of_dask_runs_as_it_stands(own_cache, tmp_path):
    cells = read(ROOT / "notebooks/16_concurrency.ipynb").notebook.cells
    [lines] = [text for cell in cells for text in fences(cell.source, "python") if "dask" in text]
    [square] = [body(cell) for cell in cells if cell.source.startswith("%%go squares\n")]
    script = tmp_path / "script.py"
    script.write_text(
        f"import gomagic\nsquares = gomagic.compile({square!r}, 'squares')\n"
        f"if __name__ == '__main__':\n{textwrap.indent(lines, '    ')}"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert ended.stdout == "[0, 1, 4, 9, 16, 25]\n"
