package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Package is what `go list -export` says of one package.
type Package struct {
	Name     string
	Export   string // the file with its types; "" if it does not compile, or does not exist
	Standard bool   // is of the standard library
	Offered  bool   // may be imported by its name alone
	unlisted bool   // nothing but its name is known yet
}

// Packages are those that have been listed so far, by import path.
type Packages map[string]Package

// readPackages reads a list, a line a package: path, name, export file, whether it is standard; before them, path
// and name of what may be imported by its name. A package whose file is gone counts as not listed: Go empties its build cache from time to time.
func readPackages(path string) (Packages, error) {
	listed := Packages{}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) == 2 {
			listed[fields[0]] = Package{Name: fields[1], Offered: true, unlisted: true}
		}
		if len(fields) != 4 {
			continue
		}
		if _, err := os.Stat(fields[2]); err == nil || fields[2] == "" {
			offered := listed[fields[0]].Offered
			listed[fields[0]] = Package{Name: fields[1], Export: fields[2], Standard: fields[3] == "true", Offered: offered}
		}
	}
	return listed, nil
}

// Unlisted are the imports of a cell of which nothing is known yet: they are to be listed first.
type Unlisted []string

func (u Unlisted) Error() string { return strings.Join(u, "\n") }

// unlisted are the imports of a file that are not in the list; unsafe is known to go/types itself.
func (p Packages) unlisted(file *ast.File) error {
	var paths Unlisted
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if one, known := p[path]; err == nil && (!known || one.unlisted) && path != "unsafe" && path != "C" && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	if paths == nil {
		return nil
	}
	return paths
}

// importsOthers tells whether the cell imports what is neither of the standard library nor gomagic's: its `init`s are run
// while the library is loaded.
func (c *Cell) importsOthers(packages Packages) bool {
	return slices.ContainsFunc(c.pkg.Imports(), func(pkg *types.Package) bool {
		return pkg != types.Unsafe && !packages[pkg.Path()].Standard && !strings.HasPrefix(pkg.Path(), "gomagic/golib/")
	})
}

// importer reads the types of packages from their export files.
func (p Packages) importer(files *token.FileSet) types.Importer {
	return importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) {
		if p[path].Export == "" {
			return nil, fmt.Errorf("there is no export data of %s", path)
		}
		return os.Open(p[path].Export)
	})
}

// check asks go/types what everything in the cell's file is.
func (c *Cell) check(packages Packages) error {
	c.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{},
	}
	config := types.Config{
		Importer: packages.importer(c.files), Sizes: sizesOf,
		Error: func(error) {}, // go on behind the first one, to know what the other names are
	}
	var err error
	c.pkg, err = config.Check("main", c.files, []*ast.File{c.file}, c.info)
	return err
}
