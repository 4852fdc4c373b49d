package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// packageLine begins the name of each file in a merged text. What builds the cell puts the cell's own name in its place.
const packageLine = "//line /gomagic/package/"

// Merge makes one text of the package in a folder, as a cell is one: its doc and clause, what its files import, then
// file by file, each below a `//line` of its own. No line of theirs moves: clauses, imports and build constraints are blanked. Where two
// files call different packages by one name, it is another one in the later file.
func Merge(folder string, tags []string) (string, error) {
	name, files, err := sourcesIn(folder, tags)
	if err != nil {
		return "", err
	}
	m := merger{paths: map[string]string{}, imported: map[string]bool{}}
	var body strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		merged, err := m.add(name, strings.TrimPrefix(string(text), "\ufeff"))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&body, "%s%s:1:1\n%s\n", packageLine, name, merged)
	}
	return fmt.Sprintf("%spackage %s\n%s%s", m.doc, name, m.imports.String(), body.String()), nil
}

// notPlain are the files of a package that are not Go alone.
type notPlain string

func (n notPlain) Error() string { return string(n) }

// merger knows what has been merged so far. paths: of packages, by the names that files call them by.
type merger struct {
	doc      string
	imports  strings.Builder
	paths    map[string]string
	imported map[string]bool
}

// add returns a file's text without its clause and imports, and notes these.
func (m *merger) add(name, text string) (string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.ParseComments)
	if err != nil {
		return "", err
	}
	at := func(pos token.Pos) int { return files.File(pos).Offset(pos) }
	if m.doc == "" && file.Doc != nil {
		m.doc = text[at(file.Doc.Pos()):at(file.Doc.End())] + "\n"
	}
	edits := []edit{blank(text, at(file.Package), at(file.Name.End()))}
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.IMPORT {
			edits = append(edits, blank(text, at(decl.Pos()), at(decl.End())))
		}
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Pos() < file.Package && strings.HasPrefix(comment.Text, "//go:") { // it would stand below a clause
				edits = append(edits, blank(text, at(comment.Pos()), at(comment.End())))
			}
		}
	}
	for _, spec := range file.Imports {
		place := files.PositionFor(spec.Pos(), false) // where it is, whatever a `//line` says
		called := m.use(file, spec, fmt.Sprintf("%s:%d:%d", name, place.Line, place.Column))
		if called == "" {
			continue
		}
		for _, one := range file.Unresolved {
			if one.Name == localName(file, spec) {
				edits = append(edits, edit{at(one.Pos()), at(one.End()), called + "/*line " + placeOf(files, name, one.End()) + "*/"})
			}
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var all strings.Builder
	last := 0
	for _, edit := range edits {
		all.WriteString(text[last:edit.from] + edit.text)
		last = edit.to
	}
	return all.String() + text[last:], nil
}

// placeOf is a place of a file as a `//line` says it: of the package's, or of one that such a line in it names.
func placeOf(files *token.FileSet, name string, pos token.Pos) string {
	is, said := files.PositionFor(pos, false), files.Position(pos)
	switch {
	case is == said:
		return fmt.Sprintf("%s%s:%d:%d", strings.TrimPrefix(packageLine, "//line "), name, is.Line, is.Column)
	case said.Column == 0:
		return fmt.Sprintf("%s:%d", said.Filename, said.Line)
	}
	return fmt.Sprintf("%s:%d:%d", said.Filename, said.Line, said.Column)
}

// use imports what a file does, once, and returns by what name the file is to call it; "" if by the one it calls it.
func (m *merger) use(file *ast.File, spec *ast.ImportSpec, place string) (called string) {
	path, _ := strconv.Unquote(spec.Path.Value) // it has been parsed
	name := localName(file, spec)
	written := ""
	if spec.Name != nil {
		written = spec.Name.Name + " "
	}
	if name != "_" && name != "." {
		if other, known := m.paths[name]; known && other != path {
			for n := 2; m.paths[name] != "" && m.paths[name] != path; n++ {
				name = fmt.Sprintf("%s_%d", localName(file, spec), n)
			}
			called, written = name, name+" "
		} else if known {
			return ""
		}
		m.paths[name] = path
	}
	if line := fmt.Sprintf("%s%q", written, path); !m.imported[line] {
		m.imported[line] = true
		fmt.Fprintf(&m.imports, "import /*line %s%s*/%s\n", strings.TrimPrefix(packageLine, "//line "), place, line)
	}
	return called
}

// localName is what a file calls a package that it imports. Where nothing is written, it is guessed by the path, and,
// where the file has no such name, by what names it has that nothing else explains.
func localName(file *ast.File, spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	path, _ := strconv.Unquote(spec.Path.Value)
	guess := packageName(path)
	isUsed := func(name string) bool {
		return slices.ContainsFunc(file.Unresolved, func(one *ast.Ident) bool { return one.Name == name })
	}
	if isUsed(guess) {
		return guess
	}
	best := guess
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && isUsed(name.Name) && strings.Contains(path, name.Name) && (best == guess || len(name.Name) > len(best)) {
				best = name.Name
			}
		}
		return true
	})
	return best
}

// blank puts spaces in place of a stretch of text, with the semicolon behind it; its lines stay.
func blank(text string, from, to int) edit {
	if rest := strings.TrimLeft(text[to:], " \t"); strings.HasPrefix(rest, ";") {
		to = len(text) - len(rest) + 1
	}
	blanked := strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return r
		}
		return ' '
	}, text[from:to])
	return edit{from, to, blanked}
}
