package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A call that does nothing for long but call a callable of Python's keeps the GIL: it is as interruptible as a loop of
// Python's own, for each time others may run. What counts is how long it can be between two of these times. That they come
// from the call itself, and not from a goroutine that would wait for the GIL, is seen here; that it is no func of Go's, which
// may wait for anything, is seen by golib/bridge/callables.c, which keeps no GIL then.

// isCallable tells whether a parameter is a func that is always that, and whose arguments and results take no time to cross:
// the results are numbers, perhaps an error.
func (f *frame) isCallable(variable types.Object) bool {
	signature, ok := variable.Type().Underlying().(*types.Signature)
	if !ok || f.writes[variable] > 0 || signature.Variadic() {
		return false
	}
	for param := range signature.Params().Variables() {
		if of := f.stand.in(param.Type()); !isText(of) && !isOfNumbers(of) {
			return false
		}
	}
	for i := range signature.Results().Len() {
		of := signature.Results().At(i).Type()
		isLast := i == signature.Results().Len()-1
		if !isOfNumbers(f.stand.in(of)) && !(isLast && isError(of)) {
			return false
		}
	}
	return true
}

// isOfNumbers tells whether a value is numbers and nothing else.
func isOfNumbers(of types.Type) bool {
	switch of := of.Underlying().(type) {
	case *types.Basic:
		return of.Info()&(types.IsNumeric|types.IsBoolean) != 0
	case *types.Array:
		return isOfNumbers(of.Elem())
	case *types.Struct:
		for field := range of.Fields() {
			if !isOfNumbers(field.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// isCallback tells whether an expression is a callable of Python's.
func (f *frame) isCallback(expr ast.Expr) bool {
	name, ok := ast.Unparen(expr).(*ast.Ident)
	return ok && f.callables[f.cell.info.Uses[name]]
}

// costOfCallback is that of what Go does for it.
func (f *frame) costOfCallback(call *ast.CallExpr) growth {
	const crossing = 100
	sum := f.all(call.Args).plus(constantly(crossing))
	for _, arg := range call.Args {
		if isText(f.typeOf(arg)) {
			sum = sum.plus(f.size(arg).times(constantly(copying)))
		} else {
			sum = sum.plus(f.moved(arg).times(constantly(8)))
		}
	}
	return sum
}

// callsBack tells whether a piece of a function calls a callable whenever it is run through to its end.
func (f *frame) callsBack(node ast.Node) (sure bool) {
	switch node := node.(type) {
	case *ast.BlockStmt:
		for _, statement := range node.List {
			if f.callsBack(statement) {
				return true
			}
			if hasContinue(statement) {
				return false
			}
		}
		return false
	case *ast.IfStmt:
		return node.Init != nil && f.callsBack(node.Init) || f.callsBack(node.Cond) ||
			node.Else != nil && f.callsBack(node.Body) && f.callsBack(node.Else)
	case *ast.RangeStmt:
		return f.callsBack(node.X)
	case *ast.ForStmt, *ast.SwitchStmt, *ast.CaseClause, *ast.FuncLit: // perhaps
		return false
	case *ast.BinaryExpr:
		return f.callsBack(node.X) || node.Op != token.LAND && node.Op != token.LOR && f.callsBack(node.Y)
	case *ast.CallExpr:
		if f.isCallback(node.Fun) {
			return true
		}
	}
	ast.Inspect(node, func(part ast.Node) bool {
		if part != nil && part != node {
			sure = sure || f.callsBack(part)
		}
		return part == node
	})
	return sure
}

func hasContinue(node ast.Node) (has bool) {
	ast.Inspect(node, func(part ast.Node) bool {
		branch, ok := part.(*ast.BranchStmt)
		has = has || ok && branch.Tok == token.CONTINUE
		return !has
	})
	return has
}

// callers are the functions that call one of their arguments, the last, again and again; in between they move an element or
// two, at most as many bytes as all of them are.
var callers = strings.Fields(`
	slices.BinarySearchFunc slices.ContainsFunc slices.IndexFunc slices.IsSortedFunc slices.MaxFunc slices.MinFunc
	slices.SortFunc sort.Search sort.Slice sort.SliceIsSorted`)

// costOfCaller is that of such a function, if it calls back each time.
func (f *frame) costOfCaller(call *ast.CallExpr) growth {
	if len(call.Args) == 0 {
		return boundless
	}
	last := len(call.Args) - 1
	between := constantly(step)
	switch literal := call.Args[last].(type) {
	case *ast.FuncLit:
		if !f.callsBack(literal.Body) {
			return boundless
		}
		f.endless++
		between = f.cost(literal.Body)
		f.endless--
	default:
		if !f.isCallback(literal) {
			return boundless
		}
	}
	sum := constantly(making).plus(between.times(constantly(2)))
	for _, arg := range call.Args[:last] {
		if slice, ok := f.typeOf(arg).Underlying().(*types.Slice); ok {
			sum = sum.plus(f.place(arg), width(slice.Elem()).times(constantly(8*moving)))
		} else {
			sum = sum.plus(f.cost(arg))
		}
	}
	return sum
}
