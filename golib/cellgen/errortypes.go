package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// errorReceiver is `T` or `*T`, whichever of a type that has a name is an error; "" if neither is.
func errorReceiver(object types.Object) string {
	typ := object.Type()
	fails := types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
	switch {
	case types.IsInterface(typ):
		return ""
	case types.Implements(typ, fails):
		return object.Name()
	case types.Implements(types.NewPointer(typ), fails):
		return "*" + object.Name()
	}
	return ""
}

// addErrorType adds the call that asks whether an error is of a type, and for its fields.
func (c *Cell) addErrorType(decl *ast.GenDecl, spec *ast.TypeSpec, receiver string) {
	name := spec.Name.Name
	handle, why := c.kindOf(types.Typ[types.Uint64])
	is, whyNot := c.kindOf(types.Typ[types.Bool])
	if why+whyNot != "" {
		c.leaveOut(spec.Name, "%s", why+whyNot)
		return
	}
	call := Call{
		Role: Fields, Name: name, Signature: "errors.As(err, new(" + receiver + "))", Place: c.place(spec.Name.Pos()),
		Params: []Value{{Name: "handle", Kind: handle}}, Results: []Value{{Name: "is", Kind: is}},
	}
	call.Doc = docOf(decl, spec.Doc)
	as := "_bridge.AsValue[" + name + "]"
	if strings.HasPrefix(receiver, "*") {
		as = "_bridge.As[" + name + "]"
	}
	fields := []string{"is"}
	if structure, ok := c.info.Defs[spec.Name].Type().Underlying().(*types.Struct); ok {
		for field := range structure.Fields() {
			kind, why := c.kindOf(field.Type())
			if why == "" && kind.Shape == "E" { // it may be the error itself
				why = "gomagic does not bind errors in errors yet; `unwrap()` gives what it wraps"
			}
			if field.Embedded() {
				why = "gomagic does not bind embedded fields yet"
			}
			if why == "" && len(call.Results) == mostResults {
				why = fmt.Sprintf("it is one of more than %d fields", mostResults-1)
			}
			switch {
			case !field.Exported():
			case why != "":
				c.LeftOut = append(c.LeftOut, Remark{name + "." + field.Name(), why, c.place(field.Pos())})
			default:
				call.Results = append(call.Results, Value{Name: field.Name(), Kind: kind.asResult()})
				fields = append(fields, "e."+field.Name())
			}
		}
	}
	used := "e"
	if len(fields) == 1 {
		used = "_"
	}
	call.above = used + ", is := " + as + "(a.p0.Get())"
	call.statement = strings.Join(fields, ", ")
	c.add(call)
}
