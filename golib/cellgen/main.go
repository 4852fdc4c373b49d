// Cellgen makes a plain Go cell callable from Python: it reads the cell and writes the Go file and the manifest that
// golib/bridge and gomagic/bind/plain.py need.
//
//	cellgen FOLDER PACKAGES
//
// FOLDER/cell.go is the reader's text below a `//line` directive. Cellgen puts a package clause and the imports of the
// standard library that the text lacks on a line above it, so that no line of the reader's moves, and writes
//
//	shims.go       one shim a function: from the block of a call to the function and back
//	manifest.json  what Python is to know: names, parameters, docs, constants, and what was left out and why
//	start/         a cell.go and start.go to compile instead, by which Python starts the cell and learns of what its
//	               goroutines panic with, see [Start]; only where there is such a thing
//
// From
//
//	// Mean of numbers.
//	func Mean(xs []float64) float64 { … }
//
// comes the shim that the comment of golib/bridge shows. What things are, go/types says, which needs the types of all
// packages that the cell imports: PACKAGES lists where they are, as [readPackages] reads it. If one is not listed, cellgen
// prints the cell's unlisted imports, writes nothing and ends with the exit status 4.
//
// For tests of a cell there is
//
//	cellgen -missing FILE BESIDE PACKAGES
//
// which prints the imports that FILE lacks, of the same package as BESIDE. For a cell that is to be a program there is
//
//	cellgen -program FOLDER PACKAGES
//
// which completes FOLDER/cell.go, see [Program]; the exit status is 5 if it holds declarations without a `func main`. For a
// package on disk there is
//
//	cellgen -merge FOLDER FILE TAGS
//
// which writes to FILE one text of all its files that hold for these build tags, see [Merge]; if it is not of Go alone,
// the other files are printed, and the exit status is 6.
//
// For who is typing a cell there is
//
//	cellgen -typed FILE OFFSET PACKAGES
//	cellgen -typed-program FILE OFFSET PACKAGES
//
// which print as JSON what may stand at a byte of FILE and what stands there, see [Typed]: the second of a cell that is to
// be a program. Beside FILE may be the cells that it tests and imports, see [Beside].
//
// Text that does not compile is left for the compiler to explain: then cell.go alone is written, and near.json if names
// are misspelt, see [Cell.addNear]; the exit status is 3.
package main

import (
	"errors"
	"fmt"
	"go/scanner"
	"go/types"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	failed     = 1
	misused    = 2
	notGo      = 3
	isUnlisted = 4
	hasNoMain  = 5
	isNotPlain = 6
)

const usage = `usage: cellgen FOLDER PACKAGES
       cellgen -missing FILE BESIDE PACKAGES
       cellgen -program FOLDER PACKAGES
       cellgen -merge FOLDER FILE TAGS
       cellgen -typed FILE OFFSET PACKAGES
       cellgen -typed-program FILE OFFSET PACKAGES`

func main() {
	if len(os.Args) == 5 && os.Args[1] == "-merge" {
		end(merge(os.Args[2], os.Args[3], os.Args[4]))
	}
	isOfTests := len(os.Args) == 5 && os.Args[1] == "-missing"
	isProgram := len(os.Args) == 4 && os.Args[1] == "-program"
	isTyped := len(os.Args) == 5 && (os.Args[1] == "-typed" || os.Args[1] == "-typed-program")
	if len(os.Args) != 3 && !isOfTests && !isProgram && !isTyped {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(misused)
	}
	packages, err := readPackages(os.Args[len(os.Args)-1])
	switch {
	case err != nil:
	case isOfTests:
		err = printMissing(os.Args[2], os.Args[3], packages)
	case isTyped:
		offset, _ := strconv.Atoi(os.Args[3]) // what is no number is the beginning
		err = printTyped(os.Args[2], offset, os.Args[1] == "-typed-program", packages)
	case isProgram:
		err = writeProgram(os.Args[2], packages)
	default:
		err = run(os.Args[1], packages)
	}
	end(err)
}

func end(err error) {
	if err != nil {
		fmt.Println(err)
	}
	os.Exit(status(err))
}

func merge(folder, file, tags string) error {
	text, err := Merge(folder, strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' }))
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

func status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(scanner.ErrorList)) || errors.As(err, new(types.Error)):
		return notGo
	case errors.As(err, new(Unlisted)):
		return isUnlisted
	case errors.Is(err, errNoMain):
		return hasNoMain
	case errors.As(err, new(notPlain)):
		return isNotPlain
	}
	return failed
}

func run(folder string, packages Packages) error {
	path := filepath.Join(folder, "cell.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	cell, err := Parse(string(text), packages)
	files := map[string][]byte{"cell.go": []byte(cell.Text)}
	switch status(err) {
	case 0:
		files["shims.go"], files["manifest.json"] = Shims(cell), Manifest(cell)
		if cell.Start != nil {
			files["start/cell.go"], files["start/start.go"] = []byte(cell.Start.Cell), []byte(cell.Start.Run)
		}
	case notGo:
		if cell.near != nil {
			files["near.json"] = toJSON(cell.near)
		}
	default:
		return err
	}
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return err
		}
	}
	return err
}
