package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
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
	Type   string `json:"type"`   // as written in Go
	Shape  string `json:"shape"`  // as in golib/bridge/call.h
	Code   string `json:"code"`   // of its numbers, see numbers
	Length int    `json:"length"` // of a [N]T, else -1

	param, result string // types of the fields in the block
	in            string // what stands above the call of the function; may be empty
	arg           string // what is passed to the function
	out           string // what takes the result, %[1]s, to its field
}

const (
	lend  = "\t\t%[1]s := a.%[1]s.In(&a.Head, %[2]d)\n\t\tdefer a.%[1]s.Back(&a.Head, %[2]d, %[1]s)\n"
	share = "\t\t%[1]s := a.%[1]s.In(&a.Head, %[2]d)\n\t\tdefer a.%[1]s.Merge(&a.Head, %[2]d, %[1]s, a.%[1]s.Before(&a.Head, %[2]d))\n"
)

// kindOf tells how a type crosses, or why it does not. known: the cell's own types and aliases.
func kindOf(expr ast.Expr, known map[string]*ast.TypeSpec) (Kind, string) {
	text := types.ExprString(expr)
	switch expr := expr.(type) {
	case *ast.ParenExpr:
		return kindOf(expr.X, known)
	case *ast.Ident:
		if spec := known[expr.Name]; spec != nil {
			if spec.Assign.IsValid() && spec.TypeParams == nil {
				return kindOf(spec.Type, without(known, expr.Name))
			}
			return Kind{}, "gomagic does not bind types of the cell such as `" + text + "` yet"
		}
		if code, ok := numbers[expr.Name]; ok {
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
		if expr.Name == "string" {
			return Kind{
				Type: text, Shape: "s", Code: "s", Length: -1,
				param: "string", in: "\t\t%[1]s := a.String(%[2]d, a.%[1]s)\n", arg: "%[1]s",
				result: "_bridge.Text", out: "a.%[1]s = a.Text(%[1]s)",
			}, ""
		}
	case *ast.ArrayType:
		if expr.Len != nil {
			return fixedArray(expr, text, known)
		}
		return slice(expr, text, known)
	}
	return Kind{}, reason(expr, text)
}

func slice(expr *ast.ArrayType, text string, known map[string]*ast.TypeSpec) (Kind, string) {
	elem, why := kindOf(expr.Elt, known)
	if why != "" {
		return Kind{}, why
	}
	switch elem.Shape {
	case "1":
		return Kind{
			Type: text, Shape: "a", Code: elem.Code, Length: -1,
			param: "_bridge.Slice[" + elem.Type + "]", in: lend, arg: "%[1]s",
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

func fixedArray(expr *ast.ArrayType, text string, known map[string]*ast.TypeSpec) (Kind, string) {
	elem, why := kindOf(expr.Elt, known)
	if why != "" {
		return Kind{}, why
	}
	literal, ok := expr.Len.(*ast.BasicLit)
	if !ok || literal.Kind != token.INT || elem.Shape != "1" {
		return Kind{}, "gomagic binds arrays of numbers whose length is written as a number, not `" + text + "`"
	}
	length, err := strconv.ParseInt(literal.Value, 0, 32)
	if err != nil {
		return Kind{}, "`" + text + "` is too long"
	}
	return Kind{
		Type: text, Shape: "a", Code: elem.Code, Length: int(length),
		param: "_bridge.Slice[" + elem.Type + "]", in: "\t\t%[1]s := a.%[1]s.In(&a.Head, %[2]d)\n", arg: text + "(%[1]s)",
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

func reason(expr ast.Expr, text string) string {
	what := "gomagic does not bind `" + text + "` yet"
	switch expr := expr.(type) {
	case *ast.SelectorExpr:
		if pkg, ok := expr.X.(*ast.Ident); ok && (pkg.Name == "unsafe" || pkg.Name == "C") {
			what = "Python has nothing like `" + text + "`"
		}
	case *ast.StructType:
		what = "a struct needs a name"
	case *ast.ChanType:
		if expr.Dir&ast.SEND != 0 {
			what = "Python cannot send to `" + text + "`"
		}
	}
	return what
}

func without(known map[string]*ast.TypeSpec, name string) map[string]*ast.TypeSpec {
	rest := make(map[string]*ast.TypeSpec, len(known))
	for other, spec := range known {
		if other != name {
			rest[other] = spec
		}
	}
	return rest
}
