package main

import (
	"maps"
	"testing"
)

func TestMisspeltNamesAreFoundByWhatIsThere(t *testing.T) {
	for text, want := range map[string]map[string]string{
		"func F(s string) string { return strings.Uper(s) }":                     {"2:34": "strings.ToUpper", "2:42": "strings.ToUpper"},
		"func F() int { total := 1; return totl }":                               {"2:35": "total"},
		"func F() int { return totl }\nfunc g() { total := 1; _ = total }":       nil,
		"func F() { totl() }\nfunc total() {}":                                   {"2:12": "total"},
		"func F(b bytes.Buffer) { b.WriteStrin(\"\") }":                          {"2:26": "WriteString", "2:28": "WriteString"},
		"func F(b *bytes.Buffer) { b.off() }":                                    nil,
		"type P struct{ width int }\nfunc F() P { return P{widht: 1} }":          {"3:23": "width"},
		"type P struct{ Wide int }\nfunc F(p *P) int { return (*p).Wde }":        {"3:27": "Wide", "3:32": "Wide"},
		"type P struct{ Wide int }\nfunc (P) Area() {}\nfunc F(p P) { p.Are() }": {"4:15": "Area", "4:17": "Area"},
		"func F(r io.Reader) { r.Reed(nil) }":                                    {"2:23": "Read", "2:25": "Read"},
		"func F(x flot64) {}":                                                    {"2:10": "float64"},
		"func F() { strngs.ToUpper(\"\") }":                                      nil,
		"func F(words []string) string { return wrds.Len() }":                    {"2:40": "words"},
		"func F() { qqq() }":                                                     nil,
	} {
		cell, err := tried(t, text)
		if err == nil {
			t.Errorf("%s compiles", text)
		} else if !maps.Equal(cell.near, want) {
			t.Errorf("%s: %v, want %v", text, cell.near, want)
		}
	}
}

func TestLikenessIsOneForEqualNamesAndNoneForStrangers(t *testing.T) {
	if l := likeness("Uper", "ToUpper"); l < alike || l >= 1 {
		t.Errorf("Uper and ToUpper: %v", l)
	}
	if likeness("abc", "ABC") != 1 || likeness("abc", "xyz") != 0 {
		t.Error("equal names are 1, others 0")
	}
}
