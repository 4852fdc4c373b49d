package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var corpus = flag.Bool("corpus", false, "take Go's own tests for cells, which takes some 20 s")

// TestGosOwnTestsAreTheSameWithTheirStartPutOff takes the single files of $GOROOT/test, which a distribution may lack.
func TestGosOwnTestsAreTheSameWithTheirStartPutOff(t *testing.T) {
	if !*corpus {
		t.Skip("go test -corpus")
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, pattern := range []string{"*.go", "*/*.go"} {
		found, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "test", pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	cells, starts := 0, 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := strings.HasPrefix(string(text), "// errorcheck"); wrong || strings.Contains(string(text), "\x00") {
			continue
		}
		cell, err := tried(t, string(text))
		if err != nil {
			continue
		}
		cells++
		if cell.Start != nil {
			starts++
		}
		if err := sameButForTheStart(cell, listed); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	t.Logf("%d of %d cells have a start", starts, cells)
}
