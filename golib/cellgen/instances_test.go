package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// instancesIn are the instances of T that there are, and which one is not built.
func instancesIn(t *testing.T, text string) (found, lacks string) {
	t.Helper()
	for _, class := range parsed(t, text).Classes {
		if class.ID == "T" {
			return strings.ReplaceAll(strings.Join(class.Instances, " "), ", ", ","), class.Lacks
		}
	}
	return "", ""
}

func TestInstancesAreThoseThatTheCellNamesAndThoseOfUsualTypes(t *testing.T) {
	methods := ""
	for i := range 15 {
		methods += fmt.Sprintf("func (*T[A]) F%d() {}\n", i)
	}
	tests := map[string][2]string{
		"type T[A ~int | ~string] struct{ X A }":                                                                                                        {"T[int] T[string]", ""},
		"type T[A cmp.Ordered] struct{ X A }\nvar _ T[int8]":                                                                                            {"T[int] T[float64] T[string] T[int64] T[float32] T[uint8] T[int32] T[int16] T[int8] T[uint] T[uint64] T[uint32] T[uint16] T[uintptr]", ""},
		"type T[A any] struct{}\n" + methods:                                                                                                            {"T[int] T[float64] T[string] T[bool]", "T[int64]"},
		"type T[A any] struct{}\nvar _ T[[]int8]\n" + methods:                                                                                           {"T[int] T[float64] T[string] T[bool] T[[]int8]", "T[int64]"},
		"type T[A any] struct{}\nvar _ *T[T[int]]\n" + methods:                                                                                          {"T[int] T[float64] T[string] T[bool] T[int64] T[T[int]]", "T[float32]"},
		"type T[A any] struct{}\nfunc F() *T[uint8] { return nil }\n" + methods:                                                                         {"T[int] T[float64] T[string] T[bool] T[uint8]", "T[int64]"},
		"type T[A any] struct{}\ntype Also = T[uint8]\n" + methods:                                                                                      {"T[int] T[float64] T[string] T[bool] T[uint8]", "T[int64]"},
		"type T[A any] struct{}\nfunc f() { var t T[uint8]; _ = t }\n" + methods:                                                                        {"T[int] T[float64] T[string] T[bool] T[uint8]", "T[int64]"},
		"type T[A any] struct{}\nfunc F[A any](A) *T[A] { return nil }\nvar x = F(byte(1))\n" + methods:                                                 {"T[int] T[float64] T[string] T[bool] T[uint8]", "T[int64]"},
		"type T[A any] struct{ X A }\ntype U struct{ t T[uint8] }\n" + methods:                                                                          {"T[int] T[float64] T[string] T[uint8]", "T[bool]"},
		"type T[A fmt.Stringer] struct{ X A }\nfunc F() *T[time.Month] { return nil }":                                                                  {"T[time.Month]", ""},
		"type T[K ~string, V ~int | ~bool] struct{}\nfunc (*T[K, V]) F(K) (v V) { return }":                                                             {"T[string,int] T[string,bool]", ""},
		"type T[S ~[]E, E ~int8 | ~bool] struct{}\nfunc (*T[S, E]) F(S) {}":                                                                             {"T[[]bool,bool] T[[]int8,int8]", ""},
		"type T[A any] struct{}\nfunc (*T[A]) F() *U[A] { return nil }\ntype U[A any] struct{}\nfunc (*U[A]) G() *T[[2]A] { return nil }\nvar _ T[int]": {"", ""},
	}
	for text, want := range tests {
		if strings.Contains(text, "[2]A") { // Go itself forbids what has no end
			if _, err := tried(t, text); err == nil {
				t.Errorf("%s\nis Go", text)
			}
			continue
		}
		if found, lacks := instancesIn(t, text); found != want[0] || lacks != want[1] {
			t.Errorf("%s\nhas %s and lacks %q, not %s and %q", text, found, lacks, want[0], want[1])
		}
	}
}

func TestInstancesBringThoseThatTheirMembersName(t *testing.T) {
	cell := parsed(t, `
type List[T ~int | ~string] struct{ First *Node[T] }
type Node[T ~int | ~string] struct{ Of *List[T] }
type Other[T any] struct{ X T }
func (*List[T]) Both() (*Other[T], *Other[bool]) { return nil, nil }
func (*Other[T]) F(x T) {}
`)
	var found []string
	for _, class := range cell.Classes {
		found = append(found, class.Name)
	}
	for _, name := range []string{"List[int]", "Node[int]", "List[string]", "Node[string]", "Other[int]", "Other[string]", "Other[bool]"} {
		if !slices.Contains(found, name) {
			t.Error(name, "is not among", found)
		}
	}
}

// What the cell does not name takes no more than mostEffort together, and all types get as many.
func TestInstancesOfAllTypesTogetherAreFew(t *testing.T) {
	text := ""
	for i := range 8 {
		text += fmt.Sprintf("type T%d[A any] struct{ X A }\nfunc (*T%d[A]) F() {}\nfunc (*T%d[A]) G() {}\n", i, i, i)
	}
	cell := parsed(t, text)
	calls, instances := 0, map[string]int{}
	for _, call := range cell.Calls {
		if call.Class != "" {
			calls++
		}
	}
	for _, class := range cell.Classes {
		if class.Generic != "" {
			instances[class.Generic]++
		}
	}
	if calls > mostEffort || calls < mostEffort/2 {
		t.Error(calls)
	}
	for i := range 8 {
		if n := instances[fmt.Sprintf("T%d", i)]; n < 1 || n > 2 {
			t.Error(i, n)
		}
	}
}

func TestEachTypeHasOneInstanceHoweverMuchThatIs(t *testing.T) {
	text := ""
	for i := range 3 {
		text += fmt.Sprintf("type T%d[A any] struct{ X A }\n", i)
		for j := range mostEffort {
			text += fmt.Sprintf("func (*T%d[A]) F%d() {}\n", i, j)
		}
	}
	var found []string
	for _, class := range parsed(t, text).Classes {
		if class.Parameters != nil {
			found = append(found, class.Instances...)
			if want := class.ID + "[string]"; class.Lacks != want {
				t.Errorf("%s lacks %q, not %q", class.ID, class.Lacks, want)
			}
		}
	}
	if want := []string{"T0[int]", "T1[int]", "T2[int]"}; !slices.Equal(found, want) {
		t.Error(found, "are not", want)
	}
}

func TestATypeThatIsCalledAsWhatShimsHaveIsRefused(t *testing.T) {
	for _, name := range []string{"a", "block", "err", "self", "p0", "r12", "_shims", "_bridge", "unsafe"} {
		cell := parsed(t, "type T[A any] struct{ x A }\ntype "+name+" struct{}\nfunc F() *T["+name+"] { return nil }")
		want := "gomagic's own text has names such as `" + name + "`: give what is called so in `T[" + name + "]` another one"
		if len(cell.LeftOut) != 1 || cell.LeftOut[0].Text != want {
			t.Errorf("%v is not %q", cell.LeftOut, want)
		}
	}
	if left := parsed(t, "type T[A any] struct{ x A }\ntype item struct{}\nfunc F() *T[item] { return nil }").LeftOut; len(left) != 0 {
		t.Error(left)
	}
}

func TestTheTextOfMethodsCountsAsWell(t *testing.T) {
	long := "func (*T[A]) long(x int) int {" + strings.Repeat(" x = x*x + 1;", 800) + " return x }\n"
	found, lacks := instancesIn(t, "type T[A any] struct{ X A }\nfunc (*T[A]) F() {}\n"+long)
	if found != "T[int] T[string]" || lacks != "T[float64]" {
		t.Error(found, lacks)
	}
}

func TestAMethodOfAnInstanceIsAsQuickAsThatOfTheTypeThatStandsForIt(t *testing.T) {
	generic := parsed(t, "type T[A ~int8] struct{ x A }\nfunc (t T[A]) Get() A { return t.x }\nfunc (t *T[A]) Add(x A) { t.x += x }")
	plain := parsed(t, "type T struct{ x int8 }\nfunc (t T) Get() int8 { return t.x }\nfunc (t *T) Add(x int8) { t.x += x }")
	quick := func(cell *Cell, name string) Quick {
		i := slices.IndexFunc(cell.Calls, func(call Call) bool { return call.Name == name })
		return cell.Calls[i].Quick
	}
	for _, name := range []string{"Get", "Add"} {
		if got, want := quick(generic, name), quick(plain, name); got != want {
			t.Errorf("%s is %d, not %d", name, got, want)
		}
	}
}
