"""Plain cells use memory rightly: what Go keeps never dangles, and AddressSanitizer and checkptr find nothing."""

import chapters
import pytest
import typed
from test_sanitizers import ASAN, CHECKPTR, findings

pytestmark = pytest.mark.needs("gcc", "libasan.so", "libstdc++.so.6")

# Each To… stores a slice and a text somewhere; Sum reads them all, when Python has freed its own.
STORES = """%%go stores
type box struct {
	xs   []float64
	text string
}

var (
	global     []float64
	globalText string
	field      box
	pointer    *box
	channel    = make(chan box, 1)
	closure    func() box
	boxed      any
	byText     = map[string][]float64{}
	list       [][]float64
	matrix     [][]float64
	words      []string
	begin      = make(chan bool)
	ended      = make(chan float64)
	deep       **float64
	shared     sync.Map
)

type held struct{ p *float64 }

func (h held) Error() string        { return "held" }
func (h held) Is(target error) bool { return *h.p == 1 }

func ToGlobal(xs []float64, text string)    { global, globalText = xs, text }
func ToField(xs []float64, text string)     { field = box{xs, text} }
func ToPointer(xs []float64, text string)   { pointer = &box{xs, text} }
func ToChannel(xs []float64, text string)   { channel <- box{xs, text} }
func ToClosure(xs []float64, text string)   { closure = func() box { return box{xs, text} } }
func ToInterface(xs []float64, text string) { boxed = box{xs, text} }
func ToMap(xs []float64, text string)       { byText[text] = xs; shared.Store(text, xs) }
func ToList(xs []float64, text string)      { list = append(list, xs); words = append(words, text) }
func ToDeep(xs []float64, text string)      { p := &xs[0]; deep = &p; words = append(words, text[1:]) }
func ToGoroutine(xs []float64, text string) { go func() { <-begin; ended <- of(box{xs, text}) }() }
func ToError(xs []float64) error            { return held{&xs[0]} }
func Matrix(m [][]float64, w []string)      { matrix, words = m, append(words, w...) }
func Inner(m [][]float64, w []string)       { list = append(list, m[0]); words = append(words, w[0]) }

func of(b box) float64 {
	total := float64(len(b.text) + strings.Count(b.text, "é"))
	for _, x := range b.xs {
		total += x
	}
	return total
}

func Sum() (total float64) {
	begin <- true
	total = <-ended + of(box{global, globalText}) + of(field) + of(*pointer) + of(<-channel) + of(closure()) + **deep
	total += of(boxed.(box))
	for text, xs := range byText {
		kept, _ := shared.Load(text)
		total += of(box{xs, text}) + of(box{kept.([]float64), ""})
	}
	for _, xs := range slices.Concat(list, matrix) {
		total += of(box{xs, ""})
	}
	for _, text := range words {
		total += of(box{nil, text})
	}
	return
}"""
STORE = """import gc
import numpy as np

def array():
    return np.ones(1000)

def text():
    return "".join(["é"] * 1000)

for name in "Global Field Pointer Channel Closure Interface Map List Deep Goroutine".split():
    getattr(stores, f"To{name}")(array(), text())
errors = []
for _ in range(2):
    try:
        stores.ToError(array())
    except Exception as failed:
        errors.append(failed)
stores.ToList([1.0] * 1000, text())
stores.ToList(array()[::2], text())
stores.ToList(memoryview(array()), text())
stores.Matrix(np.ones((2, 1000)), [text()])
stores.Inner([array(), [1.0] * 1000], (text(), text()))
gc.collect()
room = [array() * 7 for _ in range(50)]
total = stores.Sum()
assert errors[0].is_(errors[1])"""
TEXT = 2000 + 1000  # bytes and letters
WANTED = 8 * (1000 + TEXT) + 1000 + 1  # all that keep both, the map once more, one number of Deep
WANTED += 1000 + 1000 + 500 + 1000 + 1000 + 2 * 1000  # the list and the matrix
WANTED += 6 * TEXT + TEXT - 2  # the words, of which one has lost half a letter


def cells(*sources):
    return [chapters.code(source) for source in ("%load_ext gomagic", *sources)]


@pytest.mark.proof
def test_what_go_keeps_never_dangles(tmp_path):
    check = f"assert total == {WANTED}, total"
    assert "\n\n".join(findings(cells(STORES, STORE, check), ASAN, tmp_path)) == ""


@pytest.mark.proof
@pytest.mark.parametrize("flag", [ASAN, CHECKPTR], ids=["asan", "checkptr"])
def test_calls_of_everything_use_memory_rightly(flag, tmp_path):
    calls = [
        f"import typed\nfor _ in range(3): typed.{call.__name__}(everything)" for call in (*typed.CALLS, typed.arrays)
    ]
    found = findings(cells(f"%%go everything\n{typed.SOURCE}", *calls, "typed.settle(everything)"), flag, tmp_path)
    assert "\n\n".join(found) == ""


PLANTED = """%%go planted
var kept []float64

// Lie keeps xs, though its comment promises the contrary.
//
//gomagic:borrow xs
func Lie(xs []float64) { kept = xs }

func Kept() float64 { return kept[0] }

func Beyond(xs []float64) float64 { return unsafe.Slice(&xs[0], len(xs)+1)[len(xs)] }"""
USE_AFTER_FREE = "import numpy as np\nplanted.Lie(np.ones(1000))\nplanted.Kept()"
OVERFLOW = "import numpy as np\nplanted.Beyond(np.ones(1000))"


@pytest.mark.parametrize(
    ("call", "report"), [(USE_AFTER_FREE, "heap-use-after-free"), (OVERFLOW, "heap-buffer-overflow")]
)
def test_a_planted_fault_is_reported(call, report, tmp_path):
    [finding] = findings(cells(PLANTED, call), ASAN, tmp_path)
    assert finding.startswith(f"{call}\nended the process: ")
    assert f"AddressSanitizer: {report}" in finding
