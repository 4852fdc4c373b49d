package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// failing tells whether the values of a type are errors, or pointers to them: then star is "*".
func failing(typ types.Type) (star string, is bool) {
	switch {
	case types.IsInterface(typ):
		return "", false
	case isErrorType(typ):
		return "", true
	}
	return "*", isErrorType(types.NewPointer(typ))
}

// isErrorType tells whether the values of a type are errors.
func isErrorType(typ types.Type) bool {
	return types.Implements(typ, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// How an error itself crosses, and the answer to a question about one: without names that the cell may have given to
// something else.
var (
	errorKind = Kind{
		Type: "error", Shape: "1", Code: "Q", Length: -1,
		param: "_bridge.Error", arg: "a.%[1]s.Get()", result: "_bridge.Error", out: "a.%[1]s.Set(%[1]s)",
	}
	ownerKind = Kind{Type: "error", Shape: "o", Code: "1", Length: -1, result: "_bridge.Error", out: "a.%[1]s.Set(%[1]s)"}
	truthKind = Kind{Type: "bool", Shape: "1", Code: "?", Length: -1, result: "_bridge.Truth", out: "a.%[1]s.Set(%[1]s)"}
)

// question is a call about an error, whose handle is its one parameter.
func question(role Role, name, signature string) Call {
	return Call{
		Role: role, Name: name, Signature: signature, Params: []Value{{Name: "handle", Kind: errorKind}},
		Results: []Value{{Name: "is", Kind: truthKind}},
	}
}

// addSentinel adds the call that asks whether an error is a variable's or constant's, whatever the variable holds then.
func (c *Cell) addSentinel(name *ast.Ident, doc string) {
	object := c.info.Defs[name]
	what := "var "
	if _, isConst := object.(*types.Const); isConst {
		what = "const "
	}
	call := question(Sentinel, name.Name, what+name.Name+" "+c.typeText(object.Type()))
	call.Doc, call.Place = doc, c.place(name.Pos())
	call.statement = "_bridge.Is(a.p0.Get(), " + name.Name + ")"
	c.add(call)
}

// errorType is one that Python has an exception class of.
type errorType struct {
	spec   *ast.TypeSpec
	decl   *ast.GenDecl
	typ    types.Type
	name   string // Python's
	star   string // "*" if its pointers alone are errors
	text   string // its type in shims.go
	params []string
	args   []string // of an instance: what its type parameters stand for
}

// as is what looks for one in the error that is asked about.
func (e errorType) as() string {
	if e.star != "" {
		return "_bridge.As[" + e.text + "](a.p0.Get())"
	}
	return "_bridge.AsValue[" + e.text + "](a.p0.Get())"
}

// find is the same where it is known to be there.
func (e errorType) find() string {
	if e.star != "" {
		return "_bridge.Find[" + e.text + "](a.p0.Get())"
	}
	return "_bridge.FindValue[" + e.text + "](a.p0.Get())"
}

func (e errorType) question() Call {
	call := question(Fields, e.name, "errors.As(err, new("+e.star+e.name+"))")
	call.Types, call.Parameters = e.args, e.params
	return call
}

// addErrorType adds the calls that ask whether an error is of a type, and for its fields.
func (c *Cell) addErrorType(of errorType) {
	first := of.question()
	first.Doc, first.Place = docOf(of.decl, of.spec.Doc), c.place(of.spec.Name.Pos())
	calls, late := []Call{first}, []Call{}
	for _, field := range fieldNames(of.typ, nil) {
		object, index, isIndirect := types.LookupFieldOrMethod(of.typ, true, c.pkg, field)
		found, ok := object.(*types.Var)
		if !ok { // there are several of this name, or it is a method
			continue
		}
		if hold := errorIn(found.Type()); hold != "" {
			late = append(late, c.lateError(of, found, hold))
			continue
		}
		kind, isOptional := c.optionalKind(found.Type())
		why := ""
		if !isOptional {
			kind, why = c.kindOf(found.Type())
		}
		if why != "" {
			remark := Remark{Name: field, Text: why}
			if len(index) == 1 && found.Pkg() == c.pkg {
				remark.Place = c.place(found.Pos())
			}
			calls[0].LeftOut = append(calls[0].LeftOut, remark)
			continue
		}
		value := Value{Name: field, Kind: kind.asResult()}
		if isIndirect {
			late = append(late, lateField(of, value))
			continue
		}
		if len(calls[len(calls)-1].Results) == mostResults {
			calls = append(calls, of.question())
		}
		last := &calls[len(calls)-1]
		last.Results = append(last.Results, value)
	}
	methods := types.NewMethodSet(types.NewPointer(of.typ))
	for i := range methods.Len() {
		if call, ok := c.errorMethod(of, methods.At(i), &calls[0]); ok {
			late = append(late, call)
		}
	}
	for _, call := range calls {
		used, fields := "_", []string{"is"}
		for _, value := range call.Results[1:] {
			used, fields = "e", append(fields, "e."+value.Name)
		}
		call.above = used + ", is := " + of.as()
		call.statement = strings.Join(fields, ", ")
		c.add(call)
	}
	for _, call := range late {
		c.add(call)
	}
}

// errorMethod is the call of a method of an error's type, where there is more to it than to what Python has for all errors.
// What cannot be called is left out of the class, whose first call is first.
func (c *Cell) errorMethod(of errorType, selection *types.Selection, first *Call) (Call, bool) {
	method := selection.Obj().(*types.Func)
	name := method.Name()
	if !method.Exported() || slices.Contains([]string{"Error", "Unwrap", "Is", "As"}, name) { // `except` asks the last two
		return Call{}, false
	}
	decl := c.decls[method.Origin()]
	signature := selection.Type().(*types.Signature)
	call, why := c.call(name, signature, decl, standsIn(method))
	if cure := fatal[fullName(method)]; cure != "" {
		why = "it " + cure
	}
	if why == "" && len(call.Params) == mostParams {
		why = fmt.Sprintf("it has more than %d parameters", mostParams-1)
	}
	if why != "" {
		remark := Remark{Name: name, Text: why}
		if decl != nil && len(selection.Index()) == 1 {
			remark.Place = c.place(method.Pos())
		}
		first.LeftOut = append(first.LeftOut, remark)
		return Call{}, false
	}
	if decl == nil || of.args != nil {
		call.Signature = "func (" + of.star + of.name + ") " + name + strings.TrimPrefix(c.typeText(signature), "func")
	}
	self := errorKind
	self.arg = "" // it is not passed on
	call.Role, call.Class, call.Params = Asked, of.name, append([]Value{{Name: "self", Kind: self}}, call.Params...)
	call.statement = of.find() + "." + name + "(%[1]s)"
	return call, true
}

// lateField is the call for a field that is asked for when it is needed: a pointer on the way to it may be nil.
func lateField(of errorType, value Value) Call {
	call := question(Late, value.Name, value.Name+" "+value.Type)
	call.Class, call.Results = of.name, []Value{value}
	call.above, call.statement = "e, _ := "+of.as(), "e."+value.Name
	return call
}

// lateError is the call for a field that is an error. It is not asked for with the others, since it may have such a field
// as well, and so on in a circle.
func (c *Cell) lateError(of errorType, field *types.Var, hold string) Call {
	call := question(Late, field.Name(), field.Name()+" "+c.typeText(field.Type()))
	call.Class, call.Results = of.name, []Value{{Name: "inner", Kind: errorKind}, {Name: "owner", Kind: ownerKind}}
	call.above, call.statement = "e, _ := "+of.as()+"\n\t\tinner := "+fmt.Sprintf(hold, "e."+field.Name()), "inner, inner"
	return call
}

// kindOfResult is that of what a function returns: an error of a type of its own is the exception, which is not raised.
func (c *Cell) kindOfResult(typ types.Type) (Kind, string) {
	kind, why := c.kindOf(typ)
	if why == "" || !isErrorType(typ) || types.IsInterface(typ) || !c.isWritable(typ) {
		return kind, why
	}
	kind, why = c.kindOf(theError.Type())
	kind.Type, kind.written, kind.typ = c.typeText(typ), c.written(typ), typ
	kind.out = "a.%[1]s.SetSome(%[1]s)"
	return kind, why
}

// errorIn is what takes the handle of an error out of a field, %s, of a type; "" if there is no error in such a field.
func errorIn(typ types.Type) string {
	switch {
	case types.IsInterface(typ) && isErrorType(typ):
		return "_bridge.Hold(%s)"
	case isErrorType(typ):
		return "_bridge.HoldSome(%s)"
	case isErrorType(types.NewPointer(typ)):
		return "_bridge.HoldSome(&%s)"
	}
	return ""
}
