package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// mostMade is how many elements may be made at once without a thought: more may be too many.
const mostMade = 1 << 20

// isCalm tells whether the value of a variable can be worked out without a panic, without waiting and without an effect.
// begun: what comes before it is put off, and so a variable may not have its value yet. In doubt it cannot.
func (c *Cell) isCalm(expr ast.Expr, begun bool) bool {
	if known, ok := c.info.Types[expr]; ok && (known.Value != nil || known.IsNil() || known.IsType()) {
		return true
	}
	switch expr := expr.(type) {
	case *ast.Ident:
		return !begun || !c.isVariable(expr)
	case *ast.FuncLit: // is not called here, or stands in a call
		return true
	case *ast.ParenExpr:
		return c.isCalm(expr.X, begun)
	case *ast.KeyValueExpr:
		return c.isCalm(expr.Value, begun)
	case *ast.CompositeLit:
		return c.isCalmLiteral(expr, begun)
	case *ast.SelectorExpr:
		selection := c.info.Selections[expr]
		if selection == nil { // of a package
			return !begun || !c.isVariable(expr.Sel)
		}
		return selection.Kind() == types.MethodExpr || selection.Kind() == types.FieldVal && !selection.Indirect() && c.isCalm(expr.X, begun)
	case *ast.IndexExpr: // else it is of a function with type parameters
		return c.info.Types[expr.Index].IsType()
	case *ast.IndexListExpr:
		return true
	case *ast.UnaryExpr:
		_, isName := ast.Unparen(expr.X).(*ast.Ident)
		return expr.Op == token.AND && isName || expr.Op != token.ARROW && c.isCalm(expr.X, begun)
	case *ast.BinaryExpr:
		return c.isCalmOperation(expr) && c.isCalm(expr.X, begun) && c.isCalm(expr.Y, begun)
	case *ast.CallExpr:
		return c.isCalmCall(expr) && c.areCalm(expr.Args, begun)
	}
	return false
}

func (c *Cell) isVariable(name *ast.Ident) bool {
	_, ok := c.info.Uses[name].(*types.Var)
	return ok
}

func (c *Cell) areCalm(all []ast.Expr, begun bool) bool {
	for _, expr := range all {
		if !c.isCalm(expr, begun) {
			return false
		}
	}
	return true
}

// isCalmLiteral minds the keys of maps, too: one may be of a type that cannot be hashed.
func (c *Cell) isCalmLiteral(literal *ast.CompositeLit, begun bool) bool {
	if of, ok := c.info.TypeOf(literal).Underlying().(*types.Map); ok {
		for _, element := range literal.Elts {
			key := element.(*ast.KeyValueExpr).Key
			if c.info.Types[key].Value == nil && !(isPlainlyComparable(of.Key()) && c.isCalm(key, begun)) {
				return false
			}
		}
	}
	return c.areCalm(literal.Elts, begun)
}

func (c *Cell) isCalmOperation(expr *ast.BinaryExpr) bool {
	left, right := c.info.Types[expr.X], c.info.Types[expr.Y]
	switch expr.Op {
	case token.EQL, token.NEQ:
		return left.IsNil() || right.IsNil() || isPlainlyComparable(left.Type) && isPlainlyComparable(right.Type)
	case token.SHL, token.SHR:
		return right.Value != nil || has(right.Type, types.IsUnsigned)
	case token.QUO, token.REM:
		return right.Value != nil || !has(right.Type, types.IsInteger)
	}
	return true
}

func has(typ types.Type, what types.BasicInfo) bool {
	basic, ok := typ.Underlying().(*types.Basic)
	return ok && basic.Info()&what != 0
}

// isPlainlyComparable tells whether values of a type can be compared whatever they are: no interface is in it.
func isPlainlyComparable(typ types.Type) bool {
	switch typ := typ.Underlying().(type) {
	case *types.Basic, *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return isPlainlyComparable(typ.Elem())
	case *types.Struct:
		for field := range typ.Fields() {
			if !isPlainlyComparable(field.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// isCalmCall tells of what looks like a call whether it is calm when its arguments are.
func (c *Cell) isCalmCall(call *ast.CallExpr) bool {
	if callee := c.info.Types[call.Fun]; callee.IsType() {
		_, fromSlice := c.info.TypeOf(call.Args[0]).Underlying().(*types.Slice)
		return !fromSlice || !isArray(callee.Type) // a slice may be too short for an array
	}
	switch callee := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if _, ok := c.info.Uses[callee].(*types.Builtin); ok {
			return c.isCalmBuiltin(callee.Name, call.Args)
		}
	case *ast.SelectorExpr:
		function, ok := c.info.Uses[callee.Sel].(*types.Func)
		return ok && function.FullName() == "errors.New"
	}
	return false
}

func isArray(typ types.Type) bool {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		typ = pointer.Elem()
	}
	_, ok := typ.Underlying().(*types.Array)
	return ok
}

func (c *Cell) isCalmBuiltin(name string, args []ast.Expr) bool {
	switch name {
	case "cap", "complex", "imag", "len", "max", "min", "new", "real":
		return true
	case "make":
		for _, size := range args[1:] {
			known := c.info.Types[size].Value
			if known == nil || !constant.Compare(constant.ToInt(known), token.LEQ, constant.MakeInt64(mostMade)) {
				return false
			}
		}
		return true
	}
	return false
}
