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
	before, after, found := strings.Cut("package main\n"+text, "|")
	if !found {
		t.Fatal("no bar")
	}
	typed := typedAt(before+after, len(before), "", listed)
	if lacks := slices.DeleteFunc(slices.Clone(typed.Imports), func(path string) bool { return listed[path].Export != "" }); len(lacks) > 0 {
		listed.list(t, lacks...)
		return at(t, text)
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
	if typed := typedAt("no package", 3, "", listed); len(typed.Names) != 0 {
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
		"import \"cells/stats\"\nvar _ = stats.Me|an": "func cells/stats.Mean(xs cells/base.Row) float64\n\nMean of xs.",
		"var _ = hal|f(2)":                            "func half(n int) int\n\nhalf of n.",
	} {
		before, after, _ := strings.Cut("package main\n"+text, "|")
		typed := typedAt(before+after, len(before), folder, listed)
		if typed.Said != want || typed.has("hidden") {
			t.Errorf("%s: %+v", text, typed)
		}
	}
}
