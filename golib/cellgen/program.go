package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// errNoMain is for a cell of declarations, none of which is `func main`.
var errNoMain = errors.New("no func main")

// Program completes a cell's file that is to be a program: with a package clause and the imports that it lacks, on a line
// above the text, and with a `func main` around its statements. Text that is not Go is completed as far as it goes.
func Program(text string, packages Packages) (string, error) {
	items := split(text)
	isFile := slices.ContainsFunc(items, func(one item) bool { return one.kind == token.PACKAGE || one.isMain() })
	if !isFile && slices.ContainsFunc(items, item.isStatement) {
		directive, _, _ := strings.Cut(text, "\n")
		var parts [3]string
		for i, isKept := range placed(text, items) {
			_, below, _ := strings.Cut(masked(text, items, isKept), "\n")
			parts[i] = directive + "\n" + below + "\n"
		}
		return completed("package main", parts[0]+parts[1]+mainHead+parts[2]+"}\n", packages)
	}
	if slices.ContainsFunc(items, item.importsC) { // gcc counts lines by itself: none may be added
		return completed(text, "", packages)
	}
	clause := debugLines(text) + "package main"
	text, _ = withoutClause(text)
	program, err := completed(clause, text, packages)
	if err == nil && !slices.ContainsFunc(items, item.isMain) {
		err = errNoMain
	}
	return program, err
}

const mainHead = "func main() {\n"

// placed tells of the items of a text with statements which stand in each of a program's three parts: its imports, what
// else is outside of `func main`, and what is in it.
func placed(text string, items []item) [3]func(item) bool {
	isOutside := outside(text, items)
	return [3]func(item) bool{
		func(one item) bool { return one.kind == token.IMPORT },
		func(one item) bool { return one.kind != token.IMPORT && isOutside(one) },
		func(one item) bool { return !isOutside(one) },
	}
}

// asFile is a cell's text as the file that will be compiled, which may lack imports, and where in it a byte of the text is.
func asFile(text string, offset int, isProgram bool) (string, int) {
	const clause = "package main\n"
	items := split(text)
	has := func(is func(item) bool) bool { return slices.ContainsFunc(items, is) }
	if has(func(one item) bool { return one.kind == token.PACKAGE }) {
		return text, offset
	}
	if !isProgram || has(item.isMain) || !has(item.isStatement) {
		return clause + text, len(clause) + offset
	}
	file, at := clause, 0
	for i, isKept := range placed(text, items) {
		if i == 2 {
			file += mainHead
		}
		isHere := func(one item) bool { return one.from <= offset && offset < one.to && isKept(one) }
		if i == 2 && at == 0 || has(isHere) {
			at = len(file) + offset
		}
		file += masked(text, items, isKept) + "\n"
	}
	return file + "}\n", at
}

// completed is a file with the imports that it lacks. head: its text, or as much of it as ends with the package clause.
func completed(head, text string, packages Packages) (string, error) {
	join := func(head string) string {
		if text == "" {
			return head
		}
		return head + "\n" + text
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", join(head), parser.ParseComments)
	if err != nil {
		return join(head), err
	}
	missing, err := packages.missing(file)
	if err != nil {
		return join(head), err
	}
	end := int(file.Name.End()) - 1
	return join(head[:end] + joined(missing) + head[end:]), nil
}

// joined are imports, to stand behind a package clause.
func joined(paths []string) (text string) {
	for _, path := range paths {
		text += fmt.Sprintf("; import %q", path)
	}
	return text
}

// An item is a declaration or statement at the outermost level of a text, with the comments above it: text[from:to].
type item struct {
	from, to int
	text     string      // from its first token on
	kind     token.Token // of that token; of a func literal's statement LPAREN
	name     string      // of a function
}

func (i item) isMain() bool { return i.kind == token.FUNC && i.name == "main" }

func (i item) importsC() bool { return i.kind == token.IMPORT && strings.Contains(i.text, `"C"`) }

func (i item) isStatement() bool {
	switch i.kind {
	case token.PACKAGE, token.IMPORT, token.TYPE, token.CONST, token.VAR, token.FUNC:
		return false
	}
	return true
}

// split takes a text apart by its tokens, be it Go or not.
func split(text string) (items []item) {
	type lexeme struct {
		kind    token.Token
		literal string
	}
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	from, first, depth := 0, -1, 0
	var those []lexeme
	end := func(to int) {
		if first >= 0 {
			one := item{from: from, to: to, text: text[first:to], kind: those[0].kind}
			kinds := make([]token.Token, len(those))
			for i, each := range those {
				kinds[i] = each.kind
			}
			if at := nameOfFunc(kinds); at > 0 {
				one.name = those[at].literal
			} else if one.kind == token.FUNC {
				one.kind = token.LPAREN
			}
			items = append(items, one)
		}
		from, first, those = to, -1, nil
	}
	for {
		pos, kind, literal := s.Scan()
		at := file.Offset(pos)
		switch kind {
		case token.EOF:
			end(len(text))
			return items
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth = max(depth-1, 0)
		case token.SEMICOLON:
			if depth == 0 {
				if literal == ";" {
					at++
				}
				end(at)
				continue
			}
		}
		if first < 0 {
			first = at
		}
		those = append(those, lexeme{kind, literal})
	}
}

// nameOfFunc finds the name in the tokens of a function's or method's declaration; 0 if they are none: the type of a func
// literal has no name before its parameters.
func nameOfFunc(kinds []token.Token) int {
	kind := func(i int) token.Token {
		if i < len(kinds) {
			return kinds[i]
		}
		return token.EOF
	}
	behind := func(i int) int { // the brackets that open there
		for depth := 0; i < len(kinds); i++ {
			switch kinds[i] {
			case token.LPAREN, token.LBRACK, token.LBRACE:
				depth++
			case token.RPAREN, token.RBRACK, token.RBRACE:
				depth--
			}
			if depth == 0 {
				return i + 1
			}
		}
		return i
	}
	if kind(0) != token.FUNC {
		return 0
	}
	if kind(1) == token.IDENT {
		return 1
	}
	name := behind(1)
	next := name + 1
	if kind(next) == token.LBRACK {
		next = behind(next)
	}
	if kind(1) == token.LPAREN && kind(name) == token.IDENT && kind(next) == token.LPAREN {
		return name
	}
	return 0
}

// masked is the text with blanks in place of the items that are not kept: what is left stands where it stood.
func masked(text string, items []item, isKept func(item) bool) string {
	bytes := []byte(text)
	for _, one := range items {
		if !isKept(one) {
			for i := one.from; i < one.to; i++ {
				if bytes[i] != '\n' {
					bytes[i] = ' '
				}
			}
		}
	}
	return string(bytes)
}

// outside tells which items of a text with statements stand outside of `func main`: imports and functions, and types and
// constants, unless they need a variable of the statements. Of variables those above the first statement, which come
// first anyhow, those that something outside needs, and those that embed files.
func outside(text string, items []item) func(item) bool {
	first := slices.IndexFunc(items, item.isStatement)
	isOutside, isNeeded := map[int]bool{}, map[int]bool{} // by where the item begins
	declared, used := map[int][]string{}, map[int][]string{}
	for i, one := range items {
		if one.isStatement() {
			declared[one.from] = defined(one.text)
			continue
		}
		declared[one.from], used[one.from] = namesOf(one.text)
		isOutside[one.from] = one.kind != token.VAR || i < first || strings.Contains(text[one.from:one.to], "//go:embed ")
	}
	needs := func(one, other item) bool {
		return slices.ContainsFunc(declared[other.from], func(name string) bool { return slices.Contains(used[one.from], name) })
	}
	var need func(one item)
	need = func(one item) {
		for _, other := range items {
			if !other.isStatement() && !isNeeded[other.from] && needs(one, other) {
				isNeeded[other.from], isOutside[other.from] = true, true
				need(other)
			}
		}
	}
	for _, one := range items {
		if one.kind == token.FUNC {
			need(one)
		}
	}
	for more := true; more; {
		more = false
		for _, one := range items {
			isFixed := isNeeded[one.from] || one.kind == token.FUNC || one.kind == token.IMPORT
			if isOutside[one.from] && !isFixed && slices.ContainsFunc(items, func(other item) bool { return !isOutside[other.from] && needs(one, other) }) {
				isOutside[one.from], more = false, true
			}
		}
	}
	return func(one item) bool { return isOutside[one.from] }
}

// namesOf are those that a declaration declares, but for methods, and those of the package that it uses; none if it is not Go.
func namesOf(text string) (declared, used []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package main\n"+text, 0)
	if err != nil {
		return nil, nil
	}
	for name := range file.Scope.Objects {
		declared = append(declared, name)
	}
	for _, name := range file.Unresolved {
		used = append(used, name.Name)
	}
	return declared, used
}

// defined are the variables that a statement defines for those behind it.
func defined(text string) (names []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package main\nfunc main() {\n"+text+"\n}", 0)
	if err != nil {
		return nil
	}
	for _, statement := range file.Decls[0].(*ast.FuncDecl).Body.List {
		if assignment, ok := statement.(*ast.AssignStmt); ok && assignment.Tok == token.DEFINE {
			for _, target := range assignment.Lhs {
				if name, ok := target.(*ast.Ident); ok {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// writeProgram completes the file of a cell that is to be a program, unless there is something to be listed first.
func writeProgram(folder string, packages Packages) error {
	path := filepath.Join(folder, "cell.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	program, err := Program(string(text), packages)
	if errors.As(err, new(Unlisted)) {
		return err
	}
	return errors.Join(os.WriteFile(path, []byte(program), 0o666), err)
}
