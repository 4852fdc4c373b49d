// Cellgen makes a plain Go cell callable from Python: it reads the cell and writes the Go file and the manifest that
// golib/bridge and gomagic/bind/plain.py need.
//
//	cellgen FOLDER
//
// FOLDER/cell.go is the reader's text below a `//line` directive. Cellgen puts a package clause and the imports of the
// standard library that the text lacks on a line above it, so that no line of the reader's moves, and writes
//
//	shims.go       one shim a function: from the block of a call to the function and back
//	manifest.json  what Python is to know: names, parameters, docs, constants, and what was left out and why
//
// From
//
//	// Mean of numbers.
//	func Mean(xs []float64) float64 { … }
//
// comes the shim that the comment of golib/bridge shows. Text that is not Go is left for the compiler to explain:
// shims.go is then a package without shims, and the exit status 3.
package main

import (
	"errors"
	"fmt"
	"go/scanner"
	"os"
	"path/filepath"
)

const notGo = 3

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: cellgen FOLDER")
		os.Exit(2)
	}
	err := run(os.Args[1])
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	if errors.As(err, new(scanner.ErrorList)) {
		os.Exit(notGo)
	}
	os.Exit(1)
}

func run(folder string) error {
	path := filepath.Join(folder, "cell.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	cell, err := Parse(string(text))
	files := map[string][]byte{"cell.go": []byte(cell.Text)}
	if err == nil {
		files["shims.go"], files["manifest.json"] = Shims(cell), Manifest(cell)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return err
		}
	}
	return err
}
