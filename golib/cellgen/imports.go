package main

//go:generate go run ./stdlib -o standard.go

import (
	"go/ast"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// missingImports are the packages of the standard library that a file uses and does not import.
func missingImports(file *ast.File) []string {
	imported := map[string]bool{}
	for _, spec := range file.Imports {
		if spec.Name != nil {
			imported[spec.Name.Name] = true
		} else if text, err := strconv.Unquote(spec.Path.Value); err == nil {
			imported[packageName(text)] = true
		}
	}
	unresolved := map[*ast.Ident]bool{}
	for _, name := range file.Unresolved {
		unresolved[name] = true
	}
	missing := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && unresolved[name] && !imported[name.Name] {
				if path := pathOf(name.Name, selector.Sel.Name); path != "" {
					missing[path] = true
				}
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(missing))
}

// packageName guesses the name of a package from its path, by the custom of the Go world.
func packageName(importPath string) string {
	name := path.Base(importPath)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = path.Base(path.Dir(importPath))
	}
	return name
}

// pathOf is the standard package of a name, "" if there is none. Three are called rand: their functions tell.
func pathOf(name, selected string) string {
	if name == "rand" {
		switch selected {
		case "Reader", "Text", "Prime":
			return "crypto/rand"
		case "Intn", "Int31", "Int31n", "Int63", "Int63n", "Seed", "NewSource", "Source64", "Read":
			return "math/rand"
		}
	}
	return standard[name]
}
