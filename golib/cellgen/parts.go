package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// parts calls what of golib/bridge the cell needs beside what all need, see parts.go there.
func (c *Cell) parts() (calls string) {
	if len(c.Classes) > 0 {
		calls += "\t_bridge.Handles()\n"
	}
	if slices.ContainsFunc(c.Calls, func(call Call) bool { return call.Context }) {
		calls += "\t_bridge.Contexts()\n"
	}
	if !c.panicsPlainly() {
		calls += "\t_bridge.Words()\n"
	}
	return calls
}

// plain are packages that panic with texts and errors alone, as do those that they import; which a test finds in their source.
var plain = strings.Fields(`bytes cmp container/heap container/list container/ring errors hash/adler32 hash/crc32 hash/crc64
	hash/fnv iter maps math math/bits math/cmplx slices sort strconv strings sync sync/atomic unicode unicode/utf16
	unicode/utf8 unsafe`)

// panicsPlainly tells whether whatever the cell panics with is a text, a number or an error: package fmt, which says what
// other values are, is half of what a cell links that does not import it.
func (c *Cell) panicsPlainly() bool {
	for _, spec := range c.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !slices.Contains(plain, path) {
			return false
		}
	}
	return panicPlainly(c.info, c.file)
}

// panicPlainly tells it of the panics in a file.
func panicPlainly(info *types.Info, file *ast.File) bool {
	plainly := true
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return plainly
		}
		name, ok := ast.Unparen(call.Fun).(*ast.Ident)
		if ok && info.Uses[name] == types.Universe.Lookup("panic") {
			plainly = plainly && isPlainlyShown(info.TypeOf(call.Args[0]))
		}
		return plainly
	})
	return plainly
}

// isPlainlyShown tells whether golib/bridge can say without package fmt what a value is.
func isPlainlyShown(typ types.Type) bool {
	if isErrorType(typ) {
		return true
	}
	switch types.Unalias(typ) {
	case types.Typ[types.String], types.Typ[types.Int], types.Typ[types.Bool],
		types.Typ[types.UntypedString], types.Typ[types.UntypedInt], types.Typ[types.UntypedBool]:
		return true
	}
	return false
}
