"""Structs of a plain Go cell: values that lie in Python until something needs their address."""

import copy
import dataclasses
import gc
import inspect
import pickle
import threading
import weakref

import numpy as np
import pytest
from load import live

import gomagic
from gomagic import GoPanic

SOURCE = """
// Point is a place.
type Point struct {
	X float64 // to the right
	Y float64 `json:"y,omitempty"`
}

func (p *Point) Scale(by float64) { p.X *= by; p.Y *= by }
func (p Point) Norm() float64     { return p.X*p.X + p.Y*p.Y }
func (p *Point) Self() *Point     { return p }

func NewPoint(x, y float64) *Point   { return &Point{x, y} }
func MakePoint(x, y float64) Point   { return Point{x, y} }
func Scale(p *Point, by float64)     { p.Scale(by) }
func Norm(p Point) float64           { return p.Norm() }
func Move(p *Point, by Point)        { p.X += by.X; p.Y += by.Y }
func Changed(p Point) Point          { p.X = 99; return p }
func Both(p, q *Point) bool          { return p == q }

var kept *Point
var Home Point

func Keep(p *Point)     { kept = p }
func Kept() *Point      { return kept }
func MoveKept()         { kept.X++ }

type Line struct {
	A, B Point
	Name string
}

func (l *Line) Flip()                { l.A, l.B = l.B, l.A }
func Length(l Line) float64          { return math.Hypot(l.B.X-l.A.X, l.B.Y-l.A.Y) }
func Begin(l *Line) *Point           { return &l.A }

type Deep struct {
	Line Line
	N    int
}

func Bump(d *Deep) { d.Line.A.X++ }

type Node struct {
	Name string
	Next *Node
}

func (n *Node) Len() (k int) {
	for ; n != nil && k < 1_000_000; n = n.Next {
		k++
	}
	return
}

type Self struct {
	P *Point
	A Point
}

func IsOwn(s *Self) bool { return s.P == &s.A }

type Named struct {
	Point
	Label string
}

func X(p *Point) float64 { return p.X }

type Through struct{ *Point }

type Poly struct {
	Coef  []float64
	Words []string
	Raw   []byte
	Pair  [2]int
	Flag  bool
	Small int8
	Wave  complex128
}

func Sum(p Poly) (total float64) {
	for _, c := range p.Coef {
		total += c
	}
	return
}
func (p *Poly) First() float64 { return p.Coef[0] }

type Hidden struct {
	Name string
	n    int
}

func (h *Hidden) Count() int          { h.n++; return h.n }
func MakeHidden(name string) Hidden   { return Hidden{name, 5} }
func CountOf(h Hidden) int            { return h.n }

type Outside struct {
	At   time.Time
	Name string
}

func At() Outside { return Outside{time.Unix(0, 0).UTC(), "epoch"} }

func Settle() { runtime.GC(); debug.FreeOSMemory() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "shapes")


def test_an_object_is_made_by_position_by_name_and_of_zero_values(go):
    assert list(go.Point(1, 2)) == [1.0, 2.0]
    assert list(go.Point(Y=2, X=1)) == [1.0, 2.0]
    assert list(go.Point(1, Y=2)) == [1.0, 2.0]
    assert (list(go.Point()), list(go.Point(Y=3))) == ([0, 0], [0, 3])
    made = go.Poly()
    assert (made.Coef.tolist(), made.Words, made.Raw, made.Pair.tolist()) == ([], [], b"", [0, 0])
    assert (made.Flag, made.Small, made.Wave) == (False, 0, 0j)
    assert made.Words is not go.Poly().Words
    assert list(go.Line(Name="a")) == [go.Point(), go.Point(), "a"]


def test_to_make_and_read_and_set_one_does_not_enter_go(go):
    before = live(go)
    line = go.Line(go.Point(1, 2), B={"X": 3})
    line.A.X += 1
    line.Name = "a"
    assert (line.A.X, line.B.X, line.B.Y, line.Name) == (2, 3, 0, "a")
    assert live(go) == before


def test_fields_become_what_their_type_in_go_is(go):
    point = go.Point(1, np.float32(0.5))
    assert [type(x) for x in point] == [float, float]
    point.X = True
    assert type(point.X) is float
    assert type(go.Poly(Flag=np.bool_(True)).Flag) is bool
    assert type(go.Poly(Small=np.int64(3)).Small) is int


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda go: go.Point("a"), TypeError, "Point(X, Y): `X` is str, Go wants float64"),
        (lambda go: go.Point(Y=None), TypeError, "Point(X, Y): `Y` is NoneType, Go wants float64"),
        (lambda go: go.Point(Z=1), TypeError, "Point() got an unexpected keyword argument 'Z'"),
        (lambda go: go.Point(1, X=1), TypeError, "Point() got multiple values for argument 'X'"),
        (lambda go: go.Point(1, 2, 3), TypeError, "Point() takes from 0 to 2 positional arguments but 3 were given"),
        (lambda go: setattr(go.Point(), "X", "a"), TypeError, "Point(X, Y): `X` is str, Go wants float64"),
        (lambda go: setattr(go.Point(), "Z", 1), AttributeError, "Point.Z is no exported field of Go's"),
        (lambda go: go.Point().Z, AttributeError, "'shapes.Point' object has no attribute 'Z'"),
        (lambda go: go.Line(3), TypeError, "Line(A, B, Name): `A` is int, Go wants Point"),
        (lambda go: go.Line({"X": 1, "Z": 2}), TypeError, "Point has no field `Z`"),
        (lambda go: go.Line({"X": "a"}), TypeError, "Point(X, Y): `X` is str, Go wants float64"),
        (lambda go: go.Node("a", 3), TypeError, "Node(Name, Next): `Next` is int, Go wants *Node"),
        (lambda go: go.Node("a", go.Point()), TypeError, "`Next` is shapes.Point, Go wants *Node"),
        (lambda go: go.Poly(3), TypeError, "`Coef` is int, Go wants []float64"),
        (lambda go: go.Poly("abc"), TypeError, "`Coef` is str, Go wants []float64"),
        (lambda go: go.Poly(Small=128), OverflowError, "`Small`"),
        (lambda go: go.Poly(Small=1.5), TypeError, "`Small` is float, Go wants int8"),
        (lambda go: go.Norm(3), TypeError, "Norm(p): `p` is int, Go wants Point"),
        (lambda go: go.Norm(None), TypeError, "Norm(p): `p` is NoneType, Go wants Point"),
        (lambda go: go.Norm(go.Line()), TypeError, "Norm(p): `p` is shapes.Line, Go wants Point"),
        (lambda go: go.Sum(go.Poly([1, "a"])), TypeError, "is str, Go wants float64"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(go, make, kind, message):
    with pytest.raises(kind) as refused:
        make(go)
    assert message in str(refused.value)


def test_an_object_whose_address_is_needed_moves_to_go_and_sees_gos_writes(go):
    point = go.Point(1, 2)
    go.Scale(point, 2)
    assert (point.X, point.Y) == (2, 4)
    point.X = 7
    assert point.Norm() == 65
    point.Scale(2)
    assert list(point) == [14, 8]
    assert point.Self() is point


def test_an_object_passed_by_value_is_copied(go):
    point = go.Point(1, 2)
    assert (go.Norm(point), go.Changed(point)) == (5, go.Point(99, 2))
    assert point == go.Point(1, 2)
    held = go.NewPoint(1, 2)
    assert (go.Norm(held), go.Changed(held)) == (5, go.Point(99, 2))
    assert held.X == 1


def test_an_object_that_is_passed_twice_in_one_call_is_one(go):
    point = go.Point(1, 2)
    assert go.Both(point, point)
    assert not go.Both(go.Point(1, 2), go.Point(1, 2))
    point = go.Point(1, 2)
    go.Move(point, point)
    assert point == go.Point(2, 4)
    go.Move(point, point)
    assert point == go.Point(4, 8)


def test_an_object_that_go_keeps_is_seen_to_change(go):
    point = go.Point(1, 2)
    go.Keep(point)
    go.MoveKept()
    assert (point.X, go.Kept() is point) == (2, True)
    del point
    go.MoveKept()
    assert go.Kept().X == 3
    go.Keep(None)


def test_structs_within_are_values_as_in_go(go):
    a = go.Point(1, 2)
    line = go.Line(a, a)
    a.X = 50
    line.A.X = 7
    assert (line.A.X, line.B.X) == (7, 1)
    within = line.A
    assert line.A is within
    line.A = go.Point(8, 9)
    assert (within.X, within.Y, line.A is within) == (8, 9, True)
    line.B = line.A
    line.B.X = 0
    assert line.A.X == 8


def test_structs_within_move_along_so_that_nobody_has_a_stale_one(go):
    line = go.Line(go.Point(1, 2), go.Point(3, 4))
    a, b = line.A, line.B
    line.Flip()
    assert (a.X, b.X, line.A is a, line.B is b) == (3, 1, True, True)
    a.X = 70
    assert line.A.X == 70
    assert go.Begin(line) is a


def test_a_struct_within_whose_address_is_needed_takes_the_outer_one_along(go):
    line = go.Line(go.Point(1, 2), go.Point(3, 4))
    go.Scale(line.A, 2)
    assert (line.A.X, list(line.A)) == (2, [2, 4])
    line.Flip()
    assert line.A.X == 3
    deep = go.Deep(go.Line(go.Point(1, 2)))
    a = deep.Line.A
    a.Scale(10)
    go.Bump(deep)
    assert (a.X, deep.Line.A.X, deep.Line.A is a) == (11, 11, True)


def test_a_struct_within_outlives_the_outer_one(go):
    a = go.Line(go.Point(1, 2)).A
    assert a.X == 1
    a.Scale(2)
    assert a.X == 2
    b = go.NewPoint(0, 0)
    line = go.Line()
    line.Flip()
    b = line.B
    b.X = 3
    del line
    go.Settle()
    assert b.X == 3


def test_a_struct_field_of_a_held_object_is_written_through(go):
    line = go.Line()
    line.Flip()
    line.A.X = 3
    assert (line.A.X, go.Length(line)) == (3, 3)
    line.A = {"X": 1, "y": 1}
    line.A = go.Point(6, 8)
    assert go.Length(line) == 10
    with pytest.raises(TypeError, match=r"Line.A\(value\): `value` is int, Go wants Point"):
        line.A = 3


def test_a_variable_that_is_a_struct_is_live(go):
    go.Home.X = 3
    assert (go.Home.X, go.Home == go.Point(3, 0)) == (3, True)
    go.Home = go.Point(4, 5)
    assert go.Home == go.Point(4, 5)
    go.Home = go.Point()


def test_cycles_move_to_go_whole(go):
    a = go.Node("a")
    b = go.Node("b", a)
    a.Next = b
    assert (a.Len(), b.Next is a, a.Next is b, a.Next.Next.Name) == (1_000_000, True, True, "a")
    own = go.Node("own")
    own.Next = own
    assert (own.Len(), own.Next is own) == (1_000_000, True)
    own = go.Self()
    own.P = own.A
    assert go.IsOwn(own)
    assert own.P is own.A


def test_long_chains_neither_fill_the_stack_when_they_move_nor_when_they_end(go):
    def chain():
        node = None
        for number in range(100_000):
            node = go.Node(str(number), node)
        return node

    assert chain().Len() == 100_000
    before = live(go)
    del before
    chain()


def test_an_object_of_what_embeds_a_struct_has_its_fields_and_methods(go):
    named = go.Named(go.Point(1, 2), "a")
    assert (named.X, named.Point.Y, named.Label, isinstance(named, go.Point)) == (1, 2, "a", True)
    named.X = 4
    assert named.Point.X == 4
    assert (go.X(named), go.Norm(named), named.Norm()) == (4, 20, 20)
    named.Scale(2)
    assert (named.X, named.Point.X) == (8, 8)
    line = go.Line(go.Named({"X": 5}))
    assert go.Point(5, 0) == line.A


def test_a_promoted_field_of_an_embedded_nil_panics_as_in_go(go):
    through = go.Through()
    with pytest.raises(GoPanic, match="nil pointer"):
        through.X  # noqa: B018
    through = go.Through(go.Point(1, 2))
    assert through.X == 1
    through.X = 3
    assert through.Point.X == 3


def test_objects_are_equal_if_their_fields_are_and_pointers_if_they_are_the_same(go):
    assert go.Point(1, 2) == go.Point(1, 2) == go.MakePoint(1, 2) != go.Point(1, 3)
    moved = go.Point(1, 2)
    moved.Norm()
    assert moved == go.Point(1, 2)
    assert moved == go.NewPoint(1, 2)
    assert go.NewPoint(1, 2) != go.NewPoint(1, 2)
    assert go.Point(1, 2) != (1, 2)
    assert go.Line(go.Point(1)) == go.Line(go.Point(1)) != go.Line(go.Point(2))
    assert go.Poly([1, 2]) == go.Poly(np.array([1.0, 2.0])) != go.Poly([1])
    assert go.Point(float("nan")) != go.Point(float("nan"))
    end = go.Node("a")
    assert go.Node("b", end) == go.Node("b", end) != go.Node("b", go.Node("a"))


def test_what_go_compares_has_a_hash(go):
    moved = go.Point(1, 2)
    moved.Norm()
    assert {go.Point(1, 2): 3}[moved] == 3
    pointer = go.NewPoint(1, 2)
    assert {pointer: 4}[pointer.Self()] == 4
    end = go.Node("a")
    assert hash(go.Node("b", end)) == hash(go.Node("b", end))
    with pytest.raises(TypeError, match=r"unhashable type: 'shapes.Poly'"):
        hash(go.Poly())


EQUALS = """
type Money struct {
	Currency string
	cents    int
}

func NewMoney(currency string, cents int) Money       { return Money{currency, cents} }
func NewPointer(currency string, cents int) *Money    { return &Money{currency, cents} }
func Prices(m map[Money]int) map[Money]int            { m[Money{"EUR", 3}]++; return m }
func Names(m map[netip.Addr]string)                   { m[netip.MustParseAddr("::1")] = "here" }
func Addr(text string) netip.Addr                     { return netip.MustParseAddr(text) }
func Rat(a, b int64) *big.Rat                         { return big.NewRat(a, b) }

type Bag struct {
	items []int
	of    map[string]any
	do    func()
}

func NewBag(items ...int) Bag       { return Bag{items: items} }
func NewNested(x any) Bag           { return Bag{of: map[string]any{"x": []any{x}}} }
func NewDoing() Bag                 { return Bag{do: func() {}} }

type Counter struct {
	mu sync.Mutex
	n  int
}

func (c *Counter) Inc()             { c.mu.Lock(); c.n++; c.mu.Unlock() }
func MakeCounter() Counter          { return Counter{} }

type Holder struct {
	x any
	_ int
}

func NewHolder(x any) Holder        { return Holder{x: x} }
func NewItself() Holder             { x := []any{nil}; x[0] = x; return Holder{x: x} }

type ID [16]byte

func (id ID) Text() string          { return string(id[:]) }

type User struct {
	ID    ID
	Names [2]string
	Grid  [2][2]float64
}

type Celsius float64

func (c Celsius) Twice() Celsius    { return 2 * c }

type Path []float64

func (p Path) Count() int           { return len(p) }

type Shape interface{ Area() float64 }

func Square(a float64) Shape        { return struct{ side }{side(a)} }
func Points(xs ...float64) Shape    { return struct{ points }{xs} }

type stack struct {
	items []int
	Name  string
}

func New(name string) *stack          { return &stack{Name: name} }
func (s *stack) Push(x int) *stack    { s.items = append(s.items, x); return s }
func (s *stack) Len() int             { return len(s.items) }

type pair struct{ A, B int }

func Pair(a, b int) pair              { return pair{a, b} }
func Sum(p pair, more ...*pair) int {
	for _, other := range more {
		p.A += other.A + other.B
	}
	return p.A + p.B
}

type Embeds struct {
	*pair
	N int
}

type side float64
type points []float64

func (s side) Area() float64        { return float64(s * s) }
func (p points) Area() float64      { return 0 }
"""


@pytest.fixture(scope="module")
def equals(own_cache):
    return gomagic.compile(EQUALS, "equals")


def test_values_of_which_go_has_more_than_python_sees_are_equal_if_go_says_so(equals):
    assert equals.NewMoney("EUR", 3) == equals.NewMoney("EUR", 3) != equals.NewMoney("EUR", 4)
    assert equals.Money(Currency="EUR") == equals.Money(Currency="EUR") == equals.NewMoney("EUR", 0)
    assert len({equals.NewMoney("EUR", 3), equals.NewMoney("EUR", 3), equals.NewMoney("USD", 3)}) == 2
    assert equals.NewHolder(1) == equals.NewHolder(1) != equals.NewHolder(1.0)
    assert hash(equals.NewHolder(0.0)) == hash(equals.NewHolder(-0.0))
    assert equals.NewHolder(float("nan")) != equals.NewHolder(float("nan"))


def test_pointers_to_such_values_stay_equal_if_they_are_the_same(equals):
    one, other = equals.NewPointer("EUR", 3), equals.NewPointer("EUR", 3)
    assert one == one != other == equals.NewMoney("EUR", 3)
    assert {one: 1, other: 2}[one] == 1
    assert equals.Rat(1, 2) != equals.Rat(1, 2)


def test_what_go_does_not_compare_is_compared_by_what_it_holds_and_has_no_hash(equals):
    assert equals.NewBag(1, 2) == equals.NewBag(1, 2) != equals.NewBag(1, 3)
    assert equals.Bag() == equals.NewBag() != equals.NewBag(1)
    assert equals.NewNested([1, {"a": 2}]) == equals.NewNested([1, {"a": 2}]) != equals.NewNested([1, {"a": 3}])
    assert equals.NewDoing() != equals.NewDoing()
    assert equals.NewHolder([1]) == equals.NewHolder([1])
    for value, kind in ((equals.NewBag(1), "Bag"), (equals.NewHolder([1]), "Holder")):
        with pytest.raises(TypeError, match=f"unhashable type: 'equals.{kind}'"):
            hash(value)
    with pytest.raises(RecursionError, match="a value of Go's lies in itself"):
        _ = equals.NewItself() == equals.NewItself()


def test_what_holds_a_lock_is_equal_to_itself_alone(equals):
    counter = equals.Counter()
    counts = {counter: "a"}
    counter.Inc()
    assert counts[counter] == "a"
    assert counter == counter != equals.Counter()
    assert equals.MakeCounter() != equals.MakeCounter()


def test_values_of_imported_types_and_keys_are_told_apart_as_in_go(equals):
    assert equals.Addr("1.1.1.1") == equals.Addr("1.1.1.1") != equals.Addr("1.1.1.2")
    prices = {equals.NewMoney("EUR", 3): 1, equals.NewMoney("EUR", 4): 5}
    assert equals.Prices(prices) == prices == {equals.NewMoney("EUR", 3): 2, equals.NewMoney("EUR", 4): 5}
    names = {equals.Addr("1.1.1.1"): "there"}
    equals.Names(names)
    assert names == {equals.Addr("::1"): "here", equals.Addr("1.1.1.1"): "there"}


def test_values_of_named_types_and_of_interfaces_are_equal_if_go_says_so(equals):
    assert equals.Celsius(3) == equals.Celsius(3) != equals.Celsius(4)
    assert hash(equals.Celsius(3)) == hash(equals.Celsius(3))
    assert equals.ID(b"a" * 16) == equals.ID(b"a" * 16)
    assert equals.Path([1]) == equals.Path([1.0]) != equals.Path([2])
    assert equals.Square(1) == equals.Square(1) != equals.Square(2)
    assert hash(equals.Square(1)) == hash(equals.Square(1))
    assert equals.Points(1) == equals.Points(1) != equals.Square(1)


def test_a_struct_with_arrays_has_a_hash(equals):
    def user(n):
        return equals.User(np.full(16, n, "uint8"), ["a", "b"], [[1, 2], [3, 4]])

    assert ({user(1): 1}[user(1)], user(1) == user(2)) == (1, False)


def test_objects_of_types_that_are_not_exported_are_like_others_but_for_the_name(equals):
    stack = equals.New("a")
    assert (stack.Push(3) is stack, stack.Len(), stack.Name, len(stack)) == (True, 1, "a", 1)
    assert (repr(stack), type(stack).__module__, hasattr(equals, "stack")) == ("stack(Name='a', …)", "equals", False)
    one = equals.Pair(1, 2)
    assert (one, repr(one)) == (equals.Pair(1, 2), "pair(A=1, B=2)")
    assert equals.Sum(one, one, type(one)(3, 4)) == equals.Sum({"A": 1, "B": 12}) == 13
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert equals.Embeds(N=1).N == 1
    assert "pair" not in dir(equals)
    with pytest.raises(TypeError, match=r"`p` is list, Go wants pair"):
        equals.Sum([1])


def test_to_compare_values_leaves_nothing_in_go(equals):
    before = live(equals)
    for _ in range(10_000):
        assert equals.NewMoney("EUR", 3) == equals.NewMoney("EUR", 3)
        assert len({equals.NewHolder("a"), equals.NewHolder("a")}) == 1
    assert live(equals) == before


def test_text_shows_the_fields(go):
    point = go.Point(1, 2)
    assert (repr(point), str(point)) == ("Point(X=1.0, Y=2.0)",) * 2
    point.Scale(2)
    assert repr(point) == "Point(X=2.0, Y=4.0)"
    assert repr(go.NewPoint(1, 2)) == "Point(X=1.0, Y=2.0)"
    assert repr(go.Line(Name="a")) == "Line(A=Point(X=0.0, Y=0.0), B=Point(X=0.0, Y=0.0), Name='a')"
    node = go.Node("a")
    node.Next = node
    assert repr(node) == "Node(Name='a', Next=<*Node>)"
    assert repr(go.Hidden(Name="a")) == "Hidden(Name='a', …)"


def test_an_object_unpacks_and_matches(go):
    x, y = go.Point(1, 2)
    assert (x, y) == (1, 2)
    match go.Line(go.Point(1, 2), Name="a"):
        case go.Line(go.Point(x, y), Name=name):
            assert (x, y, name) == (1, 2, "a")
        case _:
            raise AssertionError


def test_a_class_has_a_doc_and_a_signature(go):
    assert go.Point.__doc__ == "Point is a place.\n\nGo's Point."
    assert str(inspect.signature(go.Point)) == "(X=0.0, Y=0.0)"
    assert go.Point.X.__doc__ == "X float64\n\nto the right"


def test_a_field_may_have_a_name_that_is_a_word_of_pythons():
    odd = gomagic.compile("type Flags struct{ None, True bool; Kµ int }\nfunc Same(f Flags) Flags { return f }")
    made = odd.Flags(**{"None": True, "Kμ": 3})
    assert (getattr(odd.Same(made), "None"), odd.Same(made).Kμ, made == odd.Same(made)) == (True, 3, True)
    assert str(inspect.signature(odd.Flags)) == "(None_=False, True_=False, Kμ=0)"
    with pytest.raises(TypeError, match=r"Flags\(\) takes from 0 to 3 positional arguments"):
        odd.Flags(1, 2, 3, 4)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_an_object_is_copied_and_pickled(go, way):
    line = go.Line(go.Point(1, 2), go.Point(3, 4), "a")
    for one in (line, line.A):
        twin = way(one)
        assert (twin == one, type(twin) is type(one)) == (True, True)
    twin = way(line)
    twin.A.X = 7
    assert line.A.X == 1
    line.Flip()
    twin = way(line)
    assert twin == line
    twin.A.X = 7
    assert line.A.X == 3


def test_a_pointer_is_neither_copied_nor_pickled(go):
    for way in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"cannot pickle 'shapes.Point' object: it is a pointer"):
            way(go.NewPoint(1, 2))
        with pytest.raises(TypeError, match=r"cannot pickle 'shapes.Hidden' object: Go has more of it"):
            way(go.Hidden())


def test_a_copy_may_differ_in_some_fields(go):
    point = go.Point(1, 2)
    assert point.__replace__(Y=5) == go.Point(1, 5)
    with pytest.raises(TypeError, match="unexpected keyword argument 'Z'"):
        point.__replace__(Z=1)


@dataclasses.dataclass
class Place:
    X: float
    Y: float


def test_a_dict_with_gos_or_jsons_names_a_dataclass_or_any_such_object_stands_for_a_struct(go):
    for one in ({"X": 1, "Y": 2}, {"X": 1, "y": 2}, Place(1, 2), go.NewPoint(1, 2)):
        assert go.Point(1, 2) == go.Line(one).A
    assert go.Point() == go.Line({}).A


def test_a_struct_of_which_go_has_more_than_python_sees_is_held_and_nothing_of_it_is_lost(go):
    hidden = go.MakeHidden("a")
    assert (hidden.Name, go.CountOf(hidden), hidden.Count(), go.CountOf(hidden)) == ("a", 5, 6, 6)
    made = go.Hidden(Name="b")
    assert (made.Name, made.Count()) == ("b", 1)
    outside = go.At()
    assert (outside.At.year, outside.Name) == (1970, "epoch")


def test_a_dict_cannot_stand_for_such_a_struct_and_its_keywords_make_one(go):
    h = {"Name": "b"}
    with pytest.raises(TypeError, match=r"\(h\): `h` is dict, Go wants Hidden\n  hint: make one, of which") as refused:
        go.CountOf(h)
    followed = str(refused.value).split("`")[-2]
    assert followed == "Hidden(**h)"
    assert go.CountOf(eval(followed, {"Hidden": go.Hidden, "h": h})) == 0


def test_an_object_with_containers_takes_part_in_garbage_collection(go):
    assert not gc.is_tracked(go.Point())
    assert not gc.is_tracked(go.Line())
    assert gc.is_tracked(go.Poly())
    before = live(go)
    for _ in range(100):
        node = go.Node("a")
        node.Next = node
        loop = []
        poly = go.Poly(Words=loop)
        loop.append(poly)
    del node, loop, poly
    assert gc.collect() >= 200
    assert live(go) == before


def once(go, name):
    point = go.Point(1, 2)
    match name:
        case "made":
            line = go.Line(point, {"X": 1}, Name="a")
            line.A.X = 3
            line.B = point
            assert list(line.A) == [3, 2]
        case "moved":
            go.Scale(point, 2)
            assert point.X == 2
        case "whole":
            deep = go.Deep(go.Line(point))
            a = deep.Line.A
            go.Bump(deep)
            assert a.X == 2
        case "by value":
            assert go.Norm(point) == 5
            assert go.MakePoint(1, 2) == point
        case "compared":
            assert {point: 1}[go.Point(1, 2)] == 1
            assert repr(point) == "Point(X=1.0, Y=2.0)"
        case "copied":
            assert copy.deepcopy(point) == copy.copy(point) == pickle.loads(pickle.dumps(point))
        case "refused":
            for wrong in (
                lambda: go.Point("a"), lambda: go.Point(1, "a"), lambda: go.Point(Z=1), lambda: go.Line({"Z": 1}),
                lambda: go.Sum(go.Poly([1, "a"])), lambda: setattr(point, "X", "a"), lambda: go.Node("a", 3),
                lambda: go.Norm(3), lambda: go.Poly([1, "a"]).First(), lambda: point < point,
            ):  # fmt: skip
                with pytest.raises(TypeError):
                    wrong()
        case "cycles":
            node = go.Node("a")
            node.Next = go.Node("b", node)
            assert node.Len() == 1_000_000
            node.Next = None


NAMES = ["made", "moved", "whole", "by value", "compared", "copied", "refused"]


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_rounds_of_each_leave_nothing(go, name):
    import sys

    for rounds in (200, 10_000):
        gc.collect()
        before, blocks = live(go), sys.getallocatedblocks()
        for _ in range(rounds):
            once(go, name)
        assert live(go) == before
    assert sys.getallocatedblocks() - blocks < 2000


def test_a_million_made_and_dropped_leave_nothing(go):
    before = live(go)
    for _ in range(1_000_000):
        go.Point(1, 2)
    for _ in range(100_000):
        go.Point(1, 2).Norm()
    assert live(go) == before


def test_an_object_that_cannot_move_stays_as_it_was(go):
    poly = go.Poly([1.0, "a"])
    before = live(go)
    for _ in range(3):
        with pytest.raises(TypeError, match=r"Poly.Coef\(value\): `value\[1\]` is str, Go wants float64"):
            poly.First()
    assert (poly.Coef, live(go)) == ([1.0, "a"], before)
    poly.Coef = [1.5]
    assert poly.First() == 1.5


def test_what_python_code_changes_while_an_object_moves_is_not_lost(go):
    class Sneaky:
        def __float__(self):
            poly.Flag = True
            poly.Words = ["b"]
            return 2.0

    poly = go.Poly([Sneaky()], ["a"])
    assert poly.First() == 2
    assert (poly.Flag, poly.Words) == (True, ["b"])

    class Calling:
        def __float__(self):
            assert poly.First() == 1  # of what is on its way
            return 3.0

    poly = go.Poly([1.0, Calling()])
    with pytest.raises(GoPanic, match="out of range"):
        poly.First()


def test_threads_that_move_one_object_at_once_make_one_of_it(go):
    for rounds in range(200):
        node = go.Node("a" * 20_000 if rounds % 2 else "a", go.Node("b"))
        begin, found = threading.Barrier(4), []

        def work(node=node, begin=begin, found=found):
            begin.wait()
            found.append((node.Len(), node.Next.Name, node.Next is node.Next))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert found == [(2, "b", True)] * 4


def test_a_field_that_one_thread_sets_while_another_one_moves_the_object_is_not_lost(go):
    for _ in range(200):
        node = go.Node("a" * 30_000)
        setting = threading.Thread(target=lambda node=node: setattr(node, "Next", go.Node("b")))
        setting.start()
        node.Len()
        setting.join(60)
        assert node.Next.Name == "b"


EMBEDS = """
type Base struct{ Name string }
type base struct{ Depth int }
type Leaf struct {
	*Base
	*base
	Next *Leaf
	Near []*Leaf
	seen bool
}

func NewLeaf() *Leaf       { return &Leaf{} }
func NewFullLeaf() *Leaf   { return &Leaf{Base: &Base{"b"}, base: &base{3}} }

type Price struct{ digits, scale int }

func NewPrice(digits, scale int) Price { return Price{digits, scale} }
func (p Price) String() string {
	text := fmt.Sprintf("%0*d", p.scale+1, p.digits)
	return text[:len(text)-p.scale] + "." + text[len(text)-p.scale:]
}

type Left struct {
	Right *Right
	N     int
}
type Right struct{ Left *Left }
type Pair struct{ A, B float64 }

func Sum(pairs []Pair) float64 { return pairs[0].A + pairs[0].B }
"""


@pytest.fixture(scope="module")
def embeds():
    return gomagic.compile(EMBEDS, name="embeds")


def test_repr_leaves_out_what_a_nil_pointer_does_not_embed(embeds):
    assert repr(embeds.NewLeaf()) == "Leaf(Base=None, Next=None, Near=[], …)"
    assert repr(embeds.NewFullLeaf()) == "Leaf(Base=<*Base>, Next=None, Near=[], Depth=3, …)"
    with pytest.raises(GoPanic, match="nil pointer"):
        _ = embeds.NewLeaf().Name


def test_repr_of_what_leads_back_to_itself_ends(embeds):
    leaf = embeds.NewLeaf()
    leaf.Next, leaf.Near = leaf, [leaf]
    assert repr(leaf) == "Leaf(Base=None, Next=<*Leaf>, Near=[...], …)"


def test_repr_of_a_struct_without_exported_fields_is_what_it_prints(embeds):
    price = embeds.NewPrice(1999, 2)
    assert (str(price), repr(price), repr([price])) == ("19.99", "<Price 19.99>", "[<Price 19.99>]")
    assert repr(embeds.NewPrice(1, 500)) == "<Price 0." + 198 * "0" + "…>"
    assert repr(embeds.NewPrice(1, -1)) == "<Price …>"


def test_an_object_keeps_its_class(embeds):
    pair = embeds.Pair(1, 2)
    with pytest.raises(AttributeError, match=r"Pair.__class__ cannot be set: a value of Go's keeps its type"):
        pair.__class__ = embeds.Base
    assert (type(pair), pair.__class__, isinstance(pair, embeds.Pair)) == (embeds.Pair, embeds.Pair, True)


def test_objects_that_lead_to_each_other_are_pickled(embeds):
    left = embeds.Left(N=3)
    left.Right = embeds.Right(left)
    twin = pickle.loads(pickle.dumps(left))
    assert (twin is not left, twin.N, twin.Right.Left is twin) == (True, 3, True)


def test_a_pickle_is_read_by_the_names_of_fields(embeds):
    pickled = pickle.dumps(embeds.Pair(1, 2))
    later = gomagic.compile(EMBEDS.replace("A, B float64", "B, C, A float64"), name="embeds")
    assert pickle.loads(pickled) == later.Pair(B=2, A=1)
    pickled = pickle.dumps(later.Pair(1, 2, 3))
    gomagic.compile(EMBEDS, name="embeds")
    assert pickle.loads(pickled) == later.Pair(1, 2, 3)  # which the version that has its name now cannot be


def test_an_object_of_an_earlier_version_with_other_fields_is_told_so(embeds):
    later = gomagic.compile(EMBEDS.replace("A, B float64", "B, C, A float64"), name="embeds")
    with pytest.raises(TypeError) as refused:
        later.Sum([embeds.Pair(1, 2)])
    assert str(refused.value) == (
        "Sum(pairs): `pairs[0]` is embeds.Pair, Go wants Pair\n"
        "  note: it is of the Go of another cell, or of an earlier version of this one: each has memory of its own\n"
        "  hint: make it anew by this one's functions"
    )


def test_objects_are_referred_to_weakly_loose_or_held(go):
    gone = []
    loose, held, pointer, node = go.Point(1, 2), go.Point(3, 4), go.NewPoint(5, 6), go.Node()
    held.Scale(2)
    node.Next = node
    references = [weakref.ref(one, gone.append) for one in (loose, held, pointer, node)]
    assert [one() for one in references] == [loose, held, pointer, node]
    names = weakref.WeakValueDictionary(a=loose)
    del loose, held, pointer, node
    gc.collect()
    assert ([one() for one in references], len(gone), dict(names)) == ([None] * 4, 4, {})


def test_a_weak_references_call_finds_nobody_who_is_about_to_go(go):
    point = go.NewPoint(1, 2)
    go.Keep(point)
    found = []
    reference = weakref.ref(point, lambda _: found.append(go.Kept()))
    del point
    assert (reference(), found[0].X, found[0] is go.Kept()) == (None, 1, True)
    before = live(go)
    for _ in range(10_000):
        weakref.finalize(go.NewPoint(1, 2), go.MoveKept).detach()
    assert live(go) == before


def test_a_struct_read_from_a_field_is_that_place_as_an_item_of_an_array_is(go):
    """So Go's `t.A, t.B = t.B, t.A` wants copies in Python, as that of two rows of a numpy array does."""
    for move in (lambda line: line, lambda line: go.Begin(line) and line):  # loose, and in Go
        line = move(go.Line(go.Point(1), go.Point(2)))
        first = line.A
        line.A = go.Point(7)
        assert first.X == 7
        line.A, line.B = line.B, line.A
        assert (line.A.X, line.B.X) == (2, 2)
        line.B = go.Point(3)
        line.A, line.B = copy.copy(line.B), copy.copy(line.A)
        assert (line.A.X, line.B.X, first.X) == (3, 2, 3)
