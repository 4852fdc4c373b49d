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
//	group.Go(work)              group.Go(bridge.Guarded(work))
//
// where _start1 has a guard and calls the function that it is given. The panic is GoPanic then, in the call in progress.

const bridgePath = "gomagic/golib/bridge"

// started are the functions that run one of their arguments, by its index, in a goroutine of its own.
var started = map[string]int{
	"(*sync.WaitGroup).Go": 0,
	"time.AfterFunc":       1,
	"context.AfterFunc":    1,
}

// guardGoroutines guards what the cell starts, but for what cannot be written: a function whose type the cell cannot name.
func (c *Cell) guardGoroutines(w *rewriter) {
	ast.Inspect(c.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.GoStmt:
			if literal, ok := ast.Unparen(node.Call.Fun).(*ast.FuncLit); ok {
				inside := literal.Body.Lbrace + 1
				w.replace(inside, inside, "defer "+w.imported(bridgePath)+".Guard()();")
			} else {
				c.guardCall(w, node.Call)
			}
		case *ast.CallExpr:
			c.guardStarted(w, node)
		}
		return true
	})
}

// guardCall hands the function of a `go` statement and its arguments, which are worked out where they stand, to one that
// has a guard.
func (c *Cell) guardCall(w *rewriter, call *ast.CallExpr) {
	signature, ok := c.info.TypeOf(call.Fun).(*types.Signature)
	if !ok || c.info.Types[call.Fun].IsBuiltin() || c.info.Types[call.Fun].IsType() || !c.isWritable(signature) {
		return
	}
	if c.isSpread(call) {
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
