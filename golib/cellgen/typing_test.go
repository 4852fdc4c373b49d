package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// at is what can be said where a text has a bar.
func at(t *testing.T, text string) Typed {
	t.Helper()
	return typedIn(t, text, false)
}

// typedIn is that of a cell that may be statements.
func typedIn(t *testing.T, text string, isProgram bool) Typed {
	t.Helper()
	before, after, found := strings.Cut(text, "|")
	if !found {
		t.Fatal("no bar")
	}
	typed := typedAt(before+after, len(before), isProgram, "", listed)
	if lacks := slices.DeleteFunc(slices.Clone(typed.Imports), func(path string) bool { return listed[path].Export != "" }); len(lacks) > 0 {
		listed.list(t, lacks...)
		return typedIn(t, text, isProgram)
	}
	return typed
}

func (t Typed) has(names ...string) bool {
	for _, name := range names {
		if !slices.ContainsFunc(t.Names, func(one Name) bool { return one.Name == name }) {
			return false
		}
	}
	return true
}

func TestAPackageOffersWhatItExportsAndIsImported(t *testing.T) {
	typed := at(t, "func F(s string) string {\n\treturn strings.To|\n}")
	if !typed.has("ToUpper", "Builder") || typed.has("explode") || !slices.Equal(typed.Imports, []string{"strings"}) {
		t.Error(typed)
	}
	if i := slices.IndexFunc(typed.Names, func(one Name) bool { return one.Name == "ToUpper" }); typed.Names[i] != (Name{"ToUpper", "function", "func strings.ToUpper(s string) string"}) {
		t.Error(typed.Names[i])
	}
}

func TestAValueOffersItsFieldsAndMethodsAlsoBehindAPointAlone(t *testing.T) {
	const types = "type Base struct{ id int }\nfunc (b *Base) Save() {}\ntype Point struct{ Base; X, Y int }\nfunc (p Point) Norm() float64 { return 0 }\n"
	for _, body := range []string{"func F(p Point) { p.| }", "func F(p *Point) {\n\tp.|\n\tx := 1\n}", "func F(ps []Point) { ps[0].N|", "func F() { p := Point{}; if p.X > p.| {"} {
		if typed := at(t, types+body); !typed.has("X", "Y", "Norm", "Base", "id", "Save") || len(typed.Names) != 6 {
			t.Error(body, typed.Names)
		}
	}
	if typed := at(t, "func F(b strings.Builder) { b.| }"); !typed.has("WriteString") || typed.has("buf", "copyCheck") {
		t.Error(typed.Names)
	}
}

func TestNamesThatCanBeSeenAreOffered(t *testing.T) {
	typed := at(t, "type Kind int\nvar count int\nfunc Mean(xs []float64) float64 {\n\ttotal := 0.0\n\tfor _, x := range xs {\n\t\tt|\n\t}\n\tlater := 1\n\t_ = later\n\treturn total\n}")
	if !typed.has("total", "xs", "x", "count", "Mean", "Kind", "len", "string", "fmt", "return") || typed.has("later", hole, "_") {
		t.Error(typed.Names)
	}
}

func TestWhatStandsThereIsSaidWithTheCellsComment(t *testing.T) {
	for text, want := range map[string]string{
		"// Mean of numbers.\nfunc Mean(xs []float64) float64 { return 0 }\nfunc F() { Me|an(nil) }": "func Mean(xs []float64) float64\n\nMean of numbers.",
		"func F(s string) { strings.To|Upper(s) }":                                                   "func strings.ToUpper(s string) string",
		"func F(xs []int) { for i := range x|s { _ = i } }":                                          "var xs []int",
		"func F(s string) { strings.Repeat(s, |) }":                                                  "func strings.Repeat(s string, count int) string",
		"func F(s string) { strings.Repeat(strings.ToUpper(|":                                        "func strings.ToUpper(s string) string",
		"func F() { nothing| }":                                                                      "",
		"func F() { | }":                                                                             "",
	} {
		if typed := at(t, text); typed.Said != want {
			t.Errorf("%s: %q", text, typed.Said)
		}
	}
}

func TestAnyTextHasAnAnswer(t *testing.T) {
	for _, text := range []string{"|", "fun|", "func F( {{{ |", "import |", "func F() { a.b.| }", "\"|", "x.|", "// |", "func F() { var s struct{ s.| } }"} {
		at(t, text)
	}
	if typed := typedAt("package", 3, false, "", listed); len(typed.Names) != 0 {
		t.Error(typed)
	}
}

func TestInThePathOfAnImportPathsAreOffered(t *testing.T) {
	for text, want := range map[string]string{
		"import \"encoding/js|\"":                    "encoding/js",
		"import (\n\t\"fmt\"\n\t\"encoding/js|\n)\n": "encoding/js",
		"import j \"encoding/|x\"":                   "encoding/",
	} {
		if typed := at(t, text); typed.Path == nil || *typed.Path != want || !typed.has("encoding/json") || typed.has("fmt") {
			t.Errorf("%s: %v", text, typed)
		}
	}
	for _, text := range []string{"import |\"fmt\"", "import \"fmt\"|", "var s = \"encoding/js|\""} {
		if typed := at(t, text); typed.Path != nil {
			t.Errorf("%s: %v", text, *typed.Path)
		}
	}
}

func TestWhatACellImportsAndTestsIsReadFromItsText(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"cells/stats/cell.go": "package stats\n\nimport \"cells/base\"\n\n// Mean of xs.\nfunc Mean(xs base.Row) float64 { return 0 }\n\nfunc hidden() {}\n",
		"cells/base/cell.go":  "package base\n\nimport \"cells/stats\"\n\ntype Row []float64\n\nvar _ = stats.Mean\n",
		"tested.go":           "package main\n\n// half of n.\nfunc half(n int) int { return n / 2 }\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]string{
		"import \"cells/stats\"\nvar _ = stats.Me|an":                   "func cells/stats.Mean(xs cells/base.Row) float64\n\nMean of xs.",
		"package lib_test\nimport \"cells/stats\"\nvar _ = stats.Me|an": "func cells/stats.Mean(xs cells/base.Row) float64\n\nMean of xs.",
		"package lib_test\nvar _ = hal|f(2)":                            "",
		"var _ = hal|f(2)":                                              "func half(n int) int\n\nhalf of n.",
	} {
		before, after, _ := strings.Cut(text, "|")
		typed := typedAt(before+after, len(before), false, folder, listed)
		if typed.Said != want || typed.has("hidden") {
			t.Errorf("%s: %+v", text, typed)
		}
	}
}

func TestAProgramsStatementsAreInMain(t *testing.T) {
	const helper = "import \"os\"\n\ntype Point struct{ X, Y int }\n\nfunc (p Point) norm() int { return p.X }\n"
	for text, want := range map[string]string{
		"fmt.Print|": "Println", "fmt.|": "Println", "|": "fmt", "x := 1\n|": "x", "count := 1\n\n\nif count > cou|": "count",
		"words := strings.Fields(\"a b\")\nfor _, word := range words {\n\tfmt.Println(strings.ToU|\n}": "ToUpper",
		helper + "p := Point{}\np.|": "norm", helper + "p := Point{}\n_ = p.X\nfunc show(p Point) { p.| }": "norm", "x := 1\n_ = x\ntype P struct { a strings.| }": "Builder",
		"package main\nfunc main() { strings.To| }": "ToUpper",
	} {
		typed := typedIn(t, text, true)
		if !typed.has(want) {
			t.Errorf("%q: %v", text, typed.Names)
		}
		if at(t, text).has("norm", "count", "x") {
			t.Errorf("%q is statements", text)
		}
	}
	if typed := typedIn(t, "import \"encoding/js|\"\nfmt.Println(1)", true); typed.Path == nil || *typed.Path != "encoding/js" {
		t.Error(typed)
	}
}

func TestOfCIsOfferedWhatCgoKnows(t *testing.T) {
	typed := at(t, "import \"C\"\n\nfunc F(a C.int) { C.| }")
	if !typed.has("int", "ulonglong", "CString", "GoBytes") || typed.has("fmt") {
		t.Error(typed.Names)
	}
}

func TestTheFileIsTheOneThatWillBeCompiled(t *testing.T) {
	for text, want := range map[string]string{
		"func F() { strings.To|U }":                   "package main; import \"strings\"\nfunc F() { strings.To|U }",
		"package |lib":                                "package |lib",
		"// Doc.\npackage lib\n\nvar _ = strings.|To": "// Doc.\npackage lib; import \"strings\"\n\nvar _ = strings.|To",
		"var ü = strings.|":                           "package main; import \"strings\"\nvar ü = strings.|",
	} {
		if typed := at(t, text); typed.File[:typed.Offset]+"|"+typed.File[typed.Offset:] != want {
			t.Errorf("%q: %q at %d", text, typed.File, typed.Offset)
		}
	}
	typed := typedIn(t, "import \"os\"\nx := strings.|To\nfunc F() {}\n", true)
	if lines := strings.Split(typed.File[:typed.Offset], "\n"); lines[len(lines)-1] != "x := strings." || !strings.Contains(typed.File, "\nfunc main() {\n") {
		t.Errorf("%q", typed.File)
	}
}
