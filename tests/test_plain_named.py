"""Named types of plain Go cells cross as what they are made of."""

import copy
import gc
import inspect
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from load import live

import gomagic
from gomagic import GoWriteError

SOURCE = """
import ("os"; "time"; "sort")

type Celsius float64
type Level int8
type Flag bool
type Wave complex64
type Name string
type Octet byte
type Path []float64
type Track []Path
type Words []string
type Names []Name
type Blob []byte
type Octets []Octet
type Vector [3]Celsius
type Ages map[Name]Level
type Shelf map[string]Ages
type Ring []Ring
type Tree map[string]Tree
type Deep struct{ Ages Ages; Path Path; Name Name; Level Level; Rings []Ring }

func (c Celsius) Fahrenheit() Celsius { return c*9/5 + 32 }
func (p Path) Sum() (sum float64) {
	for _, x := range p { sum += x }
	return
}

func Warmer(c Celsius, by ...Celsius) Celsius {
	for _, d := range by { c += d }
	return c
}
func Up(l Level) Level                     { return l + 1 }
func Not(f Flag) Flag                      { return !f }
func Turn(w Wave) Wave                     { return w * 1i }
func Hello(n Name) Name                    { return "hello " + n }
func Double(p Path) Path {
	for i := range p { p[i] *= 2 }
	return p
}
func Temperatures(cs []Celsius) []Celsius  { return cs }
func Rows(t Track) Track                   { return t }
func Matrix(rows [][]Celsius) [][]Celsius  { return rows }
func Sorted(w Words) Words                 { sort.Strings(w); return w }
func Called(n Names) Names                 { n[0] += "!"; return n }
func Bytes(b Blob) Blob                    { return b }
func Blobs(b []Blob) []Blob                { return b }
func Eights(o Octets) Octets               { return o }
func Vectors(v Vector) Vector              { return v }
func Birthday(a Ages) {
	for name := range a { a[name]++ }
}
func Shelved(s Shelf) Shelf                { return s }
func Rings(r Ring) Ring                    { return r }
func Trees(t Tree) Tree                    { return t }
func Grow(t Tree)                          { t["new"] = Tree{}; t["a"]["b"] = Tree{} }
func Endless() Ring                        { r := Ring{nil}; r[0] = r; return r }
func Month(m time.Month) time.Month        { return m + 1 }
func Weekdays(days []time.Weekday) []time.Weekday { return days }
func Mode(m os.FileMode) os.FileMode       { return m | 1 }
func Of(d *Deep) (Ages, Path)              { return d.Ages, d.Path }
func Kept(d *Deep) *Deep                   { return d }

const Boiling Celsius = 100
const Top Level = 3
var Coldest Celsius = -273.15
var Greeting Name = "hi"
var Route Path
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "named")


def test_numbers_and_text(go):
    assert (go.Warmer(1), go.Warmer(20.5, 1, 2)) == (1.0, 23.5)
    assert (go.Up(1), go.Not(True), go.Turn(1), go.Hello("é\udcff")) == (2, False, 1j, "hello é\udcff")
    assert (go.Boiling, go.Top) == (100.0, 3)
    assert (go.Month(1), go.Mode(0o600)) == (2, 0o601)
    for call, message in [
        (lambda: go.Up(128), "`l` is 128, which does not fit in Level\n  note: Level holds -128 to 127"),
        (lambda: go.Warmer("1"), "`c` is str, Go wants Celsius"),
        (lambda: go.Warmer(1, "1"), "`by[0]` is str, Go wants Celsius"),
        (lambda: go.Hello(b"a"), "`n` is bytes, Go wants Name"),
        (lambda: go.Month("May"), "`m` is str, Go wants time.Month"),
    ]:
        with pytest.raises((TypeError, OverflowError), match=re.escape(message)):
            call()


def test_slices_of_numbers_are_arrays_in_place(go):
    xs = np.arange(3.0)
    assert go.Double(xs).tolist() == xs.tolist() == [0, 2, 4]
    assert go.Temperatures([1, 2.5]).tolist() == [1, 2.5]
    assert (go.Weekdays([1, 2]).dtype, go.Vectors([1, 2, 3]).tolist()) == (np.int64, [1, 2, 3])
    assert [row.tolist() for row in go.Matrix(np.ones((2, 2)))] == [[1, 1], [1, 1]]
    assert [row.tolist() for row in go.Rows([[1], xs])] == [[1], [0, 2, 4]]


def test_slices_of_text_and_bytes(go):
    words, names = ["b", "a"], ["x", "y"]
    assert go.Sorted(words) == words == ["a", "b"]
    assert go.Called(names) == names == ["x!", "y"]
    assert (go.Bytes(b"ab"), go.Blobs([b"a", bytearray(b"b")]), go.Eights(b"ab")) == (b"ab", [b"a", b"b"], b"ab")
    with pytest.raises(GoWriteError):
        go.Called(("x",))


def test_maps_and_their_keys(go):
    ages = {"ann": 1, "bob": 2}
    go.Birthday(ages)
    assert ages == {"ann": 2, "bob": 3}
    assert go.Shelved({"a": ages, "b": {}}) == {"a": ages, "b": {}}
    with pytest.raises(OverflowError, match=r"Shelved\(s\): `s\['a'\]\['b'\]` is 200, which does not fit in Level"):
        go.Shelved({"a": {"b": 200}})


def test_types_that_hold_values_of_themselves(go):
    assert go.Rings([[], [[]]]) == [[], [[]]]
    tree = {"a": {"x": {}}, "c": {}}
    go.Grow(tree)
    assert tree == {"a": {"x": {}, "b": {}}, "c": {}, "new": {}}
    assert go.Trees(tree) == tree
    with pytest.raises(gomagic.GoPanic, match="a value lies in itself"):
        go.Endless()
    itself = []
    itself.append(itself)
    with pytest.raises(RecursionError):
        go.Rings(itself)


def test_variables_and_fields(go):
    assert (go.Coldest, go.Greeting, go.Route.tolist()) == (-273.15, "hi", [])
    go.Coldest, go.Greeting, go.Route = 0, "hello", [1, 2]
    assert (go.Coldest, go.Greeting, go.Route.tolist()) == (0.0, "hello", [1, 2])
    deep = go.Deep()
    assert (deep.Ages, deep.Name, deep.Rings) == ({}, "", [])
    deep.Ages, deep.Path, deep.Name, deep.Level, deep.Rings = {"a": 1}, [1, 2], "n", 3, [[], [[]]]
    assert (deep.Ages, list(deep.Path), deep.Name, deep.Level, deep.Rings) == ({"a": 1}, [1, 2], "n", 3, [[], [[]]])
    ages, path = go.Of(deep)
    assert (ages, path.tolist()) == ({"a": 1}, [1, 2])
    with pytest.raises(TypeError, match=r"Deep.Ages\(value\): `value\['a'\]` is str, Go wants Level"):
        deep.Ages = {"a": "b"}


def test_nothing_is_left_in_go_or_c(go):
    before = go.__go__.live()
    for _ in range(1000):
        go.Trees({"a": {"b": {}}})
        go.Rows([[1.0], [2.0]])
        go.Called(["a" * 300])
    with pytest.raises(gomagic.GoPanic):
        go.Endless()
    gc.collect()
    assert go.__go__.live() == before


POINTERS = """
type Celsius float64

func (c Celsius) Twice() Celsius       { return 2 * c }

type User struct {
	Name  *string  `json:"name,omitempty"`
	Age   *int     `json:"age,omitempty"`
	Score *float64 `json:"score,omitempty"`
	Ok    *bool    `json:"ok,omitempty"`
	Small *int8    `json:"small,omitempty"`
	List  *[]int   `json:"list,omitempty"`
	Next  **int    `json:"-"`
}

type Part struct {
	Name *string
	n    int
}

var kept *int
var Limit *int

func Swap(a, b *int)                   { *a, *b = *b, *a }
func Inc(p *int)                       { *p++ }
func Get(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}
func Text(p *string) string            { return *p }
func Keep(p *int)                      { kept = p }
func Kept() *int                       { return kept }
func IncKept()                         { *kept++ }
func New(n int) *int                   { return &n }
func Small(p *int8) int8               { return *p }
func Toggle(p *bool)                   { *p = !*p }
func Shout(p *string)                  { *p = strings.ToUpper(*p) }
func Deep(p **int) int                 { **p += 1; return **p }
func To(p *int) **int                  { return &p }
func Append(p *[]int, x int)           { *p = append(*p, x) }
func Put(p *map[string]int)            { (*p)["a"] = 1 }
func Bump(p *[3]int) int               { p[0]++; return p[0] }
func Sum(ps []*int) (n int) {
	for _, p := range ps {
		if p != nil {
			n += *p
		}
	}
	return
}
func Some(n int) []*int                { return []*int{&n, nil, &n} }
func Warm(c *Celsius) float64          { return float64(*c) }
func Heat(c *Celsius)                  { *c++ }
func What(err *error) string           { return (*err).Error() }
func NewError() *error                 { err := errors.New("bad"); return &err }
func Anything(x any) string            { return fmt.Sprintf("%T", x) }
func Boxed(n int) any                  { return &n }

func Parse(text string) (u User, err error)     { err = json.Unmarshal([]byte(text), &u); return }
func Format(u User) string                      { text, _ := json.Marshal(u); return string(text) }
func Pointer(u User) *User                      { return &u }
func Rename(u User, name string)                { *u.Name = name }
func Users(us []User) []User                    { return us }
func SameName(u *User) *User                    { return &User{Name: u.Name} }
func NewPart(name *string) Part                 { return Part{name, 1} }
func Keys(m map[User]int)                       {}
func Fail(code int) error                       { return &Failed{&code, 2} }

type Failed struct {
	Code *int
	Line int
}

func (f *Failed) Error() string                 { return "failed" }

func Deref[T int | string](p *T) T              { return *p }
"""


@pytest.fixture(scope="module")
def pointers(own_cache):
    return gomagic.compile(POINTERS, "pointers")


def test_a_pointer_is_an_object_whose_value_is_what_it_points_to(pointers):
    one, other = pointers.New(3), pointers.New(4)
    assert (one.value, repr(one), type(one).__module__, int(one)) == (3, "*int(3)", "pointers", 3)
    pointers.Swap(one, other)
    pointers.Inc(one)
    assert (one.value, other.value, pointers.Get(one), pointers.Get(None)) == (5, 3, 5, -1)
    pointers.Keep(one)
    one.value = 9
    pointers.IncKept()
    assert (one.value, pointers.Kept() is one, pointers.Kept() == one) == (10, True, True)
    one.value = other.value = 3
    assert one != other
    with pytest.raises(TypeError, match=r"\*int\.value\(value\): `value` is str, Go wants int"):
        one.value = "a"


def test_pointers_to_pointers_slices_maps_arrays_and_interfaces_are_such_objects(pointers):
    inner = pointers.New(3)
    outer = pointers.To(inner)
    assert (outer.value is inner, pointers.Deep(outer), inner.value) == (True, 4, 4)
    items = gomagic.new([1])
    pointers.Append(items, 2)
    assert (items.value.tolist(), len(pointers.Some(3))) == ([1, 2], 3)
    pairs, array = gomagic.new({"b": 2}), gomagic.new([1, 2, 3])
    pointers.Put(pairs)
    assert (pairs.value, pointers.Bump(array), array.value.tolist()) == ({"a": 1, "b": 2}, 2, [2, 2, 3])
    one, none, same = pointers.Some(3)
    assert (one is same, none, pointers.Sum([one, None, same])) == (True, None, 6)
    assert (str(pointers.NewError().value), pointers.What(pointers.NewError())) == ("bad", "bad")
    assert (pointers.Anything(one), pointers.Boxed(3).value) == ("*int", 3)


def test_a_variable_that_is_a_pointer_is_set_to_one_or_to_a_value(pointers):
    assert pointers.Limit is None
    limit = pointers.New(3)
    pointers.Limit = limit
    assert pointers.Limit is limit
    pointers.Limit = 4
    assert (pointers.Limit.value, limit.value) == (4, 3)
    pointers.Limit = None
    assert pointers.Limit is None


def test_a_plain_value_is_taken_where_go_only_reads_it(pointers):
    assert (pointers.Get(3), pointers.Get(np.int64(3)), pointers.Text("a"), pointers.Sum([1, None, 2])) == (
        3,
        3,
        "a",
        3,
    )
    assert (pointers.Warm(3), pointers.Warm(pointers.Celsius(3)), pointers.Small(3)) == (3, 3, 3)
    assert (pointers.Deref[int](3), pointers.Deref(pointers.New(3))) == (3, 3)
    assert pointers.NewPart("a").Name == "a"
    for call, kind, message in [
        (lambda: pointers.Get("a"), TypeError, "Get(p): `p` is str, Go wants *int"),
        (lambda: pointers.Get(pointers.Celsius(3)), TypeError, "Get(p): `p` is pointers.Celsius, Go wants *int"),
        (lambda: pointers.Sum([1, "a"]), TypeError, "Sum(ps): `ps[1]` is str, Go wants *int"),
        (lambda: pointers.Small(300), OverflowError, "`value` is 300, which does not fit in int8"),
    ]:
        with pytest.raises(kind, match=re.escape(message)):
            call()


def test_a_plain_value_that_go_writes_to_or_keeps_is_refused_with_a_hint_that_works(pointers):
    with pytest.raises(TypeError) as refused:
        pointers.Inc(3)
    assert str(refused.value) == (
        "Inc(p): `p` is int, and Go writes to what its *int points to, or keeps it\n"
        "  note: what it writes to a copy nobody would see\n"
        "  hint: pass `p = gomagic.new(3)`: what Go writes is `p.value`"
    )
    p = gomagic.new(3)
    pointers.Inc(p)
    assert p.value == 4
    for call in (
        lambda: pointers.Keep(3),
        lambda: pointers.Heat(3.5),
        lambda: pointers.Shout("a"),
        lambda: pointers.Toggle(True),
    ):
        with pytest.raises(TypeError, match=r"hint: pass `p = gomagic\.new\("):
            call()


def test_a_place_is_of_the_type_by_which_it_is_taken_first(pointers):
    a, b, text, truth = gomagic.new(1), gomagic.new(2), gomagic.new("é"), gomagic.new(value=False)
    a.value = 5
    pointers.Swap(a, b)
    pointers.Shout(text)
    pointers.Toggle(truth)
    assert (a.value, b.value, text.value, truth.value, repr(a)) == (2, 5, "É", True, "gomagic.new(2)")
    pointers.Keep(a)
    a.value = 7
    assert pointers.Kept().value == 7
    for call in (lambda: pointers.Shout(a), lambda: pointers.Inc(text), lambda: pointers.Inc(gomagic.new("a"))):
        with pytest.raises(TypeError, match=r"is gomagic\.Place, Go wants \*"):
            call()


def test_a_field_that_points_to_a_number_or_text_is_none_or_that(pointers):
    user = pointers.Parse('{"name": "ann", "age": 3}')
    assert repr(user) == "User(Name='ann', Age=3, Score=None, Ok=None, Small=None, List=None, Next=None)"
    assert pointers.Format(pointers.User(Name="bob", Ok=False)) == '{"name":"bob","ok":false}'
    assert pointers.Format({"Age": 0}) == '{"age":0}'
    assert pointers.User(Name="a") == pointers.User(Name="a") != pointers.User()
    assert len({pointers.User(Name="a"), pointers.User(Name="a")}) == 1
    assert str(inspect.signature(pointers.User)).startswith("(Name=None, Age=None, ")
    assert repr(pointers.User(List=[1])).endswith("List=<*[]int>, Next=None)")
    assert pickle.loads(pickle.dumps(user)) == copy.deepcopy(user) == user
    user.Age, user.Name, user.Score = None, "b", 2
    assert (user.Age, user.Name, user.Score, type(user.Score)) == (None, "b", 2.0, float)
    for name, value, kind, message in [
        ("Age", "x", TypeError, "`Age` is str, Go wants *int"),
        ("Age", 1.5, TypeError, "`Age` is float, Go wants *int"),
        ("Name", b"x", TypeError, "`Name` is bytes, Go wants *string"),
        ("Small", 128, OverflowError, "`Small` is 128, which does not fit in int8\n  note: int8 holds -128 to 127"),
    ]:
        with pytest.raises(kind, match=re.escape(message)):
            setattr(user, name, value)


def test_such_a_field_of_what_lies_in_go_is_read_and_set_there(pointers):
    user = pointers.Pointer(pointers.User(Name="ann", List=[1, 2]))
    assert (user.Name, user.Age, user.List.value.tolist()) == ("ann", None, [1, 2])
    other = pointers.SameName(user)
    user.Name, user.Age = "bob", 3
    assert (user.Name, user.Age, other.Name) == ("bob", 3, "ann")  # each has a place of its own now
    user.Name = None
    assert (user.Name, pointers.Format(user)) == (None, '{"age":3,"list":[1,2]}')
    part = pointers.NewPart("a")
    part.Name = "b"
    assert part.Name == "b"
    with pytest.raises(pointers.Failed) as failed:
        pointers.Fail(3)
    assert (failed.value.Code, failed.value.Line) == (3, 2)


def test_what_go_writes_through_such_a_field_is_seen(pointers):
    user = pointers.User(Name="a")
    pointers.Rename(user, "changed")
    assert user.Name == "changed"
    with pytest.raises(gomagic.GoPanic, match="nil pointer"):
        pointers.Rename(pointers.User(), "b")
    with pytest.raises(AttributeError, match=r"Keys is left out: in `User`, `Name` is a pointer"):
        pointers.Keys({})


@settings(max_examples=100)
@given(
    st.none() | st.text(),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
)
def test_every_value_of_such_fields_comes_back(pointers, name, age, score, ok):
    user = pointers.User(name, age, score, ok)
    assert pointers.Users([user, user]) == [user, user]
    assert list(pointers.Pointer(user))[:4] == [name, age, score, ok]
    place = pointers.New(0)
    if age is not None:
        place.value = age
        assert (pointers.Get(place), pointers.Get(age)) == (age, age)


def test_pointers_leave_nothing_in_go(pointers):
    before = live(pointers)
    for n in range(10_000):
        p = gomagic.new(n)
        pointers.Inc(p)
        pointers.Get(n)
        pointers.Sum([1, p, None])
        user = pointers.User("a", n)
        pointers.Rename(user, "b")
        pointers.Pointer(user).Age = 3
        if n % 20 == 0:
            with pytest.raises(TypeError):
                pointers.Inc(n)
    del p, user
    assert live(pointers) == before
