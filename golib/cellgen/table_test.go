package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func source(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sizes of the types of `numbers`, in bytes; where Go's differs from machine to machine, that of 64 bits.
var sizes = map[string]int{
	"bool": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8, "int": 8, "rune": 4, "uint8": 1, "uint16": 2, "uint32": 4,
	"uint64": 8, "uint": 8, "uintptr": 8, "byte": 1, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}

// The letters of numbers stand in Go, in C and in Python; this holds the three together.
func TestCodesAreTheSameInGoCAndPython(t *testing.T) {
	inC := map[string]int{"?": 1}
	for _, row := range regexp.MustCompile(`(?m)^#define ROWS_OF_(\w+)\(X\) (.*)$`).FindAllStringSubmatch(source(t, "../bridge/convert.c"), -1) {
		for _, entry := range regexp.MustCompile(`X\('(.)', (\w+)\)`).FindAllStringSubmatch(row[2], -1) {
			size := map[string]int{"float": 4, "double": 8}[entry[2]]
			if bits := regexp.MustCompile(`\d+`).FindString(entry[2]); bits != "" {
				size, _ = strconv.Atoi(bits)
				size /= 8
			}
			if row[1] == "COMPLEX" {
				size *= 2
			}
			inC[entry[1]] = size
		}
	}
	_, table, _ := strings.Cut(source(t, "../../gomagic/bind/refusal.py"), "DTYPES = {")
	table, _, _ = strings.Cut(table, "}")
	inPython := map[string]string{}
	for _, entry := range regexp.MustCompile(`"(.)": "(\w+)"`).FindAllStringSubmatch(table, -1) {
		inPython[entry[1]] = entry[2]
	}
	seen := map[string]bool{}
	for goType, code := range numbers {
		seen[code] = true
		if inC[code] != sizes[goType] {
			t.Errorf("%s is `%s` and has %d bytes, in C %d", goType, code, sizes[goType], inC[code])
		}
		if numbers[inPython[code]] != code {
			t.Errorf("`%s` is %s in Go and %q in Python", code, goType, inPython[code])
		}
	}
	if len(seen) != len(inC) || len(seen) != len(inPython) {
		t.Errorf("%d codes in Go, %d in C, %d in Python", len(seen), len(inC), len(inPython))
	}
}

func TestShapesAreThoseOfTheBridge(t *testing.T) {
	known := map[string]bool{}
	for _, entry := range regexp.MustCompile(`(?m)^\t[A-Z]+ = '(.)',`).FindAllStringSubmatch(source(t, "../bridge/function.h"), -1) {
		known[entry[1]] = true
	}
	for _, text := range []string{"int", "string", "[]byte", "[]int", "[3]int", "[]string", "[][]int", "[][]byte", "*bytes.Buffer", "map[string]int"} {
		cell := parsed(t, "var x "+text)
		kind, why := cell.kindOf(cell.pkg.Scope().Lookup("x").Type())
		if why != "" || !known[kind.Shape] || !known[kind.asResult().Shape] {
			t.Errorf("%s: shape %q, as a result %q, %s", text, kind.Shape, kind.asResult().Shape, why)
		}
	}
}

func TestMostParametersAndResultsAreThoseOfTheBridge(t *testing.T) {
	header := source(t, "../bridge/block.h")
	for name, want := range map[string]int{"MOST_PARAMS": mostParams, "MOST_RESULTS": mostResults} {
		found := regexp.MustCompile(name + ` = (\d+)`).FindStringSubmatch(header)
		if found == nil || found[1] != strconv.Itoa(want) {
			t.Errorf("%s is %v, in cellgen %d", name, found, want)
		}
	}
}

func TestMostMethodsAreThoseOfTheBridge(t *testing.T) {
	want := fmt.Sprintf("enum { MOST_METHODS = %d };", mostMethods)
	if !strings.Contains(source(t, "../bridge/classes.c"), want) {
		t.Errorf("golib/bridge/classes.c has no %q", want)
	}
}

func TestEachStandardPackageIsListedByItsName(t *testing.T) {
	listed, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Name}}", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for line := range strings.Lines(string(listed)) {
		path, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		names[path] = name
	}
	here := 0
	for name, path := range standard {
		if names[path] == name {
			here++
		} else if names[path] != "" {
			t.Errorf("%s is called %s, not %s", path, names[path], name)
		}
	}
	if here < 140 { // an older Go lacks some
		t.Errorf("%d of %d packages are in this Go", here, len(standard))
	}
	for _, path := range []string{"fmt", "strings", "math", "errors", "time", "sort", "os", "slices", "maps", "strconv", "sync"} {
		if standard[names[path]] != path {
			t.Errorf("%s is not in the table", path)
		}
	}
}

func TestRandIsTheOneThatHasTheFunction(t *testing.T) {
	for selected, want := range map[string]string{"Intn": "math/rand", "IntN": "math/rand/v2", "Text": "crypto/rand"} {
		if got := pathOf("rand", []string{"Int", selected}); got != want {
			t.Errorf("rand.%s: %s, not %s", selected, got, want)
		}
	}
}

func TestShapesOfFormsAreThoseOfTheBridge(t *testing.T) {
	known := map[string]bool{"1": true, "s": true, "h": true} // those of kinds
	for _, entry := range regexp.MustCompile(`\b[A-Z]+ = '(.)',`).FindAllStringSubmatch(source(t, "../bridge/form.h"), -1) {
		known[entry[1]] = true
	}
	cell := parsed(t, `
		var A map[string]map[[2]int][][3]time.Time
		var B map[any][][]*bytes.Buffer
		var C map[time.Duration][][]big.Int
		var D [2][2]bool
		var E [][][]byte
		var F [][][]complex64`)
	for _, form := range cell.Forms {
		if !known[form.Shape] {
			t.Errorf("%s has the shape %q", form.Type, form.Shape)
		}
	}
	if len(cell.Forms) < 15 || len(cell.LeftOut) > 0 {
		t.Errorf("%d forms, without %v", len(cell.Forms), cell.LeftOut)
	}
}
