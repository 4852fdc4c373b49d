package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// sizesOf are those of the machines on which gomagic runs: all have 64 bits.
var sizesOf = types.SizesFor("gc", "amd64")

const sliceHeader = 24

// width is how many bytes a value of a type takes, without what it refers to.
func width(of types.Type) growth {
	if basic, ok := of.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		return constantly(16)
	}
	if of == types.Typ[types.Invalid] {
		return boundless
	}
	bytes := sizesOf.Sizeof(of)
	if bytes < 0 { // more than there are
		return boundless
	}
	return constantly(float64(bytes))
}

// elemOf is that of a slice; invalid of a type that is not looked into, see given.in.
func elemOf(of types.Type) types.Type {
	if slice, ok := of.Underlying().(*types.Slice); ok {
		return slice.Elem()
	}
	return types.Typ[types.Invalid]
}

func isText(of types.Type) bool {
	basic, ok := of.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// size is how many bytes a string, or a slice with all that lies in it, has at most.
func (f *frame) size(expr ast.Expr) growth {
	if !f.step(1) {
		return boundless
	}
	if value := f.cell.info.Types[expr].Value; value != nil {
		if value.Kind() == constant.String {
			return constantly(float64(len(constant.StringVal(value))))
		}
		return constantly(16)
	}
	of := f.typeOf(expr)
	switch under := of.Underlying().(type) {
	case *types.Basic:
		if under.Kind() == types.UntypedNil {
			return constantly(0)
		}
		if !isText(of) {
			return width(of)
		}
	case *types.Slice:
	default:
		return boundless
	}
	switch expr := expr.(type) {
	case *ast.ParenExpr:
		return f.size(expr.X)
	case *ast.Ident:
		return f.sizeOfVariable(f.cell.info.ObjectOf(expr))
	case *ast.SliceExpr:
		return f.size(expr.X)
	case *ast.IndexExpr:
		if _, ok := f.typeOf(expr.X).Underlying().(*types.Slice); ok {
			return f.size(expr.X)
		}
	case *ast.BinaryExpr:
		return f.size(expr.X).plus(f.size(expr.Y))
	case *ast.CompositeLit:
		return f.sizes(expr.Elts).plus(constantly(float64(sliceHeader * len(expr.Elts))))
	case *ast.CallExpr:
		return f.sizeOfCall(expr)
	}
	return boundless
}

// sizes are those of all together.
func (f *frame) sizes(all []ast.Expr) growth {
	sum := constantly(0)
	for _, one := range all {
		sum = sum.plus(f.size(one))
	}
	return sum
}

// sizeOfVariable is that of all values together that a variable of the function is given. What is made of itself, as in
// `s += s`, and the variables of the cell are boundless.
func (f *frame) sizeOfVariable(variable types.Object) growth {
	values, ok := f.values[variable]
	if !ok {
		return boundless
	}
	if size, ok := f.sized[variable]; ok {
		return size
	}
	f.sized[variable] = boundless
	size := f.given[variable]
	for _, value := range values {
		if value == nil {
			return boundless
		}
		size = size.plus(f.size(value))
	}
	f.sized[variable] = size
	return size
}

func (f *frame) sizeOfCall(call *ast.CallExpr) growth {
	if f.cell.info.Types[call.Fun].IsType() {
		if len(call.Args) != 1 {
			return boundless
		}
		return f.size(call.Args[0]).times(constantly(4)) // runes of bytes
	}
	switch callee := f.cell.callee(call).(type) {
	case *types.Builtin:
		switch callee.Name() {
		case "min", "max":
			return f.sizes(call.Args)
		case "append":
			elem := width(elemOf(f.typeOf(call)))
			return f.sizes(call.Args).plus(elem.times(constantly(float64(len(call.Args)))))
		case "make":
			return f.room(call)
		}
	case *types.Func:
		if effort, ok := known[callee.FullName()]; ok {
			return f.sizes(call.Args).plus(constantly(64)).times(constantly(effort.result))
		}
	}
	return boundless
}

// room is how many bytes a `make` makes.
func (f *frame) room(call *ast.CallExpr) growth {
	most := constantly(0)
	for _, length := range call.Args[1:] {
		most = most.plus(f.bound(length))
	}
	switch of := f.typeOf(call).Underlying().(type) {
	case *types.Slice:
		return most.times(width(of.Elem()))
	case *types.Map:
		return most.times(width(of.Key()).plus(width(of.Elem()), constantly(8)))
	}
	return boundless
}

// bound is how large an integer is at most.
func (f *frame) bound(expr ast.Expr) growth {
	if !f.step(1) {
		return boundless
	}
	if value := f.cell.info.Types[expr].Value; value != nil {
		n, _ := constant.Float64Val(constant.ToFloat(value))
		return constantly(max(n, 0))
	}
	switch expr := expr.(type) {
	case *ast.ParenExpr:
		return f.bound(expr.X)
	case *ast.Ident:
		variable := f.cell.info.ObjectOf(expr)
		if values := f.values[variable]; f.writes[variable] == 1 && len(values) == 1 && values[0] != nil {
			return f.bound(values[0])
		}
	case *ast.BinaryExpr:
		switch expr.Op {
		case token.ADD:
			return f.bound(expr.X).plus(f.bound(expr.Y))
		case token.SUB, token.QUO, token.SHR:
			if f.isNatural(expr.Y) {
				return f.bound(expr.X)
			}
		}
	case *ast.CallExpr:
		builtin, ok := f.cell.callee(expr).(*types.Builtin)
		switch {
		case !ok:
		case builtin.Name() == "len":
			return f.length(expr.Args[0])
		case builtin.Name() == "min":
			most := boundless
			for _, arg := range expr.Args {
				most = least(most, f.bound(arg))
			}
			return most
		}
	}
	return boundless
}

// isNatural tells whether an integer is seen to be no less than 0.
func (f *frame) isNatural(expr ast.Expr) bool {
	if value := f.cell.info.Types[expr].Value; value != nil {
		return value.Kind() == constant.Int && constant.Sign(value) >= 0
	}
	call, ok := ast.Unparen(expr).(*ast.CallExpr)
	if !ok {
		return false
	}
	builtin, ok := f.cell.callee(call).(*types.Builtin)
	return ok && builtin.Name() == "len"
}

// length is how many elements there are in x at most: as often `range x` runs.
func (f *frame) length(x ast.Expr) growth {
	of := f.typeOf(x).Underlying()
	if pointer, ok := of.(*types.Pointer); ok {
		of = pointer.Elem().Underlying()
	}
	switch of := of.(type) {
	case *types.Array:
		return constantly(float64(of.Len()))
	case *types.Slice:
		if bytes := sizesOf.Sizeof(of.Elem()); bytes > 0 {
			return f.size(x).times(constantly(1 / float64(bytes)))
		}
	case *types.Basic:
		if isText(of) {
			return f.size(x)
		}
		return f.bound(x)
	}
	return boundless
}

// isPositive tells whether a value is known, and an integer greater than 0.
func isPositive(value constant.Value) bool {
	return value != nil && value.Kind() == constant.Int && constant.Sign(value) > 0
}
