package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// sameButForTheStart tells what the cell with its start put off has otherwise than the cell: it must be Go, its variables
// must have the same types, and every name of the reader's must stand where it stood.
func sameButForTheStart(cell *Cell, packages Packages) error {
	if cell.Start == nil {
		return nil
	}
	var other Cell
	if err := other.read(cell.Start.Cell); err != nil {
		return fmt.Errorf("%v\n%s", err, cell.Start.Cell)
	}
	if err := other.check(packages); err != nil {
		return fmt.Errorf("%v\n%s", err, cell.Start.Cell)
	}
	for _, name := range cell.pkg.Scope().Names() {
		was, is := cell.pkg.Scope().Lookup(name), other.pkg.Scope().Lookup(name)
		if is == nil || types.ObjectString(was, nil) != types.ObjectString(is, nil) {
			return fmt.Errorf("%v is %v\n%s", was, is, cell.Start.Cell)
		}
	}
	there := map[string]bool{}
	for _, name := range names(&other) {
		there[name] = true
	}
	for _, name := range names(cell) {
		if !there[name] {
			return fmt.Errorf("%s is not there\n%s", name, cell.Start.Cell)
		}
	}
	return nil
}

// names are the names of a cell with their places, but for those that a start rewrites: `init`, what stands before `=`, and
// `make`, see rooms.go.
func names(cell *Cell) (found []string) {
	ast.Inspect(cell.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ValueSpec:
			for _, value := range node.Values {
				ast.Inspect(value, func(node ast.Node) bool {
					if name, ok := node.(*ast.Ident); ok && name.Name != "make" {
						found = append(found, fmt.Sprint(name.Name, " ", cell.files.Position(name.Pos())))
					}
					return true
				})
			}
			return false
		case *ast.Ident:
			if node.Name != "init" && node.Name != "make" {
				found = append(found, fmt.Sprint(node.Name, " ", cell.files.Position(node.Pos())))
			}
		}
		return true
	})
	return found
}

// What a cell begins with, and whether that is put off.
func TestWhatIsNotCalmIsPutOff(t *testing.T) {
	tests := map[string]bool{
		"func F() {}":                  false,
		"var N = 3":                    false,
		"var ErrX = errors.New(\"x\")": false,
		"var M = map[string][]int{\"a\": {1, 2}}":                                               false,
		"var M = map[any]int{1: 1, \"a\": 2}":                                                   false,
		"var M = map[[2]int]int{{1, 2}: 1}":                                                     false,
		"var M = make(map[string]int)":                                                          false,
		"var C = make(chan int, 3)":                                                             false,
		"var B = []byte(\"text\")":                                                              false,
		"var X = float64(n)\nvar n = 3":                                                         false,
		"var F = func() { panic(1) }":                                                           false,
		"var F = strings.ToUpper":                                                               false,
		"var F = max[int]\nfunc max[T any]() {}":                                                false,
		"var T struct{ p *int }":                                                                false,
		"var P = &t.N\nvar t struct{ N int }":                                                   false,
		"var P = &started\nvar started = F()\nfunc F() int { return 1 }":                        true,
		"func (T) init() {}\ntype T int":                                                        false,
		"import \"fmt\"\nvar _ = fmt.Errorf":                                                    false,
		"var _ fmt.Stringer = T(3)\ntype T int\nfunc (T) String() string { return \"\" }":       false,
		"var _ fmt.Stringer = (*T)(nil)\ntype T int\nfunc (*T) String() string { return \"\" }": false,
		"var X = n / 2\nvar n = 3":                                                              false,
		"var X = x / x\nvar x = 0.0":                                                            false,
		"var X = 1 << n\nvar n uint":                                                            false,
		"var X = p == nil\nvar p any":                                                           false,
		"var X = time.Second * 3":                                                               false,
		"var X = os.Stdout":                                                                     false,
		"var X = min(n, 2) + len(os.Args)\nvar n = 3":                                           false,
		"import _ \"gomagic/golib/cstr\"":                                                       false,

		"func init() {}":                                          true,
		"var X = make([]int, n)\nvar n = -1":                      true,
		"var X = make([]int, 1 << 40)":                            true,
		"var X = 1 << n\nvar n = -1":                              true,
		"var X = [4]int(xs)\nvar xs []int":                        true,
		"var X = (*[4]int)(xs)\nvar xs []int":                     true,
		"var X = p.A\nvar p *struct{ A int }":                     true,
		"var X = e.A\nvar e struct{ *E }\ntype E struct{ A int }": true,
		"var X = a == b\nvar a, b any = []int{}, []int{}":         true,
		"var X = a == b\nvar a, b struct{ A any }":                true,
		"var X = map[any]int{k: 1}\nvar k any = []int{}":          true,
		"var X = map[[1]any]int{{k}: 1}\nvar k any = []int{}":     true,
		"var X = s.String\nvar s fmt.Stringer":                    true,
		"var X = max(1)\nfunc max(n int) int { panic(n) }":        true,
		"var X = []int{f()}\nfunc f() int { panic(1) }":           true,
		"var re = regexp.MustCompile(\"(\")":                      true,
		"var X = func() int { panic(1) }()":                       true,
		"var X = F()\nfunc F() int { return 1 }":                  true,
		"var ( A = 1; B = A / C; C = 0 )":                         true,
		"var X = list[3]\nvar list []int":                         true,
		"var X = list[1:]\nvar list []int":                        true,
		"var X = <-make(chan int)":                                true,
		"var X = any(3).(string)":                                 true,
		"var X = *new(*int)":                                      true,
		"var X, Y = f()\nfunc f() (int, int) { return 1, 2 }":     true,
		"var _ = f()\nfunc f() int { return 1 }":                  true,
		"import e \"fmt\"\nvar X = e.Errorf(\"x\")":               true,
		"var errors my\nvar X = errors.New(\"x\")\ntype my struct{}\nfunc (my) New(string) int { panic(1) }": true,
	}
	if slices.Contains(build.Default.ReleaseTags, "go1.26") {
		tests["var X = new(f())\nfunc f() int { panic(1) }"] = true
	}
	for text, want := range tests {
		cell := parsed(t, text)
		if got := cell.Start != nil; got != want || cell.Rehearse {
			t.Errorf("%s\nis put off: %v, tried before: %v", text, got, cell.Rehearse)
		}
		if err := sameButForTheStart(cell, listed); err != nil {
			t.Error(err)
		}
	}
}

// Odd ways to declare, each with what is run, in order; steps are numbered in the order in which they are run.
func TestADeclarationKeepsItsMeaningWhenItsValueIsPutOff(t *testing.T) {
	const f = "\nfunc f(...any) int { return 1 }\nfunc g(...any) (int, error) { return 1, nil }\n"
	tests := map[string]string{
		"var a, b = f(b), f()":                                         "b = f(); a = f(b)",
		"var c, b = f(), 3; var a = b + c":                             "c = f(); b = 3; a = b + c",
		"var a = f(b)\nvar b = f(c)\nvar c = f()":                      "c = f(); b = f(c); a = f(b)",
		"var a = h()\nfunc h() int { return b }\nvar b = f()":          "b = f(); a = h()",
		"var (a, _ = g(); _, b = g())":                                 "a, _ = g(); _, b = g()",
		"var a, _ any = g()":                                           "a, _ = g()",
		"var _ uint8 = uint8(f())":                                     "var _ uint8 = uint8(f())",
		"var _, a uint8 = uint8(f()), 1 << f()":                        "var _ uint8 = uint8(f()); a = 1 << f()",
		"var _ = 1 << f()":                                             "_ = 1 << f()",
		"var ( // (\na /* ; */ = /* } */ f( // )\n) /* { */ // end\n)": "a = f( // )\n)",
		"var (a struct { // A\nN int `json:\"n\"` } = struct{N int `json:\"n\"`}{f()}); var b [2]func(chan<- int) map[string]<-chan int = [2]func(chan<- int) map[string]<-chan int{nil, h}; var h = func() func(chan<- int) map[string]<-chan int { return nil }()": "a = struct{N int `json:\"n\"`}{f()}; h = func() func(chan<- int) map[string]<-chan int { return nil }(); b = [2]func(chan<- int) map[string]<-chan int{nil, h}",
		"import . \"strings\"\nvar a = NewReplacer(\"a\")":                                       "a = NewReplacer(\"a\")",
		"import s \"strings\"\nvar a = s.NewReplacer(\"a\")":                                     "a = s.NewReplacer(\"a\")",
		"type L[T any] []T\nfunc l[T any](T) L[T] { return nil }\nvar a = l(time.Time{})":        "a = l(time.Time{})",
		"var a = func() struct{ A, b any; error } { panic(1) }()":                                "a = func() struct{ A, b any; error } { panic(1) }()",
		"//line other.go:7:3\nvar a, b = f(), f()":                                               "a = f(); b = f()",
		"//line other.go:7\nvar a, b = f(), f()":                                                 "a = f(); b = f()",
		"var _start1 = f()":                                                                      "_start1 = f()",
		"var x = 0; var a = f(&x); var b = x; var c = *os.Stdout; var d = os.Stdout; var e = &x": "a = f(&x); b = x; c = *os.Stdout; d = os.Stdout",
		"func init() { f() }\nvar a = f()\nfunc init() {}":                                       "a = f(); init; init",
	}
	for text, want := range tests {
		cell := parsed(t, text+f)
		if cell.Start == nil {
			t.Errorf("%s\nis not put off", text)
			continue
		}
		if err := sameButForTheStart(cell, listed); err != nil {
			t.Error(err)
		}
		if got := steps(t, cell); got != want {
			t.Errorf("%s\nruns %q, not %q\n%s", text, got, want, cell.Start.Cell)
		}
	}
}

// steps is what a cell's start runs.
func steps(t *testing.T, cell *Cell) string {
	t.Helper()
	var other, run Cell
	if other.read(cell.Start.Cell) != nil || run.read(cell.Start.Run) != nil {
		t.Fatal("no Go")
	}
	bodies := map[string]string{}
	for _, decl := range other.file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok {
			from, to := other.files.File(decl.Pos()).Offset(decl.Body.Lbrace), other.files.File(decl.Pos()).Offset(decl.Body.Rbrace)
			body := other.Text[from+1 : to]
			if at := strings.Index(body, "/*line "); at >= 0 {
				body = body[:at] + body[at+strings.Index(body[at:], "*/")+2:]
			}
			bodies[decl.Name.Name] = strings.TrimSpace(body)
			if decl.Body.Lbrace-decl.Name.End() > token.Pos(len("() ")) {
				bodies[decl.Name.Name] = "init"
			}
		}
	}
	found := []string{}
	ast.Inspect(run.file, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok {
				found = append(found, bodies[name.Name])
			}
		}
		return true
	})
	return strings.Join(found, "; ")
}

func TestATypeThatCannotBeWrittenPutsNothingOff(t *testing.T) {
	for text, want := range map[string]bool{
		"import string \"strings\"\nvar a = string.ToUpper(\"\")":                                true,
		"import any \"strings\"\nvar a = any.Compare(\"\", \"\")":                                false,
		"var a = func() interface{ fmt.Stringer; io.Reader; M(int) } { return nil }()":           false,
		"var a = func() any { return 1 }()":                                                      false,
		"type string int\nvar a = os.Getenv(\"A\")":                                              true,
		"var a = f()\nfunc f() (x *T) { return }\ntype T struct{}":                               false,
		"var a = reflect.ValueOf(3).Type().Method":                                               false,
		"var a = binary.LittleEndian\nfunc init() {}":                                            false,
		"func init() {}\nvar a = struct{ o any }{binary.LittleEndian}":                           false,
		"var a = f()\nfunc f() (x struct{ _ int; y []byte }) { return }":                         false,
		"var a = g(binary.LittleEndian)\nfunc g[T any](x T) T { return x }":                      true,
		"var a = g(rand.New(rand.NewPCG(1, 2)))\nfunc g[T any](x T) map[string]T { return nil }": false,
		"//line a*/b.go:1:1\nvar a = f()\nfunc f() int { return 1 }":                             true,
	} {
		cell := parsed(t, text)
		if cell.Rehearse != want || (cell.Start == nil) != (want || !slices.ContainsFunc(cell.Calls, func(call Call) bool { return call.Role == Starting })) {
			t.Errorf("%s\nis tried before: %v", text, cell.Rehearse)
		}
		if err := sameButForTheStart(cell, listed); err != nil {
			t.Error(err)
		}
	}
}
