package main

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// FuzzParse holds that no text makes cellgen panic, and that the shims of any Go text are Go.
func FuzzParse(f *testing.F) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		_, files := readArchive(string(text))
		f.Add(files["cell.go"])
	}
	for _, text := range []string{
		"", "package", "package p;func F(){}", "func F(", "type A = B; type B = A; func F(a A) B {}", "func (F) F()", "func F(...int)",
		"var A, B = 1", "const C = 1 << 1000000; const D = C", "func F(x [0x_3]int, _ [99999999999]int)", "type E = F; func (E) Error() string",
		"type E struct{ E; *F; A, B int }; func (e *E) Error() string", "const X = iota / 0", "func F[T any, U ~[]T](t T) (u U)",
		"var X struct{}; var Y = X", "//gomagic:borrow\nfunc F(xs []int)", "func F[S ~[]E, E interface{ ~int; E }](s S, more ...S) (e E) { for range s { e += e }; return }", "func F[A, B ~[]A](a A, b B) (c [3]B, err error) { return }", "func F(a, a int) (a, a error)", "import . \"fmt\"; var X = Sprint",
		"type T[P any] = []P; var X T[int]", "func F(x ...[]...int)", "var ErrX = errors.New; func G() { for range 3 {}; for i := 0; i < len(x); i++ {} }",
		"func F(n int) { for s := \"\"; len(s) < n; s += \"a\" {} }",
		"/* unclosed", "package p // c", "\ufeffpackage p", "#!go", "func F(x (int), y ([]((string)))) (((int)))", "const (A = 1i; B = 'x'; C = \"\\xff\"; D = 0x1p-2)",
	} {
		f.Add(text)
	}
	known := Packages{}
	known.list(f, "gomagic/golib/bridge", "cmp", "errors", "fmt", "math", "os", "sort", "strings", "time")
	f.Fuzz(func(t *testing.T, text string) {
		all := maps.Clone(known)
		cell, err := Parse("//line cell:2:1\n"+text, all)
		if missing := (Unlisted)(nil); errors.As(err, &missing) { // to list whatever comes to the fuzzer's mind takes too long
			for _, path := range missing {
				all[path] = Package{}
			}
			cell, err = Parse("//line cell:2:1\n"+text, all)
		}
		if err != nil {
			return
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "shims.go", Shims(cell), 0); err != nil {
			t.Error(err)
		}
		Manifest(cell)
		if err := sameButForTheStart(cell, all); err != nil {
			t.Error(err)
		}
	})
}

// list asks Go for packages, as gomagic/build/packages.py does.
func (p Packages) list(t testing.TB, paths ...string) {
	t.Helper()
	command := exec.Command("go", append([]string{"list", "-e", "-export", "-f", "{{.ImportPath}}\t{{.Name}}\t{{.Export}}\t{{.Standard}}", "--"}, paths...)...)
	said, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		p[path] = Package{}
	}
	for line := range strings.Lines(string(said)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) == 4 {
			p[fields[0]] = Package{Name: fields[1], Export: fields[2], Standard: fields[3] == "true"}
		}
	}
}

// listed are the packages that the tests have asked for.
var listed = Packages{}

// tried parses a cell and lists what it imports.
func tried(t testing.TB, text string) (*Cell, error) {
	t.Helper()
	for {
		cell, err := Parse("//line cell:2:1\n"+text, listed)
		missing := (Unlisted)(nil)
		if !errors.As(err, &missing) {
			return cell, err
		}
		listed.list(t, missing...)
	}
}

func parsed(t testing.TB, text string) *Cell {
	t.Helper()
	cell, err := tried(t, text)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return cell
}

func TestMissingImportsAreThoseOfNamesThatNothingDeclares(t *testing.T) {
	tests := map[string]string{
		"func F() { fmt.Println(strings.ToUpper(\"\")) }":                     "fmt strings",
		"import \"fmt\"\nfunc F() { fmt.Println(os.Args) }":                   "os",
		"import f \"fmt\"\nfunc F() { f.Println() }":                          "",
		"func F(os struct{ Args int }) int { return os.Args }":                "",
		"func F() { var sort struct{ X int }; _ = sort.X }":                   "",
		"type sort struct{}\nfunc (sort) X() {}\nfunc F() { sort.X(sort{}) }": "",
		"import \"example.com/strings/v2\"\nfunc F() { strings.X() }":         "",
		"func F() { unknown.X() }":                                            "",
		"func F() int { return rand.New(rand.NewSource(4)).Intn(3) }":         "math/rand",
		"func F() int { _, err := rand.Int(rand.Reader, nil); panic(err) }":   "crypto/rand",
		"func F(b []byte) { rand.Read(b) }":                                   "crypto/rand",
		"func F() int { return rand.IntN(3) + utf8.RuneLen('a') }":            "math/rand/v2 unicode/utf8",
	}
	for text, want := range tests {
		var cell Cell
		if err := cell.read("package main\n" + text); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(missingImports(cell.file, nil), " "); got != want {
			t.Errorf("%s\nlacks %q, not %q", text, got, want)
		}
	}
}

func TestBuildConstraintsThatHoldAreOrdinaryComments(t *testing.T) {
	for _, line := range []string{"//go:build go1.18", "//go:build cgo && !ignore", "//go:build " + runtime.GOOS + " || plan9"} {
		for _, text := range []string{line + "\n\npackage p\n", "func G() {}\n\n" + line + "\n"} {
			if cell := parsed(t, text+"func F() {}\n"); strings.Contains(cell.Text, "//go:build") {
				t.Errorf("%q has kept its constraint: %q", text, cell.Text)
			}
		}
	}
	for _, text := range []string{"//go:build ignore\nfunc F() {}\n", "const F = `\n//go:build go1.18\n`\n"} {
		if cell := parsed(t, text); !strings.Contains(cell.Text, "//go:build") {
			t.Errorf("%q has lost its constraint: %q", text, cell.Text)
		}
	}
}

func TestNoLineOfTheReadersMoves(t *testing.T) {
	for _, text := range []string{"package p\nfunc F() {}\n", "package p; func F() {}\n", "// Doc.\npackage p\n\nfunc F() { fmt.Println() }\n"} {
		cell := parsed(t, text)
		if got, want := strings.Count(cell.Text, "\n"), strings.Count(text, "\n")+2; got != want {
			t.Errorf("%q has %d lines, not %d", cell.Text, got, want)
		}
		at := cell.files.Position(cell.funcs["F"].Pos())
		line, column := 2+strings.Count(text[:strings.Index(text, "func")], "\n"), strings.Index(text, "func")-strings.LastIndex(text[:strings.Index(text, "func")], "\n")
		if at.Line != line || at.Column != column {
			t.Errorf("%q: F at %v, not %d:%d", text, at, line, column)
		}
	}
}

func TestKindsGoByTypesNotByText(t *testing.T) {
	tests := map[string]string{
		"var X = len(os.Args)":                              "int",
		"var X, _ = os.ReadFile(\"\")":                      "[]byte",
		"var X = [size]float64{}\nconst size = 1 << 2":      "[4]float64",
		"var X [math.MaxInt8]int":                           "[127]int",
		"type A = B\ntype B = []string\nvar X A":            "[]string",
		"type L[T any] = [][]T\nvar X L[int8]":              "[][]int8",
		"import . \"math\"\nvar X = Sqrt(2)":                "float64",
		"import j \"encoding/json\"\nvar X = j.Valid(nil)":  "bool",
		"var X = strings.Fields(\"a b\")":                   "[]string",
		"type float64 struct{}\nvar X = math.Pi":            "",
		"type S struct{ N int }\nvar s S\nvar X = s.N":      "int",
		"var X = func() [2]uint16 { return [2]uint16{} }()": "[2]uint16",
		"var X = time.Now()":                                "time.Time",
		"var X = time.After(0)":                             "<-chan time.Time",
		"var X = make(chan int)":                            "chan int",
		"var X = map[string][]bool{}":                       "map[string][]bool",
	}
	for text, want := range tests {
		got := ""
		for _, call := range parsed(t, text).Calls {
			if call.Role == Get {
				got = call.Results[0].Type
			}
		}
		if got != want {
			t.Errorf("%s\nis %q, not %q", text, got, want)
		}
	}
}

func TestErrorTypesAreThoseThatAreErrors(t *testing.T) {
	tests := map[string]bool{
		"type E struct{}\nfunc (E) Error() string { return \"\" }":               true,
		"type E struct{}\nfunc (*E) Error() string { return \"\" }":              true,
		"type E struct{ error }":                                                 true,
		"type E struct{ *os.PathError }":                                         true,
		"type E struct{}\nfunc (E) Error() int { return 0 }":                     false,
		"type E interface{ error; Code() int }":                                  false,
		"type string int\ntype E struct{}\nfunc (E) Error() string { return 0 }": false,
	}
	for text, want := range tests {
		got := slices.ContainsFunc(parsed(t, text).Calls, func(call Call) bool { return call.Role == Fields && call.Name == "E" })
		if got != want {
			t.Errorf("%s\nis an error: %v", text, got)
		}
	}
}

func TestGoDebugLinesStandAboveThePackageClause(t *testing.T) {
	tests := map[string]string{
		"//go:debug panicnil=1\nfunc F() {}":                          "//go:debug panicnil=1\npackage main\n",
		"// Doc.\n\n//go:debug a=1\n//go:debug b=2\npackage p\n":      "//go:debug a=1\n//go:debug b=2\npackage main\n",
		"func F() {}\n//go:debug panicnil=1\n":                        "package main\n",
		"/*\n//go:debug panicnil=1\n*/\nvar x = \"//go:debug a=1\"\n": "package main\n",
	}
	for text, want := range tests {
		if got, _, _ := strings.Cut(parsed(t, text).Text, "//line"); got != want {
			t.Errorf("%q begins with %q, not %q", text, got, want)
		}
	}
}

func TestAParameterIsAloneInItsPlace(t *testing.T) {
	const f, g = "func F(xs []int) {}\n", "func G(xs []int) {}\n"
	tests := map[string]string{
		f + g:                                    "F G",
		f + "//line other.go:2:1\n" + g:          "F",
		f + "//line :2:1\n" + g:                  "",
		f + "/*line :2:1*/" + g:                  "",
		f + "//line :40\n" + g:                   "F",
		f + "//line :4:1\n" + g:                  "F G",
		"//line cell:2:1\n" + f:                  "",
		"package p\n// line 3\n" + f:             "F",
		"func F(xs /*line :2:8*/[]int) {}\n" + g: "",
	}
	for text, want := range tests {
		alone := []string{}
		for _, call := range parsed(t, text).Calls {
			if call.Params[0].Alone {
				alone = append(alone, call.Name)
			}
		}
		if got := strings.Join(alone, " "); got != want {
			t.Errorf("%s\nalone are %q, not %q", text, got, want)
		}
	}
}

func TestMoreMethodsThanThereAreEntriesAreLeftOut(t *testing.T) {
	text := "type T struct{}\n"
	for i := range mostMethods + 6 {
		text += fmt.Sprintf("func (T) M%04d() {}\n", i)
	}
	cell := parsed(t, text)
	bound := 0
	for _, call := range cell.Calls {
		if call.Role == Method {
			bound++
		}
	}
	out := cell.Classes[0].LeftOut
	if bound != mostMethods || len(out) != 6 || out[0].Name != "M1024" || out[0].Text != "it is one of more than 1024 methods" {
		t.Error(bound, out)
	}
}

func TestAClassIsMadeOfWhatHasFieldsOrMethodsOrIsAskedFor(t *testing.T) {
	cell := parsed(t, `
type Struct struct{}
type Slice []int
func (*Slice) Add() {}
type Asked int
type Alone int
type Alias = Struct
type Failure struct{}
func (*Failure) Error() string { return "" }
type Face interface{ F() }
type List[T ~int] struct{}
func F(*Alias) *Asked { return nil }
func G() *Failure { return nil }
func H(*Face) {}
func I() *List[int] { return nil }
func J(**Struct, []*Struct) {}
func K(*unsafe.Pointer) {}
func L(*Failure) {}
`)
	classes := []string{}
	for _, class := range cell.Classes {
		classes = append(classes, class.Name)
	}
	slices.Sort(classes)
	if got := strings.Join(classes, " "); got != "**Struct *Face Asked Face List List[int] Slice Struct error" {
		t.Error(got)
	}
	out := map[string]string{}
	for _, remark := range cell.LeftOut {
		out[remark.Name] = remark.Text
	}
	want := map[string]string{
		"Alone": "gomagic does not bind types without fields or methods yet",
		"L":     "`Failure` is an error, and Python raises those",
		"K":     "gomagic does not bind `*unsafe.Pointer` yet",
	}
	if !maps.Equal(out, want) {
		t.Error(out)
	}
}
