package main

import (
	"go/types"
	"slices"
	"strings"
)

// A context.Context that is the first parameter is not Python's to pass: golib/bridge makes one for each call (context.go),
// which an interrupt, the keyword `timeout` or the task that awaits the call cancels.
//
//	func Wait(ctx context.Context, seconds float64) error
//
//		ctx, end := a.context.Begin()
//		defer end()
//		err := Wait(ctx, a.p0.Get())
//
// Where it returns sequences, these go on by its context, which ends with them. What may hold the context, or hears of what
// the call has left running by it, goes on by it, too: nobody knows how long, so that it does not end, but at its time limit.

// Of shims of what takes a context: the field in the block, what stands above the call, and what it is passed.
const (
	contextField = "\t\t\tcontext _bridge.Context\n"
	contextBegin = "\t\tctx, end := a.context.Begin()\n\t\tdefer end()\n"
	spanBegin    = "\t\tctx, span := a.context.Span()\n\t\tdefer span.End()\n"
	contextArg   = "ctx"
	goesOn       = "\t\tspan.GoOn()\n"
	goesOnUnless = "\t\tif err == nil {\n\t\t\tspan.GoOn()\n\t\t}\n"
)

func isContext(typ types.Type) bool {
	named, ok := types.Unalias(typ).(*types.Named)
	return ok && fullName(named.Obj()) == "context.Context"
}

// visible are the parameters that Python passes: all but a context that is the first. What is variadic is none.
func visible(signature *types.Signature) (params *types.Tuple, takesContext bool) {
	all := slices.Collect(signature.Params().Variables())
	if len(all) == 0 || !isContext(all[0].Type()) {
		return signature.Params(), false
	}
	return types.NewTuple(all[1:]...), true
}

// mayHold tells of what a call returns whether a context may be in it, or a way to what runs by one: interfaces, funcs,
// channels and locks. Python's sequences are none, which have their end.
func (c *Cell) mayHold(result Value) bool {
	if result.Shape == "v" && !slices.ContainsFunc(c.within(result.Form), func(part int) bool {
		form := c.Forms[part]
		return strings.Contains("hiFCe", form.Shape) || form.Shape == "S" && len(form.Parts) == 0
	}) {
		return false
	}
	return mayHold(result.typ, map[types.Type]bool{})
}

func mayHold(typ types.Type, seen map[types.Type]bool) bool {
	typ = types.Unalias(typ)
	if seen[typ] {
		return false
	}
	seen[typ] = true
	if named, ok := typ.(*types.Named); ok && named.Obj().Pkg() != nil && strings.HasPrefix(named.Obj().Pkg().Path()+"/", "sync/") {
		return true
	}
	switch under := typ.Underlying().(type) {
	case *types.Basic:
		return under.Kind() == types.UnsafePointer
	case *types.Pointer:
		return mayHold(under.Elem(), seen)
	case *types.Slice:
		return mayHold(under.Elem(), seen)
	case *types.Array:
		return mayHold(under.Elem(), seen)
	case *types.Map:
		return mayHold(under.Key(), seen) || mayHold(under.Elem(), seen)
	case *types.Struct:
		return slices.ContainsFunc(slices.Collect(under.Fields()), func(field *types.Var) bool { return mayHold(field.Type(), seen) })
	case *types.Interface:
		return !isError(typ)
	}
	return true
}
