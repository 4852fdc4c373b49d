"""Interfaces inside other values of a plain cell, both ways: in slices, arrays, maps and fields; and so errors."""

import copy
import io

import pytest
import typed
from hypothesis import given, settings
from hypothesis import strategies as st

import gomagic

SOURCE = """
import "errors"

type Shape interface{ Area() float64 }

type Circle struct{ R float64 }

func (c Circle) Area() float64 { return c.R }

type Square struct{ A float64 }

func (s *Square) Area() float64 { return s.A }

type Mesh struct{ Points []float64 }

func (m Mesh) Area() float64 { return float64(len(m.Points)) }

type Blank struct{}

func (Blank) Area() float64 { return 0 }

type Blanks struct {
	A, B Blank
	N    int
}

func (b *Blanks) Count() int { b.N++; return b.N }

type Dot struct{ X int }

type hidden struct{ xs []float64 }

func (h hidden) Area() float64 { return 5 }

// Drawing has interfaces in its fields, and is one's value.
type Drawing struct {
	Main Shape
	All  []Shape
}

func (d Drawing) Area() float64   { return Total(d.All) }
func (d *Drawing) Add(s Shape)    { d.All = append(d.All, s) }
func (d *Drawing) Replace()       { d.Main = Circle{9} }

type Pair struct{ Left, Right Shape }

func (p Pair) Area() float64 { return Total([]Shape{p.Left, p.Right}) }

type Chain struct{ Next Shape }

func (c *Chain) Area() float64 { return 1 }

func Total(shapes []Shape) (sum float64) {
	for _, s := range shapes {
		if s != nil {
			sum += s.Area()
		}
	}
	return sum
}
func Sum(shapes ...Shape) float64          { return Total(shapes) }
func Some() []Shape                        { return []Shape{Circle{1}, theSquare, nil, hidden{}, Mesh{}} }
func Pass(all []Shape) []Shape             { return all }
func Turn(all [2]Shape) [2]Shape           { return [2]Shape{all[1], all[0]} }
func ByName(m map[string]Shape) float64    { return Total(slices.Collect(maps.Values(m))) }
func Put(m map[string]Shape, s Shape)      { delete(m, "old"); m["new"] = s }
func Counts(m map[Shape]int) map[Shape]int { m[Circle{7}] = 7; return m }
func Deep(m map[string][]map[string]Shape) map[string][]map[string]Shape { return m }
func Order(all []Shape) {
	sort.Slice(all, func(i, j int) bool { return all[i].Area() < all[j].Area() })
}
func Set(all []Shape, i int, area float64) { all[i] = Circle{area} }
func Grow(all []Shape) {
	for _, s := range all {
		if s, ok := s.(*Square); ok {
			s.A *= 2
		}
	}
}
func Types(all []Shape) (names []string) {
	for _, s := range all {
		names = append(names, fmt.Sprintf("%T", s))
	}
	return names
}
func Copies(d Drawing) []Drawing { return []Drawing{d, d} }
func Texts(all []fmt.Stringer) (texts []string) {
	for _, one := range all {
		texts = append(texts, one.String())
	}
	return texts
}
func ReadAll(all []io.Reader) (text string, err error) {
	for _, r := range all {
		read, err := io.ReadAll(r)
		if err != nil {
			return "", err
		}
		text += string(read)
	}
	return text, nil
}
func NewBuffer(text string) *bytes.Buffer { return bytes.NewBufferString(text) }
func NewReader(text string) *strings.Reader { return strings.NewReader(text) }

var theSquare = &Square{2}
var All []Shape

var ErrOne = errors.New("one")

type Failure struct{ N int }

func (f *Failure) Error() string { return fmt.Sprint("failure ", f.N) }

type Report struct {
	Name string
	Err  error
}

func Errors() []error {
	return []error{ErrOne, nil, &Failure{3}, fmt.Errorf("again: %w", ErrOne), errors.Join(ErrOne, &Failure{4})}
}
func TextsOf(errs []error) (texts []string) {
	for _, err := range errs {
		texts = append(texts, fmt.Sprint(err))
	}
	return texts
}
func AreOne(errs ...error) (is []bool) {
	for _, err := range errs {
		is = append(is, err == ErrOne)
	}
	return is
}
func ByText(m map[string]error) map[string]error { return m }
func Replace(errs []error)                       { errs[0], errs[1] = errs[1], &Failure{5} }
func Reports() []Report                          { return []Report{{"good", nil}, {"bad", ErrOne}} }
func IsBad(r Report) bool                        { return r.Err == ErrOne }
func Mark(all []Report)                          { all[0].Err = ErrOne }
func ByError(m map[error]int)                    {}
func Settle()                                    { runtime.GC() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "inside")


def refusal(kind, function, *args):
    with pytest.raises(kind) as refused:
        function(*args)
    return str(refused.value)


def test_handles_and_loose_objects_go_in_within_slices(go):
    circle, square = go.Circle(1), go.Square(2)
    assert go.Total([circle, square, None, go.Some()[3]]) == 8
    assert go.Total((circle,)) == go.Sum(circle) == 1
    assert go.Sum() == go.Total([]) == 0
    assert go.Types([circle, square, None]) == ["main.Circle", "*main.Square", "<nil>"]


def test_each_comes_out_as_what_it_is_and_nil_is_none(go):
    some = go.Some()
    kinds = [go.Circle, go.Square, type(None), type(some[3]), go.Mesh]
    assert [type(one) for one in some] == kinds
    assert (type(some[3]).__name__, isinstance(some[3], go.Shape)) == ("hidden", True)
    assert some[0] == go.Circle(1)
    assert go.Some()[1] is some[1]
    assert go.Types(some) == ["main.Circle", "*main.Square", "<nil>", "main.hidden", "main.Mesh"]
    passed = go.Pass([some[1], go.Square(3)])
    assert passed[0] is some[1]


def test_they_cross_in_arrays_maps_and_what_is_nested_deeper(go):
    circle, square = go.Circle(1), go.Square(2)
    turned = go.Turn([circle, square])
    assert (turned[0] is square, turned[1]) == (True, circle)
    assert go.ByName({"a": circle, "b": square, "c": None}) == 3
    deep = go.Deep({"a": [{"b": square, "c": None}], "d": []})
    assert deep == {"a": [{"b": square, "c": None}], "d": []}
    assert go.Counts({circle: 1, square: 2}) == {circle: 1, square: 2, go.Circle(7): 7}


def test_a_refusal_names_the_place_and_the_method_that_is_missing(go):
    circle = go.Circle(1)
    assert refusal(TypeError, go.Total, [circle, circle, go.Dot(1)]) == (
        "Total(shapes): `shapes[2]` is inside.Dot, Go wants Shape\n  note: *Dot has no method Area() float64"
    )
    assert refusal(TypeError, go.ByName, {"a": 3}) == (
        "ByName(m): `m['a']` is int, Go wants Shape\n  note: int has no method Area() float64"
    )
    assert "`shapes[1]` is str" in refusal(TypeError, go.Sum, circle, "x")
    assert "`d.All[1]` is inside.Dot" in refusal(TypeError, go.Copies, go.Drawing(None, [circle, go.Dot(1)]))
    assert refusal(TypeError, go.Drawing, go.Dot(1)).startswith("Drawing(Main, All): `Main` is inside.Dot")


def test_what_go_sorts_are_the_same_objects_in_their_new_order(go):
    given = [go.Circle(7), go.Mesh([1.0, 2.0]), go.Square(3), go.Some()[3], go.Some()[1], go.Blank(), go.Blank()]
    shapes = list(given)
    go.Order(shapes)
    assert [shape.Area() for shape in shapes] == [0, 0, 2, 2, 3, 5, 7]
    assert sorted(map(id, shapes)) == sorted(map(id, given))
    assert (shapes[6] is given[0], shapes[4] is given[2]) == (True, True)


def test_what_go_puts_into_a_list_or_dict_of_interfaces_is_seen(go):
    circle, square = go.Circle(1), go.Square(2)
    shapes = [circle, square]
    go.Set(shapes, 0, 5)
    assert (shapes, circle) == ([go.Circle(5), square], go.Circle(1))
    assert refusal(gomagic.GoWriteError, go.Set, (circle,), 0, 5).startswith("Set(all, i, area): Go wrote to `all`")
    by_name = {"old": circle, "kept": circle}
    go.Put(by_name, square)
    assert (list(by_name), by_name["kept"] is circle, by_name["new"] is square) == (["kept", "new"], True, True)


def test_go_writes_through_the_pointers_in_a_slice_of_interfaces(go):
    square, circle = go.Square(2), go.Circle(1)
    shapes = [square, circle, square]
    go.Grow(shapes)
    assert (square.A, shapes[0] is square, shapes[1] is circle) == (8, True, True)


def test_a_struct_with_interfaces_in_its_fields_lies_in_python(go):
    circle, square = go.Circle(1), go.Square(2)
    drawing = go.Drawing(circle, [square])
    assert (drawing.Main is circle, drawing.All) == (True, [square])
    assert repr(go.Drawing(circle)) == "Drawing(Main=Circle(R=1.0), All=[])"
    assert go.Drawing().Main is None
    assert go.Drawing(go.Circle(1), []) == go.Drawing(circle, []) != go.Drawing(square, [])
    first, second = go.Copies(drawing)
    assert (first.Main, first.All[0] is square, second == first) == (circle, True, True)
    copied = copy.deepcopy(go.Drawing(go.Circle(1), [go.Circle(2)]))
    assert copied == go.Drawing(go.Circle(1), [go.Circle(2)])
    drawing.Add(circle)
    drawing.Replace()
    assert (drawing.Main, drawing.All[0] is square, drawing.All[1]) == (go.Circle(9), True, circle)
    with pytest.raises(TypeError, match=r"`value` is inside\.Dot, Go wants Shape"):
        drawing.Main = go.Dot()


def test_values_in_the_fields_of_what_moves_to_go_are_whole_there(go):
    pair = go.Pair(go.Pair(go.Circle(1), go.Square(2)), go.Drawing(None, [go.Circle(4)]))
    assert pair.Area() == 7
    assert go.Types([pair, pair.Left, pair.Right]) == ["main.Pair", "main.Pair", "main.Drawing"]


def test_what_lies_in_itself_goes_to_go_as_a_pointer(go):
    pair = go.Pair(go.Circle(1))
    pair.Right = pair
    assert go.Types([pair]) == ["main.Pair"]
    assert (pair.Right is pair, pair.Left) == (True, go.Circle(1))


def test_what_is_nested_too_deep_in_interfaces_is_refused(go):
    nested = go.Circle(1)
    for _ in range(5000):
        nested = go.Pair(nested)
    with pytest.raises(RecursionError):
        nested.Area()
    assert type(nested.Left) is go.Pair


def test_objects_without_bytes_are_each_one_of_their_own(go):
    one, other = go.Blank(), go.Blank()
    assert one.Area() == other.Area() == one.Area() == 0
    assert (one == other, one is other) == (True, False)
    both = go.Blanks()
    first, second = both.A, both.B
    assert (both.Count(), first.Area(), second.Area()) == (1, 0, 0)


def test_a_variable_may_be_a_slice_of_interfaces(go):
    square = go.Square(3)
    go.All = [square, None]
    assert (go.All[0] is square, go.All[1]) == (True, None)
    go.All = []


def test_interfaces_of_packages_cross_in_slices(go):
    assert go.ReadAll([go.NewBuffer("a"), go.NewReader("b")]) == "ab"
    assert go.Texts([go.NewBuffer("a")]) == ["a"]
    assert go.ReadAll([go.NewBuffer("a"), io.BytesIO(b"b"), go.NewReader("c")]) == "abc"
    assert refusal(TypeError, go.ReadAll, [go.NewBuffer("a"), "b"]).startswith(
        "ReadAll(all): `all[1]` is str, Go wants io.Reader"
    )


def test_errors_come_out_as_exceptions_that_are_not_raised(go):
    errors = go.Errors()
    assert [type(error) for error in errors[:3]] == [go.ErrOne, type(None), go.Failure]
    assert (errors[2].N, str(errors[3]), isinstance(errors[3], go.ErrOne)) == (3, "again: one", True)
    assert (isinstance(errors[4], go.ErrOne), isinstance(errors[4], go.Failure), errors[4].N) == (True, True, 4)


def test_errors_go_in_as_what_go_knows_of_them(go):
    errors = go.Errors()
    assert go.TextsOf(errors) == ["one", "<nil>", "failure 3", "again: one", "one\nfailure 4"]
    assert list(go.AreOne(*errors)) == [True, False, False, False, False]
    by_text = go.ByText({"a": errors[0], "b": None})
    assert (type(by_text["a"]), by_text["b"]) == (go.ErrOne, None)
    assert refusal(TypeError, go.TextsOf, [errors[0], "x"]) == (
        "TextsOf(errs): `errs[1]` is str, Go wants error\n"
        "  note: an error is an exception of Python's, or one that Go has made"
    )


def test_errors_that_go_puts_into_a_list_are_seen_and_others_stay(go):
    errors = go.Errors()
    given = list(errors)
    go.Replace(errors)
    assert (errors[0], type(errors[1]), errors[1].N) == (None, go.Failure, 5)
    assert all(now is then for now, then in zip(errors[2:], given[2:], strict=True))


def test_an_error_is_a_field_of_a_struct_that_lies_in_python(go):
    good, bad = go.Reports()
    assert (good, bad.Name, type(bad.Err)) == (go.Report("good"), "bad", go.ErrOne)
    assert (go.IsBad(bad), go.IsBad(good), go.IsBad(go.Report("x", bad.Err))) == (True, False, True)
    reports = [good, bad]
    go.Mark(reports)
    assert (type(good.Err), reports[0] is good) == (go.ErrOne, True)
    assert refusal(TypeError, go.Report, "x", "y").startswith("Report(Name, Err): `Err` is str")
    with pytest.raises(AttributeError, match="could not tell one key from another"):
        go.ByError  # noqa: B018


@settings(max_examples=50)
@given(
    st.recursive(st.one_of(st.none(), st.floats(0, 9), st.integers(0, 3)), lambda inner: st.lists(inner, max_size=4))
)
def test_a_tree_of_interfaces_comes_back_as_it_went(go, tree):
    def made(node):
        if node is None:
            return None
        if isinstance(node, list):
            return go.Drawing(None, [made(one) for one in node])
        return go.Circle(node) if isinstance(node, float) else go.Square(node)

    def read(shape):
        if isinstance(shape, go.Drawing):
            return [read(one) for one in shape.All]
        return None if shape is None else shape.R if isinstance(shape, go.Circle) else int(shape.A)

    assert [read(one) for one in go.Pass([made(tree)])] == [tree]


def test_nothing_of_them_stays_in_go(go):
    def call():
        shapes = [*go.Some(), go.Circle(1), go.Drawing(go.Square(1), [go.Mesh([1.0])])]
        go.Order([one for one in shapes if one])
        go.Counts({go.Circle(2): 1})
        go.Replace(go.Errors())
        go.Mark(go.Reports())
        assert go.ReadAll([io.BytesIO(b"b"), go.NewBuffer("a")]) == "ba"  # Go lets go of Python's late
        refusal(TypeError, go.Total, [go.Circle(1), 3])
        refusal(gomagic.GoWriteError, go.Set, (go.Circle(1),), 0, 5)

    go.All = []
    for _ in range(2):
        typed.settle(go)
        before = go.__go__.live()
        for _ in range(300):
            call()
    typed.settle(go)
    assert go.__go__.live() == before
