"""Results of named types of plain Go cells: Python's own values that have the methods of their types."""

import copy
import gc
import inspect
import json
import pickle

import numpy as np
import pytest

import gomagic

SOURCE = """
type Series []float64
// Mean of all.
func (s Series) Mean() float64                { return Sum(s) / float64(len(s)) }
func (s Series) Scale(by float64) Series      { for i := range s { s[i] *= by }; return s }
func (s Series) Scaled(by float64) Series     { return slices.Clone(s).Scale(by) }
func (s Series) Above(x float64, more ...float64) (Series, error) {
	if len(more) > 0 { return nil, errors.New("too many") }
	return slices.DeleteFunc(slices.Clone(s), func(y float64) bool { return y <= x }), nil
}
func (s Series) T() int                       { return 0 }
func (s Series) hidden()                      {}
func (s *Series) Push(x float64)              { *s = append(*s, x) }
func Sum(xs []float64) (sum float64)          { for _, x := range xs { sum += x }; return }
func Load() Series                            { return Series{1, 2, 3} }
func Split() (low Series, at Celsius)         { return Load(), 2 }
type Celsius float64
func (c Celsius) Fahrenheit() Fahrenheit      { return Fahrenheit(c*9/5 + 32) }
func (c Celsius) String() string              { return fmt.Sprintf("%.1f C", float64(c)) }
type Fahrenheit float64
func (f Fahrenheit) Celsius() Celsius         { return Celsius((f - 32) * 5 / 9) }
func Now() Celsius                            { return 20 }
type Day int
func (d Day) Next() Day                       { return d + 1 }
func Today() Day                              { return 3 }
type Flag bool
func (f Flag) Not() Flag                      { return !f }
func Yes() Flag                               { return true }
type Name string
func (n Name) Upper() Name                    { return Name(strings.ToUpper(string(n))) }
func Who() Name                               { return "ann" }
type Words []string
func (w Words) Sort()                         { slices.Sort(w) }
func Said() Words                             { return Words{"b", "a"} }
type Ages map[string]int
func (a Ages) Grow() Ages                     { for name := range a { a[name]++ }; return a }
func (a Ages) Boom()                          { panic("boom") }
func People() Ages                            { return Ages{"ann": 1} }
type Blob []byte
func (b Blob) Hex() string                    { return hex.EncodeToString(b) }
func Bytes() Blob                             { return Blob("ab") }
type Track []Series
func (t Track) First() Series                 { return t[0] }
func Tracks() Track                           { return Track{{1, 2}, {}} }
type Op func(float64) float64
func (o Op) Twice(x float64) float64          { return o(o(x)) }
func (o Op) Then(next Op) Op                  { return func(x float64) float64 { return next(o(x)) } }
func Half() Op                                { return func(x float64) float64 { return x / 2 } }
type Jobs chan int
func (j Jobs) Fill(n int) Jobs                { for i := range n { j <- i }; return j }
func NewJobs() Jobs                           { return make(Jobs, 9) }
type Source <-chan int
func (s Source) Sum() (sum int)               { for x := range s { sum += x }; return }
func Few() Source                             { c := make(chan int, 2); c <- 3; c <- 4; close(c); return c }
type Steps iter.Seq[int]
func (s Steps) Sum() (sum int)                { for x := range s { sum += x }; return }
func Some() Steps                             { return Steps(slices.Values([]int{1, 2})) }
type List[T cmp.Ordered] []T
func (l List[T]) Largest() T                  { return slices.Max(l) }
func (l List[T]) Sorted(desc ...bool) List[T] { l = slices.Sorted(slices.Values(l)); return l }
func (l List[T]) Clear()                      { clear(l) }
func (l *List[T]) Push(x T)                   { *l = append(*l, x) }
func Numbers() List[int]                      { return List[int]{3, 1, 2} }
func Letters() List[string]                   { return List[string]{"b", "a"} }
func Query(text string) (url.Values, error)   { return url.ParseQuery(text) }
func Mode() fs.FileMode                       { return fs.ModeDir | 0o755 }
func Month() time.Month                       { return time.March }
type Key [3]byte
func (k Key) String() string                  { return hex.EncodeToString(k[:]) }
func NewKey() Key                             { return Key{1, 2, 255} }
type Tags []string
func (t Tags) String() string                 { return strings.Join(t, "|") }
func Tagged() Tags                            { return Tags{"a", "b"} }
type Env map[string]int
func (e Env) String() string                  { return fmt.Sprint(len(e)) }
func Variables() Env                          { return Env{"a": 1} }
func Address() net.IP                         { return net.IPv4(1, 2, 3, 4).To4() }
func Addresses() map[string]net.IP            { return map[string]net.IP{"home": Address()} }
type Title string
func (t Title) String() string                { return "the " + string(t) }
func Called() Title                           { return "cell" }
func (s Series) Wait(ctx context.Context, n int, more ...int) error {
	for len(s) < n { select { case <-ctx.Done(): return context.Cause(ctx); case <-time.After(time.Millisecond): } }
	return nil
}
func (c Celsius) Soon(ctx context.Context) Celsius { return c + 1 }
var Limit Celsius = 30
var Shared = Series{1, 2}
var Known = Ages{"bob": 2}
type Held struct { Temp Celsius; hidden int }
func NewHeld() *Held                          { return &Held{Temp: 4} }
type Bare []float64
func Plain() Bare                             { return Bare{1} }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "dressed")


def test_methods_chain(go):
    assert go.Load().Scale(2).Scaled(by=10).Mean() == 40
    assert go.Now().Fahrenheit().Celsius() == 20
    assert (go.Today().Next().Next(), go.Who().Upper().Upper(), go.Tracks().First().Mean()) == (5, "ANN", 1.5)
    low, at = go.Split()
    assert (low.Mean(), at.Fahrenheit()) == (2, 35.6)


def test_values_are_what_their_types_are_made_of(go):
    values = [go.Load(), go.Now(), go.Today(), go.Who(), go.Said(), go.People(), go.Bytes(), go.Tracks()]
    kinds = [np.ndarray, float, int, str, list, dict, bytes, list]
    assert [type(one).__bases__ for one in values] == [(kind,) for kind in kinds]
    assert [type(one).__name__ for one in values[:3]] == ["Series", "Celsius", "Day"]
    assert type(go.Yes()) is bool
    assert type(go.Plain()) is np.ndarray
    assert (json.dumps(go.People()), json.dumps(go.Now()), go.Now() + 1) == ('{"ann": 1}', "20.0", 21)
    assert (repr(go.Load()), repr(go.Now()), str(go.Now())) == ("Series([1., 2., 3.])", "20.0", "20.0 C")
    assert (go.Load() * 2).Mean() == 4
    assert go.Bytes().Hex() == "6162"


def test_what_a_method_writes_is_seen(go):
    series, words, ages = go.Load(), go.Said(), go.People()
    series.Scale(2)
    words.Sort()
    ages.Grow()
    assert (series.tolist(), words, ages) == ([2, 4, 6], ["a", "b"], {"ann": 2})


def test_an_array_is_gos_memory_as_before(go):
    series = go.Load()
    half = series[::2]
    assert (type(half).__name__, half.Scaled(2).tolist(), series.base is not None) == ("Series", [2, 6], True)
    del series
    gc.collect()
    assert half.tolist() == [1, 3]


def test_methods_say_what_they_are_and_refuse_as_functions_do(go):
    series = go.Load()
    assert str(inspect.signature(series.Scale)) == "(by)"
    assert series.Mean.__doc__ == "func (Series) Mean() float64\n\nMean of all."
    for call, message in [
        (lambda: series.Scale("a"), r"Series.Scale\(s, by\): `by` is str, Go wants float64"),
        (lambda: series.Scale(), r"Series.Scale\(\) missing 1 required positional argument: 'by'"),
        (lambda: (series > 1).Mean(), r"Series.Mean\(s\): `s` has dtype bool, Go wants float64"),
    ]:
        with pytest.raises(TypeError, match=message):
            call()
    with pytest.raises(gomagic.GoError, match="too many"):
        series.Above(1, 2)
    with pytest.raises(gomagic.GoPanic, match="boom"):
        go.People().Boom()


def test_a_method_of_pointers_is_not_there_and_says_where_it_is(go):
    assert not hasattr(go.Load(), "hidden")
    with pytest.raises(AttributeError, match=r"Series.Push is a method of pointers.*\n  hint: `x = Series\(…\)`"):
        go.Load().Push(1)
    with pytest.raises(AttributeError, match="'Series' object has no attribute 'push'"):
        go.Load().push(1)
    kept = go.Series(go.Load())
    kept.Push(4)
    assert list(kept) == [1, 2, 3, 4]


def test_what_python_has_of_that_name_stays(go):
    assert go.Load().T.shape == (3,)


def test_values_travel_as_what_they_are_made_of(go):
    for make in go.Load, go.Now, go.Today, go.Who, go.Said, go.People, go.Bytes:
        value = make()
        for other in pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value):
            assert list(other) == list(value) if hasattr(value, "__len__") else other == value
        assert type(pickle.loads(pickle.dumps(value))) in type(value).__bases__


def test_nothing_is_left_behind(go):
    before = go.__go__.live()
    for _ in range(1000):
        go.Load().Scale(2).Mean()
        go.Said().Sort()
        go.Now().Fahrenheit()
    gc.collect()
    assert go.__go__.live() == before


def test_funcs_and_channels_have_the_methods_of_their_types(go):
    half = go.Half()
    assert (half(8), half.Twice(8), half.Then(half)(8), half.Then(lambda x: x + 1).Twice(2)) == (4, 2, 2, 2)
    assert repr(half.Then(half)) == repr(half)
    assert go.NewJobs().Fill(3).recv() == 0
    assert go.Some().Sum() == 3
    assert list(go.Few()) == [3, 4]  # what yields is of one class for all types


def test_instances_of_types_with_type_parameters_have_theirs(go):
    assert (go.Numbers().Largest(), go.Letters().Largest(), go.Numbers().Sorted().tolist()) == (3, "b", [1, 2, 3])
    assert (type(go.Letters().Sorted(True)).__name__, go.Letters().Sorted()) == ("List[string]", ["a", "b"])
    numbers, letters = go.Numbers(), go.Letters()
    numbers.Clear()
    letters.Clear()
    assert (numbers.tolist(), letters) == ([0, 0, 0], ["", ""])
    with pytest.raises(
        AttributeError, match=r"List\[string\].Push is a method of pointers.*\n  hint: `x = List\[str\]\(…\)`"
    ):
        letters.Push("c")
    kept = go.List[str](letters)
    kept.Push("c")
    assert list(kept) == ["", "", "c"]


def test_types_of_other_packages_have_theirs(go):
    query = go.Query("a=1&a=2&b=x")
    assert (query, query.Get("a"), query.Has("c"), query.Encode()) == (
        {"a": ["1", "2"], "b": ["x"]},
        "1",
        False,
        "a=1&a=2&b=x",
    )
    query.Set("a", "3")
    query.Del("b")
    assert query == {"a": ["3"]}
    assert (go.Mode().IsDir(), str(go.Month()), go.Month() + 1) == (True, "March", 4)


def test_methods_with_a_context_take_a_limit_and_stop(go):
    assert go.Load().Wait(3) is None
    with pytest.raises(TimeoutError):
        go.Load().Wait(4, 1, 2, timeout=0.02)
    assert go.Now().Soon(timeout=1).Fahrenheit() == 69.8


def test_variables_have_theirs_where_nothing_is_lost(go):
    assert go.Limit.Fahrenheit() == 86
    go.Shared.Scale(2)
    assert go.Shared.tolist() == [2, 4]
    assert type(go.Known) is dict  # a copy, to which Grow would write in vain
    assert (go.NewHeld().Temp, go.Celsius(go.NewHeld().Temp).Fahrenheit()) == (4, 39.2)


def test_what_has_a_string_of_its_own_is_printed_so(go):
    assert [str(go.NewKey()), f"{go.Tagged()}", str(go.Variables())] == ["0102ff", "a|b", "1"]
    assert repr(go.NewKey()).startswith("Key([") and repr(go.Tagged()) == "['a', 'b']"
    assert str(go.Called()) == "cell"  # it is a text already
    assert (str(go.Address()), f"{go.Addresses()['home']}", go.Address()) == ("1.2.3.4", "1.2.3.4", b"\x01\x02\x03\x04")
    assert (repr(go.Address()), go.Address().IsLoopback()) == (repr(b"\x01\x02\x03\x04"), False)
    assert str(go.NewKey()[:2]) == "[1 2]"  # half a key is none
