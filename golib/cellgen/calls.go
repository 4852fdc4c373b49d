package main

import (
	"go/ast"
	"go/types"
	"slices"
)

func (f *frame) costOfCall(call *ast.CallExpr) growth {
	if f.cell.info.Types[call.Fun].IsType() {
		return f.costOfConversion(call)
	}
	switch callee := f.cell.callee(call).(type) {
	case *types.Builtin:
		return f.costOfBuiltin(callee.Name(), call)
	case *types.Var:
		if f.isCallback(call.Fun) {
			return f.costOfCallback(call)
		}
	case *types.Func:
		if slices.Contains(callers, callee.FullName()) {
			return f.costOfCaller(call)
		}
		args := f.all(call.Args).plus(constantly(step))
		if effort, ok := known[callee.FullName()]; ok {
			return args.plus(constantly(effort.fixed), f.sizes(call.Args).times(constantly(effort.perByte)))
		}
		if callee.Pkg() == f.cell.pkg {
			return args.plus(f.costOfOwn(f.cell.funcs[callee.Name()], f.standFor(callee, call), call))
		}
	}
	return boundless
}

// costOfOwn is that of one of the cell's own functions, with what this call gives it.
func (f *frame) costOfOwn(decl *ast.FuncDecl, stand given, call *ast.CallExpr) growth {
	if decl == nil {
		return boundless
	}
	own := f.enter(decl, stand)
	if own == nil {
		return boundless
	}
	defer own.leave()
	if len(call.Args) == 1 && len(own.params) > 1 { // all results of another call
		return boundless
	}
	for i, param := range own.params {
		args := call.Args[i:min(i+1, len(call.Args))]
		if i == len(own.params)-1 { // perhaps `...T`
			args = call.Args[i:]
		}
		own.given[param] = f.sizes(args).plus(constantly(float64(sliceHeader * len(args))))
	}
	return own.cost(decl.Body)
}

func (f *frame) costOfConversion(call *ast.CallExpr) growth {
	if len(call.Args) != 1 {
		return boundless
	}
	arg := call.Args[0]
	sum := f.cost(arg).plus(constantly(step))
	to, from := f.typeOf(call).Underlying(), f.typeOf(arg).Underlying()
	_, toSlice := to.(*types.Slice)
	_, fromSlice := from.(*types.Slice)
	if isText(to) && fromSlice || toSlice && isText(from) {
		return sum.plus(constantly(making), f.size(arg).times(constantly(10*copying)))
	}
	if types.IsInterface(to) {
		return sum.plus(constantly(making))
	}
	return sum
}

func (f *frame) costOfBuiltin(name string, call *ast.CallExpr) growth {
	switch name {
	case "len", "cap":
		return f.place(call.Args[0]).plus(constantly(step))
	case "make":
		sum := constantly(2 * making).plus(f.room(call).times(constantly(copying)))
		return sum.plus(f.all(call.Args[1:]))
	case "new":
		return width(f.typeOf(call.Args[0])).times(constantly(moving)).plus(constantly(making))
	}
	sum := f.all(call.Args).plus(constantly(step))
	switch name {
	case "real", "imag", "complex":
		return sum
	case "min", "max":
		if isText(f.typeOf(call)) {
			return sum.plus(f.sizes(call.Args).times(constantly(copying)))
		}
		return sum
	case "append":
		elem := elemOf(f.typeOf(call))
		if !isPlain(elem) { // what is stored may make the arguments longer than they were counted
			return boundless
		}
		return sum.plus(constantly(making), f.sizes(call.Args).plus(f.sizes(call.Args[:1])).times(constantly(copying)))
	case "copy":
		if !isText(f.typeOf(call.Args[1])) && !isPlain(elemOf(f.typeOf(call.Args[1]))) {
			return boundless
		}
		return sum.plus(least(f.size(call.Args[0]), f.size(call.Args[1])).times(constantly(copying)))
	case "clear":
		return sum.plus(f.size(call.Args[0]).times(constantly(copying)))
	case "panic":
		return sum.plus(constantly(panicking))
	}
	return boundless
}
