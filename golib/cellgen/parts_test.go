package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type listing struct {
	ImportPath, Dir string
	GoFiles         []string
}

// passing are files that pass on what a function panics with, which the cell has given them.
var passing = []string{"iter/iter.go", "sync/oncefunc.go", "sync/waitgroup.go"}

// checkedPackages are packages that have been checked, by their paths.
type checkedPackages map[string]*types.Package

func (c checkedPackages) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if of := c[path]; of != nil {
		return of, nil
	}
	return c["vendor/"+path], nil
}

func TestPlainPackagesPanicWithTextsAndErrorsAlone(t *testing.T) {
	command := exec.Command("go", append([]string{"list", "-deps", "-json=ImportPath,Dir,GoFiles"}, plain...)...)
	command.Env = append(command.Environ(), "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	checked, seen := checkedPackages{}, 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var one listing
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		if one.ImportPath == "unsafe" {
			continue
		}
		if one.ImportPath == "fmt" {
			t.Error("fmt is imported")
		}
		set := token.NewFileSet()
		var files []*ast.File
		for _, name := range one.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(one.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
		config := types.Config{Importer: checked, Error: func(error) {}, Sizes: types.SizesFor("gc", "amd64")}
		checked[one.ImportPath], _ = config.Check(one.ImportPath, set, files, info)
		if of := one.ImportPath; of == "runtime" || strings.HasPrefix(of, "internal/runtime/") {
			continue // whose panics are errors or end the process, but for those that it passes on
		}
		for _, file := range files {
			seen++
			name := set.Position(file.Pos()).Filename
			if !panicPlainly(info, file) && !slices.Contains(passing, one.ImportPath+"/"+filepath.Base(name)) {
				t.Errorf("%s panics with something else", name)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d files were looked at", seen)
	}
}

func TestWhatACellPanicsWith(t *testing.T) {
	for text, want := range map[string]bool{
		`func F(n int) int { return 1 / n }`:                                          true,
		`func F() { panic("text") }`:                                                  true,
		`func F() { panic("text" + "more") }`:                                         true,
		`func F() { panic(3) }`:                                                       true,
		`func F(n int) { panic(n) }`:                                                  true,
		`import "errors"` + "\n" + `func F() { panic(errors.New("x")) }`:              true,
		`import "strings"` + "\n" + `func F() string { return strings.ToUpper("x") }`: true,
		`type E struct{}` + "\n" + `func (E) Error() string { return "" }` + "\n" + `func F() { panic(E{}) }`: true,
		`func F() { panic(2.5) }`:                                    false,
		`func F(n int8) { panic(n) }`:                                false,
		`type T string` + "\n" + `func F() { panic(T("x")) }`:        false,
		`type T struct{ X int }` + "\n" + `func F() { panic(T{1}) }`: false,
		`func F(x any) { (panic)(x) }`:                               false,
		`func F() { defer panic([]int{1}) }`:                         false,
		`func F[T int | string](x T) { panic(x) }`:                   false,
		`func F() { defer func() { panic(recover()) }() }`:           false,
		`func F() { panic := func(any) {}; panic([]int{1}) }`:        true,
		`import "fmt"` + "\n" + `func F() { fmt.Println() }`:         false,
		`import "time"` + "\n" + `func F() { time.Sleep(1) }`:        false,
	} {
		if got := parsed(t, text).panicsPlainly(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
