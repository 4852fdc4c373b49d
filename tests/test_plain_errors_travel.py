"""Errors of a plain cell that are copied, pickled, or come from another process."""

import copy
import gc
import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import gomagic
from gomagic import GoError
from gomagic.errors import Lost

SOURCE = """
var ErrNegative = errors.New("negative")

type Point struct{ X int }

type TooLong struct {
	Limit int
	Name  string
	Xs    []float64
	At    *Point
	Cause error
}

func (e *TooLong) Error() string { return e.Name + " is too long" }
func (e *TooLong) Unwrap() error { return e.Cause }

type Circle struct{ Other, Next *Circle }

func (*Circle) Error() string { return "circle" }

func Fail(what string) (int, []float64, string, *Point, error) {
	circle := &Circle{}
	circle.Other, circle.Next = circle, circle
	long := fmt.Errorf("0")
	for i := range 200 {
		long = fmt.Errorf("%d: %w", i+1, long)
	}
	_, notThere := os.Open("/no/such")
	err := map[string]error{
		"plain": errors.New("plain"), "negative": fmt.Errorf("w: %w", ErrNegative), "eof": io.EOF,
		"not there": notThere,
		"moved": os.Rename("/no/such", "/no/such/either"),
		"struct": &TooLong{
			3, "Ada", []float64{1, 2}, &Point{4}, fmt.Errorf("w: %w", &TooLong{Limit: 5, Cause: io.EOF}),
		},
		"bare struct": &TooLong{Limit: 6},
		"joined": errors.Join(ErrNegative, &TooLong{Limit: 7}, notThere),
		"circle": circle, "long": long,
	}[what]
	return 1, []float64{1, 2}, "part", &Point{9}, err
}
func Settle() { runtime.GC() }
"""
ALL = ["plain", "negative", "eof", "not there", "moved", "struct", "bare struct", "joined"]
BY_PICKLE = [lambda error, p=p: pickle.loads(pickle.dumps(error, p)) for p in (0, 2, 5)]
WAYS = [*BY_PICKLE, copy.copy, copy.deepcopy]


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "travel")


class Own(GoError):
    """A class of the reader's own."""

    def __init__(self, text, number):
        super().__init__(text)
        self.number = number


def told(error):
    system = [getattr(error, name, None) for name in ("errno", "strerror", "filename", "filename2")]
    fields = [getattr(error, name, None) for name in ("Limit", "Name")]
    return type(error), str(error), error.args, error.go_type, system, fields


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ALL)
def test_an_error_keeps_its_class_text_and_fields(fail, what, way):
    error = fail(what)
    assert told(way(error)) == told(error)
    assert told(way(way(error))) == told(error)


@pytest.mark.parametrize("way", WAYS)
def test_an_error_keeps_its_results(fail, way):
    error = way(fail("plain"))
    number, xs, text, _ = error.results
    assert (number, xs.tolist(), text) == (1, [1, 2], "part")
    assert isinstance(xs, np.ndarray)


@pytest.mark.parametrize("way", WAYS)
def test_an_error_keeps_what_it_wraps(go, fail, way):
    error = way(fail("struct"))
    for inner in (error.Cause, error.unwrap(), error.unwrap().unwrap()):
        assert isinstance(inner, go.TooLong) and isinstance(inner, EOFError)
        assert inner.Limit == 5
    assert type(error.unwrap().unwrap().unwrap()) is type(fail("eof"))
    assert (error.is_(EOFError), error.Xs.tolist()) == (True, [1, 2])
    joined = way(fail("joined")).unwrap()
    assert [type(one).__name__ for one in joined] == ["ErrNegative", "TooLong", "GoError"]
    assert way(fail("plain")).unwrap() is None
    assert way(fail("bare struct")).Cause is None


@pytest.mark.parametrize("way", WAYS)
def test_an_error_is_itself_and_what_it_wraps(fail, way):
    error = way(fail("joined"))
    assert error.is_(error)
    assert error.is_(fail("plain")) is False
    inner = error.unwrap()[0]
    assert inner.is_(inner)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy])
def test_a_copy_is_of_the_same_go_value(go, fail, way):
    error = fail("negative")
    twin = way(error)
    assert (twin is error, twin.is_(error), error.is_(twin)) == (False, True, True)
    del error
    gc.collect()
    assert str(twin.unwrap()) == "negative"


def test_a_copy_shares_what_it_holds_and_a_deep_one_does_not(fail):
    error = fail("struct")
    error.extra = ["mine"]
    shallow, deep = copy.copy(error), copy.deepcopy(error)
    assert (shallow.extra is error.extra, shallow.Xs is error.Xs, shallow.results is error.results) == (
        True,
        True,
        True,
    )
    assert (deep.extra is error.extra, deep.Xs is error.Xs, deep.results[1] is error.results[1]) == (
        False,
        False,
        False,
    )
    assert (deep.extra, deep.At is error.At, deep.results[3] is error.results[3]) == (["mine"], True, True)


def test_a_copy_keeps_the_class_of_a_cell_that_has_been_run_anew():
    source = 'var ErrOld = errors.New("old")\nfunc Fail() error { return ErrOld }'
    old, new = (gomagic.compile(f"{source}\n// {i}", "again") for i in range(2))
    with pytest.raises(GoError) as failed:
        old.Fail()
    assert (type(copy.copy(failed.value)), type(copy.deepcopy(failed.value))) == (old.ErrOld, old.ErrOld)
    assert old.ErrOld is not new.ErrOld
    assert type(pickle.loads(pickle.dumps(failed.value))) is new.ErrOld  # as one of another process is


@pytest.mark.parametrize("way", WAYS)
def test_a_class_of_the_readers_own_stays_one(way):
    error = Own("text", 7)
    if way in BY_PICKLE:  # as Python does with each exception whose arguments are others than `args`
        error = GoError("text")
        error.number = 7
    twin = way(error)
    assert (type(twin), str(twin), twin.number, twin.results) == (type(error), "text", 7, ())


@pytest.mark.parametrize("way", WAYS)
def test_an_exception_that_python_makes_keeps_its_arguments(go, way):
    for args in ((), ("a",), ("a", 1)):
        for kind in (GoError, go.ErrNegative):
            twin = way(kind(*args))
            assert (type(twin), twin.args) == (kind, args)


def test_what_cannot_come_along_is_named(fail):
    error = pickle.loads(pickle.dumps(fail("struct")))
    lost = error.results[3]
    assert (type(lost), type(error.At), error.results[:3:2]) == (Lost, Lost, (1, "part"))
    assert repr(lost).startswith("<Point has not come along: ")
    assert repr(pickle.loads(pickle.dumps(error)).results[3]) == repr(lost)


def test_errors_that_lie_in_a_circle_come_along_as_far_as_it_goes(go, fail):
    error, deep = pickle.loads(pickle.dumps(fail("circle"))), 0
    while isinstance(error, go.Circle):
        error, deep = error.Other, deep + 1
    assert deep == 65
    assert repr(error) == "<Circle has not come along: there are more than 64 errors in one>"


def test_a_long_chain_comes_along_as_far_as_it_goes(fail):
    error, deep = pickle.loads(pickle.dumps(fail("long"))), 0
    while error := error.unwrap():
        deep += 1
    assert deep == 64


@pytest.mark.proof
def test_nothing_is_left_behind_by_copies(go, fail):
    def once():
        error = fail("negative")
        return [way(error) for way in (copy.copy, copy.deepcopy, BY_PICKLE[2])]

    once()
    gc.collect()
    go.Settle()
    before = go.__go__.live()
    for _ in range(10_000):
        once()
    gc.collect()
    go.Settle()
    assert go.__go__.live() == before


def fail_there(what, source=SOURCE):
    gomagic.compile(source, "travel").Fail(what)


@pytest.fixture(scope="module")
def pool(own_cache):
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("what", ALL)
def test_an_error_of_a_process_pool_is_the_one_of_this_process(go, fail, pool, what):
    here = fail(what)
    with pytest.raises(type(here)) as failed:
        pool.submit(fail_there, what).result()
    assert told(failed.value) == told(here)
    assert failed.value.results[::2] == (1, "part")


def test_except_in_a_process_pool_is_as_in_this_process(go, pool):
    caught = []
    for what in ("negative", "struct", "not there"):
        try:
            pool.submit(fail_there, what).result()
        except go.ErrNegative as error:
            caught.append(str(error))
        except go.TooLong as error:
            caught.append(error.Cause.unwrap().Limit)
        except FileNotFoundError as error:
            caught.append(error.filename)
    assert caught == ["w: negative", 5, "/no/such"]


def test_an_error_of_an_edited_cell_is_of_the_class_of_the_same_name(go, pool):
    with pytest.raises(go.ErrNegative):
        pool.submit(fail_there, "negative", SOURCE + "// edited").result()


def of_what(error):
    """What an error is in a process that has not loaded its cell."""
    libraries = [line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith("cell.so")]
    kin = [kind.__name__ for kind in (FileNotFoundError, EOFError) if isinstance(error, kind)]
    told = (type(error).__name__, kin, str(error), error.go_type, getattr(error, "Limit", None))
    return told, len(libraries), error


def test_a_process_that_has_not_the_cell_does_not_load_it_and_keeps_the_rest(go, fail):
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        said = {what: pool.submit(of_what, fail(what)).result() for what in ("struct", "not there")}
    assert [said[what][:2] for what in said] == [
        (("GoError", ["EOFError"], "Ada is too long", "*main.TooLong", 3), 0),
        (("GoError", ["FileNotFoundError"], "open /no/such: no such file or directory", "*fs.PathError", None), 0),
    ]
    back = said["struct"][2]  # what had no class there has it here again
    assert (type(back), type(back.Cause.unwrap()), back.errno if hasattr(back, "errno") else None) == (
        type(fail("struct")), type(fail("struct").Cause.unwrap()), None,
    )  # fmt: skip


def test_a_process_without_gomagics_cells_needs_no_go(fail):
    code = "import pickle, sys\n[e] = pickle.load(sys.stdin.buffer)\n"
    code += "print(isinstance(e, FileNotFoundError), type(e).__name__, e.errno == 2, e.go_type, e.unwrap())"
    sent = pickle.dumps([fail("not there")])
    said = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True, env={}).stdout
    assert said == b"True GoError True *fs.PathError no such file or directory\n"


def test_a_panic_that_comes_from_another_process_is_one(pool):
    with pytest.raises(gomagic.GoPanic, match="no\n") as failed:
        pool.submit(panic_there).result()
    assert failed.value.value == "no"
    assert "in F" in failed.value.go_traceback


def panic_there():
    gomagic.compile('func F() { panic("no") }', "panics there").F()


def test_cause_is_what_python_was_told_and_not_what_go_wraps(fail):
    for what in ("struct", "joined"):
        error = fail(what)
        assert (error.__cause__, error.__suppress_context__) == (None, False)
    cause = KeyError("k")
    with pytest.raises(GoError) as failed:
        raise fail("joined") from cause
    assert failed.value.__cause__ is cause
    assert len(failed.value.unwrap()) == 3
