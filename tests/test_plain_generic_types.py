"""Types with type parameters of plain Go cells: their instances as classes, and functions that make and take these."""

import copy
import gc
import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest

import gomagic
from gomagic.bind import plain
from gomagic.build import compiler, toolchain
from gomagic.build import notes as told
from gomagic.source import cell

SOURCE = """
// Stack holds values.
type Stack[T any] struct {
	// Name says whose it is.
	Name  string
	Top   T
	Under *Stack[T]
	items []T
}

// NewStack makes one.
func NewStack[T any]() *Stack[T]       { return &Stack[T]{} }
func StackOf[T any](xs ...T) *Stack[T] { return &Stack[T]{items: xs} }

// Push puts x on top.
func (s *Stack[T]) Push(x T)        { s.items = append(s.items, x); s.Top = x }
func (s *Stack[T]) PushAll(xs ...T) { s.items = append(s.items, xs...) }
func (s *Stack[T]) Pop() (x T, err error) {
	if len(s.items) == 0 {
		return x, ErrEmpty
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, nil
}
func (s Stack[T]) Len() int                     { return len(s.items) }
func (s *Stack[T]) String() string              { return fmt.Sprint(s.items) }
func (s *Stack[T]) Self() *Stack[T]             { return s }
func (s *Stack[T]) Items() []T                  { return s.items }
func (s *Stack[T]) At(i int) T                  { return s.items[i] }
func (s *Stack[T]) Add(other *Stack[T])         { s.items = append(s.items, other.items...) }
func (s *Stack[T]) Each(f func(*unsafe.Pointer))         {}
func (s *Stack[T]) Kind() string                { return fmt.Sprintf("%T", *s) }

var ErrEmpty = errors.New("empty")

func Peek[T any](s *Stack[T]) T                       { return s.items[len(s.items)-1] }
func Fill[T any](s *Stack[T], n int, x T) *Stack[T]   { for range n { s.Push(x) }; return s }
func Same[T any](a, b *Stack[T]) bool                 { return a == b }
func Sizes[A, B any](a *Stack[A], b *Stack[B]) (int, int) { return a.Len(), b.Len() }
func Counts[T any](s *Stack[T]) *Stack[int]           { return &Stack[int]{items: []int{s.Len()}} }
func Texts() *Stack[string]                           { return &Stack[string]{Name: "texts"} }

type Point struct{ X int }

var (
	_ Stack[*Point]
	_ *Stack[[]int]
)
type Small = Stack[int8]

type Number interface{ ~int | ~float64 }

// Box may hold numbers.
type Box[N Number] struct{ Value N }

func (b *Box[N]) Twice() N { return 2 * b.Value }

type Named[N Number] struct {
	Box[N]
	Name string
}

func NameOf[N Number](b *Box[N], name string) *Named[N] { return &Named[N]{*b, name} }
func ValueOf[N Number](b *Box[N]) N                     { return b.Value }
"""

LISTS = """
// List and Node name each other.
type List[T any] struct {
	first, last *Node[T]
	n           int
}
type Node[T any] struct {
	Value T
	Next  *Node[T]
	of    *List[T]
}

func NewList[T any]() *List[T]      { return &List[T]{} }
func (l *List[T]) Front() *Node[T]  { return l.first }
func (l *List[T]) Append(x T) *Node[T] {
	node := &Node[T]{Value: x, of: l}
	if l.last == nil {
		l.first = node
	} else {
		l.last.Next = node
	}
	l.last = node
	l.n++
	return node
}
func (n *Node[T]) List() *List[T] { return n.of }

// Tree is sorted.
type Tree[K cmp.Ordered, V any] struct {
	Key         K
	Value       V
	left, right *Tree[K, V]
}

func NewTree[K cmp.Ordered, V any](k K, v V) *Tree[K, V] { return &Tree[K, V]{Key: k, Value: v} }
func (t *Tree[K, V]) Put(k K, v V) *Tree[K, V] {
	switch {
	case t == nil:
		return NewTree(k, v)
	case k < t.Key:
		t.left = t.left.Put(k, v)
	case k > t.Key:
		t.right = t.right.Put(k, v)
	default:
		t.Value = v
	}
	return t
}
func (t *Tree[K, V]) Left() *Tree[K, V] { return t.left }
func (t *Tree[K, V]) Keys() []K {
	if t == nil {
		return nil
	}
	return append(append(t.left.Keys(), t.Key), t.right.Keys()...)
}

var _ Tree[string, []float64]
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "stacks")


@pytest.fixture(scope="module")
def lists(own_cache):
    return gomagic.compile(LISTS, "lists")


def live(go):
    gc.collect()
    return go.__go__.live()


def test_an_instance_is_a_class_of_its_own(go):
    kind = go.Stack[int]
    assert kind is go.Stack["int"] is go.Stack[np.int64] or kind is not go.Stack[np.int64]
    assert (kind.__name__, kind.__qualname__, kind.__module__) == ("Stack[int]", "Stack[int]", "stacks")
    assert repr(kind) == "<class 'stacks.Stack[int]'>"
    assert type(kind()) is kind
    assert go.Stack[int] is not go.Stack[float]


def test_what_an_instance_makes_is_an_instance_of_the_type_too(go):
    made = go.Stack[str]()
    assert isinstance(made, go.Stack)
    assert isinstance(made, go.Stack[str])
    assert not isinstance(made, go.Stack[int])
    assert issubclass(go.Stack[str], go.Stack)


@pytest.mark.parametrize(
    ("key", "kind"), [(int, "int"), (float, "float64"), (str, "string"), ("int8", "int8"), (np.int8, "int8")]
)
def test_a_subscript_means_what_it_means_for_functions(go, key, kind):
    assert go.Stack[key].__name__ == f"Stack[{kind}]"
    assert go.Stack[key]().Kind() == f"main.Stack[{kind}]"
    assert type(go.NewStack[key]()) is go.Stack[key]


def test_methods_and_fields_are_of_the_type_that_is_given(go):
    ints, texts = go.Stack[int](), go.Stack[str]()
    ints.Push(3)
    texts.Push("a")
    assert (ints.Pop(), texts.Pop(), ints.Top, texts.Top) == (3, "a", 3, "a")
    texts.Name, texts.Top = "é", "b"
    assert (texts.Name, texts.Top, len(texts), str(texts)) == ("é", "b", 0, "[]")
    with pytest.raises(TypeError) as refused:
        ints.Push("a")
    assert str(refused.value) == "Stack[int].Push(x): `x` is str, Go wants int"
    with pytest.raises(TypeError, match=r"^Stack\[string\].Top\(value\): `value` is int, Go wants string"):
        texts.Top = 1
    with pytest.raises(go.ErrEmpty):
        ints.Pop()
    with pytest.raises(gomagic.GoPanic) as panicked:
        ints.At(7)
    assert "in (*Stack[...]).At, called with (i=7)" in str(panicked.value)


def test_pointers_to_the_same_instance_cross_and_others_are_refused(go):
    a, b, other = go.Stack[int](), go.Stack[int](), go.Stack[str]()
    b.PushAll(1, 2)
    a.Add(b)
    a.Under = b
    assert (a.Len(), a.Under, a.Self()) == (2, b, a)
    with pytest.raises(TypeError) as refused:
        a.Add(other)
    assert str(refused.value) == "Stack[int].Add(other): `other` is stacks.Stack[string], Go wants *Stack[int]"


def test_instances_have_docs_and_signatures(go):
    assert go.Stack[int].__doc__ == "Stack holds values.\n\nA pointer to Go's Stack[int]."
    assert go.Stack[int].Push.__doc__ == "func (*Stack[int]) Push(x int)\n\nPush puts x on top."
    assert str(inspect.signature(go.Stack[int].Push)) == "(self, /, x)"
    assert go.Stack[float].Top.__doc__ == "Top float64"
    assert go.Stack[float].Name.__doc__ == "Name string\n\nName says whose it is."


def test_the_type_says_which_instances_there_are(go, capsys):
    assert list(go.Box.__instances__) == ["int", "float64"]
    assert go.Box.__doc__ == (
        "Box may hold numbers.\n\nA type with 1 type parameter, N: there is Box[int] and Box[float64]."
    )
    assert list(go.Stack.__instances__)[:3] == ["int", "float64", "string"]
    assert go.Stack.__instances__["int"] is go.Stack[int]
    help(go.Box)
    assert "there is Box[int] and Box[float64]" in capsys.readouterr().out


def test_a_type_without_its_types_makes_nothing_unless_there_is_one_alone(go):
    with pytest.raises(TypeError) as refused:
        go.Box()
    assert str(refused.value) == (
        "stacks.Box() is of no type: there is Box[int] and Box[float64]\n  hint: name its type, as in `Box[int]()`"
    )
    one = gomagic.compile("type One[T ~int8] struct{ X T }\nfunc (o *One[T]) Get() T { return o.X }", "one_alone")
    assert type(one.One()) is one.One["int8"]


WRONG_KEYS = [
    (lambda go: go.Box[str], "Box[str]: there is Box[int] and Box[float64]"),
    (lambda go: go.Box["unt8"], "Box['unt8']: there is Box[int] and Box[float64]"),
    (lambda go: go.Box[int, int], "Box[int, int]: Box has 1 type parameter, N"),
    (lambda go: go.Box[3], "Box[3]: 3 is no type that Go has\n  hint: write a type of Python, numpy or Go: `int`, "
     '`np.float32`, `"uint8"`'),
    (lambda go: go.Box[int][int], "Box[int][int]: Box[int] has all its types"),
    (lambda go: type("Mine", (go.Box,), {}), "Mine cannot be derived from stacks.Box: its instances are Go's"),
    (lambda go: type("Mine", (go.Box[int],), {}), "Mine cannot be derived from stacks.Box[int]: its instances are "),
    (lambda go: go.Stack[int](3), "stacks.Stack[int]() takes fields by keyword alone: Go has more of them than Python "
     "sees\n  hint: call `NewStack[int]`"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), WRONG_KEYS, ids=range(len(WRONG_KEYS)))
def test_what_is_not_there_is_refused_in_words(go, call, said):
    with pytest.raises(TypeError) as refused:
        call(go)
    assert str(refused.value).startswith(said)


def test_constructors_return_handles_of_the_right_instance(go, lists):
    assert type(go.NewStack[float]()) is go.Stack[float]
    assert [type(go.StackOf(*xs)) for xs in ([1], [1.5], ["a"])] == [go.Stack[int], go.Stack[float], go.Stack[str]]
    assert go.StackOf("a", "b").Pop() == "b"
    assert type(lists.NewTree("a", 2)) is lists.Tree[str, int]
    assert type(lists.NewTree(1, "a")) is lists.Tree[int, str]
    with pytest.raises(TypeError) as refused:
        go.NewStack()
    assert str(refused.value).startswith("NewStack(): no argument tells what T is; NewStack is built for ")
    assert str(refused.value).endswith("\n  hint: name it, as in `NewStack[int](…)`")


def test_a_handle_tells_which_variant_is_meant(go):
    assert [go.Peek(go.StackOf(1)), go.Peek(go.StackOf("a")), go.Peek(go.StackOf(1.5))] == [1, "a", 1.5]
    assert type(go.Fill(go.Stack[float](), 2, 1).At(0)) is float
    assert go.Fill(x=2, n=3, s=go.Stack["int8"]()).Len() == 3
    assert go.Sizes(go.StackOf(1), go.StackOf("a", "b")) == (1, 2)
    assert go.Counts(go.StackOf("a", "b")).Items().tolist() == [2]
    with pytest.raises(OverflowError, match=r"^Fill\[int8\]\(s, n, x\): `x` is 300, which does not fit in int8"):
        go.Fill(go.Small(), 1, 300)
    with pytest.raises(TypeError, match=r"^Fill\[string\]\(s, n, x\): `x` is int, Go wants string"):
        go.Fill(go.Stack[str](), 1, 3)
    with pytest.raises(
        TypeError, match=r"^Same\[int\]\(a, b\): `b` is stacks.Stack\[string\], Go wants \*Stack\[int\]"
    ):
        go.Same(go.StackOf(1), go.StackOf("a"))


def test_none_is_a_nil_pointer_where_something_else_tells(go):
    stack = go.StackOf(1)
    assert go.Same(stack, None) is go.Same(None, stack) is False
    assert go.Same[int](None, None) is True
    with pytest.raises(TypeError) as refused:
        go.Same(None, None)
    assert str(refused.value).startswith("Same(a, b): no argument tells what T is; Same is built for ")
    assert str(refused.value).endswith("\n  hint: name it, as in `Same[int](…)`")


def test_what_is_no_such_handle_is_refused(go):
    for wrong, name in ((go.Point(), "stacks.Point"), (3, "int"), ([1], "list"), (np.ones(2), None)):
        with pytest.raises(TypeError) as refused:
            go.Peek(wrong)
        shown = f"`s` is {name}" if name else "`s` has dtype float64"
        assert str(refused.value).startswith(f"Peek(s): {shown}, Go wants *Stack[T]; Peek is built for ")


def test_types_that_name_themselves_and_each_other(lists):
    made = lists.NewList[str]()
    first = made.Append("a")
    second = made.Append("b")
    assert type(first) is lists.Node[str]
    assert (made.Front(), first.Next, second.Next, second.List()) == (first, second, None, made)
    first.Next = None
    assert first.Next is None
    tree = lists.NewTree("m", 1)
    for key in "dxa":
        tree.Put(key, 2)
    assert (tree.Keys(), tree.Left().Key, tree.Left().Left().Left()) == (["a", "d", "m", "x"], "d", None)


def test_what_an_instance_embeds_is_a_base_of_it(go):
    box = go.Box[float]()
    box.Value = 1.5
    named = go.NameOf(box, "a")
    assert type(named) is go.Named[float]
    assert (named.Value, named.Twice(), named.Name) == (1.5, 3.0, "a")
    assert [base.__name__ for base in type(named).__mro__] == [
        "Named[float64]", "Box[float64]", "Box", "Named", "Handle", "object",
    ]  # fmt: skip
    assert go.ValueOf(named) == 1.5
    named.Value = 2
    assert (go.ValueOf(named), box.Value) == (2.0, 1.5)


def test_instances_that_the_cell_names_are_there(go, lists):
    assert go.Texts().Name == "texts"
    assert go.Small is go.Stack["int8"]
    points = go.Stack[go.Point]()
    point = go.Point()
    points.Push(point)
    assert points.At(0) is point
    assert go.Stack["*Point"] is go.Stack[go.Point]
    assert type(go.NewStack[go.Point]()) is go.Stack[go.Point]
    assert go.Peek(points) is go.Fill(points, 2, point).Pop() is point
    assert "[]int" in go.Stack.__instances__
    tree = lists.Tree[str, "[]float64"]()
    tree.Value = [1.5]
    assert tree.Value.tolist() == [1.5]


def test_values_of_instances_are_those_of_structs(own_cache):
    go = gomagic.compile(
        """
type Pair[A, B any] struct {
	First  A
	Second B
}

func (p *Pair[A, B]) Scale(by A) *Pair[A, B]       { p.First = by; return p }
func Swapped(p Pair[int, string]) Pair[string, int] { return Pair[string, int]{p.Second, p.First} }
func Pairs(n int) []Pair[int, string] {
	all := make([]Pair[int, string], n)
	for i := range all {
		all[i].First = i
	}
	return all
}

var Best = Pair[int, string]{1, "a"}
""",
        "pairs",
    )
    pair = go.Pair[int, str](1, Second="a")
    assert (pair.First, pair.Second, pair == go.Pair[int, str](1, "a")) == (1, "a", True)
    assert repr(pair) == "Pair[int, string](First=1, Second='a')"
    assert go.Swapped(pair) == go.Pair[str, int]("a", 1)
    assert type(go.Swapped({"First": 2})) is go.Pair[str, int]
    assert pair.Scale(7).First == pair.First == 7
    assert [one.First for one in go.Pairs(3)] == [0, 1, 2]
    assert isinstance(go.Best, go.Pair)
    assert go.Best.Second == "a"
    assert copy.copy(go.Pairs(1)[0]) == go.Pair[int, str]()


def notes(source, name="notes"):
    parsed = cell.parse(name, source)
    return told.of(plain.manifest(compiler.build(parsed, toolchain.find()).path), parsed)


def test_what_is_not_built_is_said_once_with_the_cure(own_cache):
    found = notes(SOURCE)
    assert [line for line in found if " Stack is built" in line] == [
        "note: notes:4: Stack is built for int, float64, string, bool, int8, *Point and []int; "
        "for another type, name it, as in `var _ Stack[int64]`"
    ]
    assert [line for line in found if "Each" in line] == [
        "note: notes:33: Stack.Each is left out: gomagic does not bind `*unsafe.Pointer` yet"
    ]
    copied = [line.partition(" is copied, ")[2].partition(" may ")[0] for line in found]
    assert [name for name in copied if name] == ["Stack.PushAll", "Stack.Push", "StackOf", "Fill"]


def test_a_type_that_is_not_built_is_refused_with_the_cure(go):
    hint = "\n  hint: name the type in the cell, as in `var _ Stack[int64]`"
    with pytest.raises(TypeError) as refused:
        go.Stack["int64"]
    assert str(refused.value).startswith("Stack['int64']: there is Stack[int], Stack[float64], ")
    assert str(refused.value).endswith(hint)
    with pytest.raises(TypeError) as refused:
        go.NewStack["int64"]
    assert str(refused.value).startswith("NewStack['int64']: NewStack is built for bool, int, ")
    assert str(refused.value).endswith(hint)
    assert "for another type, name the type in the cell, as in `var _ Stack[int64]`" in go.Stack.__doc__


NO_BASIC = "no basic type of Go is in the constraints of its type parameters; name the types that you need, as in "
FAILS = "type F[T any] struct{}\nfunc (f *F[T]) Error() string { return `` }"
LEFT_OUT = [
    ("type F[T fmt.Stringer] struct{ X T }", f"{NO_BASIC}`var _ F[…]`"),
    ("type F[T any] [2]T", "gomagic does not bind types without fields or methods yet"),
    (FAILS, "nothing in the cell makes one; name the types that you need, as in `var _ F[…]`"),
    ("type F[T any] interface{ ~int; Get() T }", "it is a constraint of type parameters, and no value has such a type"),
    ("type F[T any] interface{}", "gomagic does not bind `F` yet"),
    ("type F[T fmt.Stringer] interface{ Get() T }", f"{NO_BASIC}`var _ F[…]`"),
    ("type g[T any] struct{}\nfunc F[T any]() *g[T] { return nil }", "`g[int]` is not exported"),
]


@pytest.mark.parametrize(("source", "why"), LEFT_OUT, ids=range(len(LEFT_OUT)))
def test_what_cannot_be_bound_is_left_out_with_its_reason(own_cache, source, why):
    found = [line for line in notes(f"func Two() int {{ return 2 }}\n{source}") if ": F is left out: " in line]
    assert [line.partition(" left out: ")[2] for line in found] == [why]


def test_an_instance_that_is_named_needs_no_basic_type(own_cache):
    go = gomagic.compile(
        """
type Level int

func (l Level) String() string { return fmt.Sprint("level ", int(l)) }

type Shelf[T fmt.Stringer] struct{ items []T }

func (s *Shelf[T]) Show() string { return s.items[0].String() }

func Levels(n int) *Shelf[Level] { return &Shelf[Level]{[]Level{Level(n)}} }
func Shown[T fmt.Stringer](s *Shelf[T]) string { return s.Show() }
""",
        "named",
    )
    assert go.Levels(3).Show() == go.Shown(go.Levels(3)) == "level 3"
    assert list(go.Shelf.__instances__) == ["Level"]


def test_constraints_of_other_packages(own_cache, tmp_path, monkeypatch):
    (tmp_path / "go.mod").write_text(
        "module cells.test\n\ngo 1.25\n\nrequire golang.org/x/exp v0.0.0\nreplace golang.org/x/exp => ./exp\n"
    )
    (tmp_path / "exp" / "constraints").mkdir(parents=True)
    (tmp_path / "exp" / "go.mod").write_text("module golang.org/x/exp\n\ngo 1.25\n")
    (tmp_path / "exp" / "constraints" / "constraints.go").write_text(
        "package constraints\n\ntype Signed interface{ ~int | ~int8 }\ntype Float interface{ ~float32 | ~float64 }\n"
    )
    monkeypatch.chdir(tmp_path)
    source = """
import "golang.org/x/exp/constraints"

type Number interface{ constraints.Signed | constraints.Float }
type Sum[T Number] struct{ Total T }

func (s *Sum[T]) Add(x T) *Sum[T] { s.Total += x; return s }
"""
    go = gomagic.compile(source, "limited_types")
    assert list(go.Sum.__instances__) == ["int", "float64", "float32", "int8"]
    assert go.Sum[float]().Add(1.5).Add(1).Total == 2.5


def test_an_instance_of_an_imported_type_is_a_handle(own_cache):
    go = gomagic.compile(
        "var shared atomic.Pointer[Point]\ntype Point struct{ X int }\n"
        "func Shared() *atomic.Pointer[Point] { return &shared }",
        "imported_instance",
    )
    shared, point = go.Shared(), go.Point()
    assert (type(shared).__module__, type(shared).__name__) == ("atomic", "Pointer[Point]")
    assert shared.Load() is None
    shared.Store(point)
    assert shared.Load() is point
    assert "Pointer" not in dir(go)


KEPT = """
type Bag[T any] struct{ kept []T }

func (b *Bag[T]) Keep(xs []T)                 { b.kept = xs }
func (b *Bag[T]) Kept(i int) T                { return b.kept[i] }
func (b *Bag[T]) Swap(xs []T)                 { xs[0], xs[1] = xs[1], xs[0] }
func (b *Bag[T]) First(xs []T) T              { return xs[0] }
func (b *Bag[T]) Tail(xs []T) []T             { return xs[1:] }
func (b *Bag[T]) KeepFloats(xs []T)           { if floats, ok := any(xs).([]float64); ok { stored = floats } }
func Stored(i int) float64                    { return stored[i] }

//gomagic:borrow xs
func (b *Bag[T]) Promised(xs []T)             { b.kept = xs }

var stored []float64
"""
KEEPS, WRITES, RETURNS = 1, 2, 4
JUDGED = {
    "Keep": KEEPS | WRITES, "Swap": WRITES, "First": 0, "Tail": RETURNS, "KeepFloats": KEEPS | WRITES,
    "Promised": WRITES | RETURNS & 0,
}  # fmt: skip


def test_the_compiler_says_of_each_instance_what_its_methods_keep_and_write(own_cache):
    built = compiler.build(cell.parse("judged_types", KEPT), toolchain.find())
    found = {}
    for call in plain.manifest(built.path)["calls"]:
        if call["role"] == "method" and call["name"] in JUDGED and call["of"] in ("Bag[int]", "Bag[float64]"):
            found.setdefault(call["name"], set()).add(call["params"][0]["flags"])
    assert found == {name: {flags} for name, flags in JUDGED.items()}


def test_what_a_method_of_an_instance_keeps_never_dangles(own_cache):
    go = gomagic.compile(KEPT, "kept_types")
    for key, dtype in ((int, "int64"), (float, "float64")):
        bag = go.Bag[key]()
        bag.Keep(np.full(1000, 7, dtype))
        bag.KeepFloats(np.full(1000, 7, dtype))
        assert [np.ones(1000, dtype) for _ in range(50)]
        assert bag.Kept(999) == 7
        xs = np.arange(3, dtype=dtype)
        bag.Swap(xs)
        assert xs.tolist() == [1, 0, 2]
        tail = bag.Tail(xs)
        tail[0] = 9
        assert xs.tolist() == [1, 9, 2]
    assert go.Stored(999) == 7


@pytest.mark.proof
def test_ten_thousand_rounds_leave_nothing(go, lists):
    def once():
        stack = go.StackOf(1.5, 2)
        go.Fill(stack, 2, 3).Self()
        assert go.Peek(stack) == 3
        with pytest.raises(TypeError):
            go.Peek(None)
        with pytest.raises(TypeError):
            go.Same(stack, go.Small())
        tree = lists.NewTree("a", 1).Put("b", 2)
        assert tree.Left() is None
        node = lists.List[int]().Append(3)
        node.Next = node

    for rounds in (200, 10_000):
        before, blocks = (live(go), live(lists)), sys.getallocatedblocks()
        for _ in range(rounds):
            once()
        assert (live(go), live(lists)) == before
    assert sys.getallocatedblocks() - blocks < 2000


STRICT = """
import gomagic, sys, gc
go = gomagic.compile(sys.argv[1], "strict")
before = go.__go__.live()
held = [go.StackOf(*range(n % 7)) for n in range(3000)]
texts = [go.Fill(go.Stack[str](), n % 5, "é" * n) for n in range(300)]
for n, stack in enumerate(held):
    stack.Under = held[n - 1]
    go.Fill(stack, 1, n)
assert [go.Peek(stack) for stack in held] == list(range(3000))
assert [stack.Under.Top for stack in held[1:]] == list(range(2999))
assert all(go.Peek(stack) == "é" * n for n, stack in enumerate(texts) if n % 5)
del held, texts, stack
gc.collect()
assert go.__go__.live() == before
"""


@pytest.mark.proof
@pytest.mark.parametrize("setting", [{"GOGC": "1"}, {"GODEBUG": "invalidptr=1,clobberfree=1"}])
def test_handles_of_instances_hold_under_a_busy_garbage_collector(own_cache, setting):
    command = [sys.executable, "-X", "faulthandler", "-c", STRICT, SOURCE]
    environment = {**__import__("os").environ, **setting}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_instances_are_not_copied_or_pickled_and_a_class_is_itself(go):
    assert copy.deepcopy(go.Stack) is go.Stack
    assert copy.deepcopy(go.Stack[int]) is go.Stack[int]
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(go.Stack[int]())


def test_a_handle_of_another_library_tells_nothing(go):
    other = gomagic.compile(SOURCE + "\n// another\n", "stacks")
    with pytest.raises(
        TypeError, match=r"^Peek\(s\): `s` is stacks.Stack\[int\], Go wants \*Stack\[T\]; Peek is built for"
    ):
        go.Peek(other.StackOf(1))


def test_methods_of_instances_count_towards_those_that_a_cell_may_have(own_cache):
    methods = "\n".join(f"func (w *Wide[T]) F{i}(x T) T {{ return x }}" for i in range(300))
    named = "".join(f"var _ Wide[{kind}]\n" for kind in ("int", "float64", "string", "bool"))
    found = notes(f"type Wide[T any] struct{{}}\n{methods}\n{named}", "wide")
    told = [line.partition(": ")[2] for line in found if "it is one of more than 1024 methods" in line]
    assert told == [
        f"wide:6: Wide[bool].F3, Wide[bool].F4, Wide[bool].F5 and {4 * 300 - 1024 - 3} more are left out: "
        "it is one of more than 1024 methods"
    ]


def test_names_of_the_previous_version_go(shell):
    shell("%%go\ntype Former[T ~int] struct{ X T }\ntype FormerInt = Former[int]\ntype Later[T ~int] struct{ X T }")
    assert shell.names["FormerInt"] is shell.names["Former"][int]
    shell("%%go\ntype Later[T ~int] struct{ X T }")
    assert "Former" not in shell.names
    assert "FormerInt" not in shell.names
    assert shell.names["Later"].__module__ == "__main__"
    assert repr(shell.names["Later"][int]) == "<class '__main__.Later[int]'>"


FACES = """
type Sized interface{ Len() int }
type Also = Sized
type Reader = io.Reader
type kept interface{ Top() string }
type Kept = kept

type Seq[T any] interface{ Next() T }
type Ints interface{ Seq[int] }

type Queue[T any] struct {
	items []T
	Last  T
}

func (q *Queue[T]) Len() int { return len(q.items) }
func (q *Queue[T]) Add(x T)  { q.items, q.Last = append(q.items, x), x }
func (q *Queue[T]) Self() Sized { return q }
func (q *Queue[T]) Read(to []byte) (int, error) { return copy(to, "abc"), io.EOF }

// Next takes the first.
func (q *Queue[T]) Next() T {
	x := q.items[0]
	q.items = q.items[1:]
	return x
}

type Plain struct{ N int }

func (p Plain) Len() int { return p.N }

type hidden[T any] struct{ of [7]T }

func (h hidden[T]) Len() int { return len(h.of) }

var Sizes Queue[Sized]

func Any(what string) Sized {
	switch what {
	case "text":
		return &Queue[string]{items: []string{"a"}}
	case "value":
		return Plain{3}
	case "hidden":
		return hidden[int]{}
	}
	return nil
}
func LenOf(s Sized) int                     { return s.Len() }
func Next(from Ints) int                    { return from.Next() }
func Read(r io.Reader) (string, error)      { all, err := io.ReadAll(r); return string(all), err }
func Both[T any](s Sized, x T) (int, T)     { return s.Len(), x }
func Put[T any](q *Queue[T], x T) *Queue[T] { q.Add(x); return q }
func Keep(k kept)                           {}

type Wrong[T any] struct{ Of T }

func (w *Wrong[T]) Error() string { return fmt.Sprint("wrong: ", w.Of) }
func Fail() error                 { return &Wrong[int]{3} }
"""


@pytest.fixture(scope="module")
def faces(own_cache):
    return gomagic.compile(FACES, "faces")


def test_an_instance_implements_interfaces_and_so_does_its_type_where_all_instances_do(faces):
    queue = faces.Queue[int]()
    queue.Add(3)
    assert (faces.LenOf(queue), faces.Both(queue, "a"), faces.Read(queue)) == (1, (1, "a"), "abc")
    assert issubclass(faces.Queue, (faces.Sized, faces.Reader))
    assert issubclass(faces.Queue[int], faces.Ints)
    assert not issubclass(faces.Queue, faces.Ints)
    assert faces.Next(queue) == 3
    with pytest.raises(TypeError, match=r"\*Queue\[string\] has the method Next\(\) string, and not Next\(\) int"):
        faces.Next(faces.Queue[str]())


def test_an_instance_comes_out_of_an_interface_as_one_of_its_own_class(faces):
    found = {what: faces.Any(what) for what in ("text", "value", "hidden")}
    assert {what: type(one).__name__ for what, one in found.items()} == {
        "text": "Queue[string]", "value": "Plain", "hidden": "Sized"
    }  # fmt: skip
    assert [one.Len() for one in found.values()] == [1, 3, 7]
    assert [faces.LenOf(one) for one in found.values()] == [1, 3, 7]
    assert found["text"].Self() is found["text"]


def test_there_are_instances_of_interfaces(faces):
    queue, sizes = faces.Queue[int](), faces.Sizes
    assert type(sizes) is faces.Queue[faces.Sized]
    sizes.Add(queue)
    sizes.Add(faces.Plain(4))
    assert (sizes.Len(), sizes.Last, sizes.Next() is queue) == (2, faces.Plain(4), True)
    with pytest.raises(TypeError, match=r"`x` is int, Go wants Sized"):
        sizes.Add(3)


def test_an_interface_has_its_other_names_too(faces):
    assert faces.Also is faces.Sized
    assert faces.Reader.__module__ == "io"
    assert not hasattr(faces, "kept")
    assert not hasattr(faces, "Kept")


def test_errors_with_type_parameters_are_classes_by_their_types(faces):
    with pytest.raises(faces.Wrong, match=r"^wrong: 3$") as failed:
        faces.Fail()
    assert type(failed.value).__name__.startswith("Wrong[")


def test_what_implements_an_interface_tells_its_variant(faces):
    sizes, queue = faces.Queue[faces.Sized](), faces.Queue[int]()
    faces.Put(sizes, queue)
    faces.Put(queue, 3)
    assert (sizes.Last is queue, queue.Last) == (True, 3)
    with pytest.raises(TypeError, match=r"`x` is int, Go wants Sized"):
        faces.Put(sizes, 3)


GROUPS = """
// Group is a set.
type Group[T comparable] interface {
	Add(x T)
	Len() int
	Has(x T) bool
	Both(other Group[T]) Group[T]
}

type group[T comparable] struct{ of map[T]bool }

func (g *group[T]) Add(x T)      { g.of[x] = true }
func (g *group[T]) Len() int     { return len(g.of) }
func (g *group[T]) Has(x T) bool { return g.of[x] }
func (g *group[T]) Both(other Group[T]) Group[T] {
	both := GroupOf[T]()
	for x := range g.of {
		if other.Has(x) {
			both.Add(x)
		}
	}
	return both
}

func GroupOf[T comparable](all ...T) Group[T] {
	g := &group[T]{map[T]bool{}}
	for _, x := range all {
		g.Add(x)
	}
	return g
}

type Link[T any] interface {
	Value() T
	Next() Link[T]
}

type Item[T any] struct {
	Of   T
	Rest Link[T]
}

func (i *Item[T]) Value() T      { return i.Of }
func (i *Item[T]) Next() Link[T] { return i.Rest }

type Rune = Link[rune]
type Lone interface{ Both(Group[uint16]) Group[uint16] }

type inner[T any] interface{ Value() T }

func Inner(i inner[int]) int { return i.Value() }
"""


@pytest.fixture(scope="module")
def groups(own_cache):
    return gomagic.compile(GROUPS, "groups")


def test_interfaces_with_type_parameters_have_instances(groups):
    one, other = groups.GroupOf(1, 2, 3), groups.GroupOf(2, 3, 4)
    both = one.Both(other)
    assert (len(both), both.Has(2), both.Has(4), both.Both(both).Len()) == (2, True, False, 2)
    assert type(one) is groups.Group[int] is groups.Group["int"]
    assert isinstance(one, groups.Group)
    assert not isinstance(one, groups.Group[str])
    assert type(groups.GroupOf("a")) is groups.Group[str]
    assert groups.Group.__doc__.startswith("Group is a set.\n\nA type with 1 type parameter, T: there is Group[int], ")
    with pytest.raises(TypeError, match=r"`other` is groups.Group\[string\], Go wants Group\[int\]"):
        one.Both(groups.GroupOf("a"))


def test_a_function_has_variants_for_the_instances_of_interfaces_that_there_are(groups):
    assert {"int", "float64", "string"} <= set(groups.GroupOf.__variants__) == set(groups.Group.__instances__)
    with pytest.raises(TypeError) as refused:
        groups.GroupOf["complex64"]
    assert str(refused.value).endswith("hint: name the type in the cell, as in `var _ Group[float32]`")


def test_handles_go_where_an_instance_of_an_interface_is_wanted_and_come_out_as_what_they_are(groups):
    last = groups.Item[int]()
    last.Of = 3
    first = groups.Item[int]()
    first.Of, first.Rest = 2, last
    assert first.Next() is last
    assert first.Rest.Value() == 3
    assert groups.Inner(first) == 2
    assert issubclass(groups.Item[int], groups.Link[int])
    assert not issubclass(groups.Item[int], groups.Link[str])
    with pytest.raises(TypeError, match=r"`value` is groups.Item\[string\], Go wants Link\[int\]"):
        first.Rest = groups.Item[str]()


def test_what_the_cell_names_of_an_interface_with_type_parameters_is_built(groups):
    assert groups.Rune is groups.Link["rune"] is groups.Link["int32"]
    assert type(groups.GroupOf["uint16"](7)) is groups.Group["uint16"]
    assert isinstance(groups.GroupOf["uint16"](7), groups.Lone)


@pytest.mark.parametrize("called", ["Group()", "Group[int]()", "Link()"])
def test_nothing_is_made_of_an_interface_with_type_parameters(groups, called):
    with pytest.raises(TypeError, match=r"is an interface, of which nothing is made: its values are of other types"):
        eval(f"groups.{called}")
