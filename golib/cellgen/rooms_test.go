package main

import (
	"strings"
	"testing"
)

// roomsOf is how each slice is made that F returns, where it is not by `make`; a `!` behind it: it is lent as any other.
func roomsOf(t *testing.T, text string) string {
	t.Helper()
	const beside = `
type Scale struct{ by float64; kept []float64 }
type number int
var global int
var kept []float64
func fill(xs []float64, x float64) { for i := range xs { xs[i] = x } }
func deep(xs []float64) { fill(xs[1:], 2); xs[0] = float64(len(xs)) }
func again(xs []float64) { if len(xs) > 9 { again(xs) } }
func keep(xs []float64) { kept = xs }
func same(xs []float64) []float64 { return xs }
func later(xs []float64) { go fill(xs, 1) }
func all(xs ...float64) {}
func early(xs []float64, n int) { if n > 3 { return }; for i := range xs { xs[i] = 1 } }
func safe(xs []float64) { defer func() { recover() }(); for i := range xs { xs[i] = 1 / float64(global) } }
func over(xs []float64, n int) { for i := range n { xs[i] = 1 } }
func part(xs []float64) { xs = xs[1:]; for i := range xs { xs[i] = 1 } }
func twice(xs, ys []float64) { for i := range xs { xs[i] = ys[i] + 1 } }
func inner(xs []float64) { fill(xs, 1) }
func copied(xs, ys []float64) { copy(xs, ys) }
func counted(xs []float64) { for i := 0; i < len(xs); i++ { xs[i] = 1 }; xs[0] = xs[1] }
func generic[T int | float64](xs []T) { for i := range xs { xs[i] = 1 } }
func jumps(xs []float64) { if global > 0 { goto out }; for i := range xs { xs[i] = 1 }; out: global++ }
`
	cell := parsed(t, text+beside)
	text = cell.Text
	if cell.Start != nil {
		text = cell.Start.Cell
	}
	_, body, _ := strings.Cut(text, "F(")
	body, _, _ = strings.Cut(body, beside)
	made := ""
	for _, name := range []string{"Room", "Unfilled"} {
		made += strings.Repeat(name+" ", strings.Count(body, "_start_1."+name+"["))
	}
	if made == "" {
		return ""
	}
	if strings.Count(string(Shims(cell)), "_bridge.LendRoom(") != strings.Count(made, " ") {
		made += "!"
	}
	return strings.TrimSpace(made)
}

func TestWhatAFunctionMakesAndReturnsIsMadeInMemoryThatWasGivenBack(t *testing.T) {
	tests := map[string]string{
		// every element is set first
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i] = float64(i) }; return xs }":                                                                   "Unfilled",
		"func F(n int) []int8 { xs := make([]int8, n); for i := range n { xs[i] = 1 }; return xs }":                                                                                   "Unfilled",
		"func F(n int) []uint { xs := make([]uint, n); for i := 0; i < n; i++ { xs[i] = 1 }; return xs }":                                                                             "Unfilled",
		"func F(n int) []bool { xs := make([]bool, n); for i := 0; i < len(xs); i++ { xs[i] = true }; return xs[:n/2] }":                                                              "Unfilled",
		"func F() []complex64 { xs := make([]complex64, 9000); for i := range 9000 { xs[i] = 1 }; return (xs) }":                                                                      "Unfilled",
		"func F(ys []float64) []float64 { xs := make([]float64, len(ys)); for i, y := range ys { xs[i] = y * 2 }; return xs }":                                                        "Unfilled",
		"func F(ys []float64) []float64 { xs := make([]float64, len(ys)); copy(xs, ys); return xs }":                                                                                  "Unfilled",
		"func F(ys [3]float64) []number { xs := make([]number, len(ys)); for i := range ys { xs[i] = 2 }; return xs }":                                                                "Unfilled",
		"func F(n int) []float64 { xs := make([]float64, n); t := 0.0; for i := range xs { t++; xs[i] = t; xs[i] *= 2; t += xs[i] }; return xs }":                                     "Unfilled",
		"func F(n int) []float64 { xs := make([]float64, n); for range n { global++ }; for i := range xs { xs[i] = 1 }; xs[0]++; return xs }":                                         "Unfilled",
		"func F(n int) []int { xs := make([]int, n); for i := range xs { k := 0; for k < 9 { k++; if k > i { break } }; xs[i] = k }; return xs }":                                     "Unfilled",
		"func F(n int) []int { xs := make([]int, n); for i := range xs { switch i { case 1: break; default: global++ }; xs[i] = 1 }; return xs }":                                     "Unfilled",
		"func F(n int) ([]int, error) { if n < 0 { return nil, errors.New(\"n\") }; xs := make([]int, n); for i := range xs { xs[i] = 1 }; return xs, nil }":                          "Unfilled",
		"func F(n int) ([]int, error) { xs := make([]int, n); for i := range xs { if i > 9 { return nil, errors.New(\"n\") }; xs[i] = 1 }; return xs, nil }":                          "Unfilled",
		"func F(n int) []int { if n > 3 { xs := make([]int, n); for i := range n { xs[i] = 1 }; return xs }; return nil }":                                                            "Unfilled",
		"func F(n int) (a, b []int) { x := make([]int, n); y := make([]int, n); for i := range n { x[i], y[i] = i, 1 }; return x, y }":                                                "Unfilled Unfilled",
		"func F(n int) (a, b []int) { x := make([]int, n); for i := range x { x[i] = 1 }; y := make([]int, n); for i := range y { y[i] = 2 }; return x, y }":                          "Unfilled Unfilled",
		"func (s *Scale) F(ys []float64) []float64 { xs := make([]float64, len(ys)); for i := range xs { xs[i] = s.by * ys[i] }; return xs }":                                         "Unfilled",
		"func F(f func(int) float64, n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i] = f(i) }; return xs }":                                                    "Unfilled",
		"func F(n int) []int { xs := make([]int, 0, n); for i := range n { xs = append(xs, i, 2*i) }; return xs }":                                                                    "Unfilled",
		"func F(ys []float64) []float64 { xs := make([]float64, 0, len(ys)); for _, y := range ys { if y > 0 { xs = append(xs, y) } }; slices.Sort(xs); return xs }":                  "Unfilled",
		"func F(ys []float64) ([]float64, error) { xs := make([]float64, 0, 9); xs = append(xs, ys...); if len(xs) > 3 { return nil, errors.New(\"x\") }; deep(xs); return xs, nil }": "Unfilled",
		"func F(n int) []float64 { xs := make([]float64, n); fill(xs, 1); return xs }":                                                                                                "Unfilled",
		"func F(n int) []float64 { xs := make([]float64, n); fill((xs), float64(len(xs))); return xs }":                                                                               "Unfilled",
		"func F(n int) []float64 { xs := make([]float64, n); counted(xs); return xs }":                                                                                                "Unfilled",
		"func F(n int) []float64 { ys, xs := 2.0, 3.0; zs := make([]float64, n); twice(zs, kept); zs[0] = ys + xs; return zs }":                                                       "Unfilled",
		"func F(n int) []float64 { xs := make([]float64, n); fill(xs, 2); deep(xs); clear(xs); slices.Sort(xs); sort.Float64s(xs[1:]); return xs }":                                   "Unfilled",
		// perhaps not
		"func F(n int) []float64 { xs := make([]float64, n); deep(xs); clear(xs); slices.Sort(xs); sort.Float64s(xs[1:]); return xs }":                "Room",
		"func F(n int) []float64 { xs := make([]float64, n); early(xs, n); return xs }":                                                               "Room",
		"func F(n int) []float64 { xs := make([]float64, n); safe(xs); return xs }":                                                                   "Room",
		"func F(n int) []float64 { xs := make([]float64, n); over(xs, n); return xs }":                                                                "Room",
		"func F(n int) []float64 { xs := make([]float64, n); twice(xs, xs); return xs }":                                                              "Room",
		"func F(n int) []float64 { xs := make([]float64, n); inner(xs); return xs }":                                                                  "Room",
		"func F(n int) []float64 { xs := make([]float64, n); generic(xs); return xs }":                                                                "Room",
		"func F(n int) []float64 { xs := make([]float64, n); jumps(xs); return xs }":                                                                  "Room",
		"func F(n int) []float64 { xs := make([]float64, n); fill(xs[1:], 1); return xs }":                                                            "Room",
		"func F(n int) []float64 { xs := make([]float64, n); fill(xs, xs[0]); return xs }":                                                            "Room",
		"func F(n int) []float64 { xs := make([]float64, n); deep(xs); return xs }":                                                                   "Room",
		"func F(n int) []float64 { xs := make([]float64, n); copied(xs, kept); return xs }":                                                           "Room",
		"func F(n int) []float64 { xs := make([]float64, n); if n > 3 { fill(xs, 1) }; return xs }":                                                   "Room",
		"func F(n int) []float64 { xs := make([]float64, n); return xs }":                                                                             "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i] += 1 }; return xs }":                                           "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { if i > 3 { xs[i] = 1 } }; return xs }":                               "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { if i > 3 { continue }; xs[i] = 1 }; return xs }":                     "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { switch i { case 3: continue }; xs[i] = 1 }; return xs }":             "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i] = 1; if i > 3 { break } }; return xs }":                        "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i] = 1; if i > 3 { return xs } }; return xs }":                    "Room",
		"func F(n int) []float64 { xs := make([]float64, n); out: for i := range xs { for range 3 { continue out }; xs[i] = 1 }; return xs }":         "Room",
		"func F(n int) []float64 { xs := make([]float64, n); out: for { for i := range xs { for range 3 { break out }; xs[i] = 1 } }; return xs }":    "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i] = xs[0] + 1 }; return xs }":                                    "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { global += int(xs[i]); xs[i] = 1 }; return xs }":                      "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[n-1-i] = 1 }; return xs }":                                        "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { i++; xs[i] = 1 }; return xs }":                                       "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := 1; i < n; i++ { xs[i] = 1 }; return xs }":                                       "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := 0; i < n; i += 2 { xs[i] = 1 }; return xs }":                                    "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := 0; i < n-1; i++ { xs[i] = 1 }; return xs }":                                     "Room",
		"func F(n int) []float64 { xs := make([]float64, n); n--; for i := range n { xs[i] = 1 }; return xs }":                                        "Room",
		"func F(n int) []float64 { xs := make([]float64, n); p := &n; *p = 1; for i := range n { xs[i] = 1 }; return xs }":                            "Room",
		"func F() []float64 { xs := make([]float64, global); for i := range global { xs[i] = 1 }; return xs }":                                        "Room",
		"func F(n, m int) []float64 { xs := make([]float64, n); for i := range m { xs[i] = 1 }; return xs }":                                          "Room",
		"func F(s string) []byte2 { xs := make([]byte2, len(s)); for i := range s { xs[i] = 1 }; return xs }; type byte2 = uint16":                    "Room",
		"func F(ys, zs []float64) []float64 { xs := make([]float64, len(ys)); copy(xs, zs); return xs }":                                              "Room",
		"func F(ys []float64) []float64 { xs := make([]float64, len(ys)); ys = ys[1:]; for i := range ys { xs[i] = 1 }; return xs }":                  "Room",
		"func F(n int) []float64 { xs := make([]float64, n); xs[1] = xs[0]; for i := range xs { xs[i] = 1 }; return xs }":                             "Room",
		"func F(n int) []float64 { xs := make([]float64, n); if n > 3 { return xs }; for i := range xs { xs[i] = 1 }; return xs }":                    "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { defer println(xs[i]); xs[i] = 1 }; return xs }":                      "Room",
		"func F(n int) []float64 { xs := make([]float64, n); var i int; for i = range xs { xs[i] = 1 }; return xs }":                                  "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { func() { i = 0 }(); xs[i] = 1 }; return xs }":                        "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { p := &i; *p = 0; xs[i] = 1 }; return xs }":                           "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { for i := range 1 { xs[i] = 1 }; _ = i }; return xs }":                "Room",
		"func F(n int) []float64 { xs := make([]float64, n); for i := range xs { xs[i], xs[0] = 1, 2 }; return xs }":                                  "Room",
		"func F(n int) []float64 { xs := make([]float64, n); defer func() { recover() }(); for i := range xs { xs[i] = float64(1 / i) }; return xs }": "Unfilled",
	}
	for text, want := range tests {
		if got := roomsOf(t, text); got != want {
			t.Errorf("%s\nis made by %q, not %q", text, got, want)
		}
	}
}

func TestWhatSomebodyElseMayHaveIsMadeAsItIsWritten(t *testing.T) {
	for _, text := range []string{
		"func F(n int) []float64 { return make([]float64, n) }",
		"func F(n int) (xs []float64) { xs = make([]float64, n); return }",
		"func F(n int) []float64 { var xs = make([]float64, n); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n, n); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 1, n); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); return xs[:n] }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); xs = xs[:n]; return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); global = len(xs[:n]); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); look(xs); return xs }; func look(xs []float64) int { return int(slices.Max(xs[:cap(xs)])) }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); ys := append(xs, 1); ys[0]++; return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); kept = append(xs, 1); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); xs = append(kept, xs...); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); xs = append(xs[:0], 1); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); xs, kept = append(xs, 1), kept; return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); xs = append(xs, xs...); return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); xs = kept; return xs }",
		"func F(n int) []float64 { xs := make([]float64, 0, n); defer func() { xs = append(xs, 1) }(); return xs }",
		"func F(n int64) []float64 { xs := make([]float64, n); return xs }",
		"func F(n int) []string { xs := make([]string, n); return xs }",
		"func F(n int) []byte { xs := make([]byte, n); return xs }",
		"func F(n int) []time.Duration { xs := make([]time.Duration, n); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); return xs[1:] }",
		"func F(n int) []float64 { xs := make([]float64, n); return xs[:1:2] }",
		"func F(n int) []float64 { xs := make([]float64, n); kept = xs; return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); ys := xs; return ys }",
		"func F(n int) []float64 { xs := make([]float64, n); xs = append(xs, 1); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); xs = xs[1:]; return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); all(xs...); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); keep(xs); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); keep(xs[:1]); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); same(xs); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); again(xs); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); later(xs); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); go fill(xs, 1); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); defer fill(xs, 1); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); defer fill(xs[1:], 1); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); func() { xs[0] = 1 }(); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); f := func() { xs[0] = 1 }; f(); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); fmt.Println(xs); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); p := &xs[0]; *p = 1; return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); p := &xs; (*p)[0] = 1; return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); p := (*[2]float64)(xs); p[0] = 1; return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); panic(xs) }",
		"func F(n int) []number2 { xs := make([]number2, n); xs[0].set(); return xs }; type number2 int; func (n *number2) set() {}",
		"func F(n int) (a, b []float64) { xs := make([]float64, n); return xs, xs }",
		"func F(n int) (a, b []float64) { xs := make([]float64, n); return xs, xs[:1] }",
		"func F(n int) ([]float64, any) { xs := make([]float64, n); return xs, xs }",
		"func F(n int) ([]float64, func() float64) { xs := make([]float64, n); return xs, func() float64 { return xs[0] } }",
		"func F(n int) []float64 { xs := make([]float64, n); if n > 3 { ys := make([]float64, n); return ys }; return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); if n > 3 { return kept }; return xs }",
		"func F(n int) []float64 { if n > 3 { return same(kept) }; xs := make([]float64, n); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); if n > 3 { goto end }; xs[0] = 1; end: return xs }",
		"func F(xs []float64) []float64 { return xs }",
		"func F() []float64 { return kept }",
		"func F(n int) [][]float64 { xs := make([]float64, n); return [][]float64{xs} }",
		"func F(n int) *Scale { xs := make([]float64, n); return &Scale{1, xs} }",
		"func F[T int | float64](n int) []T { xs := make([]T, n); return xs }",
		"func F(n int) []float64 { xs := make([]float64, n); for i, kept = range [][]float64{xs} { }; return xs }; var i int",
		"func F(n int) []float64 { c := make(chan []float64, 1); xs := make([]float64, n); c <- xs; return xs }",
		"func F(n int) []float64 { make := func(_ []float64, n int) []float64 { return kept }; xs := make(nil, n); return xs }",
	} {
		if got := roomsOf(t, text); got != "" {
			t.Errorf("%s\nis made by %q", text, got)
		}
	}
}
