package main

import (
	"go/types"
	"math"
	"strings"
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
	Type   string `json:"type"`             // as written in Go
	Shape  string `json:"shape"`            // as in golib/bridge/function.h
	Code   string `json:"code"`             // of its numbers, see numbers
	Length int    `json:"length"`           // of a [N]T, else -1
	Class  string `json:"of,omitempty"`     // of a *T, see Class
	Form   int    `json:"form,omitempty"`   // of a value of shape v, see Form
	Copied bool   `json:"copied,omitempty"` // nothing that Go writes to such a value is seen by who has passed it

	class         *Class // of the same name
	typ           types.Type
	written       string // as shims.go writes its type
	param, result string // types of the fields in the block
	in            string // what stands above the call of the function; may be empty
	back          string // what stands there as well and brings back what Go writes to a value; may be empty
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
	kind, why := c.laneOf(types.Unalias(typ))
	if why == "" {
		kind.typ = types.Unalias(typ)
		c.valued = append(c.valued, kind.typ)
	}
	return kind, why
}

func (c *Cell) laneOf(typ types.Type) (Kind, string) {
	text := c.typeText(typ)
	if !c.isWritable(typ) {
		return Kind{}, c.reason(typ, text)
	}
	if isDuration(typ) || isBig(typ) {
		return c.value(typ)
	}
	kind := Kind{Type: text, Length: -1, written: c.written(typ)}
	switch under := typ.Underlying().(type) {
	case *types.Basic:
		return c.basic(kind, typ, under)
	case *types.Array:
		if of, ok := types.Unalias(under.Elem()).Underlying().(*types.Basic); ok && numbers[of.Name()] != "" && !isDuration(types.Unalias(under.Elem())) {
			return c.fixedArray(kind, under, numbers[of.Name()])
		}
	case *types.Slice:
		if isLane(under) {
			return c.slice(kind, under)
		}
	case *types.Pointer:
		return c.pointer(under, text)
	case *types.Interface:
		if !under.Empty() || under.IsComparable() {
			return c.face(typ, under, text)
		}
	case *types.Struct:
		if named, ok := typ.(*types.Named); ok && fullName(named.Obj()) != "time.Time" && !c.isLoose(named) {
			return c.structure(named)
		}
	}
	return c.value(typ)
}

// isDuration: a number for which Python has a class of its own.
func isDuration(typ types.Type) bool {
	named, ok := typ.(*types.Named)
	return ok && fullName(named.Obj()) == "time.Duration"
}

func (c *Cell) basic(kind Kind, typ types.Type, under *types.Basic) (Kind, string) {
	code, isNumber := numbers[under.Name()]
	switch {
	case under.Kind() == types.String:
		kind.Shape, kind.Code = "s", "s"
		kind.param, kind.in, kind.arg = "string", "\t\t%[1]s := a.Head.String(%[2]d, a.%[1]s)\n", "%[1]s"
		kind.result, kind.out = "_bridge.Text", "a.%[1]s = a.Head.Text(%[1]s)"
		if typ != types.Type(under) {
			kind.arg, kind.out = kind.written+"(%[1]s)", "a.%[1]s = a.Head.Text(string(%[1]s))"
		}
		return kind, ""
	case isNumber:
		field := "_bridge.Number[" + kind.written + "]"
		if isComplex(code) {
			field = "_bridge.Complex[" + kind.written + "]"
		}
		kind.Shape, kind.Code = "1", code
		kind.param, kind.arg = field, "a.%[1]s.Get()"
		kind.result, kind.out = field, "a.%[1]s.Set(%[1]s)"
		return kind, ""
	}
	return Kind{}, c.reason(typ, kind.Type)
}

func isComplex(code string) bool { return code == "F" || code == "D" }

// isLane tells whether a slice crosses in place: of numbers, of string, or of unnamed slices of numbers. Bytes become an
// object of Python's, for which they must be Go's own.
func isLane(typ *types.Slice) bool {
	elem := types.Unalias(typ.Elem())
	if isDuration(elem) {
		return false
	}
	basic, isBasic := elem.(*types.Basic)
	if inner, ok := elem.(*types.Slice); ok {
		of, ok := inner.Elem().Underlying().(*types.Basic)
		return ok && numbers[of.Name()] != "" && isLane(inner)
	}
	of, ok := elem.Underlying().(*types.Basic)
	return ok && (isBasic && basic.Kind() == types.String || numbers[of.Name()] != "" && (isBasic || of.Kind() != types.Uint8))
}

func (c *Cell) slice(kind Kind, typ *types.Slice) (Kind, string) {
	elem, why := c.kindOf(typ.Elem())
	if why != "" {
		return Kind{}, why
	}
	kind.Code = elem.Code
	switch elem.Shape {
	case "1":
		kind.Shape = "a"
		kind.param, kind.in, kind.arg = "_bridge.Slice["+elem.written+"]", lendSlice, "%[1]s"
		kind.result, kind.out = "_bridge.Array", "a.%[1]s = _bridge.Lend(&a.Head, %[1]s)"
	case "s":
		kind.Shape = "t"
		kind.param, kind.in, kind.arg = "_bridge.Strings", lend, "%[1]s"
		kind.result, kind.out = "_bridge.Texts", "a.%[1]s = _bridge.Pack(%[1]s)"
	default:
		kind.Shape = "m"
		kind.param, kind.in, kind.arg = "_bridge.Rows["+strings.TrimPrefix(elem.written, "[]")+"]", share, "%[1]s"
		kind.result, kind.out = "_bridge.Arrays", "a.%[1]s = _bridge.LendAll(&a.Head, %[1]s)"
	}
	return kind, ""
}

func (c *Cell) fixedArray(kind Kind, typ *types.Array, code string) (Kind, string) {
	if typ.Len() > math.MaxInt32 {
		return Kind{}, "`" + kind.Type + "` is too long"
	}
	kind.Shape, kind.Code, kind.Length = "a", code, int(typ.Len())
	kind.param, kind.in = "_bridge.Slice["+c.written(typ.Elem())+"]", "\t\t%[1]s := _bridge.In(&a.Head, %[2]d, a.%[1]s)\n"
	kind.arg = kind.written + "(%[1]s)"
	kind.result, kind.out = "_bridge.Array", "a.%[1]s = _bridge.Lend(&a.Head, %[1]s[:])"
	return kind, ""
}

// asResult is a kind that a function returns, where it differs: []byte becomes bytes, [][]byte a list of them.
func (k Kind) asResult() Kind {
	if k.Code != "B" || k.Length >= 0 {
		return k
	}
	switch k.Shape {
	case "a":
		k.Shape, k.Code, k.result, k.out = "s", "y", "_bridge.Text", "a.%[1]s = a.Head.Bytes(%[1]s)"
	case "m":
		k.Shape, k.Code, k.result, k.out = "t", "y", "_bridge.Texts", "a.%[1]s = _bridge.Pack(%[1]s)"
	}
	return k
}

func (c *Cell) reason(typ types.Type, text string) string {
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		switch {
		case typ.Kind() == types.UnsafePointer:
			return "Python has nothing like `" + text + "`"
		case c.pkg.Scope().Lookup(text) != nil:
			return "`" + text + "` is something else in this cell"
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
	text := typeText(typ, func(pkg *types.Package) string {
		if pkg == c.pkg {
			return ""
		}
		return pkg.Name()
	})
	return strings.ReplaceAll(strings.ReplaceAll(text, ", ", ","), ",", ", ") // type arguments have no space in go/types
}

// typeText is a type as Go writes it. From 1.27 on go/types writes `any` out, as the older ones do not.
func typeText(typ types.Type, of types.Qualifier) string {
	return strings.ReplaceAll(types.TypeString(typ, of), "interface{}", "any")
}
