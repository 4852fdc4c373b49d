"""Pointers to types of a plain Go cell: handles with methods and fields."""

import copy
import gc
import inspect
import pickle

import numpy as np
import pytest

import gomagic
from gomagic import GoError, GoPanic
from gomagic.bind import plain
from gomagic.build import compiler, notes, toolchain
from gomagic.source import cell

SOURCE = """
import "errors"

var ErrEmpty = errors.New("empty")

// Stack holds numbers.
type Stack struct {
	// Name says whose it is.
	Name  string
	Limit int8 // at most
	Under *Stack
	Data  []float64
	Words []string
	Raw   []byte
	Pair  [2]int
	Table map[string]*unsafe.Pointer
	items []int
}

// NewStack makes one.
func NewStack(name string) *Stack { return &Stack{Name: name} }

func Open(fail bool) (*Stack, error) {
	if fail {
		return nil, ErrEmpty
	}
	return &Stack{}, nil
}

// Push puts x on top.
func (s *Stack) Push(x int)       { s.items = append(s.items, x) }
func (s *Stack) PushAll(xs ...int) { s.items = append(s.items, xs...) }
func (s *Stack) Pop() (int, error) {
	if len(s.items) == 0 {
		return 0, ErrEmpty
	}
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, nil
}
func (s Stack) Len() int                            { return len(s.items) }
func (s *Stack) String() string                     { return fmt.Sprint(s.items) }
func (s *Stack) Self() *Stack                       { return s }
func (s *Stack) Sum(more *Stack) (sum int, ok bool) {
	if more == nil {
		return 0, false
	}
	return len(s.items) + len(more.items), true
}
func (s *Stack) Keep(xs []float64)           { s.Data = xs }
func (s *Stack) Scale(xs []float64, by float64) {
	for i := range xs {
		xs[i] *= by
	}
}
func (s *Stack) Tail(xs []float64) []float64 { return xs[1:] }
func (s *Stack) At(i int) int                { return s.items[i] }
func (s *Stack) Each(f func(*unsafe.Pointer))       {}
func (s *Stack) Close() error {
	if s.Name == "twice" {
		return ErrEmpty
	}
	s.Name = "twice"
	return nil
}
func (s *Stack) hidden() {}

// Counter counts.
type Counter int

func (c *Counter) Inc() int { *c++; return int(*c) }
func (c Counter) Get() int  { return int(c) }
func (c *Counter) Close()   { *c = -1 }

type Level int

func NewLevel(n int) *Level  { l := Level(n); return &l }
func LevelOf(l *Level) int   { return int(*l) }

type Point struct{ X, Y int }

var origin Point

func Origin() *Point { return &origin }
func Norm(p *Point) int {
	if p == nil {
		return -1
	}
	return p.X*p.X + p.Y*p.Y
}

var Default *Stack

type Lengthy struct{ N int }

func (l *Lengthy) Len() int       { return l.N }
func (l *Lengthy) String(n int) string { return "" }

func Settle() { runtime.GC() }
"""


UNBOUND = "gomagic does not bind `*unsafe.Pointer` yet"


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "stack")


@pytest.fixture
def filled(go):
    made = go.NewStack("a")
    made.PushAll(1, 2, 3)
    return made


def live(go):
    gc.collect()
    return go.__go__.live().handles


def test_a_class_is_named_as_in_go_and_belongs_to_the_cell(go):
    assert (go.Stack.__name__, go.Stack.__qualname__, go.Stack.__module__) == ("Stack", "Stack", "stack")
    assert go.Stack.__doc__ == "Stack holds numbers.\n\nA pointer to Go's Stack."
    assert type(go.NewStack("a")) is go.Stack
    assert isinstance(go.NewStack("a"), go.Stack)


def test_methods_are_called_on_the_live_value(go, filled):
    filled.Push(4)
    assert filled.Pop() == 4
    assert filled.Len() == 3
    assert filled.Push(x=7) is None
    assert filled.At(-1 + filled.Len()) == 7
    assert go.Stack.Len(filled) == 4


def test_methods_have_docs_and_signatures(go):
    assert go.Stack.Push.__doc__ == "func (s *Stack) Push(x int)\n\nPush puts x on top."
    assert str(inspect.signature(go.Stack.Push)) == "(self, /, x)"
    assert str(inspect.signature(go.NewStack("a").Push)) == "(x)"
    assert go.Stack.Push.__qualname__ == "Stack.Push"
    assert go.Stack.Name.__doc__ == "Name string\n\nName says whose it is."
    assert go.Stack.Limit.__doc__ == "Limit int8\n\nat most"


def test_fields_are_read_and_written_through(go, filled):
    filled.Name, filled.Limit, filled.Words, filled.Raw, filled.Pair = "é\0", -5, ("a", "b"), b"xy", [1, 2]
    assert (filled.Name, filled.Limit, filled.Words, filled.Raw, filled.Pair.tolist()) == (
        "é\0", -5, ["a", "b"], b"xy", [1, 2],
    )  # fmt: skip
    filled.Data = [1.0, 2.0]
    filled.Data[0] = 9
    assert filled.Data.tolist() == [9, 2]
    assert filled.Name == filled.Self().Name


def test_a_slice_field_does_not_dangle(go, filled):
    xs = np.ones(1000)
    filled.Data = xs
    xs[:] = 2
    assert filled.Data.sum() == 1000


def test_a_field_may_be_a_pointer(go, filled):
    assert filled.Under is None
    other = go.NewStack("b")
    filled.Under = other
    assert filled.Under is other
    filled.Under = filled
    assert filled.Under is filled
    filled.Under = None
    assert filled.Under is None


def test_a_field_takes_only_its_type(go, filled):
    with pytest.raises(TypeError) as refused:
        filled.Name = 3
    assert str(refused.value) == "Stack.Name(value): `value` is int, Go wants string"
    with pytest.raises(OverflowError):
        filled.Limit = 128
    with pytest.raises(TypeError, match=r"`value` is stack.Counter, Go wants \*Stack"):
        filled.Under = go.Counter()


def test_the_same_pointer_is_the_same_object_while_it_lives(go, filled):
    assert filled.Self() is filled
    assert go.Origin() is go.Origin()
    origin = go.Origin()
    origin.X = 3
    number = id(origin)
    assert id(go.Origin()) == number
    del origin
    assert go.Origin().X == 3
    go.Origin().X = 0


def test_handles_are_equal_if_they_are_the_same_pointer(go):
    a, b = go.NewStack(""), go.NewStack("")
    assert a == a.Self()
    assert a != b
    assert {a: 1}[a.Self()] == 1


def test_none_is_a_nil_pointer_both_ways(go, filled):
    assert go.Norm(None) == -1
    assert filled.Sum(None) == (0, False)
    assert go.Default is None
    go.Default = filled
    assert go.Default is filled
    go.Default = None
    assert go.Default is None


def test_results_with_names_are_a_namedtuple(filled):
    assert filled.Sum(more=filled)._asdict() == {"sum": 6, "ok": True}


def test_a_class_without_arguments_is_a_new_zero_value(go):
    made = go.Stack()
    assert (made.Name, made.Len()) == ("", 0)
    assert go.Point().X == 0
    assert go.Counter().Inc() == 1


def test_a_struct_that_python_does_not_see_whole_takes_its_fields_by_keyword(go):
    made = go.Stack(Name="a", Limit=3)
    assert (made.Name, made.Limit, made.Len()) == ("a", 3, 0)
    with pytest.raises(TypeError) as refused:
        go.Stack(1)
    assert str(refused.value) == (
        "stack.Stack() takes fields by keyword alone: Go has more of them than Python sees\n"
        "  hint: call `NewStack` or `Open`"
    )
    with pytest.raises(AttributeError, match=r"Stack.Nmae is no exported field of Go's"):
        go.Stack(Nmae="a")
    with pytest.raises(TypeError, match=r"Stack.Limit\(value\): `value` is str, Go wants int8"):
        go.Stack(Limit="a")


def test_what_is_no_struct_takes_its_value(go):
    with pytest.raises(TypeError, match=r"^stack.Counter\(\) takes one argument: it is Go's new\(Counter\)$"):
        go.Counter(3, 4)
    with pytest.raises(TypeError, match="takes one argument"):
        go.Counter(n=3)
    assert (go.LevelOf(go.NewLevel(3)), go.LevelOf(go.Level(4))) == (3, 4)


def test_a_type_without_members_whose_values_cannot_cross_is_made_by_go_alone():
    go = gomagic.compile("type Gate map[string]*unsafe.Pointer\nfunc NewGate() *Gate { return new(Gate) }", name="gate")
    with pytest.raises(TypeError) as refused:
        go.Gate()
    assert str(refused.value) == "gate.Gate is made by Go alone\n  hint: call `NewGate`"


def test_no_handle_is_made_without_go(go):
    with pytest.raises(TypeError, match="is not safe"):
        object.__new__(go.Stack)
    with pytest.raises(TypeError, match="Go makes handles, Python does not"):
        go.Stack.__mro__[1]()
    with pytest.raises(TypeError, match="is not safe"):
        object.__new__(go.Point)


def test_a_class_cannot_be_derived_from(go):
    with pytest.raises(TypeError) as refused:
        type("Mine", (go.Stack,), {})
    assert str(refused.value) == "Mine cannot be derived from stack.Stack: its instances are Go's"


def test_a_type_that_is_no_struct_has_a_class_too(go):
    counter = go.Counter()
    assert (counter.Inc(), counter.Inc(), counter.Get()) == (1, 2, 2)


def test_text_and_length_are_pythons_own(go, filled):
    assert (str(filled), f"{filled}", len(filled)) == ("[1 2 3]", "[1 2 3]", 3)
    assert not go.Stack()
    assert filled
    assert str(go.Counter()) == "Counter(0)"
    with pytest.raises(TypeError, match="has no len"):
        len(go.Counter())


def test_a_length_below_zero_is_pythons_error(go):
    lengthy = go.Lengthy()
    lengthy.N = -1
    with pytest.raises(ValueError, match="should return >= 0"):
        len(lengthy)
    assert str(lengthy) == "Lengthy(N=-1)"  # its String takes an argument


def test_what_has_close_is_a_context_manager(go):
    with go.NewStack("once") as stack:
        assert stack.Name == "once"
    assert stack.Name == "twice"
    with go.Counter() as counter:
        counter.Inc()
    assert counter.Get() == -1
    assert not hasattr(go.Point, "__enter__")


def test_an_error_of_close_is_raised_and_a_closed_handle_still_works(go):
    stack = go.NewStack("once")
    with pytest.raises(go.ErrEmpty), stack:
        stack.Close()
    assert stack.Len() == 0
    with pytest.raises(go.ErrEmpty) as raised, stack:
        raise KeyError("inside")
    assert isinstance(raised.value.__context__, KeyError)


def test_errors_of_methods_are_raised_as_functions_are(go):
    with pytest.raises(go.ErrEmpty):
        go.NewStack("").Pop()
    assert go.Open(False).Len() == 0
    with pytest.raises(GoError) as failed:
        go.Open(True)
    assert failed.value.results == (None,)


def test_a_panic_in_a_method_is_gopanic(go, filled):
    with pytest.raises(GoPanic) as panicked:
        filled.At(5)
    assert str(panicked.value).splitlines() == [
        "index out of range [5] with length 3",
        "  stack:57, in (*Stack).At, called with (i=5)",
    ]
    assert filled.Len() == 3


def test_arguments_are_refused_in_the_words_of_functions(filled):
    with pytest.raises(TypeError) as refused:
        filled.Push("x")
    assert str(refused.value) == "Stack.Push(x): `x` is str, Go wants int"
    with pytest.raises(TypeError) as refused:
        filled.Push()
    assert str(refused.value) == (
        "Stack.Push() missing 1 required positional argument: 'x'\n  func (s *Stack) Push(x int)"
    )
    with pytest.raises(TypeError, match=r"Stack.Push\(\) takes 2 positional arguments but 3 were given"):
        filled.Push(1, 2)
    with pytest.raises(TypeError, match=r"Stack.Push\(\) got an unexpected keyword argument 'y'"):
        filled.Push(1, y=2)


def test_a_handle_of_another_type_is_refused_by_name(go, filled):
    with pytest.raises(TypeError) as refused:
        filled.Sum(go.Counter())
    assert str(refused.value) == "Stack.Sum(more): `more` is stack.Counter, Go wants *Stack"
    with pytest.raises(TypeError, match=r"Norm\(p\): `p` is int, Go wants \*Point"):
        go.Norm(3)
    with pytest.raises(TypeError, match=r"doesn't apply to a 'stack.Counter' object"):
        go.Stack.Push(go.Counter(), 1)


def test_a_handle_of_another_library_is_refused_by_name(go):
    other = gomagic.compile(SOURCE + "\n// another\n", "other")
    with pytest.raises(TypeError) as refused:
        go.NewStack("").Sum(other.NewStack(""))
    assert str(refused.value) == (
        "Stack.Sum(more): `more` is other.Stack, Go wants *Stack\n"
        "  note: it is of the Go of another cell, or of an earlier version of this one: each has memory of its own\n"
        "  hint: make it anew by this one's functions"
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Each", UNBOUND),
        ("Table", UNBOUND),
    ],
)
def test_a_left_out_member_says_why(go, filled, name, why):
    for where in (filled, go.Stack):
        with pytest.raises(AttributeError) as refused:
            getattr(where, name)
        assert str(refused.value) == f"Stack.{name} is left out: {why}"
    with pytest.raises(AttributeError) as refused:
        setattr(filled, name, 1)
    assert str(refused.value) == f"Stack.{name} is left out: {why}"


def test_a_field_that_is_not_there_cannot_be_set_and_the_nearest_is_named(filled):
    for name, hint in {"name": "Name", "Lmit": "Limit", "items": None, "xyz": None}.items():
        with pytest.raises(AttributeError) as refused:
            setattr(filled, name, 1)
        hint = f"\n  hint: did you mean `{hint}`?" if hint else ""
        assert str(refused.value) == f"Stack.{name} is no exported field of Go's, and those alone can be set{hint}"
    with pytest.raises(AttributeError, match="cannot be set: it is a method"):
        filled.Push = 1
    with pytest.raises(AttributeError, match="cannot be deleted: it is a field of Go's"):
        del filled.Name


def test_a_member_that_is_not_there_is_an_attribute_error(filled):
    for name in ("hidden", "items", "Nmae"):
        with pytest.raises(AttributeError, match=f"'stack.Stack' object has no attribute '{name}'"):
            getattr(filled, name)


def test_dir_lists_what_is_there(go, filled):
    listed = [name for name in dir(filled) if not name.startswith("_")]
    assert " ".join(listed) == (
        "At Close Data Keep Len Limit Name Pair Pop Push PushAll Raw Scale Self String Sum Tail Under Words"
    )


def test_slices_of_methods_are_lent_and_written_back_as_those_of_functions(go, filled):
    xs = np.arange(4.0)
    filled.Scale(xs, 2)
    assert xs.tolist() == [0, 2, 4, 6]
    tail = filled.Tail(xs)
    tail[0] = 50
    assert xs[1] == 50
    listed = [1.0, 2.0]
    filled.Scale(listed, 3)
    assert listed == [3, 6]


def test_a_method_that_keeps_its_argument_gets_a_copy(filled):
    xs = np.arange(3.0)
    filled.Keep(xs)
    xs[:] = 7
    assert filled.Data.tolist() == [0, 1, 2]


def test_the_reader_is_told_what_a_method_keeps_and_what_is_left_out(own_cache):
    parsed = cell.parse("stack", SOURCE)
    found = notes.of(plain.manifest(compiler.build(parsed, toolchain.find()).path), parsed)
    assert [line for line in found if "Stack" in line] == [
        f"note: stack:17: Stack.Table and Stack.Each are left out: {UNBOUND}",
        "note: xs is copied, Stack.Keep may keep it (stack:51)"
        "; `//gomagic:borrow xs` above the function if it does not",
    ]


def test_handles_cannot_be_copied_or_pickled(filled):
    for way in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"cannot pickle '.*Stack' object"):
            way(filled)


def test_a_handle_has_no_room_for_other_attributes(filled):
    assert not hasattr(filled, "__dict__")
    assert not gc.is_tracked(filled)


def test_live_counts_handles(go):
    before = live(go)
    held = [go.NewStack("") for _ in range(10)]
    assert live(go) == before + 10
    assert held[0].Self() is held[0]
    assert live(go) == before + 10
    del held
    assert live(go) == before


def test_a_value_that_go_keeps_outlives_its_handle(go):
    go.Default = go.NewStack("kept")
    before = live(go)
    assert go.Default.Name == "kept"
    assert live(go) == before
    go.Default = None


def test_what_python_holds_go_keeps(go):
    held = [go.NewStack(str(i)) for i in range(1000)]
    for _ in range(3):
        go.Settle()
    assert [one.Name for one in held] == [str(i) for i in range(1000)]


def test_an_unnamed_cell_puts_classes_among_the_names():
    points = gomagic.compile("type Point struct{ X int }\nfunc (p *Point) Add(x int) int { p.X += x; return p.X }")
    assert points.Point.__module__ == "source"
    assert points.Point().Add(2) == 2


def test_a_parameter_may_have_any_name():
    odd = gomagic.compile("type T struct{}\nfunc (t *T) F(self, a, block int) int { return self - a*block }")
    assert odd.T().F(a=2, self=10, block=3) == 4
    assert str(inspect.signature(odd.T().F)) == "(self, a, block)"
    with pytest.raises(TypeError, match=r"T.F\(\) missing 2 required positional arguments: 'a' and 'block'"):
        odd.T().F(1)


def test_a_name_that_python_reads_otherwise_is_found():
    odd = gomagic.compile("type Kµ struct{ Nµ int }\nfunc (k *Kµ) Fµ() int { k.Nµ++; return k.Nµ }")
    assert odd.Kμ().Fμ() == 1
    made = odd.Kμ()
    made.Nμ = 4
    assert made.Fμ() == 5


def test_a_pointer_may_be_a_field_of_an_error():
    odd = gomagic.compile("""
type Node struct{ N int }
type Broken struct{ At *Node }
func (b *Broken) Error() string { return "broken" }
func Fail(n *Node) error        { return &Broken{n} }
""")
    node = odd.Node()
    with pytest.raises(odd.Broken) as failed:
        odd.Fail(node)
    assert failed.value.At is node


def test_the_classes_of_an_unnamed_cell_are_among_the_readers_names(shell):
    shell("%%go\ntype Point struct{ X int }\nfunc NewPoint() *Point { return &Point{3} }")
    assert shell("NewPoint().X, Point.__module__, type(NewPoint()) is Point").result == (3, "__main__", True)
