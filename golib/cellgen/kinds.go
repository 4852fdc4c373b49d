package main

import (
	"fmt"
	"go/types"
	"math"
)

// numbers is the table of Go's basic types but for string, with the codes by which C and Python call them. C's side of
// it is golib/bridge/convert.c, Python's gomagic/bind/plain.py; a test holds them together.
var numbers = map[string]string{
	"bool": "?",
	"int8": "b", "int16": "h", "int32": "i", "int64": "q", "int": "q", "rune": "i",
	"uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q", "uint": "Q", "uintptr": "Q", "byte": "B",
	"float32": "f", "float64": "d",
	"complex64": "F", "complex128": "D",
}

// Kind is how a Go type crosses the boundary. What reads `%[1]s` below takes the name of its field in the block.
type Kind struct {
	Type   string `json:"type"`         // as written in Go
	Shape  string `json:"shape"`        // as in golib/bridge/function.h
	Code   string `json:"code"`         // of its numbers, see numbers
	Length int    `json:"length"`       // of a [N]T, else -1
	Class  string `json:"of,omitempty"` // of a *T or an interface, see Class

	class         *Class // of the same name
	param, result string // types of the fields in the block
	in            string // what stands above the call of the function; may be empty
	arg           string // what is passed to the function
	out           string // what takes the result, %[1]s, to its field
}

const (
	lendSlice  = "\t\t%[1]s := _bridge.In(&a.Head, %[2]d, a.%[1]s)\n\t\tdefer _bridge.Back(&a.Head, %[2]d, a.%[1]s, %[1]s)\n"
	shareSlice = "\t\t%[1]s := _bridge.In(&a.Head, %[2]d, a.%[1]s)\n\t\tdefer _bridge.Merge(&a.Head, %[2]d, a.%[1]s, %[1]s, _bridge.Before(&a.Head, %[2]d, a.%[1]s))\n"

	lend  = "\t\t%[1]s := a.%[1]s.In(&a.Head, %[2]d)\n\t\tdefer a.%[1]s.Back(&a.Head, %[2]d, %[1]s)\n"
	share = "\t\t%[1]s := a.%[1]s.In(&a.Head, %[2]d)\n\t\tdefer a.%[1]s.Merge(&a.Head, %[2]d, %[1]s, a.%[1]s.Before(&a.Head, %[2]d))\n"
)

// kindOf tells how a type crosses, or why it does not.
func (c *Cell) kindOf(typ types.Type) (Kind, string) {
	text := c.typeText(types.Unalias(typ))
	if face, ok := typ.Underlying().(*types.Interface); ok {
		return c.face(typ, face, text)
	}
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		code, isNumber := numbers[typ.Name()]
		switch {
		case c.pkg.Scope().Lookup(text) != nil:
			return Kind{}, "`" + text + "` is something else in this cell"
		case typ.Kind() == types.String:
			return Kind{
				Type: text, Shape: "s", Code: "s", Length: -1,
				param: "string", in: "\t\t%[1]s := a.String(%[2]d, a.%[1]s)\n", arg: "%[1]s",
				result: "_bridge.Text", out: "a.%[1]s = a.Text(%[1]s)",
			}, ""
		case isNumber:
			field := "Number"
			if code == "F" || code == "D" {
				field = "Complex"
			}
			field = "_bridge." + field + "[" + text + "]"
			return Kind{
				Type: text, Shape: "1", Code: code, Length: -1,
				param: field, arg: "a.%[1]s.Get()",
				result: field, out: "a.%[1]s.Set(%[1]s)",
			}, ""
		}
	case *types.Array:
		return c.fixedArray(typ, text)
	case *types.Slice:
		return c.slice(typ)
	case *types.Pointer:
		return c.pointer(typ, text)
	}
	return Kind{}, c.reason(typ, text)
}

func (c *Cell) slice(typ *types.Slice) (Kind, string) {
	elem, why := c.kindOf(typ.Elem())
	if why != "" {
		return Kind{}, why
	}
	text := "[]" + elem.Type
	switch elem.Shape {
	case "1":
		return Kind{
			Type: text, Shape: "a", Code: elem.Code, Length: -1,
			param: "_bridge.Slice[" + elem.Type + "]", in: lendSlice, arg: "%[1]s",
			result: "_bridge.Array", out: "a.%[1]s = _bridge.Lend(&a.Head, %[1]s)",
		}, ""
	case "s":
		return Kind{
			Type: text, Shape: "t", Code: "s", Length: -1,
			param: "_bridge.Strings", in: lend, arg: "%[1]s",
			result: "_bridge.Texts", out: "a.%[1]s = _bridge.Pack(%[1]s)",
		}, ""
	case "a":
		if elem.Length < 0 {
			inner := elem.Type[len("[]"):]
			return Kind{
				Type: text, Shape: "m", Code: elem.Code, Length: -1,
				param: "_bridge.Rows[" + inner + "]", in: share, arg: "%[1]s",
				result: "_bridge.Arrays", out: "a.%[1]s = _bridge.LendAll(&a.Head, %[1]s)",
			}, ""
		}
	}
	return Kind{}, "gomagic does not bind `" + text + "` yet"
}

func (c *Cell) fixedArray(typ *types.Array, text string) (Kind, string) {
	elem, why := c.kindOf(typ.Elem())
	switch {
	case why != "":
		return Kind{}, why
	case elem.Shape != "1":
		return Kind{}, "gomagic binds arrays of numbers, not `" + text + "`"
	case typ.Len() > math.MaxInt32:
		return Kind{}, "`" + text + "` is too long"
	}
	text = fmt.Sprintf("[%d]%s", typ.Len(), elem.Type)
	return Kind{
		Type: text, Shape: "a", Code: elem.Code, Length: int(typ.Len()),
		param: "_bridge.Slice[" + elem.Type + "]", in: "\t\t%[1]s := _bridge.In(&a.Head, %[2]d, a.%[1]s)\n", arg: text + "(%[1]s)",
		result: "_bridge.Array", out: "a.%[1]s = _bridge.Lend(&a.Head, %[1]s[:])",
	}, ""
}

// asResult is a kind that a function returns, where it differs: []byte becomes bytes, [][]byte a list of them.
func (k Kind) asResult() Kind {
	if k.Code != "B" || k.Length >= 0 {
		return k
	}
	switch k.Shape {
	case "a":
		k.Shape, k.Code, k.result, k.out = "s", "y", "_bridge.Text", "a.%[1]s = a.Bytes(%[1]s)"
	case "m":
		k.Shape, k.Code, k.result, k.out = "t", "y", "_bridge.Texts", "a.%[1]s = _bridge.Pack(%[1]s)"
	}
	return k
}

func (c *Cell) reason(typ types.Type, text string) string {
	switch of := typ.Underlying().(type) {
	case *types.Signature:
		if isOfIter(typ) {
			return "gomagic does not bind `" + text + "` yet; collect it into a slice and return that"
		}
		return "gomagic does not bind functions such as `" + text + "` yet; return a slice to loop over, or a value with a method"
	case *types.Chan:
		if of.Dir() == types.RecvOnly {
			return "gomagic does not bind `" + text + "` yet; collect it into a slice and return that"
		}
		return "Python cannot send to `" + text + "`; take or return a slice, and keep the channel in the cell"
	}
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		if typ.Kind() == types.UnsafePointer {
			return "Python has nothing like `" + text + "`"
		}
	case *types.Named:
		if typ.Obj().Pkg() == c.pkg {
			if _, why := c.classOf(typ); why == "" && isOfInterest(typ) {
				return "gomagic does not bind values of `" + text + "` yet; `*" + text + "` crosses"
			}
			return "gomagic does not bind types of the cell such as `" + text + "` yet"
		}
	case *types.Struct:
		return "a struct needs a name"
	}
	return "gomagic does not bind `" + text + "` yet"
}

func isOfIter(typ types.Type) bool {
	named, ok := types.Unalias(typ).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "iter"
}

// typeText is a type as messages show it: names of the cell's own bare, others with the name of their package.
func (c *Cell) typeText(typ types.Type) string {
	return types.TypeString(typ, func(pkg *types.Package) string {
		if pkg == c.pkg {
			return ""
		}
		return pkg.Name()
	})
}
