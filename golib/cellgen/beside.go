package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// cellPaths begin the import path of a cell that another one imports.
const cellPaths = "cells/"

// Beside is what lies beside a text that is being typed: the cell that it tests as tested.go, which is of the same
// package, and the cells that it imports, each as cells/NAME/cell.go. Nothing of them is compiled yet: their types are
// read from their texts.
type Beside struct {
	folder string
	files  *token.FileSet
	others types.Importer
	read   []*ast.File // in which comments are looked for
	cells  map[string]*types.Package
}

func besides(folder string, files *token.FileSet, packages Packages) *Beside {
	return &Beside{folder: folder, files: files, others: packages.importer(files), cells: map[string]*types.Package{}}
}

// tested are the files of the cell that is tested; none if there is no such cell.
func (b *Beside) tested() []*ast.File {
	if file := b.parse("tested.go"); file != nil {
		return []*ast.File{file}
	}
	return nil
}

func (b *Beside) parse(name string) *ast.File {
	path := filepath.Join(b.folder, name)
	if text, err := os.ReadFile(path); b.folder != "" && err == nil {
		if file, _ := parser.ParseFile(b.files, path, text, parser.ParseComments); file != nil && file.Name != nil {
			b.read = append(b.read, file)
			return file
		}
	}
	return nil
}

// Import gives the types of a cell, or of another package.
func (b *Beside) Import(path string) (*types.Package, error) {
	name, isCell := strings.CutPrefix(path, cellPaths)
	if !isCell {
		return b.others.Import(path)
	}
	if pkg, known := b.cells[name]; known && pkg != nil {
		return pkg, nil
	} else if known {
		return nil, fmt.Errorf("%s imports itself", path)
	}
	b.cells[name] = nil
	file := b.parse(filepath.Join("cells", name, "cell.go"))
	if file == nil {
		delete(b.cells, name)
		return nil, fmt.Errorf("there is no cell %s", name)
	}
	config := types.Config{Importer: b, Error: func(error) {}, IgnoreFuncBodies: true}
	b.cells[name], _ = config.Check(path, b.files, []*ast.File{file}, nil)
	return b.cells[name], nil
}
