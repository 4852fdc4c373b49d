package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// Which slices of rooms.go have every element set before any is looked at. Without this file all of them are cleared, as
// `make` does: a third of a millisecond for a million float64, which takes nearly as long as to fill them.

// filling is what comes after a slice is made in a function, or given to one. size: how long it was made; nil: it was given.
type filling struct {
	*Cell
	body     *ast.BlockStmt
	variable types.Object
	size     ast.Expr
}

// isFilled tells whether these statements set every element before any is looked at: there is a loop over all of them, here or
// in a function that is called, and before it the slice is not used.
func (f *filling) isFilled(after []ast.Stmt) bool {
	for _, statement := range after {
		if !f.isUsed(statement, nil) {
			continue
		}
		if f.isCopy(statement) || f.isGiven(statement) {
			return true
		}
		index, body := f.loop(statement)
		return index != nil && f.setsEach(index, body)
	}
	return false
}

// isCopy tells of a statement that sets every element to what another slice has.
func (f *filling) isCopy(statement ast.Stmt) bool {
	call := called(statement)
	if call == nil || f.callee(call) != types.Universe.Lookup("copy") || !f.is(call.Args[0], f.variable) {
		return false
	}
	of := f.lengthOf(f.size)
	return of != nil && f.is(call.Args[1], of)
}

// called is the call that a statement is; nil: it is another.
func called(statement ast.Stmt) *ast.CallExpr {
	alone, ok := statement.(*ast.ExprStmt)
	if !ok {
		return nil
	}
	call, _ := alone.X.(*ast.CallExpr)
	return call
}

// isGiven tells of a statement that calls a function of the cell which sets every element, and always comes to do so.
func (f *filling) isGiven(statement ast.Stmt) bool {
	call := called(statement)
	if call == nil || f.size == nil { // one function is looked into, not those that it calls
		return false
	}
	given := -1
	for i, arg := range call.Args {
		if f.is(arg, f.variable) && given < 0 {
			given = i
		} else if f.isUsed(arg, nil) {
			return false
		}
	}
	callee, ok := f.callee(call).(*types.Func)
	if !ok || given < 0 {
		return false
	}
	decl, param := f.given(callee, call, given)
	return param != nil && !f.hasTypeParams(decl) && !mayEndEarly(decl.Body) && (&filling{f.Cell, decl.Body, param, nil}).isFilled(decl.Body.List)
}

// mayEndEarly tells whether a function may return before its end, or leave something out: by a panic that it recovers from, too.
func mayEndEarly(body *ast.BlockStmt) (may bool) {
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt, *ast.DeferStmt:
			may = true
		case *ast.BranchStmt:
			may = may || node.Tok == token.GOTO
		}
		return true
	})
	return may
}

// loop are the index and the body of a loop once for each element, in order; nil if it is another.
func (f *filling) loop(statement ast.Stmt) (types.Object, *ast.BlockStmt) {
	switch loop := statement.(type) {
	case *ast.RangeStmt:
		name, ok := loop.Key.(*ast.Ident)
		if !ok || loop.Tok != token.DEFINE || !f.isAsLong(loop.X) {
			return nil, nil
		}
		return f.info.Defs[name], loop.Body
	case *ast.ForStmt:
		start, ok := loop.Init.(*ast.AssignStmt)
		if !ok || start.Tok != token.DEFINE || len(start.Lhs) != 1 || !f.isConstant(start.Rhs[0], 0) {
			return nil, nil
		}
		index := f.info.Defs[start.Lhs[0].(*ast.Ident)]
		until, ok := loop.Cond.(*ast.BinaryExpr)
		if !ok || until.Op != token.LSS || !f.is(until.X, index) || !f.isLength(until.Y) {
			return nil, nil
		}
		next, ok := loop.Post.(*ast.IncDecStmt)
		if !ok || next.Tok != token.INC || !f.is(next.X, index) {
			return nil, nil
		}
		return index, loop.Body
	}
	return nil, nil
}

func (f *filling) is(expr ast.Expr, variable types.Object) bool {
	name, ok := ast.Unparen(expr).(*ast.Ident)
	return ok && variable != nil && f.info.Uses[name] == variable
}

func (c *Cell) isConstant(expr ast.Expr, n int64) bool {
	value := c.info.Types[expr].Value
	return value != nil && constant.Compare(constant.ToInt(value), token.EQL, constant.MakeInt64(n))
}

// isAsLong tells whether to range over an expression is to count the elements.
func (f *filling) isAsLong(expr ast.Expr) bool {
	if f.is(expr, f.variable) || f.isLength(expr) {
		return true
	}
	of := f.lengthOf(f.size)
	switch f.info.TypeOf(expr).Underlying().(type) {
	case *types.Slice, *types.Array:
		return of != nil && f.is(expr, of)
	}
	return false
}

// isLength tells whether a number is that of the elements, wherever it stands.
func (f *filling) isLength(expr ast.Expr) bool {
	if of := f.lengthOf(expr); of != nil {
		return of == f.variable || of == f.lengthOf(f.size)
	}
	if f.size == nil {
		return false
	}
	if size := f.info.Types[f.size].Value; size != nil {
		value := f.info.Types[expr].Value
		return value != nil && constant.Compare(constant.ToInt(value), token.EQL, constant.ToInt(size))
	}
	name, ok := ast.Unparen(f.size).(*ast.Ident)
	return ok && f.is(expr, f.info.Uses[name]) && f.isUnchanged(f.info.Uses[name], f.body)
}

// lengthOf is of which variable, always the same slice or array, an expression is the length; nil if it is something else.
func (f *filling) lengthOf(expr ast.Expr) types.Object {
	call, ok := ast.Unparen(expr).(*ast.CallExpr) // nil is none
	if !ok || len(call.Args) != 1 || f.callee(call) != types.Universe.Lookup("len") {
		return nil
	}
	name, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	if !ok || !f.isUnchanged(f.info.Uses[name], f.body) {
		return nil
	}
	return f.info.Uses[name]
}

// isUnchanged tells whether a variable of the function's own is what it was declared as, all the time.
func (f *filling) isUnchanged(variable types.Object, within ast.Node) bool {
	if of, ok := variable.(*types.Var); !ok || of.Parent() == f.pkg.Scope() || of.Pkg() != f.pkg {
		return false
	}
	unchanged := true
	ast.Inspect(within, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, target := range node.Lhs {
				unchanged = unchanged && !f.is(target, variable)
			}
		case *ast.IncDecStmt:
			unchanged = unchanged && !f.is(node.X, variable)
		case *ast.UnaryExpr:
			unchanged = unchanged && (node.Op != token.AND || !f.is(node.X, variable))
		case *ast.RangeStmt:
			unchanged = unchanged && (node.Tok == token.DEFINE || node.Key == nil || !f.is(node.Key, variable) && (node.Value == nil || !f.is(node.Value, variable)))
		}
		return unchanged
	})
	return unchanged
}

// setsEach tells whether each round of a loop sets its element, whatever happens, before the slice is used otherwise.
func (f *filling) setsEach(index types.Object, body *ast.BlockStmt) bool {
	if !f.isUnchanged(index, body) {
		return false
	}
	for i, statement := range body.List {
		if assigned, ok := statement.(*ast.AssignStmt); ok && assigned.Tok == token.ASSIGN && f.sets(assigned, index) {
			for _, rest := range body.List[i+1:] {
				if f.isUsed(rest, index) || leaves(rest, false) {
					return false
				}
			}
			return true
		}
		if f.isUsed(statement, nil) || leaves(statement, false) {
			return false
		}
	}
	return false
}

// sets tells whether an assignment sets the element, and does not use the slice otherwise.
func (f *filling) sets(assigned *ast.AssignStmt, index types.Object) bool {
	set := 0
	for _, target := range assigned.Lhs {
		if f.isElement(target, index) {
			set++
		} else if f.isUsed(target, nil) {
			return false
		}
	}
	for _, value := range assigned.Rhs {
		if f.isUsed(value, nil) {
			return false
		}
	}
	return set == 1
}

func (f *filling) isElement(expr ast.Node, index types.Object) bool {
	element, ok := expr.(*ast.IndexExpr)
	return ok && f.is(element.X, f.variable) && f.is(element.Index, index)
}

// isUsed tells whether the slice is, but for its length and the element at index.
func (f *filling) isUsed(within ast.Node, index types.Object) (used bool) {
	ast.Inspect(within, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IndexExpr:
			if f.isElement(node, index) {
				return false
			}
		case *ast.CallExpr:
			if of := f.callee(node); (of == types.Universe.Lookup("len") || of == types.Universe.Lookup("cap")) && f.is(node.Args[0], f.variable) {
				return false
			}
		case *ast.Ident:
			used = used || f.info.Uses[node] == f.variable
		}
		return true
	})
	return used
}

// leaves tells whether a statement of a loop may go on elsewhere than behind it, or never: but for what returns. isInSwitch: a
// `break` ends that alone.
func leaves(statement ast.Node, isInSwitch bool) (does bool) {
	ast.Inspect(statement, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt:
			does = does || hasLabels(node.Body)
			return false
		case *ast.RangeStmt:
			does = does || hasLabels(node.Body)
			return false
		case *ast.SwitchStmt:
			does = does || leaves(node.Body, true)
			return false
		case *ast.TypeSwitchStmt:
			does = does || leaves(node.Body, true)
			return false
		case *ast.SelectStmt:
			does = does || leaves(node.Body, true)
			return false
		case *ast.BranchStmt:
			isOwn := node.Tok == token.FALLTHROUGH || node.Tok == token.BREAK && isInSwitch
			does = does || node.Label != nil || !isOwn
		}
		return true
	})
	return does
}

// hasLabels tells whether a loop goes on at a label, perhaps one outside.
func hasLabels(loop *ast.BlockStmt) (has bool) {
	ast.Inspect(loop, func(node ast.Node) bool {
		branch, ok := node.(*ast.BranchStmt)
		has = has || ok && branch.Label != nil
		return true
	})
	return has
}
