package main

import (
	"slices"
	"strings"
	"testing"
)

// What the cell puts behind an interface of which Python gets values has a class, in whatever way it is put there.
func TestTypesAreBoundThatTheCellPutsBehindInterfaces(t *testing.T) {
	const beside = `
type Shape interface{ Area() float64 }
type a struct{ X int }
func (a) Area() float64 { return 1 }
type b struct{ X int }
func (b) Area() float64 { return 1 }
type plain struct{ X int }
`
	tests := map[string]string{
		"func F() Shape { return a{} }":                                                            "a",
		"func F() Shape { return two() }\nfunc two() *a { return nil }":                            "a",
		"func F() (Shape, Shape) { return two() }\nfunc two() (*a, b) { panic(1) }":                "a b",
		"func F() (s Shape) { s = a{}; return }":                                                   "a",
		"func F() Shape { var s, r Shape = a{}, b{}; _ = r; return s }":                            "a b",
		"func F() []Shape { return []Shape{a{}, &b{}} }":                                           "a b",
		"func F() map[string]Shape { m := map[string]Shape{\"x\": a{}}; m[\"\"] = b{}; return m }": "a b",
		"type Box struct { S Shape }\nfunc F() Box { return Box{S: a{}} }":                         "a",
		"type Box struct { S Shape }\nfunc F() []*Box { return []*Box{{a{}}} }":                    "a",
		"func F() Shape { return pass(a{}) }\nfunc pass(s Shape) Shape { return s }":               "a",
		"func F() []Shape { return append([]Shape(nil), a{}, b{}) }":                               "a b",
		"func F() Shape { return Shape(a{}) }":                                                     "a",
		"func F() Shape { c := make(chan Shape, 1); c <- a{}; return <-c }":                        "a",
		"func F() Shape { return func() Shape { return a{} }() }":                                  "a",
		"func F() Shape { return pass(a{}) }\nfunc pass[T Shape](s T) Shape { return s }":          "a",
		"func F() any { return plain{} }":                                                          "plain",
		"func F() any { return map[any]int{plain{}: 1} }":                                          "plain",
		"func F() any { return bytes.NewReader(nil) }":                                             "Reader",
		"func F() io.Reader { return bytes.NewReader(nil) }":                                       "Reader",
		"func F() Shape { _ = a{}; var x any = plain{}; _ = x; return nil }":                       "",
		"func F() any { fmt.Println(a{}, bytes.NewReader(nil)); return nil }":                      "",
		"func F() float64 { var s Shape = a{}; return s.Area() }":                                  "",
		"func F() any { var e error = &fs.PathError{}; return e }":                                 "",
	}
	for text, want := range tests {
		var names []string
		for _, class := range parsed(t, text+beside).Classes {
			if class.Face == nil && (class.Hidden || class.Package != "") {
				names = append(names, class.Name)
			}
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s\nhas classes of %q, not %q", text, got, want)
		}
	}
}
