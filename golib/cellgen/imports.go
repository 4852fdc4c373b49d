package main

//go:generate go run ./stdlib -o standard.go

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// missing are the imports that a file lacks. An error is Unlisted: whether a name that is used is another package's, as
// long as there is one of which nothing is known. Who lacks nothing need not wait for that.
func (p Packages) missing(file *ast.File) ([]string, error) {
	missing := missingImports(file, p)
	if len(missing) == 0 {
		return nil, nil
	}
	var unlisted Unlisted
	if errors.As(p.unlisted(file), &unlisted) {
		// A cell is called as its path ends, for certain.
		unlisted = slices.DeleteFunc(unlisted, func(path string) bool { return strings.HasPrefix(path, cellPaths) })
	}
	if len(unlisted) == 0 {
		return missing, nil
	}
	return missing, unlisted
}

// missingImports are the packages that a file uses and does not import: of the standard library, or of what was added to it.
func missingImports(file *ast.File, packages Packages) []string {
	imported := map[string]bool{}
	for _, spec := range file.Imports {
		if spec.Name != nil {
			imported[spec.Name.Name] = true
		} else if text, err := strconv.Unquote(spec.Path.Value); err == nil {
			imported[packages.nameOf(text)] = true
		}
	}
	unresolved := map[*ast.Ident]bool{}
	for _, name := range file.Unresolved {
		unresolved[name] = true
	}
	selected := map[string][]string{} // package name -> what is used of it
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && unresolved[name] && !imported[name.Name] {
				selected[name.Name] = append(selected[name.Name], selector.Sel.Name)
			}
		}
		return true
	})
	missing := []string{}
	for name, used := range selected {
		path := pathOf(name, used)
		if path == "" {
			path = packages.offered(name)
		}
		if path != "" {
			missing = append(missing, path)
		}
	}
	slices.Sort(missing)
	return missing
}

// printMissing prints the imports that the file of a cell's tests lacks. What beside, the cell, declares is no package.
func printMissing(path, beside string, packages Packages) error {
	files := token.NewFileSet()
	tests, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		return err
	}
	cell, err := parser.ParseFile(files, beside, nil, 0)
	if err != nil {
		return err
	}
	tests.Unresolved = slices.DeleteFunc(tests.Unresolved, func(name *ast.Ident) bool { return cell.Scope.Lookup(name.Name) != nil })
	missing, err := packages.missing(tests)
	if err != nil {
		return err
	}
	for _, path := range missing {
		fmt.Println(path)
	}
	return nil
}

// offered is the package of that name which is there to be imported, that with the shortest path; "" if there is none.
func (p Packages) offered(name string) (found string) {
	for path, one := range p {
		isShorter := found == "" || len(path) < len(found) || len(path) == len(found) && path < found
		if one.Offered && one.Name == name && isShorter {
			found = path
		}
	}
	return found
}

// nameOf is the name of a package, a guess as long as it is not listed.
func (p Packages) nameOf(importPath string) string {
	if listed := p[importPath]; listed.Name != "" {
		return listed.Name
	}
	return packageName(importPath)
}

// packageName guesses the name of a package from its path, by the custom of the Go world.
func packageName(importPath string) string {
	name := path.Base(importPath)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = path.Base(path.Dir(importPath))
	}
	return name
}

// Three packages are called rand; these are in one of them alone, or in that one rightly.
var (
	onlyMathRand   = []string{"Intn", "Int31", "Int31n", "Int63", "Int63n", "Seed", "NewSource", "Source64"}
	onlyCryptoRand = []string{"Reader", "Text", "Prime", "Read"}
)

// pathOf is the standard package of a name of which these are used, "" if there is none.
func pathOf(name string, used []string) string {
	isOneOf := func(names []string) bool {
		return slices.ContainsFunc(used, func(one string) bool { return slices.Contains(names, one) })
	}
	switch {
	case name == "rand" && isOneOf(onlyMathRand):
		return "math/rand"
	case name == "rand" && isOneOf(onlyCryptoRand):
		return "crypto/rand"
	}
	return standard[name]
}
