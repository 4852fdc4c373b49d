package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// A panic in a goroutine that nobody recovers from ends the process. Those that the cell starts are guarded, in place:
//
//	go func() { work() }()      go func() {defer bridge.Guard()(); work() }()
//	go work(1, name)            go _start1(work, 1, name)
//	go work(pair())             { f, p0, p1 := work, pair(); go func() { defer bridge.Guard()(); f(p0, p1) }() }
//	group.Go(work)              group.Go(bridge.Guarded(work))
//
// where _start1 has a guard and calls the function that it is given. The third is for what _start1 could not be declared
// for: types of a function's own, type parameters, all results of a call. The panic is GoPanic then, in the call in progress.

const bridgePath = "gomagic/golib/bridge"

// started are the functions that run one of their arguments, by its index, in a goroutine of its own.
var started = map[string]int{
	"(*sync.WaitGroup).Go": 0,
	"time.AfterFunc":       1,
	"context.AfterFunc":    1,
}

// guardGoroutines guards what the cell starts.
func (c *Cell) guardGoroutines(w *rewriter) {
	ast.Inspect(c.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.GoStmt:
			if literal, ok := ast.Unparen(node.Call.Fun).(*ast.FuncLit); ok {
				inside := literal.Body.Lbrace + 1
				w.replace(inside, inside, "defer "+w.imported(bridgePath)+".Guard()();")
			} else {
				c.guardCall(w, node)
			}
		case *ast.CallExpr:
			c.guardStarted(w, node)
		}
		return true
	})
}

// guardCall hands the function of a `go` statement and its arguments, which are worked out where they stand, to one that
// has a guard.
func (c *Cell) guardCall(w *rewriter, statement *ast.GoStmt) {
	call := statement.Call
	signature, ok := c.info.TypeOf(call.Fun).(*types.Signature)
	if !ok || c.info.Types[call.Fun].IsBuiltin() || !c.isWritable(signature) || c.isSpread(call) {
		c.guardInPlace(w, statement)
		return
	}
	var declared, passed []string
	for i := range signature.Params().Len() {
		typ := signature.Params().At(i).Type()
		name, text := fmt.Sprintf("p%d", i), ""
		if signature.Variadic() && i == signature.Params().Len()-1 {
			text = "..." + w.written(typ.(*types.Slice).Elem())
			passed = append(passed, name+"...")
		} else {
			text = w.written(typ)
			passed = append(passed, name)
		}
		declared = append(declared, name+" "+text)
	}
	name, comma := w.fresh(), ""
	if len(call.Args) > 0 {
		comma = ", "
	}
	w.replace(call.Pos(), call.Pos(), name+"(")
	w.replace(call.Lparen, call.Lparen+1, comma)
	w.added = append(w.added, fmt.Sprintf("func %s(%s) { defer %s.Guard()(); f(%s) }", name,
		strings.Join(append([]string{"f " + w.written(signature)}, declared...), ", "), w.imported(bridgePath), strings.Join(passed, ", ")))
}

// guardInPlace puts the call into a function that has a guard, and what it is called with into variables before: but for
// constants, which take their types from what they are passed to.
func (c *Cell) guardInPlace(w *rewriter, statement *ast.GoStmt) {
	call := statement.Call
	name := w.fresh()
	function, begin := name, "{ "+name+" := "
	if c.info.Types[call.Fun].IsBuiltin() {
		function, begin = w.source(call.Fun), "{ "
		w.replace(statement.Go, call.Lparen+1, begin)
	} else {
		w.replace(statement.Go, call.Pos(), begin)
		end, types := call.Fun.End(), c.typeArgs(w, calledName(call))
		if types != "" { // perhaps it stands without them
			end = calledName(call).End()
		}
		w.replace(end, call.Lparen+1, types+"; ")
	}
	var passed []string
	last := call.Lparen + 1
	put := func(names string, arg ast.Expr, end string) {
		text := names + " := "
		if end != "" {
			text += w.written(c.info.TypeOf(arg)) + "("
		}
		if len(passed) > 0 {
			text = "; " + text
		}
		w.replace(last, arg.Pos(), text)
		last = arg.End()
		if end != "" {
			w.replace(last, last, end)
		}
	}
	for i, arg := range call.Args {
		of := c.info.Types[arg]
		var names []string
		if results, several := of.Type.(*types.Tuple); several {
			for j := range results.Len() {
				names = append(names, fmt.Sprintf("%s_%d", name, j))
			}
		} else {
			names = append(names, fmt.Sprintf("%s_%d", name, i))
		}
		switch _, isComputed := ast.Unparen(arg).(*ast.BinaryExpr); {
		case of.IsType() || of.IsNil() || of.Value != nil:
			passed = append(passed, w.source(arg))
			continue
		case isComputed: // perhaps without a type of its own, as `a == b` is
			put(names[0], arg, ")")
		default:
			put(strings.Join(names, ", "), arg, "")
		}
		passed = append(passed, names...)
	}
	if call.Ellipsis.IsValid() {
		passed[len(passed)-1] += "..."
	}
	w.replace(last, call.Rparen+1, fmt.Sprintf("; go func() { defer %s.Guard()(); %s(%s) }() }", w.imported(bridgePath), function, strings.Join(passed, ", ")))
}

// typeArgs are those of a function with type parameters, as `[int, string]`; "" of another.
func (c *Cell) typeArgs(w *rewriter, called ast.Expr) string {
	if selector, ok := called.(*ast.SelectorExpr); ok {
		called = selector.Sel
	}
	name, ok := called.(*ast.Ident)
	if !ok || c.info.Instances[name].TypeArgs.Len() == 0 {
		return ""
	}
	var all []string
	for arg := range c.info.Instances[name].TypeArgs.Types() {
		all = append(all, w.written(arg))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// isSpread tells of `f(g())`, where g has several results.
func (c *Cell) isSpread(call *ast.CallExpr) bool {
	if len(call.Args) != 1 {
		return false
	}
	_, several := c.info.TypeOf(call.Args[0]).(*types.Tuple)
	return several
}

// guardStarted guards the argument of a call that runs it in a goroutine.
func (c *Cell) guardStarted(w *rewriter, call *ast.CallExpr) {
	var object types.Object
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		object = c.info.Uses[fun.Sel]
	case *ast.Ident:
		object = c.info.Uses[fun]
	}
	i, ok := started[fullName(object)]
	if !ok || i >= len(call.Args) {
		return
	}
	arg := call.Args[i]
	w.replace(arg.Pos(), arg.Pos(), w.imported(bridgePath)+".Guarded(")
	w.replace(arg.End(), arg.End(), ")")
}
