"""Which calls of plain Go keep Python's GIL: none that can wait, and none that can take long.

What cellgen decides from the text of a function is tested in golib/cellgen/quick_test.go, with many more of its kind.
"""

import pytest
from load import silences

# Functions that take long, for one reason each, with what no argument says: how large these are.
LONG = """
const size = 100_000_000

var (
	table  = make([]byte, size)
	target = make([]byte, size)
	floats = make([]float64, 1<<25)
	text   = unsafe.String(&table[0], size)
	other  string
	many   = make(map[int]int)
	big    [1 << 22]int
	same   [1 << 22]int
)

func init() {
	for i := range table {
		table[i] = 'x'
	}
	for i := range big {
		big[i], same[i] = i, i
	}
	other = strings.Clone(text)
	for i := range 2_000_000 {
		many[i] = i
	}
}

func mean(xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return total / float64(len(xs))
}

func last(s string) int {
	all := []byte(s)
	return int(all[len(all)-1])
}

func HelperOverGlobal() float64                           { return mean(floats) }
func HelperOverArray(words []string, xs []float64) float64 { return mean(xs) }

func LoopBesideWords(words []string, xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return
}

func Grown(words []string) int {
	out := ""
	for _, w := range words {
		out += w
	}
	return len(out)
}

func Assigned(words []string) int {
	out := ""
	for _, w := range words {
		out = out + w
	}
	return len(out)
}

func FromBelow(xs []float64, start int) (total int) {
	for i := start; i < len(xs); i++ {
		total ^= i
	}
	return
}

func Constant() (total int) {
	for i := 0; i < 1<<25; i++ {
		total ^= i
	}
	return
}

func Nested(xs []byte) (total int) {
	for range xs {
		for _, x := range xs {
			total ^= int(x)
		}
	}
	return
}

func HelperInLoop(xs []byte) (total int) {
	for range xs {
		total += last(text[:10_000])
	}
	return
}

func Recursive(n int) int {
	if n < 2 {
		return n
	}
	return Recursive(n-1) + Recursive(n-2)
}

func Switch() int {
	switch text {
	case other:
		return 1
	}
	return 2
}

func Array() (total int) {
	for i := range 8 {
		local := big
		local[i]++
		total += local[i+1]
	}
	return
}

func Closure() (n int) {
	f := func() { n = last(text) }
	f()
	return
}

func Deferred() (n int) {
	defer func() { n = last(text) }()
	return
}

type box struct{ text string }

func (b box) last() int { return last(b.text) }

func Method() int                             { return box{text}.last() }
func Appended() int                           { target = append(target[:0], table...); return len(append(table, 1)) }
func Copied() int                             { return copy(target, table) + copy(target, other) }
func Cleared()                                { clear(target); clear(many) }
func Equal() bool                             { return text == other && other <= text && text[1:] == other[1:] }
func EqualArrays() bool                       { return big == same && same == big && big == same }
func Concatenated() int                       { return len(text + other) }
func Bytes() int                              { return last(text) }
func Text(i int) byte                         { all := string(table); return all[i] }
func Runes() int                              { return len([]rune(text)) }
func Room() int                               { xs := make([]byte, len(table)); xs[1] = 1; return len(xs) }
func RangeText() (n int)                      { for range text { n++ }; return }
func RangeMap() (n int)                       { for _, x := range many { n += x }; return }
func Digits(x float64, prec int) int          { return len(strconv.FormatFloat(x, 'f', prec, 64)) }
func Join(words []string, sep string) int     { return len(strings.Join(words, sep)) }
func Replace(s, by string) int                { return len(strings.ReplaceAll(s, "", by)) }
func Upper() int                              { return len(strings.ToUpper(text[:size/4])) }
func Count() int                              { return utf8.RuneCountInString(text) + strings.Count(text, "x") }
func Quote() int                              { return len(strconv.Quote(text[:size/10])) }
func Jn(n int, x float64) float64             { return math.Jn(n, x) }
func Sorted()                                 { slices.Sort(floats) }
func Kept(xs []float64, s string)             { floats, text = xs, s }
"""

SETUP = """
import array
words, ones = ["word %d" % n for n in range(10_000)], array.array("d", bytes(8 * 20_000_000))
long = "x" * 50_000_000
"""

CALLS = [
    "HelperOverGlobal()", "HelperOverArray(['a'], ones)", "LoopBesideWords(['a'], ones)",
    "Grown(words)", "Assigned(words)",
    "FromBelow([], -5 * 10**7)", "Constant()", "Nested(bytes(16_000))", "HelperInLoop(bytes(16_000))", "Recursive(32)",
    "Switch()", "Array()", "Closure()", "Deferred()", "Method()", "Appended()", "Copied()", "Equal()", "EqualArrays()",
    "Concatenated()", "Bytes()", "Text(9)", "Runes()", "Room()", "RangeText()", "RangeMap()", "Digits(1.5, 5 * 10**7)",
    "Join([''] * 50_000, 'x' * 16_000)", "Replace('x' * 12_000, 'y' * 12_000)", "Upper()", "Count()", "Quote()",
    "Jn(3 * 10**7, 1e9)", "Sorted()", "Cleared()", "Kept(ones, long)",
]  # fmt: skip


@pytest.fixture(scope="module")
def silent(own_cache):
    return silences(LONG, CALLS, SETUP)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_takes_long_leaves_no_other_thread_silent(silent, call):
    assert silent[call] < 0.01


# An error of which every method waits until another Python thread calls Open.
WAITING = """
var gate = make(chan int)
var ErrKnown = errors.New("known")

type Slow struct{ N int }

func (Slow) Error() string          { return strconv.Itoa(<-gate) }
func (Slow) Unwrap() error          { <-gate; return ErrKnown }
func (Slow) Is(error) bool          { <-gate; return false }
func (Slow) As(any) bool            { <-gate; return false }
func (Slow) String() string         { return strconv.Itoa(<-gate) }

var err error = Slow{1}

func Open()                         { gate <- 1 }
func Fail() error                   { return err }
func Known() error                  { return ErrKnown }
func Panic()                        { panic(err) }
func Text() string                  { return err.Error() }
func Printed() string               { return fmt.Sprint(err) }
func Wrapped() error                { return fmt.Errorf("wrapped: %w", err) }
func Unwrapped() bool               { return errors.Unwrap(err) == ErrKnown }
func Is() bool                      { return errors.Is(err, io.EOF) }
func As() bool                      { return errors.As(err, new(*os.PathError)) }
func Joined() string                { return errors.Join(err, err).Error() }
func Method() string                { return Slow{2}.String() }
func Value() error                  { f := err.Error; f(); return nil }
func Received() int                 { return <-gate }
func Ranged(n int) (total int)      { for x := range gate { if total += x; total > n { break } }; return }
func Selected() (x int)             { select { case x = <-gate: }; return }
"""

OPENING = """
import threading

def opening():
    while True:
        go.Open()

threading.Thread(target=opening, daemon=True).start()

def raised(call):
    try:
        call()
    except (gomagic.GoError, gomagic.GoPanic) as error:
        return error

known = raised(go.Known)
"""

WAITS = [
    "raised(Fail)", "raised(Fail).unwrap()", "raised(Fail).is_(known)", "raised(Wrapped)", "raised(Panic).value",
    "raised(Panic).value.unwrap()", "Text()", "Printed()", "Unwrapped()", "Is()", "As()", "Joined()", "Method()",
    "Value()", "Received()", "Ranged(3)", "Selected()",
]  # fmt: skip


@pytest.fixture(scope="module")
def waiting(own_cache):
    return silences(WAITING, WAITS, OPENING)


@pytest.mark.parametrize("call", WAITS)
def test_a_call_that_waits_for_another_python_thread_lets_it_run(waiting, call):
    assert waiting[call] < 0.01


# Functions that keep the GIL, and as much as they may be given for it; DIVISIONS as much as one may do.
KEEPING = """
func Letters(all []string) (n int) {
	for _, s := range all {
		n += len(s)
	}
	return
}

func Longest(all []string) string {
	best := ""
	for _, s := range all {
		if len(s) > len(best) {
			best = s
		}
	}
	return best
}

func Filled(all []string) []string {
	out := []string{}
	for _, s := range all {
		if s != "word 7" {
			out = append(out, s)
		}
	}
	return all[:0]
}

func Divided(xs []byte) (n uint64) {
	for _, x := range xs {
		n += uint64(x) DIVISIONS
	}
	return
}

func Heads(rows [][]float64) (total float64) {
	for _, row := range rows {
		total += row[0]
	}
	return
}

func Upper(s string) string              { return strings.ToUpper(s) }
func Fields(s string) []string           { return strings.Fields(s) }
func Parsed(s string) (float64, error)   { return strconv.ParseFloat(s, 64) }
func Quoted(s string) string             { return strconv.Quote(s) }
func Looked(s string) bool               { return strings.Contains(s, "aaaaaaab") }
func Folded(s, t string) bool            { return strings.EqualFold(s, t) }
func Joined(a, b string) string          { return a + b + a }
func Roots(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = math.Sqrt(x) + math.Sin(x)
	}
	return out
}
func Positive(xs []int8) []int8 {
	var out []int8
	for _, x := range xs {
		if x >= 0 {
			out = append(out, x)
		}
	}
	return out
}
""".replace("DIVISIONS", " / 3 * 7" * 30)

MOST = """
import array
many = ["word %d" % n for n in range(150_000)]
rows = [[1.0]] * 500
floats = array.array("d", [1e300] * 1600)
"""

KEPT = [
    "Letters(many)", "Longest(many[:40_000])", "Filled(many[:20_000])", "Divided(bytes(400))", "Divided(bytes(16_000))",
    "Heads(rows)", "Upper('ǆ' * 8000)", "Fields('a ' * 3000)", "Parsed('0.' + '1' * 16_000)", "Quoted(chr(1) * 5000)",
    "Looked('a' * 16_000)", "Folded('ǆ' * 2000, 'Ǆ' * 2000)", "Joined('a' * 8000, 'b' * 8000)", "Roots(floats)",
    "Positive(array.array('b', bytes(4000)))",
]  # fmt: skip


@pytest.fixture(scope="module")
def kept(own_cache):
    return silences(KEEPING, KEPT, MOST)


@pytest.mark.parametrize("call", KEPT)
def test_a_call_that_keeps_the_gil_is_soon_over(kept, call):
    assert kept[call] < 0.01


# Functions that do next to nothing, and variables: what takes long is what the bridge copies, compares or scans.
COPYING = """
var (
	Raw   []byte
	Blobs [][]byte
)

func Ends(xs []float64) float64            { return xs[0] + xs[len(xs)-1] }
func Corners(rows [][]float64) float64     { return rows[0][0] + rows[len(rows)-1][0] }
func Array(xs [12_000_000]float64) float64 { return xs[0] }
func First(flags []bool) bool              { return flags[0] }
func Zeros(size int) []byte                { return make([]byte, size) }
func Double(xs []float64)                  { xs[0], xs[len(xs)-1] = 2*xs[0], 2*xs[len(xs)-1] }
func DoubleEach(rows [][]float64)          { for _, row := range rows { Double(row) } }
func Fail(xs []float64) error              { xs[0]++; return errors.New("failed") }
func Panic(xs []float64)                   { xs[0]++; panic("panicked") }
func Maybe(xs []float64, write bool)       { if write { xs[0]++ } }
"""

LARGE = """
import numpy as np

size = 12_000_000
strided, swapped = np.ones(2 * size)[::2], np.ones(size, ">f8")
frozen = strided.view()
frozen.flags.writeable = False
matrix, many = strided.reshape(-1, 50), np.ones((4_000_000, 1))
rows = list(np.ones((300, 2 * 40_000))[:, ::2])
flags, bits = np.ones(200_000_000, bool), np.ones(100_000_000, np.uint8)
bits[0] = 2
bits = bits.view(bool)
go.Raw = bytes(80_000_000)
go.Blobs = [bytes(500_000)] * 100

def same(found, wanted):
    assert found == wanted, (found, wanted)

def doubled(call, xs, ends=((0,), (-1,))):
    for at in ends:
        xs[at] = 3
    call(xs)
    for at in ends:
        same(xs[at].tolist(), np.full_like(xs[at], 6).tolist())

def raised(call, xs):
    xs[0] = 3
    try:
        call(xs)
    except (gomagic.GoError, gomagic.GoPanic):
        same(float(xs[0]), 4.0)

def each_doubled(rows):
    for row in rows:
        row[0] = row[-1] = 3
    go.DoubleEach(rows)
    same({float(row[at]) for row in rows for at in (0, -1)}, {6.0})
    same(float(rows[0][1]), 1.0)
"""

LARGE_CALLS = [
    "same(Ends(strided), Ends([strided[0], strided[-1]]))", "same(Ends(swapped), float(swapped[0] + swapped[-1]))",
    "doubled(Double, strided)", "doubled(Double, swapped)", "raised(Fail, strided)", "raised(Panic, swapped)",
    "Maybe(frozen, False)", "same(Corners(matrix), float(matrix[0, 0] + matrix[-1, 0]))",
    "same(Corners(many), 2.0)", "doubled(DoubleEach, matrix, [(0, 0), (-1, -1)])", "each_doubled(rows)",
    "same(Array(np.ones(size)), 1.0)", "same(First(flags), True)", "same(First(bits), True)",
    "same(len(Zeros(80_000_000)), 80_000_000)",
    "same(len(go.Raw), 80_000_000)", "same([len(blob) for blob in go.Blobs], [500_000] * 100)",
]  # fmt: skip


@pytest.fixture(scope="module")
def copied(own_cache):
    return silences(COPYING, LARGE_CALLS, LARGE)


@pytest.mark.parametrize("call", LARGE_CALLS)
def test_what_is_copied_for_a_call_leaves_no_other_thread_silent(copied, call):
    assert copied[call] < 0.01


# Functions that do next to nothing but call one of Python's, again and again, and keep the GIL.
CALLING = """
func Each(f func(float64) float64, n int) (sum float64) {
	for i := range n {
		sum += f(float64(i))
	}
	return
}
func Until(f func() bool) {
	for f() {
	}
}
func Sorted(xs []float64, less func(a, b float64) bool) []float64 {
	sort.Slice(xs, func(i, j int) bool { return less(xs[i], xs[j]) })
	return xs
}
func Tried(f func(float64) (float64, error), n int) error {
	for i := range n {
		if _, err := f(float64(i)); err != nil {
			return err
		}
	}
	return nil
}
func Wait(x float64) float64 { time.Sleep(30 * time.Millisecond); return x }
func Waiting() func(float64) float64 { return Wait }
func Twice(f func(float64) float64) float64 { return f(f(1)) }
func Deep(f func(int) int, n int) int { return f(n) }
func Grown(f func(float64) bool) []float64 {
	var xs []float64
	for f(float64(len(xs))) {
		xs = append(xs, 1)
	}
	return xs
}
"""

TURNS = """
import operator, threading, time

gate, answer = threading.Event(), threading.Event()

def answering():
    while True:
        gate.wait()
        gate.clear()
        answer.set()

threading.Thread(target=answering, daemon=True).start()

def asks(x):  # and waits for another thread
    gate.set()
    assert answer.wait(10)
    answer.clear()
    return x

def same(found, wanted):
    assert found == wanted, (found, wanted)

def nested(n):
    return go.Deep(nested, n - 1) + 1 if n else 0

def refuses(x):
    if x == 50_000:
        raise ValueError(x)
    return x

def refused():
    try:
        go.Tried(refuses, 10**9)
    except ValueError as error:
        same(error.args, (50_000.0,))
    try:
        go.Each(refuses, 10**9)
    except ValueError as error:
        same(error.args, (50_000.0,))

def in_threads():
    totals = []
    add = lambda: totals.append(go.Each(lambda x: go.Twice(abs) * x, 5000))
    threads = [threading.Thread(target=add) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    same(totals, [sum(range(5000))] * 4)
"""

TURNED = [
    "same(Each(abs, 100_000), 99_999 * 50_000.0)", "same(Each(lambda x: x, 100_000), 99_999 * 50_000.0)",
    "same(Each(asks, 100), 4950.0)", "same(Each(Waiting(), 3), 3.0)", "same(Each(Wait, 3), 3.0)",
    "Until(iter([True] * 100_000 + [False]).__next__)", "refused()", "in_threads()", "same(nested(200), 200)",
    "same(list(Sorted([float(x * 7919 % 20_011) for x in range(20_000)], operator.lt))[:2], [0.0, 1.0])",
    "same(len(Grown((100_000.0).__gt__)), 100_000)",
]  # fmt: skip


@pytest.fixture(scope="module")
def turned(own_cache):
    return silences(CALLING, TURNED, TURNS)


@pytest.mark.parametrize("call", TURNED)
def test_a_call_that_does_little_but_call_back_leaves_no_other_thread_silent(turned, call):
    assert turned[call] < 0.01
