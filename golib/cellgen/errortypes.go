package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
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

// addErrorType adds the calls that ask whether an error is of a type, and for its fields.
func (c *Cell) addErrorType(decl *ast.GenDecl, spec *ast.TypeSpec, receiver string) {
	typ := c.info.Defs[spec.Name].Type()
	name := spec.Name.Name
	as := "_bridge.AsValue[" + name + "](a.p0.Get())"
	if strings.HasPrefix(receiver, "*") {
		as = "_bridge.As[" + name + "](a.p0.Get())"
	}
	first := question(Fields, name, "errors.As(err, new("+receiver+"))")
	first.Doc, first.Place = docOf(decl, spec.Doc), c.place(spec.Name.Pos())
	calls, late := []Call{first}, []Call{}
	for _, field := range fieldNames(typ, nil) {
		object, index, isIndirect := types.LookupFieldOrMethod(typ, true, c.pkg, field)
		found, ok := object.(*types.Var)
		if !ok { // there are several of this name, or it is a method
			continue
		}
		if hold := errorIn(found.Type()); hold != "" {
			late = append(late, c.lateError(name, found, as, hold))
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
			late = append(late, lateField(name, value, as))
			continue
		}
		if len(calls[len(calls)-1].Results) == mostResults {
			calls = append(calls, question(Fields, name, first.Signature))
		}
		last := &calls[len(calls)-1]
		last.Results = append(last.Results, value)
	}
	methods := types.NewMethodSet(types.NewPointer(typ))
	for i := range methods.Len() {
		if call, ok := c.errorMethod(name, methods.At(i), receiver, &calls[0]); ok {
			late = append(late, call)
		}
	}
	for _, call := range calls {
		used, fields := "_", []string{"is"}
		for _, value := range call.Results[1:] {
			used, fields = "e", append(fields, "e."+value.Name)
		}
		call.above = used + ", is := " + as
		call.statement = strings.Join(fields, ", ")
		c.add(call)
	}
	for _, call := range late {
		c.add(call)
	}
}

// errorMethod is the call of a method of an error's type, where there is more to it than to what Python has for all errors.
// What cannot be called is left out of the class, whose first call is first.
func (c *Cell) errorMethod(owner string, selection *types.Selection, receiver string, first *Call) (Call, bool) {
	method := selection.Obj().(*types.Func)
	name := method.Name()
	if !method.Exported() || slices.Contains([]string{"Error", "Unwrap", "Is", "As"}, name) { // `except` asks the last two
		return Call{}, false
	}
	decl := c.decls[method.Origin()]
	signature := selection.Type().(*types.Signature)
	call, why := c.call(name, signature, decl, nil)
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
	if decl == nil {
		call.Signature = "func (" + receiver + ") " + name + strings.TrimPrefix(c.typeText(signature), "func")
	}
	self := errorKind
	self.arg = "" // it is not passed on
	call.Role, call.Class, call.Params = Asked, owner, append([]Value{{Name: "self", Kind: self}}, call.Params...)
	find := "_bridge.FindValue["
	if strings.HasPrefix(receiver, "*") {
		find = "_bridge.Find["
	}
	call.statement = find + owner + "](a.p0.Get())." + name + "(%[1]s)"
	return call, true
}

// lateField is the call for a field that is asked for when it is needed: a pointer on the way to it may be nil.
func lateField(owner string, value Value, as string) Call {
	call := question(Late, value.Name, value.Name+" "+value.Type)
	call.Class, call.Results = owner, []Value{value}
	call.above, call.statement = "e, _ := "+as, "e."+value.Name
	return call
}

// lateError is the call for a field that is an error. It is not asked for with the others, since it may have such a field
// as well, and so on in a circle.
func (c *Cell) lateError(owner string, field *types.Var, as, hold string) Call {
	call := question(Late, field.Name(), field.Name()+" "+c.typeText(field.Type()))
	call.Class, call.Results = owner, []Value{{Name: "inner", Kind: errorKind}, {Name: "owner", Kind: ownerKind}}
	call.above, call.statement = "e, _ := "+as+"\n\t\tinner := "+fmt.Sprintf(hold, "e."+field.Name()), "inner, inner"
	return call
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
