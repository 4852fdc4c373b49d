// Package importer stands in for go/importer when cellgen is built: what reads Go's own export data, and nothing else.
//
// The real one can also read gccgo's and source text, by go/build, debug/elf and cryptography: a seventh of all that is
// compiled on a new machine before its first cell can run. cellgen is the same program with either.
package importer

import (
	"fmt"
	"go/internal/gcimporter"
	"go/token"
	"go/types"
	"io"
)

// Lookup opens the export data of a package.
type Lookup func(path string) (io.ReadCloser, error)

// ForCompiler returns an importer of what the Go compiler has written, and panics for another compiler.
func ForCompiler(files *token.FileSet, compiler string, lookup Lookup) types.Importer {
	if compiler != "gc" || lookup == nil {
		panic(fmt.Sprintf("go/importer is reduced to gc with a lookup, not %s", compiler))
	}
	return &fromGo{files, lookup, map[string]*types.Package{}}
}

type fromGo struct {
	files    *token.FileSet
	lookup   Lookup
	imported map[string]*types.Package
}

func (g *fromGo) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := g.imported[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	file, err := g.lookup(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return gcimporter.Read(g.files, g.imported, path, file)
}
