package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
)

// addValues adds the exported constants and variables. Their types often stand nowhere in the text, and constants are
// worked out by the rules of the language: go/types knows them.
func (c *Cell) addValues() {
	for _, decl := range c.file.Decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST && decl.Tok != token.VAR {
			continue
		}
		for _, spec := range decl.Specs {
			spec := spec.(*ast.ValueSpec)
			for _, name := range spec.Names {
				if !name.IsExported() {
					continue
				}
				switch doc := docOf(decl, spec.Doc); {
				case isErrorType(c.info.Defs[name].Type()):
					c.addSentinel(name, doc)
				case decl.Tok == token.CONST:
					c.addConstant(name)
				default:
					c.addVariable(name, doc)
				}
			}
		}
	}
}

func (c *Cell) addConstant(name *ast.Ident) {
	object, ok := c.info.Defs[name].(*types.Const)
	if !ok {
		return
	}
	value := Constant{Name: name.Name, typ: types.Unalias(object.Type())}
	of, _ := object.Type().Underlying().(*types.Basic)
	switch {
	case of == nil:
		return
	case of.Info()&types.IsBoolean != 0:
		value.Kind, value.Value = "bool", fmt.Sprint(constant.BoolVal(object.Val()))
	case of.Info()&types.IsString != 0:
		value.Kind, value.Value = "string", fmt.Sprintf("%x", constant.StringVal(object.Val()))
	case isDuration(types.Unalias(object.Type())):
		value.Kind, value.Value = "duration", constant.ToInt(object.Val()).ExactString()
	case of.Info()&types.IsInteger != 0:
		value.Kind, value.Value = "int", constant.ToInt(object.Val()).ExactString()
	case of.Info()&types.IsFloat != 0:
		value.Kind, value.Value = "float", decimal(object.Val())
	default:
		value.Kind = "complex"
		value.Value = decimal(constant.Real(object.Val())) + " " + decimal(constant.Imag(object.Val()))
	}
	c.Constants = append(c.Constants, value)
}

func decimal(value constant.Value) string {
	float, _ := constant.Float64Val(value)
	return strconv.FormatFloat(float, 'g', -1, 64)
}

// aparts are the functions of golib/bridge by which the variables of a shape are read that it takes long to hand over.
var aparts = map[string]string{"s": "Apart", "t": "ApartAll", "m": "ApartRows"}

// largeArray is from how many bytes on Python's other threads run while a variable that is an array is copied.
const largeArray = 1 << 20

func (c *Cell) addVariable(name *ast.Ident, doc string) {
	typ := c.info.Defs[name].Type()
	kind, why := c.placeKind(typ)
	if why != "" {
		c.leaveOut(name, "%s", why)
		return
	}
	get, set := access(name.Name, typ, kind, name.Name)
	get.Role, set.Role = Get, Set
	get.Doc = doc
	get.Signature = "var " + name.Name + " " + kind.Type
	set.Signature = get.Signature
	get.Place = c.place(name.Pos())
	set.Place = get.Place
	c.add(get)
	c.add(set)
}

// access are the calls that read and write a variable or field, which the shim writes as place.
func access(name string, typ types.Type, kind Kind, place string) (get, set Call) {
	value := Value{Name: "value", Kind: kind}
	if kind.Shape == "v" { // which nobody writes to
		value.back = ""
	}
	// A string or slice is several words. While one thread keeps the GIL, no other thread of Python's reads the one and
	// writes the other; what takes long, to copy a large value, Set does before Alone and Get after Apart.
	get = Call{Name: name, Params: []Value{}, Results: []Value{value}, Quick: Always, statement: place}
	get.Results[0].Kind = kind.asResult()
	if apart, ok := aparts[get.Results[0].Shape]; ok {
		get.statement = "_bridge." + apart + "(&a.Head, " + place + ")"
	}
	if kind.Shape == "c" { // Python gets the struct itself, and what is set in it is set there
		get.Results[0].out, get.statement = "a.%[1]s.Set(%[1]s)", "&"+place
	}
	set = Call{
		Name: name, Params: []Value{value}, Results: []Value{}, Quick: Small, above: "a.Head.Alone()",
		statement: place + " = %[1]s",
	}
	if array, ok := typ.Underlying().(*types.Array); ok && sizesOf.Sizeof(array) >= largeArray {
		get.above, set.above = "defer a.Head.Exclusive()()", "defer a.Head.Exclusive()()"
	}
	return get, set
}
