package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func merged(t *testing.T, files map[string]string) (string, error) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return Merge(folder, []string{"special"})
}

func TestFilesBecomeOneTextInWhichTheirLinesStay(t *testing.T) {
	got, err := merged(t, map[string]string{
		"a.go":      "// Package p does.\npackage p\n\nimport (\n\t\"math/rand\"; _ \"embed\"\n)\n\nvar A = rand.Int()\n",
		"b.go":      "package p; import \"crypto/rand\"; import yaml \"gopkg.in/yaml.v3\"\n\nvar B, C = rand.Reader, yaml.Node{}\n",
		"c.go":      "//go:build special\n\npackage p\n\nimport \"gopkg.in/yaml.v3\"\n\nvar D yaml.Node\n",
		"d.go":      "//go:build !special\n\npackage p\n\nvar E = 1\n",
		"e_test.go": "package p\n\nvar F = 1\n",
	})
	want := `// Package p does.
package p
import /*line /gomagic/package/a.go:5:2*/"math/rand"
import /*line /gomagic/package/a.go:5:15*/_ "embed"
import /*line /gomagic/package/b.go:1:19*/rand_2 "crypto/rand"
import /*line /gomagic/package/b.go:1:41*/yaml "gopkg.in/yaml.v3"
//line /gomagic/package/a.go:1:1
// Package p does.






var A = rand.Int()

//line /gomagic/package/b.go:1:1


var B, C = rand_2/*line /gomagic/package/b.go:3:16*/.Reader, yaml.Node{}

//line /gomagic/package/c.go:1:1






var D yaml.Node

`
	lines := strings.Split(got, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t") // what is blanked
	}
	if got := strings.Join(lines, "\n"); err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestWhatIsNotOfGoAloneIsNamed(t *testing.T) {
	_, err := merged(t, map[string]string{"a.go": "package p\n\nimport \"C\"\n", "b.s": "// nothing\n", "c.go": "package p\n"})
	if want := notPlain("a.go, b.s"); !errors.Is(err, want) || status(err) != isNotPlain {
		t.Errorf("%v", err)
	}
	_, err = merged(t, map[string]string{"a.go": "package p\n\nfunc {\n"})
	if status(err) != notGo {
		t.Errorf("%v", err)
	}
}

func TestAPackageIsCalledAsItsFilesCallIt(t *testing.T) {
	_, err := merged(t, map[string]string{})
	if err == nil || !strings.HasPrefix(err.Error(), "no buildable Go source files in ") {
		t.Errorf("%v", err)
	}
	got, err := merged(t, map[string]string{
		"a.go": "package p\n\nimport \"example.com/go-json\"\n\nvar A = json.New()\n",
		"b.go": "package p\n\nimport \"encoding/json\"\n\nvar B = json.Valid\n",
	})
	if err != nil || !strings.Contains(got, "json_2 \"encoding/json\"\n") || !strings.Contains(got, "*/\"example.com/go-json\"\n") {
		t.Errorf("%v\n%s", err, got)
	}
}
