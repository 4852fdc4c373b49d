"""Interfaces of a plain Go cell: any handle whose type implements one goes in, a handle of its own type comes out."""

import gc
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gomagic
from gomagic import GoError, GoPanic

SOURCE = """
import "errors"

// Shape is what has an area.
type Shape interface {
	// Area is how large it is.
	Area() float64
}

// Solid is a Shape with a name.
type Solid interface {
	Shape
	Name() string
}
type Number interface{ ~int | ~float64 }
type Looped interface {
	Shape
	Each(f func(*unsafe.Pointer))
}
type hiddenFace interface{ Area() float64 }

type Circle struct{ R float64 }

func (c Circle) Area() float64 { return c.R * c.R * 3 }

type Square struct{ A float64 }

func (s *Square) Area() float64 { return s.A * s.A }
func (s *Square) Name() string  { return "square" }
func NewSquare(a float64) *Square { return &Square{a} }

// Cube embeds one that implements Solid.
type Cube struct{ Square }

func (c *Cube) Name() string { return "cube" }

// Holder embeds an interface, whose methods it has, too.
type Holder struct {
	Shape
	Label string
}

type Dot struct{ X int }
type Odd struct{ X int }

func (o *Odd) Area() int { return 3 }

type hidden struct{ area float64 }

func (h hidden) Area() float64 { return h.area }

type slices3 [][]int

func (s slices3) Area() float64 { return float64(len(s)) }

// boxed, listed and asked have no classes in Python: they have type parameters, and are not exported.
type boxed[T any] struct{ area T }

func (b boxed[T]) Area() float64 { return 13 }

type listed[T any] []T

func (l listed[T]) Area() float64 { return float64(len(l)) }

type asked[T any] func() T

func (a asked[T]) Area() float64 { a(); return 17 }

var thatBoxed = &boxed[int]{7}
var thatUnnamed = &struct{ Circle }{Circle{3}}
var thatHidden = &hidden{7}
var thatSquare = NewSquare(5)

func Make(what string) Shape {
	switch what {
	case "Circle":
		return Circle{2}
	case "*Circle":
		return &Circle{3}
	case "*Square":
		return thatSquare
	case "hidden":
		return hidden{5}
	case "*hidden":
		return thatHidden
	case "slices":
		return slices3{{1}, {2}}
	case "nil *Square":
		return (*Square)(nil)
	case "func":
		return areaFunc(func() float64 { return 11 })
	case "boxed":
		return boxed[int]{5}
	case "*boxed":
		return thatBoxed
	case "listed":
		return listed[int]{1, 2, 3}
	case "asked":
		return asked[int](func() int { return 1 })
	case "unnamed":
		return struct{ Circle }{Circle{1}}
	case "*unnamed":
		return thatUnnamed
	}
	return nil
}

type areaFunc func() float64

func (f areaFunc) Area() float64 { return f() }

func Total(s Shape) float64 {
	if s == nil {
		return -1
	}
	return s.Area()
}
func Plain(s interface{ Area() float64 }) float64 { return s.Area() }
func Hidden(s hiddenFace) hiddenFace               { return s }
func NameOf(s Solid) string                        { return s.Name() }
func TypeOf(s Shape) string                        { return fmt.Sprintf("%T", s) }
func Same(a, b Shape) bool                         { return a == b }
func Pass(s Shape) Shape                           { return s }
func Both(s Shape) (first Shape, area float64, err error) {
	if s == nil {
		return nil, 0, ErrBad
	}
	return s, s.Area(), nil
}
func Larger(a, b Shape, by float64) Shape {
	if a.Area() > b.Area()*by {
		return a
	}
	return b
}
func Asked(s Shape) string {
	if solid, ok := s.(Solid); ok {
		return solid.Name()
	}
	return "only a shape"
}

var Best Shape
var Chosen Shape = Circle{1}

func Text(s fmt.Stringer) string { return s.String() }
func ReadAll(r io.Reader) (string, error) {
	b, err := io.ReadAll(r)
	return string(b), err
}
func Open(text string) io.Reader    { return bytes.NewBufferString(text) }
func Limited(text string) io.Reader { return io.LimitReader(strings.NewReader(text), 3) }
func File(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}
func Write(w io.Writer, text string) (int, error) { return io.WriteString(w, text) }

func Several(w io.Writer) io.Writer                { return io.MultiWriter(w, w) }

type counted struct{ n int }

func (c *counted) Write(b []byte) (int, error) { c.n += len(b); return len(b), nil }
func NewWriter() io.Writer                     { return &counted{} }

type Ints []int

func (h Ints) Len() int           { return len(h) }
func (h Ints) Less(i, j int) bool { return h[i] < h[j] }
func (h Ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *Ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *Ints) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
func (h *Ints) Add(xs ...int)  { *h = append(*h, xs...) }
func (h *Ints) All() []int     { return *h }
func Sort(s sort.Interface)    { sort.Sort(s) }
func Heapify(h heap.Interface) { heap.Init(h) }
func Least(h heap.Interface) int { return heap.Pop(h).(int) }

var ErrBad = errors.New("bad")

func Fail(what string) error { return fmt.Errorf("%s: %w", what, ErrBad) }
func Say(err error) string {
	if err == nil {
		return "nil"
	}
	return err.Error()
}
func IsBad(err error) bool              { return errors.Is(err, ErrBad) }
func Value() (error, int)               { return ErrBad, 3 }
func Wrap(err error) (error, bool)      { return fmt.Errorf("wrapped: %w", err), true }
func Raise(err error) error             { return err }
func NotThere() (*fs.PathError, bool)   { return &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, true }

type Failure struct {
	Where Shape
}

func (f *Failure) Error() string { return "failure" }
func FailAt(s Shape) error       { return &Failure{s} }

type Result struct {
	Err  error
	Best Shape
	R    io.Reader
}

type Coded interface {
	error
	Code() int
}
type coded int

func (c coded) Error() string { return "coded" }
func (c coded) Code() int     { return int(c) }
func NewCoded(n int) Coded    { return coded(n) }

func Timeout(n int, ctx context.Context) {}

func Settle() { runtime.GC() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "shapes")


def live(go):
    gc.collect()
    return go.__go__.live().handles


def test_a_handle_goes_in_whose_type_implements_the_interface(go):
    square, circle = go.NewSquare(3), go.Circle()
    circle.R = 2
    assert (go.Total(square), go.Total(circle), go.Total(s=square)) == (9, 12, 9)
    assert go.NameOf(square) == "square"
    assert go.Plain(circle) == 12


def test_a_pointer_goes_in_as_a_pointer(go):
    circle = go.Make("*Circle")
    assert go.TypeOf(circle) == "*main.Circle"
    assert go.Same(circle, circle)
    assert not go.Same(circle, go.Make("*Circle"))


def test_a_value_goes_in_as_a_value_and_equals_what_python_makes(go):
    assert go.TypeOf(go.Circle(2)) == "main.Circle"
    assert go.Same(go.Circle(2), go.Make("Circle"))
    assert go.Make("Circle") == go.Make("Circle") == go.Circle(2)
    assert go.Make("*Circle") != go.Make("*Circle")
    assert go.TypeOf(go.Square(2)) == "*main.Square"  # whose methods are the pointer's alone


def test_none_is_a_nil_interface_both_ways(go):
    assert go.Total(None) == -1
    assert go.Make("nothing") is None
    assert go.Pass(None) is None
    assert go.Same(None, None)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            lambda go: 3,
            "Total(s): `s` is int, Go wants Shape\n"
            "  note: int has no method Area() float64\n"
            "  hint: pass what `NewSquare` or `Make` returns",
        ),
        (
            lambda go: go.Dot(),
            "Total(s): `s` is shapes.Dot, Go wants Shape\n  note: *Dot has no method Area() float64",
        ),
        (
            lambda go: go.Odd(),
            "Total(s): `s` is shapes.Odd, Go wants Shape\n"
            "  note: *Odd has the method Area() int, and not Area() float64",
        ),
        (
            lambda go: go.Fail,
            "Total(s): `s` is builtin_function_or_method, Go wants Shape\n"
            "  note: builtin_function_or_method has no method Area() float64\n"
            "  hint: pass what `NewSquare` or `Make` returns",
        ),
    ],
)
def test_what_does_not_implement_the_interface_is_refused_by_its_type_and_the_missing_method(go, bad, message):
    with pytest.raises(TypeError) as refused:
        go.Total(bad(go))
    assert str(refused.value) == message


def test_what_implements_less_is_refused_as_well(go):
    with pytest.raises(TypeError) as refused:
        go.NameOf(go.Circle())
    assert str(refused.value) == (
        "NameOf(s): `s` is shapes.Circle, Go wants Solid\n  note: *Circle has no method Name() string"
    )
    with pytest.raises(
        TypeError, match=r"shapes\.hidden, Go wants Solid\n  note: \*hidden has no method Name\(\) string"
    ):
        go.NameOf(go.Make("hidden"))
    with pytest.raises(TypeError, match=r"shapes\.Shape, Go wants Solid\n  note: Shape has no method Name\(\) string"):
        go.NameOf(go.Make("boxed"))


def test_a_handle_of_another_cell_is_refused_by_name(go):
    other = gomagic.compile(SOURCE + "\n// another\n", "others")
    with pytest.raises(TypeError) as refused:
        go.Total(other.NewSquare(1))
    assert str(refused.value) == (
        "Total(s): `s` is others.Square, Go wants Shape\n"
        "  note: it is of the Go of another cell, or of an earlier version of this one: each has memory of its own\n"
        "  hint: make it anew by this one's functions"
    )


def test_a_result_is_a_handle_of_its_dynamic_type(go):
    assert [type(go.Make(what)) for what in ("Circle", "*Circle", "*Square")] == [go.Circle, go.Circle, go.Square]
    assert go.Make("*Circle").R == 3
    assert go.Make("Circle").Area() == 12


def test_the_same_pointer_is_the_same_object(go):
    assert go.Make("*Square") is go.Make("*Square")
    square = go.NewSquare(1)
    assert go.Pass(square) is square
    assert go.Larger(square, go.Circle(), by=1.0) is square


def test_a_value_is_copied_to_a_place_of_its_own_and_goes_back_as_a_value(go):
    circle = go.Make("Circle")
    assert circle is not go.Make("Circle")
    assert go.TypeOf(circle) == "main.Circle"
    assert go.TypeOf(go.Make("*Circle")) == "*main.Circle"
    circle.R = 10
    assert (go.Total(circle), go.Make("Circle").R) == (300, 2)


def test_values_that_go_compares_are_equal_in_go(go):
    assert go.Same(go.Make("Circle"), go.Make("Circle"))
    assert go.Same(go.Make("hidden"), go.Make("hidden"))
    assert go.Same(go.Make("boxed"), go.Make("boxed"))
    assert go.Same(go.Make("unnamed"), go.Make("unnamed"))
    assert not go.Same(go.Make("*Circle"), go.Make("*Circle"))
    with pytest.raises(GoPanic, match=r"comparing uncomparable type main.slices3"):
        go.Same(go.Make("slices"), go.Make("slices"))
    with pytest.raises(GoPanic, match=r"comparing uncomparable type main.listed\[int\]"):
        go.Same(go.Make("listed"), go.Make("listed"))


@pytest.mark.parametrize(
    ("what", "area"),
    [("boxed", 13), ("*boxed", 13), ("listed", 3), ("asked", 17), ("unnamed", 3), ("*unnamed", 27)],
)
def test_a_type_that_python_has_no_class_of_comes_as_the_interface(go, what, area):
    made = go.Make(what)
    assert type(made) is go.Shape
    assert (made.Area(), go.Total(made), go.Shape.Area(made)) == (area, area, area)
    assert go.TypeOf(go.Pass(made)) == go.TypeOf(made)
    assert not hasattr(made, "Name")


@pytest.mark.parametrize(("what", "area"), [("hidden", 5), ("*hidden", 7), ("slices", 2), ("func", 11)])
def test_a_type_that_is_not_exported_has_a_class_that_is_one_of_the_interface_and_none_of_the_cells_names(
    go, what, area
):
    made, name = go.Make(what), {"slices": "slices3", "func": "areaFunc"}.get(what, "hidden")
    assert (type(made).__module__, type(made).__name__) == ("shapes", name)
    assert isinstance(made, go.Shape)
    assert (made.Area(), go.Total(made), go.Shape.Area(made)) == (area, area, area)
    assert go.TypeOf(made) == go.TypeOf(go.Pass(made)) == f"{'*' * (what[0] == '*')}main.{name}"
    assert not hasattr(go, name)
    assert name not in dir(go)


def test_a_value_of_a_type_that_is_not_exported_is_equal_and_hashed_as_in_go(go):
    pointer, value = go.Make("*hidden"), go.Make("hidden")
    assert (value is go.Make("hidden"), value == go.Make("hidden"), hash(value)) == (
        False,
        True,
        hash(go.Make("hidden")),
    )
    assert (pointer == value, hash(pointer)) == (False, hash(go.Make("*hidden")))
    assert {value: 1}[go.Make("hidden")] == 1
    for what in ("slices", "func"):
        with pytest.raises(TypeError, match="unhashable type"):
            hash(go.Make(what))


@pytest.mark.parametrize("what", ["*hidden", "*boxed", "*unnamed"])
def test_the_same_pointer_of_an_unknown_type_is_the_same_object(go, what):
    assert go.Make(what) is go.Make(what)
    assert go.Pass(go.Make(what)) is go.Make(what)


def test_an_unknown_value_has_a_class_for_each_interface_that_it_came_as(go):
    made = go.Make("*boxed")
    again = go.Hidden(made)
    assert (type(again).__name__, again.Area()) == ("hiddenFace", 13)
    assert go.Hidden(made) is again
    assert go.Pass(again) is made
    assert not hasattr(go, "hiddenFace")
    hidden = go.Make("*hidden")
    assert go.Hidden(hidden) is hidden


def test_an_interface_that_holds_a_nil_pointer_is_not_none(go):
    made = go.Make("nil *Square")
    assert type(made) is go.Shape
    assert go.TypeOf(made) == "*main.Square"
    with pytest.raises(GoPanic, match="nil pointer dereference"):
        made.Area()
    with pytest.raises(GoPanic, match="nil pointer dereference"):
        go.Total(made)
    assert go.Make("nil *Square") is made


def test_an_interface_is_a_class_of_what_implements_it(go):
    for made in (go.Circle(), go.NewSquare(1), go.Cube(), go.Make("hidden"), go.Make("*Circle")):
        assert isinstance(made, go.Shape)
    assert not isinstance(go.Dot(), go.Shape)
    assert not isinstance(go.Odd(), go.Shape)
    assert issubclass(go.Solid, go.Shape)
    assert [issubclass(kind, go.Solid) for kind in (go.Square, go.Cube, go.Circle)] == [True, True, False]
    assert issubclass(go.Cube, go.Square)
    assert not isinstance(3, go.Shape)


def test_an_interface_has_its_doc_and_its_methods(go):
    assert go.Shape.__doc__ == (
        "Shape is what has an area.\n\n"
        "An interface of Go's: what has these methods is one of its instances.\n\n    Area() float64"
    )
    assert go.Shape.Area.__doc__ == "func (Shape) Area() float64\n\nArea is how large it is."
    assert str(inspect.signature(go.Shape.Area)) == "(self, /)"
    assert [name for name in dir(go.Solid) if not name.startswith("_")] == ["Area", "Name"]
    assert "Solid" in dir(go)


def test_nothing_is_made_of_an_interface(go):
    with pytest.raises(TypeError) as refused:
        go.Shape()
    assert str(refused.value) == (
        "shapes.Shape is an interface, of which nothing is made: its values are of other types\n  hint: call `Make`"
    )
    with pytest.raises(TypeError, match=r"cannot be derived from shapes\.Shape"):
        type("Mine", (go.Shape,), {})


def test_a_method_of_an_interface_that_cannot_cross_says_why(go):
    with pytest.raises(AttributeError, match=r"Looped.Each is left out: gomagic does not bind"):
        go.Looped.Each  # noqa: B018
    with pytest.raises(AttributeError, match=r"^shapes.Number is left out: it is a constraint of type parameters, and"):
        go.Number  # noqa: B018


def test_methods_that_are_promoted_implement_it_too(go):
    cube = go.Cube()
    cube.A = 2
    assert (go.Total(cube), go.NameOf(cube), go.Asked(cube)) == (4, "cube", "cube")
    assert go.TypeOf(cube) == "*main.Cube"


def test_an_embedded_interface_promotes_its_methods(go):
    holder = go.Holder()
    with pytest.raises(GoPanic, match="nil pointer dereference"):
        go.Total(holder)
    holder.Shape = square = go.NewSquare(4)
    assert (holder.Area(), go.Total(holder)) == (16, 16)
    assert holder.Shape is square
    assert isinstance(holder, go.Shape)
    holder.Shape = holder.Shape = None
    assert holder.Shape is None


def test_a_variable_and_a_field_may_be_of_an_interface(go):
    assert go.Best is None
    go.Best = square = go.NewSquare(2)
    assert go.Best is square
    go.Best = None
    assert (type(go.Chosen), go.TypeOf(go.Chosen)) == (go.Circle, "main.Circle")
    result = go.Result()
    assert (result.Err, result.Best, result.R) == (None, None, None)
    result.Best = square
    assert result.Best is square
    result.R = go.Open("abc")
    assert result.R.String() == "abc"
    with pytest.raises(TypeError) as refused:
        result.Best = go.Dot()
    assert str(refused.value) == (
        "Result(Err, Best, R): `Best` is shapes.Dot, Go wants Shape\n  note: *Dot has no method Area() float64"
    )


def test_several_results_may_have_an_interface_among_them(go):
    both = go.Both(go.Make("Circle"))
    assert (type(both.first), both.area) == (go.Circle, 12)
    with pytest.raises(go.ErrBad) as failed:
        go.Both(None)
    assert failed.value.results == (None, 0)


def test_types_of_imported_packages_implement_interfaces_of_those(go):
    buffer = go.Open("abc")
    assert (type(buffer).__module__, type(buffer).__name__) == ("bytes", "Buffer")
    assert go.Write(buffer, "def") == 3
    assert go.Text(buffer) == "abcdef"
    assert go.ReadAll(buffer) == "abcdef"
    with pytest.raises(TypeError, match=r"note: \*Dot has no method String\(\) string"):
        go.Text(go.Dot())


def test_a_file_of_go_is_a_reader(go, tmp_path):
    (tmp_path / "x").write_text("text")
    file = go.File(str(tmp_path / "x"))
    assert (type(file).__name__, file.Name()) == ("File", str(tmp_path / "x"))
    with file:
        assert go.ReadAll(file) == "text"
    with pytest.raises(FileNotFoundError):
        go.File(str(tmp_path / "y"))


def test_an_unexported_type_of_another_package_comes_as_the_interface_with_its_methods(go):
    reader = go.Limited("abcdef")
    assert (type(reader).__module__, type(reader).__name__) == ("io", "Reader")
    assert go.ReadAll(reader) == "abc"
    buffer = go.Open("")
    writer = go.Several(buffer)
    assert (type(writer).__module__, type(writer).__name__) == ("io", "Writer")
    assert (writer.Write(b"abc"), go.Write(writer, "de"), buffer.String()) == (3, 2, "abcabcdede")
    counted = go.NewWriter()
    assert type(counted).__name__ == "counted"
    assert (counted.Write(b"abc"), go.Write(counted, "de"), go.Several(counted).Write(b"f")) == (3, 2, 1)


def test_sort_and_heap_take_what_has_their_methods(go):
    ints = go.Ints()
    ints.Add(3, 1, 2)
    go.Sort(ints)
    assert ints.All().tolist() == [1, 2, 3]
    ints.Add(0)
    go.Heapify(ints)
    assert (go.Least(ints), len(ints)) == (0, 3)
    with pytest.raises(TypeError) as refused:
        go.Heapify(go.NewSquare(1))
    assert str(refused.value) == (
        "Heapify(h): `h` is shapes.Square, Go wants heap.Interface\n  note: *Square has no method Len() int"
    )


def test_what_is_passed_for_a_reader_is_refused_with_the_functions_that_give_one():
    cell = gomagic.compile("""
func ReadAll(r io.Reader) {}
func NewReader(b []byte) *bytes.Reader { return bytes.NewReader(b) }
func NewBuffer() *bytes.Buffer { return new(bytes.Buffer) }
""")
    with pytest.raises(TypeError, match="hint: pass what `NewReader` or `NewBuffer` returns"):
        cell.ReadAll(3)


def test_who_takes_some_of_an_interface_in_whatever_gives_none_to_begin_with():
    cell = gomagic.compile("""
type Shape interface{ Area() float64 }
type Square struct{ side float64 }
func (s *Square) Area() float64 { return s.side * s.side }
func Biggest(shapes ...Shape) Shape { return shapes[0] }
func Pick(named map[string][]Shape) Shape { return named["a"][0] }
func Change(f func(*Square) Shape) Shape { return f(nil) }
func Merged(squares []*Square) *Square { return squares[0] }
func NewSquare(sides []float64) *Square { return &Square{sides[0]} }
func Size(shape Shape) float64 { return shape.Area() }
""")
    with pytest.raises(TypeError, match=r"hint: pass what `NewSquare` returns$"):
        cell.Size(3)
    with pytest.raises(TypeError, match=r"hint: call `NewSquare`$"):
        cell.Square(3.0)


def failed(function, *args):
    with pytest.raises(GoError) as raised:
        function(*args)
    return raised.value


def test_an_exception_of_gos_goes_in_as_its_error(go):
    error = failed(go.Fail, "first")
    assert (go.Say(error), go.Say(None)) == ("first: bad", "nil")
    assert (go.IsBad(error), go.IsBad(None)) == (True, False)
    again = failed(go.Raise, error)
    assert isinstance(again, go.ErrBad)
    assert again.is_(error)


def test_an_error_that_is_no_last_result_is_an_exception_that_is_not_raised(go):
    error, n = go.Value()
    assert (type(error), str(error), n) == (go.ErrBad, "bad", 3)
    wrapped, _ = go.Wrap(error)
    assert isinstance(wrapped, go.ErrBad)
    assert (str(wrapped), wrapped.unwrap().is_(error)) == ("wrapped: bad", True)
    result = go.Result()
    result.Err = wrapped
    assert str(result.Err) == "wrapped: bad"
    assert isinstance(result.Err, go.ErrBad)


def test_a_handle_whose_type_is_an_error_goes_in_as_one(go):
    error, _ = go.NotThere()
    assert go.Say(error) == "open x: file does not exist"
    coded = go.NewCoded(4)
    assert (type(coded), coded.Code(), coded.Error(), go.Say(coded)) == (go.Coded, 4, "coded", "coded")


def test_a_field_of_an_error_may_be_of_an_interface(go):
    square = go.NewSquare(1)
    error = failed(go.FailAt, square)
    assert isinstance(error, go.Failure)
    assert error.Where is square


def test_what_is_no_exception_is_refused(go):
    with pytest.raises(TypeError) as refused:
        go.Say(3)
    assert str(refused.value) == (
        "Say(err): `err` is int, Go wants error\n  note: an error is an exception of Python's, or one that Go has made"
    )
    with pytest.raises(TypeError, match="hint: pass an instance: `ValueError"):
        go.Say(ValueError)


def test_what_is_left_out_says_what_helps(go):
    with pytest.raises(AttributeError) as refused:
        _ = go.Timeout
    assert str(refused.value) == (
        "shapes.Timeout is left out: gomagic does not bind `context.Context` yet, unless it is the first parameter"
    )


@pytest.mark.proof
def test_nothing_leaks_in_many_rounds(go):
    whats = ["Circle", "*Circle", "*Square", "nil *Square", "none", "hidden", "*hidden", "slices", "func"]
    whats += ["boxed", "*boxed", "listed", "asked", "unnamed", "*unnamed"]

    def rounds(n):
        square, error = go.NewSquare(2), failed(go.Fail, "x")
        for _ in range(n):
            for what in whats:
                go.Pass(go.Make(what))
            go.Best = go.Chosen = go.Pass(square)
            assert go.Both(go.Make("hidden"))[1] == 5
            go.Wrap(error)
            for bad in (3, None, error):
                with pytest.raises((TypeError, GoPanic)):
                    go.NameOf(bad)

    rounds(10)
    go.Best = None
    before = live(go), go.__go__.live().bytes
    rounds(10_000)
    go.Best = None
    assert (live(go), go.__go__.live().bytes) == before


def test_what_python_holds_go_keeps(go):
    whats = ("Circle", "hidden", "slices", "*Circle", "func", "boxed", "listed", "asked")
    held = [go.Make(what) for what in whats for _ in range(200)]
    for _ in range(3):
        go.Settle()
    assert {go.Total(one) for one in held} == {12, 5, 2, 27, 11, 13, 3, 17}


PRESSED = """
import sys
import typed
import gomagic
go = gomagic.compile(typed.SOURCE, "pressed")
for _ in range(300):
    typed.interfaces(go)
typed.settle(go)
"""


@pytest.mark.proof
def test_it_works_while_go_collects_all_the_time():
    here = Path(__file__).parent
    env = {**os.environ, "GOGC": "1", "PYTHONPATH": f"{here}:{here.parent}"}
    ended = subprocess.run([sys.executable, "-c", PRESSED], env=env, capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stderr) == (0, "")
