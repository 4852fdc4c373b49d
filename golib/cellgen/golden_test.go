package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what cellgen makes of each cell into testdata")

// TestGolden makes each cell of testdata/*.txtar anew: `cell.go` is what the reader writes; the other files are what
// cellgen writes, or `error`, what it says of text that is not Go.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			comment, files := readArchive(string(text))
			made := generated(t, files["cell.go"])
			if *update {
				made["cell.go"] = files["cell.go"]
				if err := os.WriteFile(path, []byte(archived(comment, made)), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, name := range fileNames[1:] {
				if made[name] != files[name] {
					t.Errorf("%s is\n%s\nand should be\n%s", name, made[name], files[name])
				}
			}
		})
	}
}

var fileNames = []string{"cell.go", "first line", "shims.go", "start/cell.go", "start/start.go", "manifest.json", "error"}

// generated is what cellgen makes of a cell: its files, of cell.go the line that is put above the reader's text.
func generated(t *testing.T, text string) map[string]string {
	folder, err := os.MkdirTemp("", "cellgen")
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "cell.go")
	if err := os.WriteFile(path, []byte("//line cell:2:1\n"+text), 0o666); err != nil {
		return map[string]string{"error": err.Error()}
	}
	made := map[string]string{}
	_, _ = tried(t, text) // which lists what it imports
	if err := run(folder, listed); err != nil {
		made["error"] = err.Error() + "\n"
	}
	for _, name := range fileNames {
		if content, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			made[name] = string(content)
		}
	}
	if manifest := made["manifest.json"]; manifest != "" { // one line, in which no difference is seen
		var escaped, indented bytes.Buffer
		json.HTMLEscape(&escaped, []byte(manifest))
		if err := json.Indent(&indented, escaped.Bytes(), "", " "); err != nil {
			t.Fatal(err)
		}
		made["manifest.json"] = indented.String()
	}
	first, _, _ := strings.Cut(made["cell.go"], "\n")
	made["first line"] = first + "\n"
	delete(made, "cell.go")
	return made
}

// readArchive reads files that stand one below the other, each under a line `-- name --`; what is above is a comment.
func readArchive(text string) (comment string, files map[string]string) {
	files = map[string]string{}
	name := ""
	for line := range strings.SplitAfterSeq(text, "\n") {
		if title, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(title, " --\n") {
			name = strings.TrimSuffix(title, " --\n")
			files[name] = ""
		} else if name == "" {
			comment += line
		} else {
			files[name] += line
		}
	}
	return comment, files
}

func archived(comment string, files map[string]string) string {
	text := comment
	for _, name := range fileNames {
		if content, ok := files[name]; ok {
			text += fmt.Sprintf("-- %s --\n%s", name, content)
		}
	}
	return text
}
