package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// sameJSON tells whether toJSON and encoding/json write what is read as the same.
func sameJSON(t *testing.T, value any) {
	t.Helper()
	theirs, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var is, want any
	ours := toJSON(value)
	if err := json.Unmarshal(ours, &is); err != nil {
		t.Fatalf("%v\n%s", err, ours)
	}
	if err := json.Unmarshal(theirs, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(is, want) {
		t.Errorf("%s\nis not %s", ours, theirs)
	}
}

func TestJSON(t *testing.T) {
	type Inner struct {
		A, B int
		Same string `json:"same"`
	}
	type all struct {
		Inner
		Same   string         `json:"same"` // hides Inner's
		Kept   []string       `json:"kept"`
		Gone   []int          `json:"gone,omitempty"`
		Empty  *Inner         `json:"empty,omitempty"`
		Never  func()         `json:"-"`
		By     map[string]int `json:"by"`
		Yes    bool
		hidden int
	}
	for _, value := range []any{
		all{}, &all{Kept: []string{}, Gone: []int{}, By: map[string]int{}, hidden: 1},
		all{Inner{1, -2, "inner"}, "outer", []string{"", "a"}, []int{0}, &Inner{}, nil, map[string]int{"b": 1, "a": 1 << 40}, true, 0},
		(*all)(nil), []*all{nil, {}}, int64(-1 << 63), map[string]string{"<&>": "\u2028"},
	} {
		sameJSON(t, value)
	}
}

func TestJSONOfNothingElse(t *testing.T) {
	defer func() {
		if said := recover(); said != "no JSON is written of a float64" {
			t.Error(said)
		}
	}()
	toJSON(map[string]float64{"a": 1})
}

func FuzzJSONOfText(f *testing.F) {
	for _, text := range []string{"", `"\/` + "\b\f\n\r\t\x00\x1f\x7f", "µ𝄞\u2029", "\xff\xed\xa0\x80a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { sameJSON(t, map[string]string{text: text}) })
}

func TestJSONOfManifests(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal(cases, err)
	}
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, files := readArchive(string(text))
		if cell, err := tried(t, files["cell.go"]); err == nil {
			sameJSON(t, cell)
		}
	}
}
