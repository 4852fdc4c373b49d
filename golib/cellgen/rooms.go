package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// What a function makes, fills and returns, nobody else of Go's has: not in this call, and not after it. So its memory is
// free as soon as Python has let go of the array, and golib/bridge/rooms.go has it again for the next call. From
//
//	xs := make([]float64, n)
//
// becomes, in place,
//
//	xs := bridge.Room[float64](n)
//
// or bridge.Unfilled, if every element is set before any is looked at: then nothing need be cleared; and from
//
//	xs := make([]float64, 0, n)
//
// with nothing but appends to it, `bridge.Unfilled[float64](n)[:0]`. It is by its text that a function is known to have nothing
// else to do with a slice; in doubt it is made as it is written. Without this file everything works, and a million float64 take
// 2.0 to 2.6 times as long as it takes ctypes to have an array of numpy's filled, not 0.9 to 1.1.

// room is such a slice. grows: it is made without elements.
type room struct {
	made            *ast.CallExpr
	isFilled, grows bool
}

// lendRooms has the results of a function lent in that way which are such slices.
func (c *Cell) lendRooms(decl *ast.FuncDecl, results []Value) {
	for i := range results {
		if results[i].Shape != "a" || results[i].Length >= 0 {
			continue
		}
		if made := c.roomOf(decl, i); made != nil {
			c.rooms[made.made] = *made
			results[i].out = strings.Replace(results[i].out, "_bridge.Lend(", "_bridge.LendRoom(", 1)
		}
	}
}

// makeRooms has them made in memory that was given back.
func (c *Cell) makeRooms(w *rewriter) {
	ast.Inspect(c.file, func(node ast.Node) bool {
		call, _ := node.(*ast.CallExpr)
		if of, ok := c.rooms[call]; ok {
			name := ".Room["
			if of.isFilled || of.grows {
				name = ".Unfilled["
			}
			elem := call.Args[0].(*ast.ArrayType).Elt
			w.replace(call.Pos(), elem.Pos(), w.imported(bridgePath)+name)
			w.replace(elem.End(), call.Args[len(call.Args)-1].Pos(), "](")
			if of.grows {
				w.replace(call.End(), call.End(), "[:0]")
			}
		}
		return true
	})
}

// roomOf is the i-th result of a function; nil if it is another slice, or one that somebody else may have, too.
func (c *Cell) roomOf(decl *ast.FuncDecl, i int) *room {
	if decl.Body == nil || c.hasTypeParams(decl) {
		return nil
	}
	results := c.info.Defs[decl.Name].(*types.Func).Signature().Results()
	var variable types.Object
	isOther := false
	ast.Inspect(decl.Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit: // has results of its own
			return false
		case *ast.BranchStmt: // what is between may be left out
			isOther = isOther || node.Tok == token.GOTO
		case *ast.ReturnStmt:
			if len(node.Results) != results.Len() {
				isOther = true
				break
			}
			value := ast.Unparen(node.Results[i])
			if part, ok := value.(*ast.SliceExpr); ok && part.Low == nil && part.Max == nil {
				value = ast.Unparen(part.X)
			}
			if c.info.Types[value].IsNil() {
				break
			}
			name, _ := value.(*ast.Ident)
			if name == nil || variable != nil && c.info.Uses[name] != variable {
				isOther = true
				break
			}
			variable = c.info.Uses[name]
		}
		return true
	})
	if isOther || variable == nil {
		return nil
	}
	made := c.madeIn(decl.Body, variable)
	if made == nil || !c.isAlone(decl.Body, variable, uses{i, made.grows, nil}) {
		return nil
	}
	return made
}

// madeIn is the slice that a variable is declared with, if that is made there.
func (c *Cell) madeIn(body *ast.BlockStmt, variable types.Object) (found *room) {
	ast.Inspect(body, func(node ast.Node) bool {
		block, ok := node.(*ast.BlockStmt)
		for i := 0; ok && i < len(block.List); i++ {
			assigned, ok := block.List[i].(*ast.AssignStmt)
			if !ok || assigned.Tok != token.DEFINE || len(assigned.Lhs) != 1 || c.info.Defs[assigned.Lhs[0].(*ast.Ident)] != variable {
				continue
			}
			if call, ok := assigned.Rhs[0].(*ast.CallExpr); ok && c.isRoom(call) {
				f := filling{c, body, variable, call.Args[1]}
				grows := len(call.Args) == 3
				found = &room{call, !grows && f.isFilled(block.List[i+1:]), grows}
			}
		}
		return found == nil
	})
	return found
}

// isRoom tells of `make([]T, n)` and `make([]T, 0, n)` for numbers.
func (c *Cell) isRoom(call *ast.CallExpr) bool {
	if c.callee(call) != types.Universe.Lookup("make") {
		return false
	}
	last := len(call.Args) - 1
	slice, ok := call.Args[0].(*ast.ArrayType)
	if !ok || !types.Identical(c.info.TypeOf(call.Args[last]), types.Typ[types.Int]) || last == 2 && !c.isConstant(call.Args[1], 0) {
		return false
	}
	elem, ok := c.info.TypeOf(slice.Elt).Underlying().(*types.Basic)
	return ok && numbers[elem.Name()] != ""
}

// keepsNothing are functions that have no slice any more when they return.
var keepsNothing = strings.Fields("slices.Max slices.Min slices.Reverse slices.Sort sort.Float64s sort.Ints")

// uses are what a variable with such a slice may be used for, beside its elements.
type uses struct {
	result int  // which one it may be
	grows  bool // it may be appended to, and has memory behind its elements of which nothing is known
	within []types.Object
}

// none is the result that a parameter is.
const none = -2

// isAlone tells whether nothing has a slice but the variable it is in: only its elements are looked at and set, and functions
// are called with it that do no more.
func (c *Cell) isAlone(body *ast.BlockStmt, variable types.Object, may uses) bool {
	alone := true
	var above []ast.Node
	ast.Inspect(body, func(node ast.Node) bool {
		if node == nil {
			above = above[:len(above)-1]
			return true
		}
		if name, ok := node.(*ast.Ident); ok && c.info.Uses[name] == variable {
			alone = alone && c.isOnlyUsed(name, above, may)
		}
		above = append(above, node)
		return true
	})
	return alone
}

// isOnlyUsed tells of one place where the variable stands. above: what it is in.
func (c *Cell) isOnlyUsed(name *ast.Ident, above []ast.Node, may uses) bool {
	if slices.ContainsFunc(above, func(node ast.Node) bool { _, ok := node.(*ast.FuncLit); return ok }) {
		return false // which may be called whenever it likes
	}
	expr, above := around(name, above)
	in, rest := above[len(above)-1], above[:len(above)-1]
	if part, ok := in.(*ast.SliceExpr); ok {
		if part.X != expr || part.High != nil && may.grows {
			return false
		}
		expr, above = around(part, rest) // of a result roomOf has seen to it that it begins at the start
		in, rest = above[len(above)-1], above[:len(above)-1]
		if _, isElement := in.(*ast.IndexExpr); isElement {
			return false
		}
	}
	switch in := in.(type) {
	case *ast.IndexExpr:
		return in.X == expr && !c.hasAddress(in, rest)
	case *ast.RangeStmt:
		return in.X == expr
	case *ast.ReturnStmt:
		return slices.Index(in.Results, expr) == may.result
	case *ast.AssignStmt:
		return may.grows && c.isAppend(in, c.info.Uses[name])
	case *ast.CallExpr:
		if assigned, ok := rest[len(rest)-1].(*ast.AssignStmt); ok && may.grows && c.isAppend(assigned, c.info.Uses[name]) && expr == in.Args[0] {
			return true
		}
		return c.isOnlyTaken(expr, in, may) && !isApart(rest[len(rest)-1])
	}
	return false
}

// around is an expression with the parentheses that it is in, and what these are in.
func around(expr ast.Expr, above []ast.Node) (ast.Expr, []ast.Node) {
	for {
		paren, ok := above[len(above)-1].(*ast.ParenExpr)
		if !ok {
			return expr, above
		}
		expr, above = paren, above[:len(above)-1]
	}
}

// isAppend tells of `xs = append(xs, …)`.
func (c *Cell) isAppend(assigned *ast.AssignStmt, variable types.Object) bool {
	if assigned.Tok != token.ASSIGN || len(assigned.Lhs) != 1 {
		return false
	}
	call, ok := assigned.Rhs[0].(*ast.CallExpr)
	if !ok || c.callee(call) != types.Universe.Lookup("append") {
		return false
	}
	to, isName := assigned.Lhs[0].(*ast.Ident)
	from, isNameToo := call.Args[0].(*ast.Ident)
	return isName && isNameToo && c.info.Uses[to] == variable && c.info.Uses[from] == variable
}

// isApart tells of a statement that calls its function later, or beside what follows.
func isApart(statement ast.Node) bool {
	switch statement.(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return true
	}
	return false
}

// hasAddress tells whether the address of an element may be taken, as to call a method of it does.
func (c *Cell) hasAddress(element ast.Expr, above []ast.Node) bool {
	switch in := above[len(above)-1].(type) {
	case *ast.ParenExpr:
		return c.hasAddress(in, above[:len(above)-1])
	case *ast.UnaryExpr:
		return in.Op == token.AND
	case *ast.SelectorExpr:
		return true
	}
	return false
}

// isOnlyTaken tells whether a call has done with one of its arguments when it returns.
func (c *Cell) isOnlyTaken(arg ast.Expr, call *ast.CallExpr, may uses) bool {
	i := slices.Index(call.Args, arg)
	if i < 0 || call.Ellipsis.IsValid() {
		return false
	}
	switch callee := c.callee(call).(type) {
	case *types.Builtin:
		return slices.Contains([]string{"len", "cap", "copy", "clear"}, callee.Name())
	case *types.Func:
		if slices.Contains(keepsNothing, callee.FullName()) {
			return true
		}
		decl, param := c.given(callee, call, i)
		if decl == nil || slices.Contains(may.within, types.Object(callee)) {
			return false
		}
		return param == nil || c.isAlone(decl.Body, param, uses{none, may.grows, append(slices.Clip(may.within), callee)})
	}
	return false
}

// given is the function of the cell that is called, and its parameter for the i-th argument, nil if it has no name; no function
// where another one is called, or arguments are not the parameters one by one.
func (c *Cell) given(callee *types.Func, call *ast.CallExpr, i int) (*ast.FuncDecl, types.Object) {
	decl := c.decls[callee]
	if decl == nil || decl.Body == nil || callee.Signature().Variadic() || len(call.Args) != callee.Signature().Params().Len() {
		return nil, nil
	}
	return decl, c.parameter(decl, i)
}
