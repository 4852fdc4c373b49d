package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// Quick is how many bytes of arguments a call may have to keep Python's GIL, which saves half of its time: with fewer it
// is sure to be over soon. golib/bridge/call.c counts the bytes and decides.
type Quick int

// What Quick is mostly.
const (
	Never  Quick = 0
	Small  Quick = 16 << 10
	Always Quick = -1 // no argument's length matters
)

// How long a call may leave Python's other threads silent, in nanoseconds by the estimates of costs.go. To let them run
// costs 50, so there is no reason to be generous; but for a list of strings it takes as long as reading all of them.
const (
	patience        = 200e3
	patienceForText = 2e6
)

// mostText is how many bytes a call with a list of strings may have at most, in place of Small.
const mostText = 4 << 20

// quickness tells how quick a function is. All of it must be known: how often each loop runs, how long each value is
// that is copied or compared as a whole, and what each function costs that it calls. Whatever is not known may take long
// or wait, perhaps for another Python thread, which then waits for ever: in doubt the answer is Never.
func (c *Cell) quickness(decl *ast.FuncDecl, params, results []Value, stand given) Quick {
	if c.hasGoroutines {
		return Never
	}
	if slices.ContainsFunc(params, func(p Value) bool { return p.Shape == "v" && !c.isFlat(p.Form, "1sfF") }) ||
		slices.ContainsFunc(results, func(r Value) bool { return r.Shape == "v" && !c.isFlat(r.Form, "1") }) {
		return Never // to pack may take long, and costs more than the GIL
	}
	w := &walk{cell: c, left: mostSteps}
	f := w.enter(decl, stand)
	if f == nil {
		return Never
	}
	f.isShim = true
	lists, taking := 0, growth{}
	if decl.Recv != nil { // it may refer to anything, of which nothing is counted; a value is copied
		taking = width(f.stand.in(c.info.Defs[decl.Name].(*types.Func).Signature().Recv().Type())).times(constantly(copying))
	}
	for i, variable := range f.params {
		f.given[variable] = growth{0, 1}
		taking = taking.plus(takeIn(f.stand.in(variable.Type()), params[i].Shape))
		if params[i].Shape == "t" {
			lists++
		}
		if f.isCallable(variable) {
			f.callables[variable] = true
		}
	}
	if lists > 0 && len(f.callables) > 0 { // golib/bridge/texts.c lends the caller's own list, which a callable could change
		return Never
	}
	cost := f.cost(decl.Body).plus(taking)
	if len(results) > 0 && decl.Type.Results.List[0].Names != nil {
		for _, field := range decl.Type.Results.List {
			for _, name := range field.Names {
				cost = cost.plus(f.handOver(name))
			}
		}
	}
	most, limit := patience, float64(Small)
	if lists == 1 {
		most, limit = patienceForText, mostText
	}
	switch bytes := cost.bytesUntil(most); {
	case cost.isBoundless() || bytes < 1:
		return Never
	case cost.perByte == 0 && len(f.callables) == 0: // a func of Go's in place of a callable counts as many bytes
		return Always
	default:
		return Quick(min(bytes, limit))
	}
}

// takeIn is what it costs the shim to take a parameter from Python: an array and the headers of rows are copied, whether
// Go keeps them or not.
func takeIn(param types.Type, shape string) growth {
	if shape == "m" {
		return growth{0, copying}
	}
	if _, ok := param.Underlying().(*types.Array); ok {
		return width(param).times(constantly(copying))
	}
	return growth{}
}

// handOver is what it costs the shim to take a result to Python: text is copied, of slices each one is pinned.
func (f *frame) handOver(result ast.Expr) growth {
	const pin = 600
	of := f.typeOf(result)
	if all, ok := of.(*types.Tuple); ok { // `return g()`
		for one := range all.Variables() {
			if !isPlain(one.Type()) && !types.IsInterface(one.Type()) {
				return boundless
			}
		}
		return constantly(1)
	}
	if isText(of) {
		return f.size(result).times(constantly(copying))
	}
	slice, ok := of.Underlying().(*types.Slice)
	if !ok {
		return constantly(1)
	}
	switch elem := slice.Elem().Underlying().(type) {
	case *types.Slice:
		return f.size(result).times(constantly(pin / sliceHeader))
	case *types.Basic:
		if elem.Kind() == types.Uint8 || elem.Info()&types.IsString != 0 {
			return f.size(result).times(constantly(copying))
		}
	}
	return constantly(pin)
}

// lone are the packages that run no goroutines, unless by goers.
var lone = strings.Fields(`
	bufio bytes cmp container/heap container/list container/ring context encoding/base64 encoding/binary encoding/csv
	encoding/hex encoding/json errors fmt hash/crc32 hash/fnv hash/maphash io maps math math/big math/bits math/cmplx
	math/rand math/rand/v2 os path path/filepath regexp slices sort strconv strings sync sync/atomic text/tabwriter
	text/template time unicode unicode/utf16 unicode/utf8 unsafe`)

// mayHaveGoroutines tells whether goroutines of the cell's own can be running during a call. They can keep all of Go's
// processors busy, and then a call waits for one, up to 0.2 s: no time to hold Python's other threads.
func (c *Cell) mayHaveGoroutines() bool {
	for _, imported := range c.pkg.Imports() {
		if !slices.Contains(lone, imported.Path()) {
			return true
		}
	}
	for _, object := range c.info.Uses {
		if goers[fullName(object)] {
			return true
		}
	}
	may := false
	ast.Inspect(c.file, func(node ast.Node) bool {
		_, starts := node.(*ast.GoStmt)
		may = may || starts
		return !may
	})
	return may
}
