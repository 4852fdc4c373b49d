package main

import (
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// The names that shims.go and start.go declare, and import packages by. The cell's file is of the same package and may
// have them, too: no file may import by a name that another declares.
var ours, oursOfImports = []string{"_shims"}, []string{"_bridge", "unsafe"}

// apart gives a generated file other names of its own where the cell has those. None of the cell's is meant by them, since
// what Python gets is exported.
func (c *Cell) apart(text string) string {
	others := map[string]string{}
	for _, name := range ours {
		if !c.isPredeclared(name) {
			others[name] = c.unusedPrefix(name)
		}
	}
	for _, name := range oursOfImports {
		if c.pkg.Scope().Lookup(name) != nil {
			others[name] = c.unusedPrefix("_" + strings.TrimPrefix(name, "_"))
		}
	}
	if len(others) == 0 {
		return text
	}
	if other := others["unsafe"]; other != "" {
		text = strings.Replace(text, "\t\"unsafe\"\n", "\t"+other+" \"unsafe\"\n", 1)
	}
	var s scanner.Scanner
	files := token.NewFileSet()
	file := files.AddFile("", -1, len(text))
	s.Init(file, []byte(text), nil, 0)
	var all strings.Builder
	last := 0
	for {
		pos, kind, name := s.Scan()
		if kind == token.EOF {
			return all.String() + text[last:]
		}
		if other := others[name]; kind == token.IDENT && other != "" {
			at := file.Offset(pos)
			all.WriteString(text[last:at] + other)
			last = at + len(name)
		}
	}
}

// number is that of a text in a list, from 1; what is not there yet is put at its end.
func number(list *[]string, text string) int {
	if i := slices.Index(*list, text); i >= 0 {
		return i + 1
	}
	*list = append(*list, text)
	return len(*list)
}
