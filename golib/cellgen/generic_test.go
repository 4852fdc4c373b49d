package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// variantsOf are the types of F's variants in the order in which they are chosen, and why others are left out.
func variantsOf(t *testing.T, text string) (found []string, leftOut []string) {
	t.Helper()
	cell := parsed(t, text)
	for _, generic := range cell.Generics {
		for _, number := range generic.Variants {
			found = append(found, strings.Join(cell.Calls[number].Types, " "))
		}
	}
	for _, remark := range cell.LeftOut {
		if strings.HasPrefix(remark.Name, "F") {
			leftOut = append(leftOut, remark.Name+": "+remark.Text)
		}
	}
	return found, leftOut
}

const (
	signed   = "int, int64, int32, int16, int8"
	unsigned = "uint, uint64, uint32, uint16, uint8, uintptr"
	ordered  = signed + ", " + unsigned + ", float64, float32, string"
	all      = "bool, " + signed + ", " + unsigned + ", float64, float32, complex128, complex64, string"
)

func TestVariantsAreOfTheBasicTypesInTheConstraint(t *testing.T) {
	tests := map[string]string{
		"func F[T any](x T) {}":                                                                      all,
		"func F[T comparable](x T) {}":                                                               all,
		"func F[T cmp.Ordered](x T) {}":                                                              ordered,
		"func F[T ~int | ~float64](x T) {}":                                                          "int, float64",
		"func F[T int](x T) {}":                                                                      "int",
		"func F[T interface{ ~int | ~string; comparable }](x T) {}":                                  "int, string",
		"func F[T interface{ ~int | ~string; ~string | ~bool }](x T) {}":                             "string",
		"func F[T interface{ Signed | Float }](x T) {}\n" + signedAndFloat:                           signed + ", float64, float32",
		"func F[T Number](x T) {}\ntype Number interface{ Signed | Float }\n" + signedAndFloat:       signed + ", float64, float32",
		"func F[T interface{ cmp.Ordered; Signed }](x T) {}\n" + signedAndFloat:                      signed,
		"func F[T byte | rune](x T) {}":                                                              "int32, uint8",
		"func F[S ~[]E, E ~int8 | ~string](s S) {}":                                                  "int8, string",
		"func F[S ~[]E, E ~int8 | ~bool](s S, m []S) (E, error) { return s[0], nil }":                "bool, int8",
		"func F[E ~int8 | ~string, S ~[]E](s S) {}":                                                  "int8, string",
		"func F[M ~[]S, S ~[]E, E ~int8 | ~bool](m M) {}":                                            "bool, int8",
		"func F[S ~string | ~[]byte](s S) {}":                                                        "string, []byte",
		"func F[S ~string | ~[]E, E ~int8](s S, e E) {}":                                             "string int8, []int8 int8",
		"func F[T ~int8 | ~bool](x T, xs []T, m [][]T, a [3]T, more ...T) (T, []T) { return x, xs }": "bool, int8",
		"func F[A, B ~bool | ~string](a A, b B) {}":                                                  "bool bool, bool string, string bool, string string",
		"func F[T int | *N](x T) {}\ntype N struct{ X int }":                                         "int, *N",
		"type F1 = int\nfunc F[T F1 | float64](x T) {}":                                              "int, float64",
		"func F[M ~map[K]V, K ~int8, V ~string | ~bool](m M) {}":                                     "int8 bool, int8 string",
		"func F[T ~int | ~string](m [][]T, n map[string]T) {}":                                       "int, string",
		"func F[T ~int | ~string](xs []T, f func(T) bool) {}":                                        "int, string",
		"func F[T ~int, U any](x T, f func(T) U) {}":                                                 "int any, int bool, int int, int int64, int int32, int int16, int int8, int uint, int uint64, int uint32, int uint16, int uint8, int uintptr, int float64, int float32, int complex128, int complex64, int string",
		"func F[T ~int | ~bool](x T, fs ...func(T) T) {}":                                            "bool, int",
		"func F[T fmt.Stringer](f func(T)) {}":                                                       "",
		"func F[T ~int](x T, f func(T)) {}\ntype N int8\nfunc G[T any](x T) {}\nvar _ = G[N]":        "int, " + all + ", N",
		"func F[T any](xs []T) {}\ntype N struct{ X int }\nvar _, _ = F[N], F[*N]":                   all + ", N, *N",
	}
	for text, want := range tests {
		found, _ := variantsOf(t, text)
		if got := strings.Join(found, ", "); got != want {
			t.Errorf("%s\nhas variants of %s, not of %s", text, got, want)
		}
	}
}

const signedAndFloat = "type Signed interface{ ~int | ~int8 | ~int16 | ~int32 | ~int64 }\ntype Float interface{ ~float32 | ~float64 }"

func TestATypeThatCannotCrossIsLeftOutWithItsReason(t *testing.T) {
	tests := map[string]string{
		"func F[T ~int | ~string](m [][][][]T) {}":                                              "F: gomagic does not tell variants by `[][][][]T` yet",
		"func F[T any](c []chan T) {}":                                                          "F: gomagic does not tell variants by `[]chan T` yet",
		"func F[T any](c chan T, all iter.Seq2[string, T], in <-chan T) {}":                     "",
		"func F[T any](l List[T]) {}\ntype List[T any] struct{ xs []T }":                        "",
		"func F[T fmt.Stringer](x T) {}":                                                        "F: no basic type of Go is in the constraints of its type parameters",
		"func F[T interface{ ~int; String() string }](x T) {}":                                  "F: no basic type of Go is in the constraints of its type parameters",
		"func F[T Named](x T) {}\ntype Named interface{ Level | float64 }\ntype Level chan int": "F[Level]: it is built for basic types and slices of these, and not for `Level`",
		"func F[T ~struct{ X int }](x T) {}":                                                    "F: no basic type of Go is in the constraints of its type parameters",
		"type int struct{}\nfunc F[T ~int8 | ~bool](x T) {}":                                    "",
		"type int8 struct{}\nfunc F[T any](x T) {}":                                             "F[int8]: `int8` is something else in this cell",
		"func F[T, U any](xs []T, f func(T) (U, error), c []chan U) {}":                         "F: gomagic does not tell variants by `[]chan U` yet",
		"func F[T interface{ ~[]T }](x T) {}":                                                   "F: no basic type of Go is in the constraints of its type parameters",
	}
	for text, want := range tests {
		if _, leftOut := variantsOf(t, text); strings.Join(leftOut, "; ") != want {
			t.Errorf("%s\nleaves out %q, not %q", text, leftOut, want)
		}
	}
}

func TestOfManyCombinationsTheUsualTypesComeFirstThenTheSameForAll(t *testing.T) {
	cell := parsed(t, "func F[A, B any](a A, b B) {}")
	generic := cell.Generics[0]
	if len(generic.Variants) != mostVariants || generic.All != 17*17 {
		t.Error(len(generic.Variants), generic.All)
	}
	found, _ := variantsOf(t, "func F[A, B any](a A, b B) {}")
	usually := strings.Fields("int float64 string bool")
	for _, a := range usually {
		for _, b := range usually {
			if !slices.Contains(found, a+" "+b) {
				t.Errorf("no %s %s", a, b)
			}
		}
	}
	for _, a := range strings.Split(all, ", ") {
		if !slices.Contains(found, a+" "+a) {
			t.Errorf("no %s %[1]s", a)
		}
	}
	if got := found[0]; got != "bool bool" {
		t.Error(got)
	}
}

// manyGenerics is a cell of n functions.
func manyGenerics(n int, format string) string {
	text := ""
	for i := range n {
		text += fmt.Sprintf(format, i) + "\n"
	}
	return text
}

func TestAllFunctionsOfACellTogetherHaveNoMoreVariantsThanCanBeCompiled(t *testing.T) {
	tests := []struct {
		text string
		want []int // variants, of each
	}{
		{manyGenerics(4, "func F%d[T any](x T) {}"), []int{17}},
		{manyGenerics(64, "func F%d[T any](x T) {}"), []int{6}},
		{manyGenerics(130, "func F%d[T any](x T) {}"), []int{always}},
		{manyGenerics(20, "func F%d[A, B any](a A, b B) {}"), []int{19, 20}},
		{manyGenerics(3, "func F%d[T any](x T) { _ = `"+strings.Repeat("long ", 50*asMuch/5)+"` }"), []int{always}},
	}
	for _, test := range tests {
		for _, generic := range parsed(t, test.text).Generics {
			if !slices.Contains(test.want, len(generic.Variants)) {
				t.Errorf("%.30s…: %s has %d variants, not %d", test.text, generic.Name, len(generic.Variants), test.want)
			}
		}
	}
}

func TestVariantsThatTheCellNamesComeFirstAndAreAllBuilt(t *testing.T) {
	cell := parsed(t, manyGenerics(130, "func F%d[T any](x T) {}")+`
func G[T any](x T) {}
func H[A, B any](a A, b B) {}
var _ = G[int8]
func init() { H(byte(1), rune(1)); G[uint16](7) }
`)
	want := map[string]string{
		"F0": "int, float64, string; = F0[bool]", "G": "int, int8, uint16, float64, string; = G[bool]",
		"H": "int int, uint8 int32, float64 float64, string string; = H[bool, bool]",
	}
	for _, generic := range cell.Generics {
		var found []string
		for _, number := range generic.Variants {
			found = append(found, strings.Join(cell.Calls[number].Types, " "))
		}
		if got := strings.Join(found, ", ") + "; " + generic.Lacks; want[generic.Name] != "" && got != want[generic.Name] {
			t.Errorf("%s: %s, not %s", generic.Name, got, want[generic.Name])
		}
	}
}

func TestHoweverManyTypeParametersThereAreTheGeneratorIsSoonDone(t *testing.T) {
	for n := 1; n < 40; n++ {
		var names, params []string
		for i := range n {
			names = append(names, fmt.Sprintf("T%d", i))
			params = append(params, fmt.Sprintf("x%d T%d", i%mostParams, i))
		}
		text := fmt.Sprintf("func F[%s any](%s) {}", strings.Join(names, ", "), strings.Join(params[:min(n, mostParams)], ", "))
		if found, _ := variantsOf(t, text); len(found) == 0 {
			t.Error(n)
		}
	}
}

func TestATypeParameterThatNoParameterHasIsUntold(t *testing.T) {
	tests := map[string]string{
		"func F[T any]() (t T) { return }":                     "T",
		"func F[T any](x T) {}":                                "",
		"func F[Out, In any](x In) (y Out) { return }":         "Out",
		"func F[T int]() (t T) { return }":                     "",
		"func F[S ~[]E, E ~int | ~bool](s S) (e E) { return }": "",
		"func F[A, B ~int | ~bool]() (a A, b B) { return }":    "A B",
		"func F[T any](f [3]T, more ...int) {}":                "",
		"func F[T any](more ...T) {}":                          "",
	}
	for text, want := range tests {
		if got := strings.Join(parsed(t, text).Generics[0].Untold, " "); got != want {
			t.Errorf("%s\nhas untold %q, not %q", text, got, want)
		}
	}
}

// A variant is as quick as the same function written for that type.
func TestAVariantIsAsQuickAsTheFunctionThatStandsForIt(t *testing.T) {
	for _, text := range []string{
		"func F[T any](x T) T { return x }",
		"func F[T comparable](x, y T) bool { return x == y }",
		"func F[T cmp.Ordered](x, y T) T { if x < y { return y }; return max(x, y) }",
		"func F[T comparable](xs []T, x T) int { for i, v := range xs { if v == x { return i } }; return -1 }",
		"func F[T ~int | ~float64 | ~string](xs []T) (t T) { for _, x := range xs { t += x }; return }",
		"func F[T any](xs []T) { for i, j := 0, len(xs)-1; i < j; i, j = i+1, j-1 { xs[i], xs[j] = xs[j], xs[i] } }",
		"func F[T any](xs []T) []T { ys := make([]T, len(xs)); copy(ys, xs); return ys }",
		"func F[T any](xs []T, x T) []T { return append(xs, x) }",
		"func F[T any](xs []T) []T { out := []T{}; for _, x := range xs { out = append(out, x) }; return out }",
		"func F[T comparable](xs []T) int { seen := map[T]bool{}; for _, x := range xs { seen[x] = true }; return len(seen) }",
		"func F[T comparable](x T) bool { seen := map[T]bool{}; return seen[x] }",
		"func F[T any](rows [][]T) []T { return rows[0] }",
		"func F[T bool | int8](a [1000]T) T { return a[1] }",
		"func F[T ~int | ~uint8](n T) (t T) { for i := T(0); i < n; i++ { t += i }; return }",
		"func F[T ~int | ~float64](a, b T) T { return a / b }",
		"func F[T ~int | ~float64](a, b T) T { return g(a) + g[T](b) }\nfunc g[U ~int | ~float64](x U) U { return x * 2 }",
		"func F[T any](x T) any { return x }",
		"func F[T any](x T) int { type pair struct{ a, b T }; p := pair{x, x}; _ = p; return 1 }",
		"func F[T any](x T) (a T, b []T) { a = x; b = []T{x}; return }",
		"func F[T any](x T) int { switch any(x).(type) { case int: return 1 }; return 2 }",
		"func F[T any](x T) int { var c chan T; <-c; return 1 }",
		"func F[T any](x T) T { f := func(y T) T { return y }; return f(x) }",
		"func F[T any](x ...T) int { return len(x) }",
	} {
		cell := parsed(t, text)
		if len(cell.Generics) == 0 {
			continue
		}
		for _, number := range cell.Generics[0].Variants {
			variant := cell.Calls[number]
			plain := strings.Replace(text, text[strings.Index(text, "F[T")+1:strings.Index(text, "](")+1], "", 1)
			plain = "type T = " + variant.Types[0] + "\n" + plain
			want := parsed(t, plain).Calls[0].Quick
			if want == Never && variant.Quick == Never || want == variant.Quick {
				continue
			}
			if variant.Quick != Never { // in doubt it may be
				t.Errorf("%s\nis %d, not %d", variant.Signature, variant.Quick, want)
			}
		}
	}
}
