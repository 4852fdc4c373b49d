"""Interfaces that Python implements: an object goes in whose class has the methods, and the same comes out."""

import gc
import pickle
import threading
import time
import weakref

import chapters
import pytest
from test_sanitizers import ASAN, CHECKPTR, findings

import gomagic
from gomagic import GoError, GoPanic

SOURCE = """
type Shape interface{ Area() float64 }

// Solid is a Shape with a name.
type Solid interface {
	Shape
	Name() string
}
type closed interface{ secret() }
type Closed interface {
	Area() float64
	closed
}
type Channeled interface{ Each(c unsafe.Pointer) }
type Store[K comparable, V any] interface {
	Get(key K) (value V, ok bool)
	Put(key K, value V) error
}
type Point struct{ X, Y int }
type Busy interface {
	Many(n int, names []string, at Point, more ...float64) (sum float64, all map[string]Point, where *Point)
	Nothing()
	Visit(f func(s Shape) Shape, any any)
	Lookup(name string) (Shape, error)
}
type Circle struct{ R float64 }

func (c Circle) Area() float64 { return c.R * c.R * 3 }

func Total(s Shape) float64 {
	if s == nil {
		return -1
	}
	return s.Area()
}
func Pass(s Shape) Shape           { return s }
func Narrow(s Solid) Shape         { return s }
func AsAny(s Shape) any            { return s }
func Same(a, b Shape) bool         { return a == b }
func Count(all ...Shape) int {
	found := map[Shape]int{}
	for _, s := range all {
		found[s]++
	}
	return len(found)
}
func Sum(all []Shape) (sum float64) {
	for _, s := range all {
		sum += s.Area()
	}
	return sum
}
func Turn(all []Shape, by map[string]Shape) []Shape {
	slices.Reverse(all)
	by["last"] = all[0]
	return all
}
func Map(f func(s Shape) Shape, s Shape) Shape { return f(s) }
func Mapper() func(s Shape) Shape              { return func(s Shape) Shape { return s } }
func Asked(s Shape) bool                       { _, ok := s.(Solid); return ok }
func Elsewhere(s Shape) float64 {
	c := make(chan float64)
	go func() { c <- s.Area() }()
	return <-c
}
func Strayed(s Shape) {
	var group sync.WaitGroup
	group.Add(1)
	go func() { defer group.Done(); s.Area() }()
	group.Wait()
}

type Holder struct {
	Shape
	Label string
}

func AreaOf(h *Holder) float64 { return h.Area() }

var Kept Shape

func AskKept() float64 { return Kept.Area() }

func Text(s fmt.Stringer) string        { return s.String() }
func Sprint(s fmt.Stringer) string      { return fmt.Sprint("<", s, ">") }
func Sort(s sort.Interface)             { sort.Sort(s) }
func Heapify(h heap.Interface)          { heap.Init(h) }
func Least(h heap.Interface) any        { return heap.Pop(h) }
func Secret(c Closed)                   {}
func Channel(c Channeled)               {}
func Fill(s Store[string, int]) error   { return s.Put("one", 1) }
func Find(s Store[string, int], key string) (int, bool) { return s.Get(key) }
func Use(b Busy) string {
	b.Nothing()
	sum, all, where := b.Many(3, []string{"a", "b"}, Point{1, 2}, 0.5, 0.25)
	b.Visit(func(s Shape) Shape { return s }, []int{1, 2})
	found, err := b.Lookup("x")
	return fmt.Sprint(sum, all, *where, found.Area(), err)
}
func Fetch(b Busy, name string) (Shape, error) { return b.Lookup(name) }
func Recovered(s Shape) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	s.Area()
	return "nothing"
}

type Coded interface {
	error
	Code() int
}

func Say(err error) string                     { return err.Error() }
func Return(err error) error                   { return err }
func Wrap(err error) error                     { return fmt.Errorf("wrapped: %w", err) }
func GiveBack(errs []error, by map[string]error) (error, []error) { return by["x"], errs }
func SameErrors(a, b error) (same, is bool)    { return a == b, errors.Is(a, b) }
func IsRaised(f func() error, err error) bool  { return errors.Is(f(), err) }
func Kin(err error) (kin []bool) {
	for _, target := range []error{fs.ErrNotExist, io.EOF, context.DeadlineExceeded, syscall.ENOENT} {
		kin = append(kin, errors.Is(err, target))
	}
	return kin
}
func Errno(err error) (int, bool) {
	var number syscall.Errno
	ok := errors.As(err, &number)
	return int(number), ok
}
func CodeOf(c Coded) (int, string)       { return c.Code(), c.Error() }
func FailCoded(c Coded) error            { return c }
func Panics(err error)                   { panic(err) }

type Fetcher interface {
	Fetch(ctx context.Context, url string) (string, error)
	Each(ctx context.Context, urls ...string) (n int)
	Stop(ctx context.Context)
}

func FetchBy(ctx context.Context, f Fetcher, urls ...string) (string, int, error) {
	text, err := f.Fetch(ctx, urls[0])
	f.Stop(ctx)
	return text, f.Each(ctx, urls...), err
}
func Twice(f func(ctx context.Context, n int) int) int { return f(context.Background(), f(nil, 3)) }
func Doubling() func(ctx context.Context, n int, text string) (int, string, error) {
	return func(ctx context.Context, n int, text string) (int, string, error) { return 2 * n, text, ctx.Err() }
}

type Failure struct{ Err error }

func Cause(f Failure) (error, bool) { return f.Err, true }

func Settle() { runtime.GC(); runtime.GC() }
"""


class Plate:
    def __init__(self, area=3.0, name="plate"):
        self.area, self.name = area, name

    def Area(self):
        return self.area

    def Name(self):
        return self.name


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "shapes")


def live(go):
    gc.collect()
    counts = [-1, go.__go__.live().handles]
    while counts[-1] != counts[-2]:  # as long as cleanups of Go's run, and Python drops what waits
        go.Settle()
        time.sleep(0.01)
        counts.append(go.__go__.live().handles)
    return counts[-1]


def refused(function, *args):
    with pytest.raises(TypeError) as raised:
        function(*args)
    return str(raised.value)


def test_an_object_whose_class_has_the_methods_goes_in(go):
    assert (go.Total(Plate()), go.Total(s=Plate(4)), go.Total(None)) == (3, 4, -1)
    assert go.Sum([Plate(1), go.Circle(1), Plate(2)]) == 6
    assert go.Elsewhere(Plate(5)) == 5


def test_a_context_is_gos_alone_in_methods_and_callables_as_in_calls(go):
    class Client:
        stopped = 0

        def Fetch(self, url):
            if not url:
                raise KeyError("no url")
            return url.upper()

        def Each(self, *urls):
            return len(urls)

        def Stop(self):
            self.stopped += 1

    client = Client()
    assert go.FetchBy(client, "a", "b") == go.FetchBy(client, "a", "b", timeout=5) == ("A", 2)
    assert client.stopped == 2
    with pytest.raises(KeyError) as raised:
        go.FetchBy(client, "")
    assert raised.value.args == ("no url",)
    with pytest.raises(TypeError, match="has no method Each"):
        go.FetchBy(object(), "")
    assert go.Twice(lambda n: n + 1) == 5
    assert go.Doubling()(2, "a") == go.Doubling()(2, text="a", timeout=5) == (4, "a")


def test_what_comes_out_of_go_is_the_object_that_went_in(go):
    plate, other = Plate(), Plate()
    assert go.Pass(plate) is plate
    assert go.Narrow(plate) is plate
    assert go.AsAny(plate) is plate
    go.Kept = plate
    assert go.Kept is plate
    go.Kept = None
    shapes, named = [plate, other, go.Circle(2)], {}
    assert go.Turn(shapes, named)[1] is other
    assert shapes[2] is plate
    assert named["last"] == go.Circle(2)


def test_one_object_is_one_value_in_go(go):
    plate, other = Plate(), Plate()
    assert go.Same(plate, plate)
    assert not go.Same(plate, other)
    assert go.Count(plate, other, plate, go.Circle(1), go.Circle(1)) == 3
    go.Kept = plate
    go.Settle()
    assert go.Same(go.Kept, plate)
    go.Kept = None


def test_callbacks_take_and_give_interfaces(go):
    plate, circle = Plate(), go.Circle(1)
    assert go.Map(lambda s: s, plate) is plate
    assert go.Map(lambda s: plate, circle) is plate
    assert go.Map(lambda s: go.Circle(s.Area()), plate) == go.Circle(3)
    assert go.Map(lambda s: None, plate) is None
    assert go.Mapper()(plate) is plate
    assert refused(go.Map, lambda s: 3, plate).startswith("Map(f, s): `f(…)` is int, Go wants Shape\n")


def test_a_struct_holds_an_object_as_an_interface(go):
    plate = Plate(7)
    holder = go.Holder(plate, "here")
    assert (holder.Shape is plate, go.AreaOf(holder), holder.Shape is plate, holder.Area()) == (True, 7, True, 7)
    holder.Shape = Plate(8)
    assert go.AreaOf(holder) == 8


def test_arguments_and_results_cross_as_those_of_callbacks(go):
    said = []

    class Worker:
        def Many(self, n, names, at, *more):
            said.append((n, names, at, more))
            return 1.5, {"p": at}, go.Point(3, 4)

        def Nothing(self):
            said.append("nothing")

        def Visit(self, f, any):
            plate = Plate()
            said.append((f(plate) is plate, list(any)))

        def Lookup(self, name):
            if name == "x":
                return Plate(9)
            raise LookupError(name)

    worker = Worker()
    assert go.Use(worker) == "1.5 map[p:{1 2}] {3 4} 9 <nil>"
    assert said == ["nothing", (3, ["a", "b"], go.Point(1, 2), (0.5, 0.25)), (True, [1, 2])]
    with pytest.raises(LookupError, match="y"):
        go.Fetch(worker, "y")


def test_the_standard_librarys_interfaces_are_implemented_as_the_cells_own(go):
    class Numbers(list):
        def Len(self):
            return len(self)

        def Less(self, i, j):
            return self[i] < self[j]

        def Swap(self, i, j):
            self[i], self[j] = self[j], self[i]

        def Push(self, x):
            self.append(x)

        def Pop(self):
            return self.pop()

        def String(self):
            return str(self)

    numbers = Numbers([3, 1, 2])
    go.Sort(numbers)
    assert numbers == [1, 2, 3]
    numbers = Numbers([3, 1, 2])
    go.Heapify(numbers)
    assert [go.Least(numbers), go.Least(numbers), go.Least(numbers)] == [1, 2, 3]
    assert go.Sprint(Numbers([1])) == "<[1]>"


def test_str_alone_makes_no_stringer(go):
    class Printed:
        def __str__(self):
            return "printed"

    assert refused(go.Text, Printed()) == (
        "Text(s): `s` is test_plain_implemented.Printed, Go wants fmt.Stringer\n"
        "  note: test_plain_implemented.Printed has no method String() string\n"
        "  hint: every object has a `__str__`, so that alone says nothing: write `String = __str__` into the class"
    )
    Printed.String = Printed.__str__
    assert go.Text(Printed()) == "printed"


def test_instances_of_interfaces_with_type_parameters_are_implemented(go):
    class Store(dict):
        def Get(self, key):
            return self.get(key, 0), key in self

        def Put(self, key, value):
            self[key] = value

    store = Store()
    go.Fill(store)
    assert (store, go.Find(store, "one"), go.Find(store, "two")) == ({"one": 1}, (1, True), (0, False))


def test_what_lacks_a_method_is_refused_by_the_first_that_is_missing(go):
    class Flat:
        def Area(self):
            return 1.0

    class Fixed:
        Area = 3.0

    assert go.Total(Flat()) == 1
    assert refused(go.Narrow, Flat()) == (
        "Narrow(s): `s` is test_plain_implemented.Flat, Go wants Solid\n"
        "  note: test_plain_implemented.Flat has no method Name() string"
    )
    assert "note: test_plain_implemented.Fixed.Area is float, and Go calls the method Area()" in refused(
        go.Total, Fixed()
    )
    assert refused(go.Total, Plate).endswith("hint: pass an instance: `Plate(…)`")
    assert refused(go.Sum, [Plate(), 3]).startswith("Sum(all): `all[1]` is int, Go wants Shape\n")


def test_what_cannot_be_implemented_says_why(go):
    class Anything:
        def Area(self):
            return 0.0

        Each = secret = Area

    assert "note: no class of Python's can be a Closed: the method `secret` is not exported" in refused(
        go.Secret, Anything()
    )
    assert "note: no class of Python's can be a Channeled: its method `Each` cannot be called back: Python" in refused(
        go.Channel, Anything()
    )


def test_a_class_cannot_be_derived_from_an_interface_and_need_not(go):
    with pytest.raises(TypeError) as raised:
        type("Derived", (go.Shape,), {})
    assert str(raised.value) == (
        "Derived cannot be derived from shapes.Shape: its instances are Go's\n"
        "  hint: a class that has its methods needs no base: Area() float64"
    )
    with pytest.raises(TypeError, match=r"shapes\.Closed: its instances are Go's$"):  # which no class can be
        type("Derived", (go.Closed,), {})


def test_another_interface_that_go_asks_for_is_not_implemented(go):
    assert not go.Asked(Plate())  # which has a Name: but Go has it as a Shape alone


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("x", "Broken.Area(): `result` is str, Go wants float64"),
        (None, "Broken.Area(): `result` is NoneType, Go wants float64"),
    ],
)
def test_a_wrong_result_is_named_by_class_and_method(go, result, said):
    class Broken:
        def Area(self):
            return result

    assert refused(go.Total, Broken()).startswith(said)
    assert "note: Go's Shape has the method Area() float64" in refused(go.Total, Broken())


def test_an_exception_travels_through_go_as_itself(go):
    class Failing:
        def Area(self):
            raise failure

    failure = KeyError("x")
    for function in (go.Total, go.Strayed):
        with pytest.raises(KeyError) as raised:
            function(Failing())
        assert raised.value is failure
    assert go.Recovered(Failing()) == "KeyError: 'x'"


def test_an_exception_goes_in_as_an_error_and_comes_out_as_itself(go):
    error, other = ValueError("bad"), KeyError("k")
    assert (go.Say(error), go.Say(other)) == ("bad", "'k'")
    with pytest.raises(ValueError, match=r"^bad$") as raised:
        go.Return(error)
    assert raised.value is error
    found, errors = go.GiveBack([error, None], {"x": other})
    assert (found is other, errors[0] is error, errors[1]) == (True, True, None)
    assert go.Cause(go.Failure(error))[0] is error


def test_an_error_of_another_cell_is_an_exception_like_any_other(go):
    other = gomagic.compile("func Fail() error { return io.EOF }")
    with pytest.raises(GoError) as failed:
        other.Fail()
    assert go.Say(failed.value) == "EOF"
    with pytest.raises(GoError) as raised:
        go.Return(failed.value)
    assert raised.value is failed.value


def test_an_exception_is_one_error_and_what_go_calls_such_a_one(go):
    error = ValueError("bad")

    def fail():
        raise error

    assert go.SameErrors(error, error) == (True, True)
    assert go.SameErrors(error, ValueError("bad")) == (False, False)
    assert (go.IsRaised(fail, error), go.IsRaised(fail, KeyError())) == (True, False)
    assert list(go.Kin(FileNotFoundError(2, "none"))) == [True, False, False, True]
    assert list(go.Kin(EOFError())) == [False, True, False, False]
    assert list(go.Kin(TimeoutError())) == [False, False, True, False]
    assert list(go.Kin(error)) == [False] * 4
    assert (go.Errno(OSError(13, "no")), go.Errno(error)) == ((13, True), (0, False))


def test_an_error_that_wraps_an_exception_has_it_as_its_cause(go):
    error = FileNotFoundError(2, "none")
    with pytest.raises(GoError) as raised:
        go.Wrap(error)
    wrapped = raised.value
    assert str(wrapped) == "wrapped: [Errno 2] none"
    assert (wrapped.unwrap() is error, wrapped.__cause__ is error, wrapped.is_(error)) == (True, True, True)
    assert isinstance(wrapped, FileNotFoundError)
    again = pickle.loads(pickle.dumps(wrapped))
    assert (str(again), str(again.unwrap()), again.is_(error)) == (str(wrapped), str(error), False)


def test_a_panic_with_an_exception_is_a_panic(go):
    error = ValueError("bad")
    with pytest.raises(GoPanic, match="bad") as raised:
        go.Panics(error)
    assert raised.value.value is error


def test_an_exception_implements_an_interface_that_is_an_error_too(go):
    class Coded(Exception):
        def Code(self):
            return 4

    error = Coded("of Python")
    assert go.CodeOf(error) == (4, "of Python")
    with pytest.raises(Coded) as raised:
        go.FailCoded(error)
    assert raised.value is error

    class Told:
        def Code(self):
            return 5

        def Error(self):
            return "told"

    assert go.CodeOf(Told()) == (5, "told")
    with pytest.raises(GoError, match=r"^told$"):
        go.FailCoded(Told())
    assert "has no method Code() int" in refused(go.CodeOf, ValueError("bad"))


def test_a_method_that_is_gone_is_an_attribute_error(go):
    class Fleeting:
        def Area(self):
            return 1.0

    go.Kept = Fleeting()
    del Fleeting.Area
    with pytest.raises(AttributeError, match="Area"):
        go.AskKept()
    go.Kept = None


def test_a_nil_interface_is_a_panic_as_in_go(go):
    with pytest.raises(GoPanic, match="nil pointer"):
        go.AskKept()


def test_go_keeps_an_object_as_long_as_it_has_it(go):
    plate = Plate(6)
    go.Kept, there = plate, weakref.ref(plate)
    del plate
    live(go)
    assert go.AskKept() == 6
    go.Kept = None
    live(go)
    assert there() is None


def test_nothing_is_left_of_ten_thousand_rounds(go):
    before = live(go)
    for i in range(10_000):
        plate = Plate(i)
        go.Kept = plate
        assert go.Pass(plate) is plate
        if i % 100 == 0:
            go.Turn([plate, Plate()], {})
            go.Map(lambda s: s, plate)
            go.AsAny(plate)
            go.Holder(plate).Area()
            error = ValueError(i)
            go.GiveBack([error], {"x": error})
            with pytest.raises(GoError):
                go.Wrap(error)
    go.Kept = plate = error = None
    assert live(go) == before


def test_threads_call_back_at_once(go):
    plates, sums = [Plate(i) for i in range(50)], []
    threads = [threading.Thread(target=lambda: sums.append(go.Sum(plates * 4))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [4 * sum(range(50))] * 4


@pytest.mark.proof
@pytest.mark.needs("gcc", "libasan.so", "libstdc++.so.6")
@pytest.mark.parametrize("flag", [ASAN, CHECKPTR], ids=["asan", "checkptr"])
def test_all_of_it_uses_memory_rightly(flag, tmp_path):
    tests = [name for name, test in globals().items() if name.startswith("test_") and _takes_the_cell_alone(test)]
    calls = ["import test_plain_implemented as tests", *(f"for _ in range(3): tests.{name}(shapes)" for name in tests)]
    sources = ["%load_ext gomagic", f"%%go shapes{SOURCE}", *calls, "tests.live(shapes)"]
    assert len(tests) > 20
    assert "\n\n".join(findings([chapters.code(source) for source in sources], flag, tmp_path)) == ""


def _takes_the_cell_alone(test):
    names = test.__code__.co_varnames[: test.__code__.co_argcount]
    return names == ("go",) and "ten_thousand" not in test.__name__
