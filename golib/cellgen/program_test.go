package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// programOf is a program's file, and the names of what it declares outside of functions.
func programOf(t *testing.T, text string) (program string, declared []string, err error) {
	t.Helper()
	program, err = Program("//line cell:2:1\n"+text, listed)
	file, failed := parser.ParseFile(token.NewFileSet(), "", program, 0)
	if failed != nil {
		return program, nil, err
	}
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Recv != nil {
			declared = append(declared, "."+decl.Name.Name)
		}
	}
	for name := range file.Scope.Objects {
		declared = append(declared, name)
	}
	slices.Sort(declared)
	return program, declared, err
}

func TestStatementsBecomeAProgramBesideWhatIsDeclared(t *testing.T) {
	for text, want := range map[string]string{
		"println(1)":                                                               "main",
		"func main() { println(1) }":                                               "main",
		"package main\nfunc main() {}":                                             "main",
		"func f() {}\nf()":                                                         "f main",
		"type T int\nfunc (t T) M() {}\nT(1).M()":                                  ".M T main",
		"func (x int) int { return x }(1)":                                         "main",
		"func(x int) (a, b int) { return x, x }(1)":                                "main",
		"func(x int) T[int] { panic(x) }(1)\ntype T[P any] struct{}":               "T main",
		"println(1); func f() {}; f()":                                             "f main",
		"var a = 1\nb := 2\nvar c = 3\nprintln(a, b, c)":                           "a main",
		"b := 2\nvar c = 3\nfunc f() int { return c }\nprintln(b, f())":            "c f main",
		"b := 2\nvar c = d\nvar d = 4\nfunc f() int { return c }\nprintln(b, f())": "c d f main",
		"b := 2\nvar c = b\nconst d = 3\nprintln(c, d)":                            "d main",
		"n := 2\ntype T [len(a)]int\nvar a = [3]int{n}\nprintln(T{}[0], a[0])":     "main",
		"type T [n]int\nprintln(T{}[0])\nconst n = 3":                              "T main n",
		"loop:\nfor {\nbreak loop\n}":                                              "main",
		"for i := 0; ; i++ {\nbreak\n}":                                            "main",
		"for ; ; {\nbreak\n}\ntype T int":                                          "T main",
		"a := 1;; println(a)":                                                      "main",
		"if true {\nprintln(1)\n} else {\nprintln(2)\n}":                           "main",
		"return": "main",
		"// what it does\nprintln(1) // here\n/* end */": "main",
		"x := `\n}`\nprintln(x, '}', \"}\")":             "main",
		"println(1)\nimport \"os\"\nprintln(os.Args)":    "main",
		"println(1)\n//go:embed a.txt\nvar text string":  "main text",
	} {
		program, declared, err := programOf(t, text)
		if got := strings.Join(declared, " "); got != want || err != nil {
			t.Errorf("%q: %q, want %q (%v)\n%s", text, got, want, err, program)
		}
	}
}

func TestEveryTokenOfAProgramStandsWhereTheReaderWroteIt(t *testing.T) {
	text := "func f() { println(10) }; x, é := 20, 30\nvar c = 40\n\nif x > 1 { println(50, é) }; func g() {\n\tf(60) }\n/*a*/ g(70)"
	program, _, err := programOf(t, text)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", program, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(node ast.Node) bool {
		if number, ok := node.(*ast.BasicLit); ok && len(number.Value) == 2 {
			before, _, _ := strings.Cut(text, number.Value)
			line, column := 2+strings.Count(before, "\n"), len(before)-strings.LastIndex(before, "\n")
			if at := files.Position(number.Pos()); at.Filename != "cell" || at.Line != line || at.Column != column {
				t.Errorf("%s stands at %v, want %d:%d", number.Value, at, line, column)
			}
			found++
		}
		return true
	})
	if found != 7 {
		t.Errorf("%d numbers", found)
	}
}

func TestAProgramGetsTheImportsThatItLacks(t *testing.T) {
	packages := Packages{"example.com/square": {Name: "square", Offered: true, unlisted: true}, "example.com/square/deep": {Name: "square", Offered: true}}
	for text, want := range map[string]string{
		"fmt.Println(strings.ToUpper(\"\"))":                            `package main; import "fmt"; import "strings"`,
		"fmt.Println(square.Of(2))":                                     `package main; import "example.com/square"; import "fmt"`,
		"square := 1\nprintln(square.x)":                                `package main`,
		"package main; import \"fmt\"\nfunc main() { os.Exit(1) }":      `package main; import "os"`,
		"//go:debug madvdontneed=1\nfunc main() { os.Exit(1) }":         "//go:debug madvdontneed=1",
		"package main // C\nimport \"C\"\nfunc main() { fmt.Print(1) }": "//line cell:2:1\npackage main; import \"fmt\" // C",
	} {
		program, err := Program("//line cell:2:1\n"+text, packages)
		for missing := (Unlisted)(nil); errors.As(err, &missing); {
			packages.list(t, missing...)
			program, err = Program("//line cell:2:1\n"+text, packages)
		}
		if err != nil || !strings.HasPrefix(program, want+"\n") {
			t.Errorf("%q: %v\n%s", text, err, program)
		}
	}
}

func TestDeclarationsAloneAreNoProgram(t *testing.T) {
	for _, text := range []string{"", "func f() {}", "package main\n\nvar x = 1", "// nothing"} {
		if _, err := Program("//line cell:2:1\n"+text, listed); !errors.Is(err, errNoMain) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWhatIsNoGoIsLeftToTheCompiler(t *testing.T) {
	for text, want := range map[string]string{
		"fmt.Println(1":                    "func main() {",
		"func main() {\nprintln(1)\n":      "package main\n",
		"func main() {}\nprintln(1)":       "package main\n",
		"package main\nprintln(1)":         "package main\n",
		"func f() {\n}\n}\nfunc main() {}": "package main\n",
	} {
		program, err := Program("//line cell:2:1\n"+text, listed)
		if err == nil || !strings.Contains(program, want) || strings.Count(program, "func main") > 1 {
			t.Errorf("%q: %v\n%s", text, err, program)
		}
	}
}
