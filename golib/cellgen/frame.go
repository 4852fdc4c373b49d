package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// mostSteps are taken to find out about one function: what calls a function twice that calls one twice, and so on, is as
// long as it takes to run through.
const mostSteps = 20_000

// walk is the way from an exported function through those of the cell that it calls.
type walk struct {
	cell    *Cell
	callers []*ast.FuncDecl
	left    int // steps
}

// step tells whether so many may still be taken.
func (w *walk) step(n int) bool {
	w.left -= n
	return w.left >= 0
}

// frame is one function on that way, in one of its calls.
type frame struct {
	*walk
	isShim bool  // it is called by its shim
	stand  given // what its type parameters stand for
	params []types.Object
	given  map[types.Object]growth     // how long its parameters are
	values map[types.Object][]ast.Expr // what each of its variables is set to; nil stands for what nobody knows
	writes map[types.Object]int        // how often each is set in the text
	// The parameters that are callables of Python's, see turns.go.
	callables map[types.Object]bool
	endless   int // loops around, of which the arguments do not bound how long they go on
	sized     map[types.Object]growth
}

// enter begins a function of the cell; nil if it is one of which too little is known: it has no body, calls itself or has
// type parameters that stand for nothing.
func (w *walk) enter(decl *ast.FuncDecl, stand given) *frame {
	function, ok := w.cell.info.Defs[decl.Name].(*types.Func)
	if !ok || decl.Body == nil || stand == nil && w.cell.hasTypeParams(decl) || slices.Contains(w.callers, decl) {
		return nil
	}
	w.callers = append(w.callers, decl)
	f := &frame{
		walk: w, stand: stand, given: map[types.Object]growth{}, values: map[types.Object][]ast.Expr{}, writes: map[types.Object]int{},
		sized: map[types.Object]growth{}, callables: map[types.Object]bool{},
	}
	signature := function.Signature()
	for variable := range signature.Params().Variables() {
		f.params = append(f.params, variable)
		f.values[variable] = nil
	}
	for variable := range signature.Results().Variables() {
		f.values[variable] = nil
	}
	ast.Inspect(decl.Body, f.collect)
	return f
}

// hasTypeParams tells of a function or method whether what it is depends on types that it is given.
func (c *Cell) hasTypeParams(decl *ast.FuncDecl) bool {
	function, ok := c.info.Defs[decl.Name].(*types.Func)
	return decl.Type.TypeParams != nil || ok && function.Signature().RecvTypeParams() != nil
}

func (f *frame) leave() { f.callers = f.callers[:len(f.callers)-1] }

// collect notes what variables are set to.
func (f *frame) collect(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.AssignStmt:
		for i, target := range node.Lhs {
			var value ast.Expr
			if len(node.Lhs) == len(node.Rhs) && (node.Tok == token.ASSIGN || node.Tok == token.DEFINE) {
				value = node.Rhs[i]
			}
			f.set(target, value)
		}
	case *ast.ValueSpec:
		for i, name := range node.Names {
			switch {
			case len(node.Values) == 0:
				f.values[f.cell.info.Defs[name]] = nil // it begins with nothing
			case len(node.Values) == len(node.Names):
				f.set(name, node.Values[i])
			default:
				f.set(name, nil)
			}
		}
	case *ast.RangeStmt:
		f.set(node.Key, nil)
		f.set(node.Value, node.X) // an element is no longer than all
	case *ast.IncDecStmt:
		f.set(node.X, nil)
	case *ast.UnaryExpr:
		if node.Op == token.AND {
			f.set(node.X, nil)
		}
	}
	return true
}

func (f *frame) set(target, value ast.Expr) {
	if name, ok := target.(*ast.Ident); ok {
		if variable, ok := f.cell.info.ObjectOf(name).(*types.Var); ok && variable.Parent() != f.cell.pkg.Scope() {
			f.values[variable] = append(f.values[variable], value)
			f.writes[variable]++
		}
	}
}

func (f *frame) typeOf(expr ast.Expr) types.Type {
	of := f.cell.info.TypeOf(expr)
	switch {
	case of == nil:
		return types.Typ[types.Invalid]
	case f.stand != nil:
		return f.stand.in(of)
	}
	return of
}

// callee is the function or built-in that a call names, nil if it calls a value or a method.
func (c *Cell) callee(call *ast.CallExpr) types.Object {
	switch name := calledName(call).(type) {
	case *ast.Ident:
		return c.info.Uses[name]
	case *ast.SelectorExpr:
		if function, ok := c.info.Uses[name.Sel].(*types.Func); ok && function.Signature().Recv() == nil {
			return function
		}
	}
	return nil
}

// standFor is what the type parameters stand for of a function of the cell that is called.
func (f *frame) standFor(callee *types.Func, call *ast.CallExpr) given {
	name, ok := calledName(call).(*ast.Ident)
	if !ok || callee.Signature().TypeParams() == nil {
		return nil
	}
	stand, args := given{}, f.cell.info.Instances[name].TypeArgs
	for i := range args.Len() {
		stand[callee.Signature().TypeParams().At(i)] = f.stand.in(args.At(i))
	}
	return stand
}

// calledName is what a call names, without the types that may stand behind the name.
func calledName(call *ast.CallExpr) ast.Expr {
	switch name := ast.Unparen(call.Fun).(type) {
	case *ast.IndexExpr:
		return name.X
	case *ast.IndexListExpr:
		return name.X
	default:
		return name
	}
}
