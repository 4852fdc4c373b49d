package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// onlyReads tells of a parameter whether a function does nothing with it but look at the numbers, text and handles in it.
// The compiler does not say so of maps, since it sees no writes to them.
func (c *Cell) onlyReads(decl *ast.FuncDecl, param types.Object) bool {
	if decl.Body == nil {
		return false
	}
	if param == nil || param.Name() == "_" {
		return true
	}
	only := true
	var above []ast.Node
	ast.Inspect(decl.Body, func(node ast.Node) bool {
		if node == nil {
			above = above[:len(above)-1]
			return true
		}
		if name, ok := node.(*ast.Ident); ok && c.info.Uses[name] == param {
			only = only && c.isRead(name, above)
		}
		above = append(above, node)
		return only
	})
	return only
}

// isRead tells whether an expression is one of a map or slice of which only elements are looked at. above: what it is in.
func (c *Cell) isRead(expr ast.Expr, above []ast.Node) bool {
	if len(above) == 0 {
		return false
	}
	rest, of := above[:len(above)-1], c.info.TypeOf(expr)
	switch in := above[len(above)-1].(type) {
	case *ast.ParenExpr:
		return c.isRead(in, rest)
	case *ast.CallExpr:
		builtin, ok := ast.Unparen(in.Fun).(*ast.Ident)
		return ok && c.info.Uses[builtin] == types.Universe.Lookup("len")
	case *ast.BinaryExpr:
		return in.Op == token.EQL || in.Op == token.NEQ // with nil
	case *ast.RangeStmt:
		return in.X == expr && isShallow(of)
	case *ast.IndexExpr:
		if in.X != expr {
			return false
		}
		if isShallow(of) {
			return !isChanged(in, rest)
		}
		return c.isRead(in, rest)
	}
	return false
}

// isShallow tells whether all that lies in the elements of a map or slice is numbers, text and pointers.
func isShallow(of types.Type) bool {
	switch of := of.Underlying().(type) {
	case *types.Map:
		return isLeaf(of.Elem())
	case *types.Slice:
		return isLeaf(of.Elem())
	}
	return false
}

func isLeaf(of types.Type) bool {
	switch of.Underlying().(type) {
	case *types.Basic, *types.Pointer:
		return true
	}
	return false
}

// isChanged tells whether an element is written to, or its address taken.
func isChanged(element ast.Expr, above []ast.Node) bool {
	if len(above) == 0 {
		return true
	}
	switch in := above[len(above)-1].(type) {
	case *ast.ParenExpr:
		return isChanged(in, above[:len(above)-1])
	case *ast.AssignStmt:
		for _, left := range in.Lhs {
			if left == element {
				return true
			}
		}
	case *ast.IncDecStmt:
		return true
	case *ast.UnaryExpr:
		return in.Op == token.AND
	case *ast.RangeStmt:
		return in.Key == element || in.Value == element
	}
	return false
}
