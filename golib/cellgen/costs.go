package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Estimates, in nanoseconds; rather too much than too little.
const (
	step      = 1.0 // a node of syntax
	moving    = 0.1 // a byte of a value that is moved
	copying   = 0.5 // a byte of text or of a slice that is copied, compared or made
	making    = 30.0
	division  = 10.0
	lookingUp = 60.0 // in a map
	panicking = 50e3 // with a trace
)

// cost is how long a piece of a function takes at most. What stands in no case may take long, or wait.
func (f *frame) cost(node ast.Node) growth {
	if !f.step(1) {
		return boundless
	}
	switch node := node.(type) {
	case *ast.BlockStmt, *ast.ExprStmt, *ast.IfStmt, *ast.CaseClause, *ast.DeclStmt, *ast.GenDecl, *ast.ValueSpec, *ast.EmptyStmt:
		return f.parts(node)
	case *ast.TypeSpec, *ast.ImportSpec, *ast.CommentGroup:
		return constantly(0)
	case *ast.BranchStmt:
		if node.Tok == token.BREAK || node.Tok == token.CONTINUE || node.Tok == token.FALLTHROUGH {
			return constantly(step)
		}
		return boundless
	case *ast.AssignStmt:
		return f.costOfAssignment(node)
	case *ast.IncDecStmt:
		return f.cost(node.X).plus(f.store(node.X))
	case *ast.ReturnStmt:
		return f.costOfReturn(node)
	case *ast.SwitchStmt:
		return f.costOfSwitch(node)
	case *ast.ForStmt:
		return f.costOfFor(node)
	case *ast.RangeStmt:
		return f.costOfRange(node)
	case ast.Expr:
		if of := f.cell.info.Types[node]; of.IsType() || of.Value != nil {
			return constantly(step)
		}
		return f.costOfPlace(node).plus(f.moved(node))
	}
	return boundless
}

// parts is what all pieces cost of which a node is made.
func (f *frame) parts(node ast.Node) growth {
	sum := constantly(step)
	ast.Inspect(node, func(part ast.Node) bool {
		if part != nil && part != node {
			sum = sum.plus(f.cost(part))
		}
		return part == node
	})
	return sum
}

func (f *frame) all(exprs []ast.Expr) growth {
	sum := constantly(0)
	for _, expr := range exprs {
		sum = sum.plus(f.cost(expr))
	}
	return sum
}

// moved is what the value itself costs: of an array all of it.
func (f *frame) moved(expr ast.Expr) growth {
	switch of := f.typeOf(expr).(type) {
	case *types.Tuple:
		return constantly(step * float64(of.Len()))
	default:
		return width(of).times(constantly(moving))
	}
}

// place is what it costs to come to what is then indexed, sliced or asked for its length.
func (f *frame) place(expr ast.Expr) growth {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.CallExpr, *ast.CompositeLit: // it must be made first
		return f.cost(expr)
	default:
		return f.costOfPlace(expr)
	}
}

// costOfPlace is what an expression costs without the value that it ends in: to index an array is not to move it.
func (f *frame) costOfPlace(expr ast.Expr) growth {
	switch expr := expr.(type) {
	case *ast.Ident:
		switch f.cell.info.ObjectOf(expr).(type) {
		case *types.Var, *types.Const, *types.Nil, nil: // nil: `_`
			return constantly(step)
		}
	case *ast.BasicLit:
		return constantly(step)
	case *ast.ParenExpr:
		return f.costOfPlace(expr.X)
	case *ast.StarExpr:
		return f.cost(expr.X).plus(constantly(step))
	case *ast.UnaryExpr:
		switch expr.Op {
		case token.AND:
			return f.place(expr.X).plus(f.moved(expr.X), constantly(making))
		case token.ARROW:
			return boundless
		}
		return f.cost(expr.X).plus(constantly(step))
	case *ast.SelectorExpr:
		return f.costOfSelector(expr)
	case *ast.IndexExpr:
		return f.costOfIndex(expr)
	case *ast.SliceExpr:
		sum := f.place(expr.X)
		for _, at := range []ast.Expr{expr.Low, expr.High, expr.Max} {
			if at != nil {
				sum = sum.plus(f.cost(at))
			}
		}
		return sum
	case *ast.BinaryExpr:
		return f.costOfBinary(expr)
	case *ast.CompositeLit:
		return f.costOfLiteral(expr)
	case *ast.CallExpr:
		return f.costOfCall(expr)
	}
	return boundless
}

// costOfSelector is that of a field, or of another package's variable.
func (f *frame) costOfSelector(expr *ast.SelectorExpr) growth {
	if selection, ok := f.cell.info.Selections[expr]; ok {
		if selection.Kind() == types.FieldVal {
			return f.place(expr.X).plus(constantly(step))
		}
		return boundless
	}
	if _, ok := f.cell.info.Uses[expr.Sel].(*types.Var); ok {
		return constantly(step)
	}
	return boundless
}

func (f *frame) costOfIndex(expr *ast.IndexExpr) growth {
	sum := f.place(expr.X).plus(f.cost(expr.Index), constantly(step))
	switch of := f.typeOf(expr.X).Underlying().(type) {
	case *types.Map:
		return sum.plus(f.lookUp(of, expr.Index))
	case *types.Slice, *types.Array, *types.Pointer, *types.Basic:
		return sum
	}
	return boundless
}

// lookUp is what it costs to find a key in a map.
func (f *frame) lookUp(of *types.Map, key ast.Expr) growth {
	if isText(of.Key()) {
		return f.size(key).times(constantly(copying)).plus(constantly(lookingUp))
	}
	if _, ok := of.Key().Underlying().(*types.Basic); ok {
		return constantly(lookingUp)
	}
	return boundless
}

func (f *frame) costOfBinary(expr *ast.BinaryExpr) growth {
	sum := f.cost(expr.X).plus(f.cost(expr.Y), constantly(step))
	switch expr.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return sum.plus(f.compare(expr.X, expr.Y))
	case token.QUO, token.REM:
		return sum.plus(constantly(division))
	case token.ADD:
		if isText(f.typeOf(expr)) {
			return sum.plus(constantly(making), f.size(expr).times(constantly(copying)))
		}
	}
	return sum
}

// compare is what it costs to compare two values, beside having them.
func (f *frame) compare(x, y ast.Expr) growth {
	isNil := func(expr ast.Expr) bool { return f.cell.info.Types[expr].IsNil() }
	switch {
	case isNil(x) || isNil(y):
		return constantly(step)
	case isText(f.typeOf(x)):
		return least(f.size(x), f.size(y)).times(constantly(copying)).plus(constantly(step))
	case isPlain(f.typeOf(x)) && isPlain(f.typeOf(y)):
		return width(f.typeOf(x)).times(constantly(moving))
	}
	return boundless // text in a struct, or whatever an interface holds
}

// isPlain tells whether a value refers to nothing that is compared or copied with it.
func isPlain(of types.Type) bool {
	switch of := of.Underlying().(type) {
	case *types.Basic:
		return of.Info()&types.IsString == 0 && of.Kind() != types.Invalid
	case *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return isPlain(of.Elem())
	case *types.Struct:
		for field := range of.Fields() {
			if !isPlain(field.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

func (f *frame) costOfLiteral(literal *ast.CompositeLit) growth {
	sum := constantly(making)
	_, isStruct := f.typeOf(literal).Underlying().(*types.Struct)
	of, isMap := f.typeOf(literal).Underlying().(*types.Map)
	for _, element := range literal.Elts {
		pair, keyed := element.(*ast.KeyValueExpr)
		switch {
		case !keyed:
			sum = sum.plus(f.cost(element))
		case isStruct:
			sum = sum.plus(f.cost(pair.Value))
		case isMap:
			sum = sum.plus(f.cost(pair.Key), f.cost(pair.Value), f.lookUp(of, pair.Key), constantly(lookingUp))
		default:
			return boundless // `[]int{1 << 30: 1}` is as long as its index says
		}
	}
	return sum
}
