package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// quickOf is how quick F is, in a cell with these beside it.
func quickOf(t *testing.T, text string) Quick {
	t.Helper()
	const beside = `
var gate chan int
var numbers []float64
var table []byte
var text, other string
var names []string
var many map[string]int
var any1, any2 any
var big [1 << 20]int
var pointer = &big
var counter int
type point struct{ x, y int }
type named struct { name string; n int }
var n1, n2 named
func (p point) length() int { return p.x }
func wait(r rune) bool { <-gate; return true }
func sum(xs []float64) (t float64) { for _, x := range xs { t += x }; return }
func bytesOf(s string) int { return len([]byte(s)) + 1 }
func reset() { counter = 0 }
func two() (string, int) { return text, 1 }
func twice(s string, n int) int { return len([]byte(s)) }
func rest(n int, all ...string) (t int) { for range all { t++ }; return }
`
	cell := parsed(t, text+beside)
	i := slices.IndexFunc(cell.Calls, func(call Call) bool { return call.Name == "F" })
	if i < 0 {
		t.Fatalf("%s\nhas no F: %v", text, cell.LeftOut)
	}
	return cell.Calls[i].Quick
}

func TestACallKeepsTheGILWhereItIsSoonOver(t *testing.T) {
	tests := map[string]Quick{
		"func F(a, b int) int { return a + b }":                                                                                                 Always,
		"var mu sync.Mutex\nvar d time.Duration\nfunc F(a int) int { return a }":                                                                Always,
		"func F(x float64) float64 { return x * 2.5 }":                                                                                          Always,
		"func F(a, b int) int { return a / b % 7 }":                                                                                             Always,
		"func F(xs []float64) float64 { return xs[0] + float64(len(xs)) }":                                                                      Always,
		"func F(s string) int { return len(s) }":                                                                                                Always,
		"func F(all []string) int { return len(all) }":                                                                                          Always,
		"func F(i int) float64 { return numbers[i] }":                                                                                           Always,
		"func F(i int) int { big[i]++; counter = big[i]; return counter }":                                                                      Always,
		"func F(x float64) float64 { return math.Sqrt(x) + math.Sin(x) }":                                                                       Always,
		"func F(n int) string { return strconv.Itoa(n) }":                                                                                       Always,
		"func F(n int) error { if n < 0 { return errors.New(\"x\") }; return nil }":                                                             Always,
		"func F() string { return \"text\" }":                                                                                                   Always,
		"func F() (t int) { for i := 0; i < 9; i++ { t += i }; return }":                                                                        Always,
		"func F() (t int) { for i := range 3 { for range 3 { t += i } }; return }":                                                              Always,
		"func F() int { return len(make(map[int]int)) }":                                                                                        Always,
		"func F(n int) int { return id(n) }\nfunc id[T any](v T) T { return v }":                                                                Always,
		"func F(n int) int { return id[int](n) }\nfunc id[T any](v T) T { return v }":                                                           Always,
		"func F(s string) int { return n(s, s) }\nfunc n[S, T string | []byte](s S, t T) int { for i := 0; i < len(s); i++ {}; return len(t) }": Small,
		"func F(n int) int { p := point{n, 2}; return p.x }":                                                                                    Always,
		"func F(n int) int { p := &point{x: n}; return p.x }":                                                                                   Always,
		"func F(rows [][]int) int { return rows[0][0] }":                                                                                        Small, // its headers are copied
		"func F(xs [1000]int) int { return xs[0] }":                                                                                             Always,
		"func F(k string) int { return many[k] }":                                                                                               Small,
		"func F(s string) bool { return s == \"yes\" || s == text }":                                                                            Small,
		"func F(s string) int { switch s { case \"a\": return 1; case text: return 2 }; return 3 }":                                             Small,
		"func F(s string) string { return strings.ToUpper(s) }":                                                                                 Small,
		"func F(s string) string { return \"<\" + s + \">\" }":                                                                                  Small,
		"func F(s string) []byte { return []byte(s) }":                                                                                          Small,
		"func F(b []byte) string { s := string(b); return s[1:] }":                                                                              Small,
		"func F(s, t string) string { if len(s) > len(t) { return s }; return t }":                                                              Small,
		"func F(s string) (out string, n int) { out = s + \"!\"; n = len(s); return }":                                                          Small,
		"func F(xs []float64) (t float64) { for _, x := range xs { t += x }; return }":                                                          Small,
		"func F(xs []int) (t int) { for i := 0; i < len(xs); i++ { t += xs[i] }; return }":                                                      Small,
		"func F(xs []int) (t int) { n := len(xs); for i := 1; i < n-1 && t < 5; i += 2 { t += xs[i] }; return }":                                Small,
		"func F(xs []float64) float64 { return sum(xs) / float64(len(xs)) }":                                                                    Small,
		"func F(xs []float64) float64 { return sum(xs[1:]) }":                                                                                   Small,
		"func F(xs []float64) []float64 { out := make([]float64, len(xs)); for i, x := range xs { out[i] = math.Sqrt(x) }; return out }":        Small,
		"func F(xs []float64) []float64 { var out []float64; for _, x := range xs { if x > 0 { out = append(out, x) } }; return out }":          Small,
		"func F(xs []float64) []float64 { out := []float64{}; for _, x := range xs { out = append(out, x, x) }; return out }":                   Small,
		"func F(xs, ys []int) []int { return append(xs, ys...) }":                                                                               Small,
		"func F(xs []int) []int { return append([]int(nil), xs...) }":                                                                           Small,
		"func F(xs, ys []int) int { return copy(xs, ys) }":                                                                                      Small,
		"func F(xs []int) { clear(xs) }":                                                                                                        Small,
		"func F(xs []int) []int { return make([]int, 8, len(xs)) }":                                                                             Small,
		"func F(xs [4]float64) (t float64) { for _, x := range xs { t += x }; return }":                                                         Always,
		"func F(xs ...int) int { return len(xs) + xs[0] }":                                                                                      Always,
		"func F(a int) int { return g(a) }\nfunc g(a int) int { return a }":                                                                     Always,
		"func F(s string) int { return twice(s, 1) }":                                                                                           Small,
		"func F(rows [][]float64) (t float64) { for _, row := range rows { t += row[0] }; return }":                                             Small,
		"import s \"strings\"\nfunc F(text string) int { return s.Count(text, \"x\") }":                                                         Small,
	}
	for text, want := range tests {
		if got := quickOf(t, text); got != want {
			t.Errorf("%s\nis %d, not %d", text, got, want)
		}
	}
}

func TestACallThatMayWaitOrTakeLongLetsPythonsOtherThreadsRun(t *testing.T) {
	for _, text := range []string{
		// what waits, or may
		"func F() int { return <-gate }",
		"func F() { gate <- 1 }",
		"func F() { go wait('a') }",
		"func F() { wait('a') }",
		"func F() { defer println() }",
		"func F() { select {} }",
		"func F() { for range gate {} }",
		"func F(xs []int) { for i := <-gate; i < len(xs); i++ {} }",
		"func F() { f := wait; f('a') }",
		"func F() { func() { <-gate }() }",
		"func F(s string) bool { return strings.ContainsFunc(s, wait) }",
		"func F(s string) int { return strings.IndexFunc(s, wait) }",
		"func F() { time.Sleep(1) }",
		"var mu sync.Mutex\nfunc F() { mu.Lock() }",
		"func F(n int) { println(n) }",
		"func F(n int) { fmt.Println(n) }",
		"var err error\nfunc F() bool { return errors.Unwrap(err) == nil }",
		"var err error\nfunc F() bool { return errors.Is(err, io.EOF) }",
		"var err error\nfunc F() string { return err.Error() }",
		"var err error\nfunc F() error { return fmt.Errorf(\"%w\", err) }",
		"func F() int { return point{}.length() }",
		"func F() int { return any1.(interface{ Len() int }).Len() }",
		"func F() int { v, _ := any1.(int); return v }",
		"func F() bool { return any1 == any2 }",
		"func F() int { for s := range strings.SplitSeq(text, \",\") { return len(s) }; return 0 }",
		"func F() { goto end; end: }",
		"func F(xs []int) { outer: for range xs { continue outer } }",
		// loops that no argument bounds
		"func F(n int) (t int) { for i := 0; i < n; i++ { t++ }; return }",
		"func F(n int) (t int) { for range n { t++ }; return }",
		"func F(n int) int { for { n++ } }",
		"func F(xs []int, start int) (t int) { for i := start; i < len(xs); i++ { t++ }; return }",
		"func F(xs []int) (t int) { for i := -1 << 40; i < len(xs); i++ { t++ }; return }",
		"func F(xs []int, by int) (t int) { for i := 0; i < len(xs); i += by { t++ }; return }",
		"func F(xs []int) (t int) { for i := 0; i < len(xs); i += 0 { t++ }; return }",
		"func F(xs []int) (t int) { for i := 0; i != len(xs); i += 2 { t++ }; return }",
		"func F(xs []int) { for i := 0; i < len(xs); i++ { i-- } }",
		"func F(xs []int) { for i := 0; i < len(xs); i++ { p := &i; *p = 0 } }",
		"func F(xs []int) { for counter = 0; counter < len(xs); counter++ { reset() } }",
		"func F(xs []int) { for i := 0; i < len(xs); i++ { xs = append(xs, 1) } }",
		"func F(xs []int) { for i := 0; i < cap(xs[:1]) - -9999999999; i++ {} }",
		"func F(xs []int) { xs = append(xs, xs...); for range xs {} }",
		"func F(xs []float64) { xs = numbers; for range xs {} }",
		"func F(xs []float64) { xs, counter = numbers, 1; for range xs {} }",
		"func F(xs []float64) { p := &xs; *p = numbers; for range xs {} }",
		"func F(xs []float64) { { xs := numbers; for range xs {} } }",
		"func F(rows [][]float64) { for _, rows[0] = range [][]float64{numbers} {}; for range rows[0] {} }",
		"func F(rows [][]float64) { rows[0] = numbers; for range rows[0] {} }",
		"func F(all []string) int { all[0] = text; return len([]byte(all[0])) + 1 }",
		"func F(all []string) int { copy(all, names); return len([]byte(all[0])) + 1 }",
		"func F(all []string) int { _ = append(all[:0], text); return len([]byte(all[0])) + 1 }",
		"func F(all []string) int { a := all[:0]; a = append(a, text); return len([]byte(all[0])) + len(a) }",
		"func F() { for range numbers {} }",
		"func F() float64 { return sum(numbers) }",
		"func F(s string, xs []float64) float64 { return sum(numbers[:len(xs)]) }",
		"func F(xs []int) { for i := 0; i < len(numbers); i++ {} }",
		"func F() (n int) { for range text { n++ }; return }",
		"func F() (n int) { for range many { n++ }; return }",
		"func F() (n int) { for _, x := range big { n += x }; return }",
		"func F() (n int) { for i := range big { n += i }; return }",
		"func F() (n int) { for i := range pointer { n += i }; return }",
		"func F() (n int) { for i := 0; i < 1<<30; i++ { n ^= i }; return }",
		"func F() (n int) { for i := range 1 << 40 { n ^= i }; return }",
		"func F(a, b int) int { for b != 0 { a, b = b, a%b }; return a }",
		"func F(xs []int) int { lo, hi := 0, len(xs); for lo < hi { hi-- }; return lo }",
		"func F(xs []int) { for range xs { for range xs {} } }",
		"func F(rows [][]float64) (t float64) { for _, row := range rows { for _, x := range row { t += x } }; return }",
		"func F(xs []int) (t int) { for range xs { for range 1 << 20 { t++ } }; return }",
		"func len[T any](xs T) int { return 1 << 40 }\nfunc F(xs []int) { for i := 0; i < len(xs); i++ {} }",
		"func F(xs []int) { len := func([]int) int { return 1 << 40 }; for i := 0; i < len(xs); i++ {} }",
		"func F(n int) int { return F(n - 1) }",
		"func F(n int) int { return odd(n) }\nfunc odd(n int) int { return F(n - 1) }",
		"func F(n int) int { return id(n) }\nfunc id[T any](v T) T { for range 3 { println(v) }; return v }",
		"func F(n int) int { return id(n) }\nfunc id[T any](v T) T { var all []struct{ x T }; all = append(all, all...); copy(all, all); return v }",
		"func F(n int) int { return id(n) }\nfunc id[T any](v T) T { var all []func(T); for range append(all, nil, nil) { print() }; return v }",
		"func F(n int) int { return id(n) }\nfunc id[T any](v T) T { return again(v) }\nfunc again[T any](v T) T { return id(v) }",
		"func F(n int) int { return twice(two()) }",
		"func F(n int) int { return rest(count()) }\nfunc count() (int, string) { return 1, text }",
		"func F(xs []byte) (t int) { for range xs { t += bytesOf(text) }; return }",
		// values that no argument bounds, copied or compared as a whole
		"func F() int { return bytesOf(text) }",
		"func F(s string) int { return rest(1, s, text) }\nfunc join(all ...string) int { return len([]byte(all[0])) }",
		"func F() bool { return text == other }",
		"func F() bool { return text[1:] < other[1:] }",
		"func F() bool { return names[0] != names[1] }",
		"func F() bool { return n1 == n2 }",
		"func F() bool { return big == *pointer }",
		"func F() int { switch text { case other: return 1 }; return 2 }",
		"func F() int { switch { case text == other: return 1 }; return 2 }",
		"func F() int { return len(text + other) }",
		"func F() int { return len(min(text, other)) }",
		"func F() int { return len(max(text, \"a\")) }",
		"func F() byte { return []byte(text)[0] }",
		"func F() byte { return string(table)[0] }",
		"func F() rune { return []rune(text)[0] }",
		"func F() int { return many[text] }",
		"func F(k string) { many[k]++ }",
		"func F(k string) { many[k] = 1 }",
		"func F() { clear(many) }",
		"func F() { clear(numbers) }",
		"func F() int { return copy(table, text) }",
		"func F() { numbers = append(numbers[:0], numbers...) }",
		"func F() { numbers = append(numbers, 1) }",
		"func F(xs []float64) { numbers = append(numbers, xs...) }",
		"func F(xs []float64) { for _, x := range xs { numbers = append(numbers, x) } }",
		"func F(xs []int) { ys := xs; for range xs { ys = append(xs, 1) }; _ = ys }",
		"func F(i int) int { local := big; return local[i] }",
		"func F(i int) int { local := *pointer; return local[i] }",
		"func F(i int) int { var local [1 << 20]int; return local[i] }",
		"func F(xs [1 << 20]int) int { return xs[0] }",
		"func F(i int) int { p := new([1 << 20]int); return p[i] }",
		"func F(i int) int { return len([]int{1 << 30: i}) }",
		"func F(i int) int { return len([...]int{1 << 20: i}) + [1 << 20]int{}[i] }",
		"func F(i int) float64 { return [1 << 20]float64(numbers)[i] }",
		"func F(n int) []int { return make([]int, n) }",
		"func F() []int { return make([]int, 1<<40) }",
		"func F() int { return len(make([]byte, len(text))) }",
		"func F() int { return len(make(map[int]int, len(text))) }",
		"func F() int { return len(make(map[int]int, 1<<30)) }",
		"func F(all []string) int { out := \"\"; for _, w := range all { out += w }; return len(out) }",
		"func F(all []string) int { out := \"\"; for _, w := range all { out = out + w }; return len(out) }",
		"func F(all []string) (out string) { for range all { out += \"x\" }; return }",
		"func F(all []string, sep string) (n int) { for _, w := range all { n += len(w + sep) }; return }",
		"func F(s string) int { s += s; s += s; return len(s) }",
		// results longer than the arguments
		"func F() string { return text }",
		"func F() (s string) { s = text; return }",
		"func F() (string, int) { return two() }",
		"func F() []string { return names }",
		"func F() []byte { return table }",
		"func F(i int) string { return names[i] }",
		"func F() [1048576]int { return big }",
		"var rows [][]float64\nfunc F() [][]float64 { return rows }",
		// functions of the library that take as long as a number says, or one argument times another
		"func F() int { return strings.Count(text, \"x\") }",
		"func F() string { return strings.ToUpper(text) }",
		"func F(s string) bool { return strings.Contains(s, text) && strings.Contains(text, s) && strings.EqualFold(text, other) }",
		"func F(x float64, prec int) string { return strconv.FormatFloat(x, 'f', prec, 64) }",
		"func F(all []string, sep string) string { return strings.Join(all, sep) }",
		"func F(s, old, by string) string { return strings.ReplaceAll(s, old, by) }",
		"func F(s, cutset string) string { return strings.Trim(s, cutset) }",
		"func F(s, by string) string { return strings.ToValidUTF8(s, by) }",
		"func F(s string, n int) string { return strings.Repeat(s, n) }",
		"func F(s string) string { return strings.Repeat(s, 1000000000) }",
		"func F(n int, x float64) float64 { return math.Jn(n, x) }",
		"func F() int { return cmp.Compare(text, other) }",
		"func F() { slices.Sort(numbers) }",
		"func F() int { return utf8.RuneCountInString(text) }",
		"func F() string { return strconv.Quote(text) }",
		"func F(s string) string { var b strings.Builder; b.WriteString(s); return b.String() }",
		// other things by those names
		"import strings \"os/exec\"\nfunc F(s string) string { p, _ := strings.LookPath(s); return p }",
		"var strings struct{ ToUpper func(string) string }\nfunc F(s string) string { return strings.ToUpper(s) }",
		"var sqrt = math.Sqrt\nfunc F(x float64) float64 { return sqrt(x) }",
		"//go:linkname F math.Sqrt\nfunc F(x float64) float64",
		// a cell whose goroutines may keep all of Go's processors busy
		"func F(a int) int { return a }\nfunc burn() { go func() { for {} }() }",
		"var group sync.WaitGroup\nfunc F(a int) int { return a }\nfunc burn() { group.Go(func() { for {} }) }",
		"func F(a int) int { return a }\nfunc burn() { f := time.AfterFunc; f(1, func() { for {} }) }",
		"var client http.Client\nfunc F(a int) int { return a }",
	} {
		if got := quickOf(t, text); got != Never {
			t.Errorf("%s\nis %d", text, got)
		}
	}
}

func TestAListOfStringsMayBeLongerWhereEachIsOnlyLookedAt(t *testing.T) {
	for text, least := range map[string]Quick{
		"func F(all []string) (t int) { for _, s := range all { t += len(s) }; return }":                                                   3 << 20,
		"func F(all []string) (t int) { for _, s := range all { if s == \"x\" { t++ } }; return }":                                         1 << 20,
		"func F(all []string) string { best := \"\"; for _, s := range all { if len(s) > len(best) { best = s } }; return best }":          1 << 20,
		"func F(all []string) []string { out := []string{}; for _, s := range all { if s != \"\" { out = append(out, s) } }; return all }": 1 << 18,
		"func F(all, more []string) (t int) { for _, s := range all { t += len(s) }; return }":                                             Small,
	} {
		if got := quickOf(t, text); got < least {
			t.Errorf("%s\nis %d", text, got)
		}
	}
}

func TestSmallIsTheSameInC(t *testing.T) {
	if !strings.Contains(source(t, "../bridge/loan.h"), fmt.Sprintf("enum { SMALL_BYTES = %d }", Small)) {
		t.Error("SMALL_BYTES in golib/bridge/loan.h is another number")
	}
}

func TestTheLongerTheWorkAByteTheFewerBytesKeepTheGIL(t *testing.T) {
	longer := "func F(xs []byte) (t int) { for _, x := range xs { t += int(x)" + strings.Repeat(" / 3 * 7", 40) + " }; return }"
	if got := quickOf(t, longer); got < 100 || got > 2000 {
		t.Error(got)
	}
	many := "func F(s string) (n int) { " + strings.Repeat("n += len(strings.ToUpper(s)); ", 100) + "return }"
	if got := quickOf(t, many); got > 1000 {
		t.Error(got)
	}
}

func TestWhatCallsTwiceWhatCallsTwiceIsNotQuick(t *testing.T) {
	var chain strings.Builder
	for i := range 64 {
		fmt.Fprintf(&chain, "func F%d(n int) int { return F%d(n) + F%[2]d(n) }\n", i, i+1)
	}
	chain.WriteString("func F64(n int) int { return n }\n")
	calls := parsed(t, chain.String()).Calls
	if calls[0].Quick != Never || calls[40].Quick != Never || calls[60].Quick != Always || calls[64].Quick != Always {
		t.Error(calls[0].Quick, calls[40].Quick, calls[60].Quick, calls[64].Quick)
	}
}

func TestWhatIsMadeOfItselfIsNotLookedAtForEver(t *testing.T) {
	var doubled strings.Builder
	doubled.WriteString("func F(xs []int, s0 string) (t int) { n0 := len(xs); ")
	for i := range 60 {
		fmt.Fprintf(&doubled, "n%d, s%[1]d := n%d + n%[2]d, s%[2]d + s%[2]d; ", i+1, i)
	}
	doubled.WriteString("for i := 0; i < n60; i++ { t += i }; _ = s60; return }")
	for _, text := range []string{
		doubled.String(),
		"func F(s string) string { return s" + strings.Repeat(" + s", 4000) + " }",
		"func F(xs []int) (t int) { var a, b int; a = b; b = a; for i := 0; i < a; i++ { t += i }; return }",
		"func F(s string) string { a, b := s, s; a = b; b = a; return a + b }",
	} {
		if got := quickOf(t, text); got != Never {
			t.Errorf("%.60s is %d", text, got)
		}
	}
}

func TestAMethodKeepsTheGILWhereWhatItTouchesOfItsReceiverIsSmall(t *testing.T) {
	const of = `type T struct {
	n    int
	name string
	xs   []int
	next *T
	m    map[string]int
	big  [1 << 20]int
	mu   sync.Mutex
	f    func()
}
`
	tests := map[string]Quick{
		"func (t *T) F() int { t.n++; return t.n }":                                            Always,
		"func (t *T) F(i int) int { return t.xs[i] + len(t.xs) + t.big[i] }":                   Always,
		"func (t *T) F() *T { return t.next }":                                                 Always,
		"func (t *T) F() bool { return t.next == nil }":                                        Always,
		"func (t *T) F() { t.m[\"a\"]++ }":                                                     Never,
		"func (t *T) F(xs []int) (s int) { for _, x := range xs { s += x }; t.n = s; return }": Small,
		"func (t T) F() int { return t.n }":                                                    Never, // all of it is copied
		"func (t *T) F() int { u := *t; return u.n }":                                          Never,
		"func (t *T) F() string { return t.name }":                                             Never,
		"func (t *T) F(s string) bool { return t.name+s == \"\" }":                             Never,
		"func (t *T) F() (s int) { for _, x := range t.xs { s += x }; return }":                Never,
		"func (t *T) F() (n int) { for p := t; p != nil; p = p.next { n++ }; return }":         Never,
		"func (t *T) F() { t.xs = append(t.xs, 1) }":                                           Never,
		"func (t *T) F() { t.mu.Lock() }":                                                      Never,
		"func (t *T) F() { t.f() }":                                                            Never,
		"func (t *T) F() { t.G() }\nfunc (t *T) G() { <-gate }":                                Never,
	}
	for text, want := range tests {
		if got := quickOf(t, of+text); got != want {
			t.Errorf("%s\nis %d, not %d", text, got, want)
		}
	}
}

func TestACallThatDoesLittleButCallBackKeepsTheGIL(t *testing.T) {
	for text, want := range map[string]bool{
		"func F(f func(float64) float64, x float64) float64 { return f(f(x)) }":                                                                 true,
		"func F(f func(int) int, n int) (t int) { for i := range n { t += f(i) }; return }":                                                     true,
		"func F(f func(int) int, n int) (t int) { for i := 0; i < n; i++ { t += f(i) }; return }":                                               true,
		"func F(f func(int) int, n int) (t int) { for i := n; i > 0; { x := i; i = f(x) }; return }":                                            true,
		"func F(f func(int) (int, error)) (n int, err error) { for { if n, err = f(n); err != nil { return } } }":                               true,
		"func F(f func() bool) { for f() {} }":                                                                                                  true,
		"func F(f func(int) bool, n int) { for i := range n { if f(i) && n > 1 { continue }; if i > 7 { return } } }":                           true,
		"func F(f func(int) bool, n int) { for i := range n { if i > 7 { f(1) } else { f(2) } } }":                                              true,
		"func F(f func(int), xs []int) { for _, x := range xs { if x > 0 { f(x) } } }":                                                          true,
		"func F(f func(int), xs []int, n int) { for range n { f(0); for i := range 9 { f(i) } } }":                                              true,
		"func F(f func(float64) float64, xs []float64) (ys []float64) { for _, x := range xs { ys = append(ys, f(x)) }; return }":               true,
		"type P struct{ X, Y int }\nfunc F(f func(P) bool, n int) { for i := range n { f(P{i, 1}) } }":                                          true,
		"func F(xs []int, less func(a, b int) bool) { sort.Slice(xs, func(i, j int) bool { return less(xs[i], xs[j]) }) }":                      true,
		"func F(xs []int, compare func(a, b int) int) { slices.SortFunc(xs, compare) }":                                                         true,
		"func F(f func(int) bool, n int) int { return sort.Search(n, f) }":                                                                      true,
		"func F(all []string, f func(string) int) int { return f(all[0]) }":                                                                     false, // the strings lie in the caller's own list
		"func F(f func(int) bool, n int) { for i := range n { if i > 7 { f(1) } } }":                                                            false,
		"func F(f func(int) bool, n int) { for i := range n { if i > 7 && f(1) { return } } }":                                                  false,
		"func F(f func(int) bool, n int) { for i := range n { if i > 7 { continue }; f(1) } }":                                                  false,
		"func F(f func(int) bool, n int) { for i := range n { switch { case i > 7: f(1) } } }":                                                  false,
		"func F(f func(int) bool, n int) { for i := range n { for range numbers { f(i) }; for range numbers {} } }":                             false,
		"func F(f func(int) bool, n int) { for i := range n { f(i); for range numbers {} } }":                                                   false,
		"func F(f func(int) bool, n int) { for i := range n { g := func() { f(i) }; _ = g } }":                                                  false,
		"func F(f func(int) bool, n int) { for i := range n { f(i); <-gate } }":                                                                 false,
		"func F(f func(int) bool, n int) { for i := range n { f(i); f = func(int) bool { return wait('a') } } }":                                false,
		"func F(f func(float64) float64, n int) (ys []float64) { for i := range n { ys = append(ys, f(float64(i))) }; return }":                 false,
		"func F(f func(string) int, n int) (t int) { for range n { t += f(text) }; return }":                                                    false,
		"func F(f func(int) string, n int) (t int) { for i := range n { t += len(f(i)) }; return }":                                             false,
		"func F(f func([]int) int, xs []int, n int) (t int) { for range n { t += f(xs) }; return }":                                             false,
		"func F(f func(func()) int, n int) (t int) { for range n { t += f(func() {}) }; return }":                                               false,
		"func F(f func(int) int, n int) (t int) { for i := range n { t += f(i) }; return }\nfunc g() { go println() }":                          false,
		"func F(xs []int, less func(a, b int) bool) { sort.Slice(xs, func(i, j int) bool { return i > 9 || less(xs[i], xs[j]) }) }":             false,
		"func F(xs []int, less func(a, b int) bool) { sort.Slice(xs, func(i, j int) bool { <-gate; return less(xs[i], xs[j]) }) }":              false,
		"func F(xs []int, f func(int) int) { sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] }) }":                                    false,
		"func F(xs []float64, compare func(a, b float64) int) { slices.SortStableFunc(numbers, compare) }":                                      false,
		"type T struct{ f func(int) int }\nfunc F(t T, n int) (s int) { for i := range n { s += t.f(i) }; return }":                             false,
		"func F(f func(int) int, n int) (t int) { do := func(f func(rune) bool) { f('a') }; for i := range n { t += f(i); do(wait) }; return }": false,
	} {
		if got := quickOf(t, text); (got != Never) != want || got == Always {
			t.Errorf("%s\nis %d", text, got)
		}
	}
}
