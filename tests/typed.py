"""A plain Go cell of everything, and calls of it, for the tests of memory, of threads and of other Pythons."""

import array
import asyncio
import copy
import datetime
import gc
import io
import pickle
import time

import gomagic

SOURCE = """
import "errors"

var ErrEmpty = errors.New("empty")

type Broken struct {
	Name  string
	N     int
	Cause error
	*Below
}

type Below struct{ Depth int }

const ErrConstant = Constant("constant")

type Constant string

func (c Constant) Error() string { return string(c) }

func (b *Broken) Error() string { return b.Name }

var kept []float64
var keptWords []string

func Numbers(a bool, b int8, c uint64, d float32, e complex128) (bool, int8, uint64, float32, complex128) {
	return a, b, c, d, e
}
func Ratio(a float64, b int16) (float32, error) {
	if b == 0 {
		return 0, ErrEmpty
	}
	return float32(a / float64(b)), nil
}
func Quotient(a, b int) int             { return a / b }
func Upper(text string) string          { return strings.ToUpper(text) }
func Twice(b []byte) []byte             { return append(slices.Clone(b), b...) }
func Range(n int) []int64 {
	xs := make([]int64, n)
	for i := range xs {
		xs[i] = int64(i)
	}
	return xs
}
func Table(n int) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, n)
	}
	return rows
}
func Pair(xs [2]float64) [2]float64     { return [2]float64{xs[1], xs[0]} }
func Tail(xs []float64) []float64       { return xs[1:] }
func Longer(xs, ys []float64) []float64 {
	if len(xs) > len(ys) {
		return xs
	}
	return ys
}
func Split(xs []float64) ([]float64, []float64) { return xs[:1], xs[1:] }
func Row(m [][]float64, i int) []float64 { return m[i] }
func AddAndFail(xs []float64, words []string) error {
	xs[0]++
	words[0] += "!"
	return ErrEmpty
}
func Add(xs []float64, x float64) {
	for i := range xs {
		xs[i] += x
	}
}
func Not(flags []bool) []bool {
	flags[0] = !flags[0]
	return flags[1:]
}
func Swap(m [][]float64)                { m[0], m[1] = m[1], m[0] }
func Fold(words []string) {
	for i := range words {
		words[i] = strings.ToLower(words[i])
	}
}
func Same(words []string) []string      { return words }
func Keep(xs []float64, words []string) { kept, keptWords = xs, words }
func Kept() (xs []float64, words []string) { return kept, keptWords }
func Fail(what string, xs []float64) (tail []float64, text string, err error) {
	switch what {
	case "sentinel":
		err = fmt.Errorf("wrapped: %w", ErrEmpty)
	case "struct":
		err = &Broken{"broken", 3, nil, &Below{5}}
	case "joined":
		err = errors.Join(io.EOF, &Broken{"joined", 4, ErrConstant, nil}, ErrEmpty)
	case "file":
		_, err = os.Open("/no/such")
	case "panic":
		panic(what)
	case "panic with an error":
		panic(fmt.Errorf("wrapped: %w", io.EOF))
	case "index":
		return nil, "", fmt.Errorf("%v", xs[len(xs)])
	}
	return xs[1:], strings.Repeat(what, 100), err
}
func Largest[T cmp.Ordered](xs []T) T   { return slices.Max(xs) }
func Reversed[S ~[]E, E any](xs S) S    { slices.Reverse(xs); return xs }
func Yielded[T int | string](all iter.Seq[T]) []T { return slices.Collect(all) }
func Paired[K, V int | string](all iter.Seq2[K, V], c chan V) (keys []K) {
	for key, value := range all {
		keys = append(keys, key)
		c <- value
	}
	return keys
}
func Between[T cmp.Ordered](x, low, high T) T { return min(max(x, low), high) }
func Stored[T ~float64 | ~string](xs []T) int {
	storing.Lock()
	defer storing.Unlock()
	stored = xs
	return len(xs)
}
func As[Out, In ~float64 | ~int8](x In, xs ...Out) Out { return Out(x) + Out(len(xs)) }

var (
	storing sync.Mutex
	stored  any
)
type Base struct {
	Name string
	Xs   []float64
}

func (b *Base) Rename(name string) *Base { b.Name = name; return b }
func (b *Base) Sum() (total float64) {
	for _, x := range b.Xs {
		total += x
	}
	return
}

type Node struct {
	Base
	Next  *Node
	Table map[string]int
	Any   any
}

func NewNode(name string) *Node { return &Node{Base: Base{Name: name}} }
func Chain(n int) (first, last *Node) {
	last = NewNode("last")
	first = last
	for range n {
		first = &Node{Next: first}
	}
	return
}
func (n *Node) After() (*Node, error) {
	if n.Next == nil {
		return n, ErrEmpty
	}
	return n.Next, nil
}
func (n *Node) Len() int       { return len(n.Name) }
func (n *Node) String() string { return strings.Repeat(n.Name, 300) }
func (n *Node) At(i int) byte  { return n.Name[i] }
func (n *Node) Close() error   { return ErrEmpty }
func NewBuffer(b []byte) *bytes.Buffer { return bytes.NewBuffer(b) }
func NameOf(b *Base) string {
	if b == nil {
		return "nil"
	}
	return b.Name
}

type Ring[T any] struct {
	Base
	Top   T
	Under *Ring[T]
	items []T
}
type Rings = Ring[*Node]

func RingOf[T any](xs ...T) *Ring[T]             { return &Ring[T]{items: xs} }
func TopOf[T any](r *Ring[T], x T) (T, *Ring[T]) { r.Top = x; return r.items[len(r.items)-1], r }
func (r *Ring[T]) Put(x T) *Ring[T]              { r.items = append(r.items, x); return r }
func (r *Ring[T]) Swap(xs []T) []T               { slices.Reverse(xs); return xs[1:] }
func (r *Ring[T]) Keep(xs []T)                   { r.items = xs }
func (r *Ring[T]) At(i int) (T, error) {
	if i < 0 {
		var zero T
		return zero, ErrEmpty
	}
	return r.items[i], nil
}

type Spot struct{ X, Y float64 }

func (s *Spot) Scale(by float64) *Spot { s.X *= by; s.Y *= by; return s }
func (s Spot) Norm() float64           { return s.X*s.X + s.Y*s.Y }

type Leg struct {
	From, To Spot
	Name     string
	Words    []string
	Xs       []float64
	By       map[string]Spot
	Next     *Leg
}

func (l *Leg) Turn()                     { l.From, l.To = l.To, l.From }
func (l *Leg) Count() (n int)            { for ; l != nil && n < 100; l = l.Next { n++ }; return }
func MakeLegs(n int) []Leg {
	legs := make([]Leg, n)
	for i := range legs {
		legs[i] = Leg{
			From: Spot{float64(i), 1}, Name: strings.Repeat("é", i), Words: []string{"a", strconv.Itoa(i)},
			Xs: make([]float64, i), By: map[string]Spot{"a": {1, 2}}, Next: &Leg{Name: "next"},
		}
	}
	return legs
}
func Lengthen(legs []Leg) float64 {
	total := 0.0
	for i := range legs {
		legs[i].To.X++
		legs[i].Name += "!"
		total += legs[i].From.X
	}
	return total
}
var spots []Spot

func Move(all []Spot, by float64) (total float64) {
	for i := range all {
		all[i].X += by
		total += all[i].X
	}
	return
}
func KeepSpots(all []Spot) int { all[0].Y++; spots = all; return len(spots) }
func NormOf(s Spot) float64   { return s.Norm() }
func Doubled(s Spot) Spot     { return Spot{2 * s.X, 2 * s.Y} }
func FailLeg(l Leg) (Leg, error) { return l, ErrEmpty }
func PanicLeg(l Leg) Leg      { return Leg{Name: l.Words[len(l.Words)]} }
func Seals() []Sealed         { return []Sealed{{"a", 1}, {"b", 2}} }
func SumOfSeals(all []Sealed) (n int) {
	for _, one := range all {
		n += one.n
	}
	return
}

func NewSealed(name string) Sealed { return Sealed{name, len(name)} }

type Maybe struct {
	Name *string
	Next **int
}

func Exclaimed(m Maybe) Maybe {
	if m.Name != nil {
		*m.Name += "!"
	}
	return m
}
func AddTo(p, by *int) *int { *p += *by; return p }

// Sealed is one of which Python does not see all.
type Sealed struct {
	Name string
	n    int
}
func Deep(words [][]string, cube [][][]float64, m map[string][]int, nodes map[string]*Node) (
	[][]string, [][][]float64, map[string][]int, map[*Node]string,
) {
	words[0][0] += "!"
	words[1] = append(words[1], "more")
	cube[0][0][0]++
	for key, xs := range m {
		m[key] = xs[1:]
	}
	names := map[*Node]string{}
	for name, node := range nodes {
		names[node] = name
	}
	return words, cube, m, names
}
func Anything(xs ...any) []any { return xs }
func Late(t time.Time, d time.Duration, n *big.Int) (time.Time, []time.Duration, *big.Int) {
	return t.Add(d), []time.Duration{d, 2 * d}, new(big.Int).Neg(n)
}
func Odd(which int) (any, [][]float64) {
	itself := []any{nil, []float64{1}}
	itself[0] = itself
	return []any{1, make(chan int), itself}[which], [][]float64{{1}}
}
func Remember(m map[string][]string) map[string][]string { remembered = m; return m }

var remembered map[string][]string

type Named interface{ NameOf(prefix string) string }
type Wide struct{ A, B, C float64 }

func (w Wide) NameOf(prefix string) string   { return prefix + fmt.Sprint(w.A) }
func (n *Node) NameOf(prefix string) string  { return prefix + n.Name }

type secret map[string]int

func (s secret) NameOf(prefix string) string { return prefix + fmt.Sprint(len(s)) }

var shared = &Node{Base: Base{Name: "shared"}}

func Interface(what string) Named {
	switch what {
	case "value":
		return Wide{1, 2, 3}
	case "pointer":
		return &Node{Base: Base{Name: strings.Repeat("n", 100)}}
	case "shared":
		return shared
	case "secret":
		return secret{"a": 1}
	case "nil":
		return (*Node)(nil)
	}
	return nil
}
func NamesOf(a, b Named, prefix string) (string, Named, error) {
	if a == nil {
		return "", b, ErrEmpty
	}
	return a.NameOf(prefix), b, nil
}
func Wrapped(err error) (error, bool) { return fmt.Errorf("again: %w", err), err != nil }

type Holding struct {
	Named
	Cause error
}

func Ordered(all []Named, by map[string]Named, causes []error) ([]Named, map[string]Named, []error) {
	slices.SortFunc(all, func(a, b Named) int { return strings.Compare(a.NameOf(""), b.NameOf("")) })
	by["more"] = secret{"a": 1}
	delete(by, "less")
	causes[0], causes[1] = causes[1], Broken2("new")
	return append(all, secret{}), by, append(causes, errors.Join(causes...))
}
func Held(h Holding) []Holding { return []Holding{h, {h, h.Cause}} }

type Broken2 string

func (b Broken2) Error() string { return string(b) }

type Visit func(n *Node, depth int, words []string) (Spot, error)

var visitors sync.Map

func Visited(visit Visit, n *Node) (Spot, error) { return visit(n, 1, []string{"a", n.Name}) }
func KeepVisit(visit Visit, n *Node)            { visitors.Store(n, visit) }
func VisitKept(n *Node) (Spot, error) {
	kept, _ := visitors.LoadAndDelete(n)
	visit, _ := kept.(Visit)
	return visit(n, 2, nil)
}
func Summed(f func(float64) float64, xs []float64) (total float64) {
	for _, x := range xs {
		total += f(x)
	}
	return
}
func Spread(f func(int), n int) {
	var group sync.WaitGroup
	for i := range n {
		group.Add(1)
		go func() {
			defer group.Done()
			f(i)
		}()
	}
	group.Wait()
}
func Through(f func([]float64, map[string]any) []string, g func(int) int) ([]string, func(int) int) {
	return f(make([]float64, 100), map[string]any{"a": 1, "b": "c"}), func(x int) int { return g(x) + 1 }
}
func Itself(f func(int) int) func(int) int { return f }
func Sequence(n int) iter.Seq2[string, []Spot] {
	return func(yield func(string, []Spot) bool) {
		for i := range n {
			if !yield(strings.Repeat("é", 50*i), make([]Spot, i)) {
				return
			}
		}
		panic("over")
	}
}
func Stream(n int) (<-chan *Node, []float64, error) {
	ch := make(chan *Node, n)
	for range n {
		ch <- NewNode("sent")
	}
	close(ch)
	return ch, make([]float64, n), nil
}
func Wait(ctx context.Context, seconds float64, words ...string) (string, error) {
	select {
	case <-ctx.Done():
		return words[0], ctx.Err()
	case <-time.After(time.Duration(seconds * 1e9)):
		return strings.Join(words, ""), nil
	}
}
func WaitFor[T int | string](ctx context.Context, xs []T) ([]T, error) { <-ctx.Done(); return xs[1:], ctx.Err() }
func Copied(w io.Writer, r io.Reader) (io.Reader, error) {
	_, err := io.Copy(w, r)
	return io.TeeReader(r, w), err
}

// Settle makes Go give back what nobody uses.
func Settle() { runtime.GC(); debug.FreeOSMemory() }
"""


def refused(kind, function, *args, **keywords):
    """The exception of that kind, which the call must raise."""
    try:
        function(*args, **keywords)
    except kind as error:
        return error
    raise AssertionError(f"{function.__name__}{args} raised no {kind.__name__}")


def numbers(go):
    assert go.Numbers(True, -128, 2**64 - 1, 0.5, 1j) == (True, -128, 2**64 - 1, 0.5, 1j)
    refused(OverflowError, go.Numbers, True, 128, 0, 0, 0)
    refused(TypeError, go.Numbers, True, 1.0, 0, 0, 0)
    refused(TypeError, go.Numbers, 1)
    refused(TypeError, go.Numbers, 1, 2, 3, 4, 5, f=6)


def text(go):
    assert go.Upper("é" * 10) == "É" * 10
    assert go.Upper("x" * 3000) == "X" * 3000
    assert go.Upper("a\udcff\0") == "A\ufffd\0"
    assert go.Twice(b"ab" * 300) == b"ab" * 600
    refused(TypeError, go.Upper, b"x")
    refused(UnicodeEncodeError, go.Upper, "x\ud800")


def words(go):
    many = ["A", "Ä" * 300, "\udcff"]
    assert go.Same(many) == many
    go.Fold(many)
    assert many[:2] == ["a", "ä" * 300]
    refused(ValueError, go.Fold, ("A", "B"))
    refused(TypeError, go.Same, ["a", 1])
    refused(TypeError, go.Same, {"a"})


def lists(go):
    xs = [1.0, 2.0, 3.0]
    go.Add(xs, 1)
    assert xs == [2, 3, 4]
    compact = array.array("d", xs)
    go.Add(compact, 1)
    assert compact.tolist() == [3, 4, 5]
    refused(ValueError, go.Add, (1.0,), 1)
    refused(TypeError, go.Add, [1.0, "2"], 1)
    refused(TypeError, go.Add, b"12345678", 1)
    assert list(go.Tail(xs)) == [3, 4]
    fresh = tuple(x + 0.5 for x in xs)
    assert list(go.Tail(fresh)) == [3.5, 4.5]
    first, rest = go.Split(fresh)
    del rest
    assert list(first) == [2.5]
    assert list(go.Pair([1.0, 2.0])) == [2, 1]
    refused(ValueError, go.Pair, [1.0])


def rows(go):
    matrix = [[1.0, 2.0], [3.0, 4.0]]
    go.Swap(matrix)
    assert matrix == [[3, 4], [1, 2]]
    assert list(go.Row(matrix, 1)) == [1, 2]
    assert [list(row) for row in go.Table(3)] == [[0, 0, 0]] * 3
    refused(TypeError, go.Row, [[1.0], ["2"]], 0)
    refused(RuntimeError, go.Row, matrix, 2)


def returned(go):
    xs = go.Range(1000)
    assert xs[999] == 999
    part = xs[10:20]
    del xs
    assert part[0] == 10


def kept(go):
    go.Keep([1.0, 2.0], ["a", "é"])
    xs, texts = go.Kept()
    assert (list(xs), texts) == ([1, 2], ["a", "é"])


def errors(go):
    xs = [1.0, 2.0]
    tail, long = go.Fail("no", xs)
    assert (list(tail), len(long)) == ([2], 200)
    assert str(refused(go.ErrEmpty, go.Fail, "sentinel", xs)) == "wrapped: empty"
    failed = refused(go.ErrEmpty, go.AddAndFail, (1.0,), ("a",))
    assert isinstance(failed.__context__, ValueError)
    refused(RuntimeError, go.AddAndFail, (1.0,), ())
    broken = refused(go.Broken, go.Fail, "struct", xs)
    assert (broken.N, broken.Depth, broken.Cause) == (3, 5, None)
    joined = refused(EOFError, go.Fail, "joined", xs)
    assert [str(inner) for inner in joined.unwrap()] == ["EOF", "joined", "empty"]
    assert joined.is_(joined.unwrap()[0])
    assert isinstance(joined.Cause, go.ErrConstant)
    refused(AttributeError, getattr, joined, "Depth")
    for twin in (copy.copy(joined), copy.deepcopy(joined), pickle.loads(pickle.dumps(joined))):
        assert (twin.N, str(twin.Cause), len(twin.unwrap())) == (4, "constant", 3)
    file = refused(FileNotFoundError, go.Fail, "file", xs)
    assert (file.errno, file.filename, file.Name if hasattr(file, "Name") else None) == (2, "/no/such", None)
    assert list(joined.results[0]) == [2]


def panics(go):
    xs = [1.0, 2.0]
    assert refused(RuntimeError, go.Fail, "panic", xs).value == "panic"
    assert isinstance(refused(RuntimeError, go.Fail, "panic with an error", xs).value, EOFError)
    assert "out of range" in str(refused(RuntimeError, go.Fail, "index", xs))


def generics(go):
    assert [go.Largest([1, 3]), go.Largest((1, 2.5)), go.Largest(["a", "é"]), go.Largest(b"ab")] == [3, 2.5, "é", 98]
    assert go.Largest(xs=array.array("f", [0.5])) == 0.5
    many, floats = ["a", "b" * 300], [1.0, 2.0]
    assert (go.Reversed(many), many) == (["b" * 300, "a"], ["b" * 300, "a"])
    assert (list(go.Reversed(floats)), floats) == ([2, 1], [2, 1])
    assert [go.Between(5, 1, 3), go.Between("b", low="c", high="d"), go.Between(2, 1, 2.5)] == [3, "c", 2.0]
    assert [go.Stored(floats), go.Stored(many)] == [2, 2]
    assert [go.As["int8"](2.5), go.As[float](2.5, 1, 2), go.As[float, "int8"](3)] == [2, 4.5, 3]
    refused(TypeError, go.As, "1")
    refused(TypeError, go.Largest, None)
    refused(TypeError, go.Largest, [1, "a"])
    refused(TypeError, go.Largest, [{}])
    refused(TypeError, go.Largest)
    refused(TypeError, go.Between, 1, "a", 2)
    refused(ValueError, go.Reversed, (1, 2))
    refused(OverflowError, go.Largest["uint8"], [300])
    refused(RuntimeError, go.Largest, [])
    refused(TypeError, lambda: go.Largest[complex])


def handles(go):
    node = go.NewNode("a")
    assert (len(node), str(node), node.Name, node.Sum()) == (1, "a" * 300, "a", 0)
    node.Xs = [1.0, 2.0]
    node.Name = "é" * 200
    assert (node.Sum(), node.Rename("x").Name, list(node.Xs)) == (3, "x", [1, 2])
    first, last = go.Chain(5)
    node.Next = first
    assert node.After() is first
    assert refused(go.ErrEmpty, last.After).results == (last,)
    many = []
    while first is not None:
        many.append(first)
        first = first.Next
    assert many[-1] is last
    node.Next = None
    assert (go.NameOf(node), go.NameOf(None), go.Node().Next) == ("x", "nil", None)
    refused(TypeError, go.NameOf, 3)
    refused(TypeError, node.At, "x")
    refused(TypeError, node.At)
    refused(TypeError, setattr, node, "Next", 3)
    refused(AttributeError, setattr, node, "next", 3)
    node.Table, node.Any = {"a": 1}, [node, {"k": 1.5}]
    assert (node.Table, node.Any) == ({"a": 1}, [node, {"k": 1.5}])
    node.Any = None
    refused(RuntimeError, node.At, 7)
    refused(RuntimeError, last.At, 100)

    def closed():
        with node:
            pass

    refused(go.ErrEmpty, closed)
    buffer = go.NewBuffer(b"ab")
    buffer.WriteString("c" * 300)
    assert (buffer.Len(), buffer.Next(1), len(buffer.Bytes())) == (302, b"a", 301)
    words = go.Yielded(["a", "b" * 300])
    assert (words, list(go.Yielded(range(3))), list(go.Yielded(set()))) == (["a", "b" * 300], [0, 1, 2], [])
    channel = gomagic.chan(str, 2)
    assert (list(go.Paired({1: "c" * 300}.items(), channel)), channel.recv()) == ([1], "c" * 300)
    refused(TypeError, go.Yielded, iter(words))
    refused(TypeError, go.Yielded, [None])
    refused(TypeError, go.Yielded, 3)


def instances(go):
    texts, numbers, nodes = go.Ring[str](), go.RingOf(1.5, 2), go.Ring["*Node"]()
    assert (texts.Put("é" * 300).At(0), numbers.At(1), nodes.Put(None).At(0)) == ("é" * 300, 2, None)
    node = go.NewNode("a")
    assert nodes.Put(node).At(1) is node
    texts.Top, texts.Under, texts.Name, texts.Xs = "b" * 300, texts, "ring", [1.0]
    assert (texts.Under.Top, texts.Rename("x").Name, texts.Sum()) == ("b" * 300, "x", 1)
    texts.Under = None
    assert go.TopOf(texts, "c") == ("é" * 300, texts)
    assert go.TopOf(numbers, x=3)[0] == 2
    assert (go.NameOf(texts), isinstance(texts, go.Ring), go.Rings is type(nodes)) == ("x", True, True)
    many, floats = ["a", "b" * 300], [1.0, 2.0]
    assert (texts.Swap(many), many) == (["a"], ["b" * 300, "a"])
    assert (list(numbers.Swap(floats)), floats) == ([1], [2, 1])
    texts.Keep(many)
    numbers.Keep(array.array("d", floats))
    assert (texts.At(1), numbers.At(0)) == ("a", 2)
    refused(go.ErrEmpty, texts.At, -1)
    refused(RuntimeError, numbers.At, 7)
    refused(TypeError, numbers.Put, "a")
    refused(TypeError, go.TopOf, texts, 1)
    refused(RuntimeError, go.TopOf, None, 1)
    refused(TypeError, go.TopOf, node, 1)
    refused(TypeError, go.Ring)
    refused(TypeError, lambda: go.Ring[3])


def structs(go):
    spot = go.Spot(1, Y=2)
    assert (go.NormOf(spot), go.NormOf({"X": 3}), go.NormOf(X=2), go.Doubled(spot)) == (5, 9, 4, go.Spot(2, 4))
    leg = go.Leg(spot, Words=["a"], By={"b": spot}, Xs=[1.0])
    start = leg.From
    leg.Turn()
    assert (start.X, leg.To == spot, leg.By, leg.Xs.tolist()) == (0, True, {"b": spot}, [1])
    assert leg.From.Scale(3) is leg.From
    leg.From.X = 1
    leg.From, leg.Name, leg.Next = {"X": 7, "Y": 8}, "n" * 300, leg
    assert (start.X, leg.Count()) == (7, 100)
    leg.Next = None
    loop = go.Leg()
    loop.Next = go.Leg(Next=loop)
    assert loop.Next.Count() == 100
    loop.Next = None
    legs = go.MakeLegs(20)
    assert [(one.From.X, one.Name, one.Words[1], len(one.Xs)) for one in legs][7] == (7, "é" * 7, "7", 7)
    legs[3].Turn()
    assert go.Lengthen(legs) == sum(range(20)) - 3
    assert (legs[3].To.X, legs[4].To.X, legs[4].Name) == (4, 1, "éééé!")
    part = [leg, {"Name": "a"}, go.Leg()]
    go.Lengthen(part)
    assert (leg.Name[-2:], part[1]["Name"], part[2].To.X) == ("n!", "a!", 1)
    assert refused(go.ErrEmpty, go.FailLeg, legs[2]).results[0].Name == "éé!"
    refused(RuntimeError, go.PanicLeg, legs[2])
    refused(TypeError, go.Lengthen, [go.Leg(), {"Words": [1]}])
    refused(TypeError, go.Lengthen, [go.Leg(), {"From": {"X": "a"}}])
    refused(TypeError, go.Lengthen, [{"Nmae": 1}])
    refused(TypeError, go.Spot, "a")
    refused(TypeError, go.Spot, 1, 2, 3)
    refused(TypeError, go.Leg, Xs=3)
    refused(TypeError, go.Leg(Xs=["a"]).Turn)
    seals = go.Seals()
    assert (go.SumOfSeals(seals), [one.Name for one in seals]) == (3, ["a", "b"])
    assert go.Sealed(Name="c").Name == "c"


def values(go):
    """What crosses in parcels."""
    one, two = go.NewNode("1"), go.NewNode("2")
    words, cube, numbers_of = [["a" * 300], ["é"]], [[[1.0, 2.0], []]], {"a": [1, 2, 3]}
    out = go.Deep(words, cube, numbers_of, {"one": one, "two": two})
    assert words == [["a" * 300 + "!"], ["é", "more"]]
    assert (cube, numbers_of) == ([[[2, 2], []]], {"a": [2, 3]})
    assert (out[0], list(out[1][0][0]), list(out[2]["a"])) == (words, [2, 2], [2, 3])
    assert out[3] == {one: "one", two: "two"}
    inner = {"é": [b"b" * 300, None, (1, 2)]}
    back = go.Anything(1, "a", inner, one, array.array("h", [1]), 2j, True)
    assert (back[:2], back[3], list(back[4]), back[5:]) == ([1, "a"], one, [1], [2j, True])
    assert back[2] == {"é": [b"b" * 300, None, [1, 2]]}
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    assert go.Late(start, day, 2**200) == (start + day, [day, 2 * day], -(2**200))
    assert go.Odd(0)[0] == 1
    refused(TypeError, go.Odd, 1)
    refused(RuntimeError, go.Odd, 2)
    assert go.Remember({"a": ["x"]}) == {"a": ["x"]}
    refused(TypeError, go.Deep, [["a"], [1]], [], {}, {})
    refused(TypeError, go.Deep, [["a"], ["b"]], [[["x"]]], {}, {})
    refused(TypeError, go.Deep, [], [], {"a": {}}, {})
    refused(TypeError, go.Deep, [], [], {}, {"a": one, "b": 3})
    refused(RuntimeError, go.Deep, [], [], {}, {})
    refused(ValueError, go.Deep, [("a",), ["b"]], [[[1.0]]], {"a": (1,)}, {})
    refused(TypeError, go.Anything, one, {1})
    refused(OverflowError, go.Anything, 2**64)
    refused(TypeError, go.Late, datetime.datetime(2024, 1, 1), day, 1)


def pointers(go):
    """What points to numbers and text, and values of which Go has more than Python sees."""
    place = gomagic.new(3)
    assert (go.AddTo(place, 4).value, go.AddTo(go.AddTo(place, 1), 1).value, place.value) == (7, 9, 9)
    refused(TypeError, go.AddTo, 3, 4)
    maybe = go.Maybe(Name="a" * 300)
    assert go.Exclaimed(maybe) == maybe == go.Maybe("a" * 300 + "!")
    sealed = go.NewSealed("".join(["s"] * 300))
    gc.collect()
    assert sealed == go.NewSealed("s" * 300) != go.NewSealed("s" * 299)
    assert hash(sealed) == hash(go.NewSealed("s" * 300))
    assert go.Anything(sealed, [maybe], {"a": sealed}) == [sealed, [maybe], {"a": sealed}]


def interfaces(go):
    for what, name in {"value": "x1", "pointer": "x" + "n" * 100, "shared": "xshared", "secret": "x1"}.items():
        one = go.Interface(what)
        assert (one.NameOf("x"), isinstance(one, go.Named)) == (name, True)
        text, again = go.NamesOf(one, one, "x")
        assert (text, again.NameOf("x")) == (name, name)
        holding = go.Holding()
        holding.Named = one
        assert (holding.NameOf("x"), go.NamesOf(holding, None, "x")) == (name, (name, None))
    assert go.Interface("shared") is go.Interface("shared")
    assert go.Interface("no") is None
    refused(RuntimeError, go.Interface("nil").NameOf, "x")
    refused(RuntimeError, go.NamesOf, go.Interface("nil"), None, "x")
    failed = refused(go.ErrEmpty, go.NamesOf, None, go.Interface("secret"), "x")
    assert failed.results[1].NameOf("x") == "x1"
    wrapped, ok = go.Wrapped(failed)
    assert (isinstance(wrapped, go.ErrEmpty), str(wrapped), ok) == (True, "again: empty", True)
    holding.Cause = wrapped
    assert holding.Cause.is_(failed)
    refused(TypeError, go.NamesOf, 3, None, "x")
    refused(TypeError, go.NamesOf, go.Interface("value"), go.NewBuffer(b""), "x")
    refused(TypeError, go.Wrapped, "x")


def inside(go):
    """Interfaces and errors in other values."""
    wide, node, secret = go.Wide(2, 0, 0), go.Interface("pointer"), go.Interface("secret")
    names, by, causes = [node, wide, secret, go.Wide(1)], {"less": wide, "same": wide}, [None, failed(go), failed(go)]
    last = causes[2]
    named, also, errors = go.Ordered(names, by, causes)
    assert [one.NameOf("") for one in names] == ["1", "1", "2", "n" * 100] == [one.NameOf("") for one in named[:4]]
    assert (names[2] is wide, names[3] is node, by["same"] is wide) == (True, True, True)
    assert sorted(by) == sorted(also) == ["more", "same"]
    assert (causes[2] is last, str(causes[1]), len(errors)) == (True, "new", 4)
    one = go.Holding(go.Wide(3, 0, 0), last)
    held = go.Held(one)
    assert (held[0].NameOf("x"), held[1].Named.NameOf("x"), str(held[1].Cause)) == ("x3", "x3", "empty")
    itself = go.Holding()
    itself.Named = itself
    assert go.Held(go.Holding(itself))[0].Named.Named is itself
    refused(TypeError, go.Ordered, [wide, 3], {}, [])
    refused(TypeError, go.Ordered, [wide], {"a": go.Base()}, [])
    refused(TypeError, go.Ordered, [wide], {"a": wide}, [last, "x"])
    refused(RuntimeError, go.Ordered, [wide], {"a": wide}, [])
    refused(TypeError, go.Holding, 3)
    refused(TypeError, go.Holding, None, "x")


def failed(go):
    return refused(go.ErrEmpty, go.NamesOf, None, None, "x")


def callbacks(go):
    node = go.NewNode("n" * 300)

    def visit(n, depth, words):
        assert (n is node, words[1:]) == (True, [node.Name] * (depth == 1))
        return go.Spot(depth, 2)

    def fail(*_args):
        raise KeyError("of a callback" * 30)

    assert go.Visited(visit, node) == go.Spot(1, 2)
    go.KeepVisit(lambda *args: visit(*args), node)
    assert go.VisitKept(node) == go.Spot(2, 2)
    go.KeepVisit(None, node)
    refused(RuntimeError, go.VisitKept, node)
    refused(KeyError, go.Visited, fail, node)
    refused(TypeError, go.Visited, lambda *args: (1, 2, 3), node)
    refused(TypeError, go.Visited, lambda *args: {"X": "a"}, node)
    xs = [1.0, 2.0]
    assert go.Summed(lambda x: go.Summed(lambda y: y * x, xs), xs) == 9
    refused(KeyError, go.Summed, lambda x: xs.clear() or fail(), xs)
    found = []
    go.Spread(found.append, 20)
    assert sorted(found) == list(range(20))
    texts, add = go.Through(lambda array, dict: [str(len(array)), *dict], abs)
    assert (texts[0], sorted(texts[1:]), add(-3)) == ("100", ["a", "b"], 4)
    assert (go.Itself(add) is add, go.Itself(fail) is fail) == (True, True)
    refused(TypeError, add, "a")
    refused(TypeError, go.Through(lambda *args: ["a" * 3000], lambda x: "b")[1], 1)
    refused(TypeError, go.Through, lambda *args: [1], abs)


def files(go):
    """Both ways: Go's in Python, and Python's in Go."""
    buffer, text, data = go.NewBuffer(b"first\nsecond"), io.StringIO(), io.BytesIO(b"abc" * 50_000)
    assert (buffer.readline(), buffer.read(2), buffer.readinto(bytearray(2)), buffer.read()) == (
        b"first\n", b"se", 2, b"nd",
    )  # fmt: skip
    tee = go.Copied(buffer, data)
    assert (len(buffer), data.read(), tee.read()) == (150_000, b"", b"")
    assert buffer.read() == data.getvalue()
    go.Copied(text, io.BytesIO("é𝄞".encode() * 20_001))
    assert text.getvalue() == "é𝄞" * 20_001
    again = go.Copied(io.BytesIO(), go.Copied(io.BytesIO(), io.StringIO("é")))
    assert (again.readline(), again.readinto(bytearray(1))) == (b"", 0)
    buffer.write(b"x" * 100)
    refused(ValueError, io.TextIOWrapper(buffer).detach().close() or buffer.read)
    data.close()
    refused(ValueError, go.Copied, text, data)
    refused(TypeError, go.Copied, text, "x")
    refused(TypeError, go.Copied, io.TextIOWrapper, data)
    refused(KeyError, go.Copied, text, type("Failing", (), {"read": lambda self, size: {}[size]})())


def contexts(go):
    assert go.Wait(0.0, "a", "b" * 300) == "a" + "b" * 300
    assert go.Wait(0.0, "a", timeout=10) == "a"
    assert refused(TimeoutError, go.Wait, 10.0, "a" * 300, timeout=0.001).results == ("a" * 300,)
    assert refused(TimeoutError, go.WaitFor, ["a", "b"], timeout=0).results == (["b"],)
    refused(TypeError, go.Wait, 1.0, "a", timeout="x")
    refused(TypeError, go.Wait, 1.0, 2, timeout=1)
    refused(TypeError, go.Wait, timeout=1)


def iterators(go):
    values = go.Sequence(20)
    assert [next(values) for _ in range(2)] == [("", []), ("é" * 50, [go.Spot(0, 0)])]
    values.close()
    assert list(values) == []
    refused(RuntimeError, list, go.Sequence(3))
    nodes, xs = go.Stream(3)
    assert ([node.Name for node in nodes], list(xs)) == (["sent"] * 3, [0, 0, 0])
    go.Sequence(5)
    half = go.Sequence(5)
    next(half)


async def through(iterator, most):
    found = []
    async for item in gomagic.aio(iterator):
        found.append(item)
        if len(found) == most:
            break
    return found


def awaited(go):
    assert asyncio.run(through(go.Sequence(20), 3))[2] == ("é" * 100, [go.Spot(0, 0)] * 2)
    refused(RuntimeError, asyncio.run, through(go.Sequence(3), 9))
    assert asyncio.run(gomagic.aio(go.Wait, 0.0, "a" * 300)) == "a" * 300


def arrays(go):
    """With numpy alone."""
    import numpy as np

    xs = np.arange(1000.0)
    go.Add(xs[::2], 1)
    go.Add(xs.astype(">f8"), 1)
    assert xs[:3].tolist() == [1, 1, 3]
    assert go.Tail(xs)[0] == 1
    assert go.Tail(xs[::-1])[-1] == 1
    flags = np.array([2, 0, 3], "uint8").view("bool")
    assert go.Not(flags).tolist() == [False, True]
    assert flags.view("uint8").tolist() == [0, 0, 3]
    xs.flags.writeable = False
    refused(ValueError, go.Add, xs, 1)
    refused(TypeError, go.Add, xs.astype("int64"), 1)
    refused(TypeError, go.Add, xs.reshape(2, 500), 1)
    matrix = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    go.Swap(matrix)
    assert go.Row(matrix, 0).tolist() == [3, 4, 5]
    go.Keep(xs, np.array(["a"]))
    assert go.Kept().xs.tolist() == xs.tolist()
    assert go.Longer(go.__go__.empty(1), go.__go__.empty(2)).tolist() == [0, 0]
    own = go.__go__.empty(100)
    go.Keep(own, [])
    del own
    assert go.Kept()[0].tolist() == [0] * 100
    small = np.arange(9, dtype="int16")
    assert go.Largest(small) == go.Largest(small[::-2]) == go.Largest(small.astype(">i2")) == 8
    assert go.Reversed(small[::2]).tolist() == [8, 6, 4, 2, 0]
    assert go.Stored(go.__go__.empty(100)) == 100
    assert go.Between(np.float32(2), 1, np.array(1.5)) == 1.5
    refused(TypeError, go.Largest, small.astype("float16"))
    refused(TypeError, go.Largest, small.reshape(3, 3))
    refused(TypeError, go.Stored, small)
    refused(ValueError, go.Reversed, np.frombuffer(b"ab", "uint8"))
    spots = np.zeros(1000, go.Spot)
    assert (go.Move(spots, 2), go.Move(spots[::2], 1), spots["X"].tolist()[:2]) == (2000, 1500, [3, 2])
    assert (go.KeepSpots(spots), go.KeepSpots(spots[1:]), spots["Y"].tolist()[:2]) == (1000, 999, [1, 1])
    spots.flags.writeable = False
    refused(ValueError, go.Move, spots, 1)
    refused(TypeError, go.Move, np.zeros(2, [("X", "f4")]), 1)
    refused(TypeError, go.Move, np.zeros(2, [("Z", "f8")]), 1)
    mapped(go)


def mapped(go):
    import numpy as np

    xs, by = np.arange(1000.0)[::-2].reshape(20, 25), np.arange(1, 26, dtype=">i2")
    assert np.array_equal(gomagic.map(go.Ratio, xs, by), (xs / by).astype("float32"))
    refused(gomagic.GoError, gomagic.map, go.Ratio, xs, by - 1)
    refused(RuntimeError, gomagic.map, go.Quotient, np.arange(100)[::-1], np.arange(100))
    own = go.__go__.empty(100, "int64")
    assert gomagic.map(go.Quotient, own, [[1], [2]], out=np.ones((2, 100), "int64")).sum() == 0
    assert gomagic.map(go.Quotient, own[1:], 1, out=own[:-1]).sum() == 0


CALLS = [numbers, text, words, lists, rows, returned, kept, errors, panics, handles]
CALLS += [generics, instances, structs, values, pointers, interfaces, inside, callbacks, files]
CALLS += [contexts, iterators, awaited]


def settle(go):
    """Let Python and Go give back what nobody uses; what one lets go of may be all that the other keeps."""
    live, same = None, 0
    while same < 3:
        gc.collect()
        go.Settle()
        time.sleep(0.005)
        same = same + 1 if live == go.__go__.live() else 0
        live = go.__go__.live()
