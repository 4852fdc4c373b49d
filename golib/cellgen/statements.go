package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"math"
	"reflect"
)

// costOfAssignment is that of `=`, `:=` and, of numbers, `+=` and the like.
func (f *frame) costOfAssignment(node *ast.AssignStmt) growth {
	if call, ok := f.isBuiltUp(node); ok && f.endless == 0 {
		sum := constantly(step)
		for _, element := range call.Args[1:] {
			sum = sum.plus(f.cost(element), f.moved(element).times(constantly(4)), constantly(making))
		}
		return sum
	}
	sum := f.all(node.Rhs).plus(constantly(step))
	for _, target := range node.Lhs {
		if name, ok := target.(*ast.Ident); ok && f.cell.info.Defs[name] != nil {
			sum = sum.plus(constantly(step))
			continue
		}
		sum = sum.plus(f.cost(target), f.store(target))
	}
	switch node.Tok {
	case token.ASSIGN, token.DEFINE:
		return sum
	case token.QUO_ASSIGN, token.REM_ASSIGN:
		sum = sum.plus(constantly(division))
	}
	if isText(f.typeOf(node.Lhs[0])) { // grows with each round
		return boundless
	}
	return sum
}

// store is what it costs to set what is no variable. A map grows; and text that is stored among the arguments would make
// them longer than they were counted.
func (f *frame) store(target ast.Expr) growth {
	target = ast.Unparen(target)
	if _, ok := target.(*ast.Ident); ok {
		return constantly(0)
	}
	if index, ok := target.(*ast.IndexExpr); ok {
		if _, ok := f.typeOf(index.X).Underlying().(*types.Map); ok {
			return boundless
		}
	}
	if !isPlain(f.typeOf(target)) {
		return boundless
	}
	return constantly(step)
}

// isBuiltUp tells whether a statement is `xs = append(xs, …)` of single elements, to a slice that the function began
// empty: it grows by what is appended, and is seldom copied.
func (f *frame) isBuiltUp(node *ast.AssignStmt) (*ast.CallExpr, bool) {
	if node.Tok != token.ASSIGN || len(node.Lhs) != 1 || len(node.Rhs) != 1 {
		return nil, false
	}
	name, ok := node.Lhs[0].(*ast.Ident)
	if !ok {
		return nil, false
	}
	variable := f.cell.info.ObjectOf(name)
	values, ok := f.values[variable]
	if _, given := f.given[variable]; !ok || given {
		return nil, false
	}
	appends := func(expr ast.Expr) (*ast.CallExpr, bool) {
		call, ok := expr.(*ast.CallExpr)
		if !ok || call.Ellipsis.IsValid() || len(call.Args) == 0 {
			return nil, false
		}
		builtin, ok := f.cell.callee(call).(*types.Builtin)
		to, isName := call.Args[0].(*ast.Ident)
		return call, ok && builtin.Name() == "append" && isName && f.cell.info.ObjectOf(to) == variable
	}
	if !f.step(len(values)) {
		return nil, false
	}
	for _, value := range values {
		if _, ok := appends(value); !ok && !f.isNew(value) {
			return nil, false
		}
	}
	return appends(node.Rhs[0])
}

// isNew tells whether a slice is made here, so that no other slice lies in it.
func (f *frame) isNew(value ast.Expr) bool {
	switch value := value.(type) {
	case *ast.CompositeLit:
		return true
	case *ast.CallExpr:
		builtin, ok := f.cell.callee(value).(*types.Builtin)
		return ok && builtin.Name() == "make"
	}
	return value != nil && f.cell.info.Types[value].IsNil()
}

func (f *frame) costOfReturn(node *ast.ReturnStmt) growth {
	sum := f.all(node.Results).plus(constantly(step))
	if f.isShim {
		for _, result := range node.Results {
			sum = sum.plus(f.handOver(result))
		}
	}
	return sum
}

func (f *frame) costOfSwitch(node *ast.SwitchStmt) growth {
	sum := f.cost(node.Body)
	if node.Init != nil {
		sum = sum.plus(f.cost(node.Init))
	}
	if node.Tag == nil {
		return sum
	}
	sum = sum.plus(f.cost(node.Tag))
	for _, clause := range node.Body.List {
		for _, value := range clause.(*ast.CaseClause).List {
			sum = sum.plus(f.compare(node.Tag, value))
		}
	}
	return sum
}

func (f *frame) costOfRange(node *ast.RangeStmt) growth {
	x := f.place(node.X)
	if node.Value != nil { // an array is copied first
		x = f.cost(node.X).plus(f.moved(node.Value))
	}
	for _, target := range []ast.Expr{node.Key, node.Value} {
		if target == nil {
			continue
		}
		if name, ok := target.(*ast.Ident); !ok || f.cell.pkg.Scope() == parent(f.cell.info.ObjectOf(name)) {
			return boundless
		}
	}
	round := func() growth { return f.cost(node.Body).plus(constantly(step)) }
	return x.plus(f.rounded(round, f.length(node.X), f.callsBack(node.Body)))
}

func parent(object types.Object) *types.Scope {
	if object == nil {
		return nil
	}
	return object.Parent()
}

func (f *frame) costOfFor(node *ast.ForStmt) growth {
	round := func() growth { return f.optional(node.Cond).plus(f.optional(node.Post), f.cost(node.Body)) }
	callsBack := node.Cond != nil && f.callsBack(node.Cond) || f.callsBack(node.Body)
	return f.optional(node.Init).plus(f.rounded(round, f.rounds(node).plus(constantly(1)), callsBack))
}

// optional is the cost of a part that a loop may have.
func (f *frame) optional(part ast.Node) growth {
	if reflect.ValueOf(part).IsValid() {
		return f.cost(part)
	}
	return constantly(0)
}

// rounded is what all rounds of a loop cost: if each calls back only those that are done in between, an end and a beginning.
func (f *frame) rounded(round func() growth, times growth, callsBack bool) growth {
	all := boundless
	if !times.isBoundless() {
		all = round().times(times)
	}
	if callsBack && all.bytesUntil(patience) < math.MaxInt {
		f.endless++
		defer func() { f.endless-- }()
		all = least(all, round().times(constantly(2)))
	}
	return all
}

// rounds is how often a loop `for i := 0; i < …; i++` runs, whose variable nothing else changes.
func (f *frame) rounds(node *ast.ForStmt) growth {
	init, ok := node.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 || !f.isNatural(init.Rhs[0]) {
		return boundless
	}
	name, ok := init.Lhs[0].(*ast.Ident)
	if !ok {
		return boundless
	}
	variable := f.cell.info.Defs[name]
	is := func(expr ast.Expr) bool {
		name, ok := ast.Unparen(expr).(*ast.Ident)
		return ok && variable != nil && f.cell.info.Uses[name] == variable
	}
	var stepped ast.Expr
	switch post := node.Post.(type) {
	case *ast.IncDecStmt:
		if post.Tok == token.INC {
			stepped = post.X
		}
	case *ast.AssignStmt:
		if value := f.cell.info.Types[post.Rhs[0]].Value; post.Tok == token.ADD_ASSIGN && isPositive(value) {
			stepped = post.Lhs[0]
		}
	}
	if stepped == nil || !is(stepped) || f.writes[variable] != 2 {
		return boundless
	}
	return f.whileBelow(node.Cond, is)
}

// whileBelow is how often a condition can hold for a variable that counts from 0.
func (f *frame) whileBelow(condition ast.Expr, is func(ast.Expr) bool) growth {
	binary, ok := ast.Unparen(condition).(*ast.BinaryExpr)
	switch {
	case ok && binary.Op == token.LAND:
		return least(f.whileBelow(binary.X, is), f.whileBelow(binary.Y, is))
	case ok && binary.Op == token.LSS && is(binary.X):
		return f.bound(binary.Y)
	}
	return boundless
}
