"""Values of named types that lie in others: in structs, lists, dicts, sequences, arguments of callables, constants."""

import copy
import gc
import json
import pickle

import numpy as np
import pandas as pd
import pytest

import gomagic

SOURCE = """
type Status int
const (
	Open Status = iota
	Paid
	Shipped
)
func (s Status) String() string  { return [...]string{"open", "paid", "shipped"}[s] }
func (s Status) Next() Status    { return s + 1 }
type Level uint8
func (l Level) String() string   { return strings.Repeat("*", int(l)) }
type Price float64
func (p Price) Taxed() Price     { return p * 1.5 }
func (p Price) String() string   { return fmt.Sprintf("%.2f EUR", float64(p)) }
type Code string
func (c Code) Country() string   { return string(c[:2]) }
type On bool
func (o On) Not() On             { return !o }
type Wave complex128
func (w Wave) Turn() Wave        { return w * 1i }
type Tags []string
func (t Tags) Has(tag string) bool { return slices.Contains(t, tag) }
type Series []float64
func (s Series) Mean() float64   { return (s[0] + s[len(s)-1]) / 2 }
type Key [2]byte
func (k Key) String() string     { return hex.EncodeToString(k[:]) }
type Count map[string]int
func (c Count) Total() (all int) { for _, n := range c { all += n }; return }
type Bare int

type Order struct {
	ID     int
	Status Status
	Price  Price
	Code   Code
	On     On
	Tags   Tags
	Series Series
	Key    Key
	Count  Count
	Month  time.Month
	Bare   Bare
}
type Small struct { Status Status; Price Price; N int }
type Outer struct { Small Small; Level Level }
type Kept struct { Status Status; Code Code; Series Series; Count Count; hidden int }
func New() Order {
	return Order{1, Paid, 2, "de-1", true, Tags{"a"}, Series{1, 3}, Key{1, 255}, Count{"a": 1, "b": 2}, time.March, 4}
}
func NewKept() *Kept                           { return &Kept{Paid, "at-2", Series{1, 3}, Count{"a": 1}, 0} }
func Orders(n int) (all []Order)               { for range n { all = append(all, New()) }; return }
func Smalls(n int) (all []Small) {
	for i := range n { all = append(all, Small{Status(i % 3), Price(i), i}) }
	return
}
func Nested() Outer                            { return Outer{Small{Shipped, 1, 2}, 3} }
func Byte() map[string]Status                  { return map[string]Status{"a": Paid} }
func Keys() map[Status]Code                    { return map[Status]Code{Shipped: "fr-1"} }
func Bytes() map[Key]Level                     { return map[Key]Level{{1, 2}: 2} }
func Codes() []Code                            { return []Code{"de-1", "fr-2"} }
func Set() map[Code]struct{}                   { return map[Code]struct{}{"de-1": {}} }
func Steps() iter.Seq[Status]                  { return slices.Values([]Status{Open, Paid}) }
func Pairs() iter.Seq2[Code, Status]           { return func(yield func(Code, Status) bool) { yield("de-1", Paid) } }
func Received() <-chan Status                  { c := make(chan Status, 1); c <- Shipped; close(c); return c }
func Both() chan Code                          { c := make(chan Code, 1); c <- "it-1"; return c }
func Call(f func(Status, Price) Code) Code     { return f(Paid, 3) }
func Each(f func(Status))                      { f(Shipped) }
func Func() func(Status) Status                { return func(s Status) Status { return s.Next() } }
func Any(what int) any {
	return []any{
		Paid, Price(2), Code("de-1"), Tags{"a"}, Series{1, 3}, Count{"a": 1}, Key{1, 2}, time.March, Bare(1),
		map[string]any{"s": Paid}, map[any]any{Key{1, 2}: Paid, Paid: 1},
	}[what]
}
func Grow(m map[string]Status, all []Code, o *Order) {
	m["new"] = Shipped; m["a"]++
	all[0] = "us-1"; o.Status = Shipped
}
func StatusOf(o Order) Status                  { return o.Status }
func Same(s Status) Status                     { return s }
type Op func(int) int
func (o Op) Twice(x int) int                   { return o(o(x)) }
func Returned(o Op) Op                            { return o }
func Ops(all []Op) []Op                        { return all }
func Made() []Op                               { return []Op{func(x int) int { return x + 1 }} }
type Box[T any] struct { Value T }
func Boxed() Box[Status]                       { return Box[Status]{Paid} }
type Failed struct { Status Status }
func (f Failed) Error() string                 { return "failed: " + f.Status.String() }
func Fail() error                              { return Failed{Paid} }
type Shouter interface { Shout(s Status) Code }
func Shout(s Shouter) Code                     { return s.Shout(Shipped) }
func Variadic(all ...Code) []Code              { return all }

const Half Price = 0.5
const Home Code = "de-0"
const Yes On = true
const Turn Wave = 1i
const Spring = time.March
const Plain Bare = 3
const Wrong Status = 9
var Now = Paid
var Bills = map[string]Price{"a": 2}
var Table = []Code{"de-3"}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "inside")


def test_fields_have_the_methods_of_their_types(go):
    order = go.New()
    assert (str(order.Status), f"{order.Status}", order.Status.Next(), order.Status) == ("paid", "paid", 2, 1)
    assert (str(order.Price), order.Price.Taxed(), str(order.Price.Taxed())) == ("2.00 EUR", 3, "3.00 EUR")
    assert (order.Code.Country(), order.Code, order.Tags.Has("a"), order.Series.Mean()) == ("de", "de-1", True, 2)
    assert (str(order.Key), order.Count.Total(), str(order.Month)) == ("01ff", 3, "March")
    assert (type(order.On), type(order.Bare), type(order.ID)) == (bool, int, int)
    nested = go.Nested()
    assert (str(nested.Small.Status), str(nested.Level)) == ("shipped", "***")
    assert [str(one.Status) for one in go.Smalls(3)] == ["open", "paid", "shipped"]
    assert str(go.Boxed().Value) == "paid"


def test_objects_are_what_they_were(go):
    order = go.New()
    assert repr(go.Smalls(2)[1]) == "Small(Status=1, Price=1.0, N=1)"
    assert order == go.New() and go.Smalls(3)[2] == go.Small(2, 2.0, 2)
    assert hash(go.Smalls(3)[2]) == hash(go.Small(2, 2.0, 2))
    assert (
        json.dumps(dict(zip(order._fields[:4], list(order)[:4], strict=True)))
        == '{"ID": 1, "Status": 1, "Price": 2.0, "Code": "de-1"}'
    )
    for other in pickle.loads(pickle.dumps(order)), copy.copy(order), copy.deepcopy(order):
        assert (other == order, str(other.Status), other.Code.Country()) == (True, "paid", "de")
    frame = pd.DataFrame(go.Smalls(3))
    assert [str(kind) for kind in frame.dtypes] == ["int64", "float64", "int64"]
    match go.Smalls(2)[1]:
        case go.Small(Status=go.Paid, Price=price):
            assert price.Taxed() == 1.5
    assert go.StatusOf(order) == go.Paid


def test_what_python_sets_in_a_field_has_them_too(go):
    small = go.Small(Status=2)
    assert (str(small.Status), str(small.Price), small.N) == ("shipped", "0.00 EUR", 0)
    small.Status, small.Price = np.int64(0), 1
    assert (str(small.Status), str(small.Price), small.Price.Taxed()) == ("open", "1.00 EUR", 1.5)
    small.Status = small.Status
    assert (
        str(small.Status),
        str(go.Small().Status),
        str(copy.replace(small, N=2).Status if hasattr(copy, "replace") else small.Status),
    ) == ("open",) * 3
    assert go.Order(Code="fr-1").Code.Country() == "fr"
    with pytest.raises(TypeError, match="`Status` is str, Go wants Status"):
        small.Status = "paid"


def test_fields_of_what_lies_in_go_have_them(go):
    kept = go.NewKept()
    assert (str(kept.Status), kept.Code.Country(), kept.Series.Mean()) == ("paid", "at", 2)
    kept.Status = 2
    assert str(kept.Status) == "shipped"
    assert type(kept.Count) is dict  # a copy, to which a method would write in vain


def test_items_of_lists_dicts_and_sets_have_them(go):
    assert [code.Country() for code in go.Codes()] == ["de", "fr"]
    assert {key: str(value) for key, value in go.Byte().items()} == {"a": "paid"}
    ((status, code),) = go.Keys().items()
    assert (str(status), status, code.Country(), go.Keys()[2], go.Keys()[go.Shipped]) == (
        "shipped",
        2,
        "fr",
        "fr-1",
        "fr-1",
    )
    ((key, level),) = go.Bytes().items()
    assert (str(key), key, str(level), go.Bytes()[1, 2]) == ("0102", (1, 2), "**", 2)
    assert [code.Country() for code in go.Set()] == ["de"]
    assert [code.Country() for code in go.Variadic("de-1")] == ["de"]


def test_what_comes_one_by_one_has_them(go):
    assert list(map(str, go.Steps())) == ["open", "paid"]
    assert [(code.Country(), str(status)) for code, status in go.Pairs()] == [("de", "paid")]
    assert list(map(str, go.Received())) == ["shipped"]
    assert go.Both().recv().Country() == "it"


def test_arguments_of_callables_and_methods_have_them(go):
    seen = []

    class Loud:
        def Shout(self, s):
            seen.append(str(s))
            return str(s)

    assert go.Call(lambda status, price: f"{status} {price}") == "paid 3.00 EUR"
    go.Each(lambda status: seen.append(str(status)))
    assert (go.Shout(Loud()), seen) == ("shipped", ["shipped", "shipped"])
    assert str(go.Func()(0)) == "paid"


def test_constants_and_what_variables_hold_have_them(go):
    assert (str(go.Shipped), go.Shipped.Next(), go.Shipped, go.Open + 1) == ("shipped", 3, 2, go.Paid)
    assert (str(go.Half), go.Half.Taxed(), go.Home.Country(), go.Turn.Turn(), str(go.Spring)) == (
        "0.50 EUR",
        0.75,
        "de",
        -1,
        "March",
    )
    assert (go.Yes, type(go.Plain), repr(go.Paid)) == (True, int, "1")
    assert (str(go.Now), str(go.Bills["a"]), go.Table[0].Country()) == ("paid", "2.00 EUR", "de")
    assert pickle.loads(pickle.dumps(go.Paid)) == 1
    assert go.Same(go.Paid) is not None and str(go.Same(go.Paid)) == "paid"


def test_what_any_holds_has_them(go):
    assert [str(go.Any(0)), str(go.Any(1)), go.Any(2).Country(), go.Any(3).Has("a"), go.Any(4).Mean()] == [
        "paid",
        "2.00 EUR",
        "de",
        True,
        2,
    ]
    assert [go.Any(5).Total(), str(go.Any(6)), str(go.Any(7)), type(go.Any(8)), str(go.Any(9)["s"])] == [
        1,
        "0102",
        "March",
        int,
        "paid",
    ]
    assert go.Any(10) == {(1, 2): 1, 1: 1}
    assert sorted(map(str, go.Any(10))) == ["(1, 2)", "paid"]  # an array that is a key is a tuple there


def test_errors_have_them(go):
    with pytest.raises(go.Failed) as caught:
        go.Fail()
    assert str(caught.value.Status) == "paid"


def test_what_go_writes_comes_back_with_them(go):
    mapping, codes, order = {"a": 0}, ["de-1"], go.New()
    go.Grow(mapping, codes, order)
    assert (mapping, codes, order.Status) == ({"a": 1, "new": 2}, ["us-1"], 2)
    assert (str(mapping["new"]), str(mapping["a"]), codes[0].Country(), str(order.Status)) == (
        "shipped",
        "paid",
        "us",
        "shipped",
    )


def test_text_that_go_cannot_make_is_pythons(go):
    with pytest.raises(gomagic.GoPanic):
        go.Wrong.String()
    assert f"{go.Small(Status=7)}" == "Small(Status=7, Price=0.0, N=0)"
    assert str(go.Small(Status=7).Status) == "7"  # as print does in Go, no panic


def test_a_callable_of_pythons_comes_back_as_it_is(go):
    class Adder:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            return x + self.n

    adder = Adder(2)
    assert (go.Returned(adder) is adder, go.Ops([adder, int])) == (True, [adder, int])
    assert go.Made()[0].Twice(3) == 5


def test_nothing_is_left_behind(go):
    gc.collect()
    before = go.__go__.live()
    for _ in range(300):
        go.Orders(3)
        list(go.Steps())
        go.Call(lambda status, price: status.String())
        go.Keys()
        go.Any(3)
    gc.collect()
    assert go.__go__.live() == before
