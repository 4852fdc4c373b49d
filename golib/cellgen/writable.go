package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// isWritable tells whether the cell can write a type down at top level.
func (c *Cell) isWritable(typ types.Type) bool {
	switch typ := typ.(type) {
	case *types.Basic:
		return c.isWritableBasic(typ)
	case *types.Alias:
		return c.isWritableName(typ.Obj(), typ.TypeArgs())
	case *types.Named:
		return c.isWritableName(typ.Obj(), typ.TypeArgs())
	case *types.Pointer:
		return c.isWritable(typ.Elem())
	case *types.Slice:
		return c.isWritable(typ.Elem())
	case *types.Array:
		return c.isWritable(typ.Elem())
	case *types.Chan:
		return c.isWritable(typ.Elem())
	case *types.Map:
		return c.isWritable(typ.Key()) && c.isWritable(typ.Elem())
	case *types.Signature:
		return c.areWritable(slices.Collect(typ.Params().Variables())) && c.areWritable(slices.Collect(typ.Results().Variables()))
	case *types.Struct:
		fields := slices.Collect(typ.Fields())
		return c.areWritable(fields) && !slices.ContainsFunc(fields, func(field *types.Var) bool { return c.isHidden(field) })
	case *types.Interface:
		for method := range typ.Methods() {
			if c.isHidden(method) || !c.isWritable(method.Type()) {
				return false
			}
		}
		for embedded := range typ.EmbeddedTypes() {
			if !c.isWritable(embedded) {
				return false
			}
		}
		return c.isPredeclared("any")
	}
	return false
}

func (c *Cell) areWritable(variables []*types.Var) bool {
	return !slices.ContainsFunc(variables, func(v *types.Var) bool { return !c.isWritable(v.Type()) })
}

// isHidden tells of a field or method whether another package keeps it for itself.
func (c *Cell) isHidden(object types.Object) bool { return !object.Exported() && object.Pkg() != c.pkg }

// isPredeclared tells whether a name of Go's own means in the cell what it means elsewhere.
func (c *Cell) isPredeclared(name string) bool {
	ofTheFile := c.pkg.Scope().Child(0) // its imports
	return c.pkg.Scope().Lookup(name) == nil && ofTheFile.Lookup(name) == nil
}

func (c *Cell) isWritableBasic(typ *types.Basic) bool {
	if typ.Kind() != types.UnsafePointer {
		return c.isPredeclared(typ.Name())
	}
	return slices.ContainsFunc(c.file.Imports, func(spec *ast.ImportSpec) bool {
		return spec.Name == nil && spec.Path.Value == `"unsafe"` // by whose name go/types writes it
	})
}

func (c *Cell) isWritableName(name *types.TypeName, args *types.TypeList) bool {
	for arg := range args.Types() {
		if !c.isWritable(arg) {
			return false
		}
	}
	switch pkg := name.Pkg(); pkg {
	case nil:
		return c.isPredeclared(name.Name())
	case c.pkg:
		return name.Parent() == pkg.Scope() // not in a function
	default:
		return name.Exported() && name.Parent() == pkg.Scope() && isImportable(pkg.Path())
	}
}

// isImportable tells whether a package is open to all.
func isImportable(path string) bool {
	parts := strings.Split(path, "/")
	return !slices.Contains(parts, "internal") && !slices.Contains(parts, "vendor")
}
