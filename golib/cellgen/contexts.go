package main

import (
	"go/types"
	"slices"
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
// Where it returns sequences, these go on by its context, which ends with them.

// Of shims of what takes a context: the field in the block, what stands above the call, and what it is passed.
const (
	contextField = "\t\t\tcontext _bridge.Context\n"
	contextBegin = "\t\tctx, end := a.context.Begin()\n\t\tdefer end()\n"
	spanBegin    = "\t\tctx, span := a.context.Span()\n\t\tdefer span.End()\n"
	contextArg   = "ctx"
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
