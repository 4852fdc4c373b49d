package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// What a cell reads from the standard input comes from Python, which knows whom to ask: in a notebook there is a box for it,
// and nothing on file descriptor 0. So, in place,
//
//	fmt.Scanln(&name)         bridge.Scanln(&name)
//	bufio.NewReader(os.Stdin) bufio.NewReader(bridge.Stdin)
//
// the latter wherever os.Stdin becomes an interface of what is read. As a file it stays what it is, and what a command of
// os/exec is given: one has the file itself, and may not read it at all.

// scans are the functions that read the standard input, by what golib/bridge has in their place.
var scans = map[string]string{"fmt.Scan": "Scan", "fmt.Scanf": "Scanf", "fmt.Scanln": "Scanln"}

// ofStdin are the methods that golib/bridge's standard input has.
var ofStdin = []string{"Read", "Close"}

// findReads notes where the cell reads the standard input; nowhere, if it has one of its own.
func (c *Cell) findReads() {
	c.reads = map[ast.Expr]string{}
	if c.hasOwnStdin() {
		return
	}
	var above []ast.Node
	ast.Inspect(c.file, func(node ast.Node) bool {
		if node == nil {
			above = above[:len(above)-1]
			return true
		}
		if expr, ok := node.(ast.Expr); ok {
			if name := c.readBy(expr, above); name != "" {
				c.reads[expr] = name
			}
		}
		above = append(above, node)
		return true
	})
}

// hasOwnStdin tells whether the cell puts another file in the place of the standard input.
func (c *Cell) hasOwnStdin() (has bool) {
	replaced := func(expr ast.Expr) {
		name, _ := ast.Unparen(expr).(*ast.Ident)
		if selector, ok := ast.Unparen(expr).(*ast.SelectorExpr); ok {
			name = selector.Sel
		}
		has = has || name != nil && fullName(c.info.Uses[name]) == "os.Stdin"
	}
	ast.Inspect(c.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, to := range node.Lhs {
				replaced(to)
			}
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				replaced(node.X)
			}
		}
		return !has
	})
	return has
}

// readBy is what golib/bridge has in place of what stands below these nodes, "" if that does not read the standard input.
func (c *Cell) readBy(expr ast.Expr, above []ast.Node) string {
	var object types.Object
	switch expr := expr.(type) {
	case *ast.SelectorExpr:
		object = c.info.Uses[expr.Sel]
	case *ast.Ident: // of a package whose names need no package's
		if selector, ok := above[len(above)-1].(*ast.SelectorExpr); !ok || selector.Sel != expr {
			object = c.info.Uses[expr]
		}
	}
	name := fullName(object)
	if name == "os.Stdin" && c.isAsked(expr, above) {
		return "Stdin"
	}
	return scans[name]
}

// isAsked tells whether an expression becomes an interface that golib/bridge's standard input implements.
func (c *Cell) isAsked(expr ast.Expr, above []ast.Node) bool {
	at := len(above) - 1
	for ; at > 0; at-- {
		parenthesis, ok := above[at].(*ast.ParenExpr)
		if !ok {
			break
		}
		expr = parenthesis
	}
	if method, ok := above[at].(*ast.SelectorExpr); ok {
		return slices.Contains(ofStdin, method.Sel.Name)
	}
	wanted := c.becomes(expr, above[at], above[:at])
	if wanted == nil || !types.IsInterface(wanted) {
		return false
	}
	face, ok := wanted.Underlying().(*types.Interface)
	if _, isParameter := types.Unalias(wanted).(*types.TypeParam); !ok || isParameter {
		return false
	}
	methods := streamMethods(face)
	return slices.Contains(methods, "Read") && !slices.ContainsFunc(methods, func(name string) bool { return !slices.Contains(ofStdin, name) })
}

// becomes is the type that a value takes on where it stands, as a part of a node below others; nil if it keeps its own.
func (c *Cell) becomes(value ast.Expr, in ast.Node, above []ast.Node) types.Type {
	switch in := in.(type) {
	case *ast.CallExpr:
		return c.argumentType(in, slices.Index(in.Args, value))
	case *ast.ValueSpec:
		if in.Type != nil {
			return c.info.TypeOf(in.Type)
		}
	case *ast.AssignStmt:
		if i := slices.Index(in.Rhs, value); i >= 0 && len(in.Lhs) == len(in.Rhs) {
			if field, ok := in.Lhs[i].(*ast.SelectorExpr); ok {
				return c.fieldType(field.Sel)
			}
			return c.info.TypeOf(in.Lhs[i])
		}
	case *ast.ReturnStmt:
		if results := c.resultsAround(above); results != nil && results.Len() == len(in.Results) {
			return results.At(slices.Index(in.Results, value)).Type()
		}
	case *ast.SendStmt:
		if channel, ok := c.info.TypeOf(in.Chan).Underlying().(*types.Chan); ok && in.Value == value {
			return channel.Elem()
		}
	case *ast.KeyValueExpr:
		if literal, ok := above[len(above)-1].(*ast.CompositeLit); ok && in.Value == value {
			if field, isName := in.Key.(*ast.Ident); isName && c.isStruct(literal) {
				return c.fieldType(field)
			}
			return c.elementType(literal, 0)
		}
	case *ast.CompositeLit:
		if i := slices.Index(in.Elts, value); i >= 0 {
			return c.elementType(in, i)
		}
	}
	return nil
}

// fieldType is the type of what a name selects; nil: of what a command is given.
func (c *Cell) fieldType(name *ast.Ident) types.Type {
	object := c.info.Uses[name]
	if object.Pkg() != nil && object.Pkg().Path() == "os/exec" {
		return nil
	}
	return object.Type()
}

// argumentType is the type that the i-th argument of a call takes on; nil: that of none.
func (c *Cell) argumentType(call *ast.CallExpr, i int) types.Type {
	if i < 0 {
		return nil
	}
	of := c.info.TypeOf(call.Fun)
	if c.info.Types[call.Fun].IsType() {
		return of
	}
	signature, ok := of.(*types.Signature) // also of a builtin
	if !ok {
		return nil
	}
	params := signature.Params()
	if last := params.Len() - 1; signature.Variadic() && i >= last && !call.Ellipsis.IsValid() {
		if elements, ok := params.At(last).Type().Underlying().(*types.Slice); ok {
			return elements.Elem()
		}
		return nil
	}
	return params.At(i).Type()
}

// resultsAround are those of the innermost function.
func (c *Cell) resultsAround(above []ast.Node) *types.Tuple {
	for _, node := range slices.Backward(above) {
		switch node := node.(type) {
		case *ast.FuncLit:
			return c.info.TypeOf(node).(*types.Signature).Results()
		case *ast.FuncDecl:
			return c.info.Defs[node.Name].(*types.Func).Signature().Results()
		}
	}
	return nil
}

func (c *Cell) isStruct(literal *ast.CompositeLit) bool {
	_, ok := c.literalType(literal).(*types.Struct)
	return ok
}

// literalType is what a literal is made of; in `[]*T{{…}}` it is written as what a pointer points to.
func (c *Cell) literalType(literal *ast.CompositeLit) types.Type {
	typ := c.info.TypeOf(literal).Underlying()
	if pointer, ok := typ.(*types.Pointer); ok {
		typ = pointer.Elem().Underlying()
	}
	return typ
}

// elementType is the type of the i-th part of a literal.
func (c *Cell) elementType(literal *ast.CompositeLit, i int) types.Type {
	switch typ := c.literalType(literal).(type) {
	case *types.Struct:
		return typ.Field(i).Type()
	case *types.Map:
		return typ.Elem()
	case interface{ Elem() types.Type }:
		return typ.Elem()
	}
	return nil
}

// readFromPython has what the cell reads come from Python.
func (c *Cell) readFromPython(w *rewriter) {
	ast.Inspect(c.file, func(node ast.Node) bool {
		expr, ok := node.(ast.Expr)
		if name := c.reads[expr]; ok && name != "" {
			w.replace(expr.Pos(), expr.End(), w.imported(bridgePath)+"."+name)
			w.added = append(w.added, "var _ = "+w.source(expr)) // the cell still uses what it imports
		}
		return true
	})
}
