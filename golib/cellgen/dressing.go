package main

import (
	"go/types"
	"strings"
)

// A value of a named type that is no struct Python has as what it is made of: a number, text, an array, a list or a dict.
// Where the type has methods, that value has them, too, also where it lies in another: each is a function whose first
// parameter is the value, so that what Go writes to it is seen where arguments are.

// isDressed tells whether values of a type have methods in Python.
func isDressed(typ types.Type) bool {
	named, ok := typ.(*types.Named)
	if !ok || types.IsInterface(named) || isDuration(named) || named.Obj().Pkg() == nil {
		return false
	}
	_, isStruct := named.Underlying().(*types.Struct)
	return !isStruct
}

// addDressing adds these functions of a class. A method of pointers is none of them: what it sets would be lost.
func (c *Cell) addDressing(class *Class) {
	if !isDressed(class.typ) || class.dresses {
		return
	}
	methods := types.NewMethodSet(class.typ)
	for i := range methods.Len() {
		method := methods.At(i).Obj().(*types.Func)
		if !method.Exported() || fatal[fullName(method)] != "" || len(methods.At(i).Index()) > 1 { // the last: of an interface that a pointer leads to
			continue
		}
		call, why := c.dressing(class, method)
		if why != "" {
			continue // as the method itself is left out
		}
		class.dresses = true
		c.add(call)
	}
}

// dressing is a method as a function of the value, which stands behind a context.
func (c *Cell) dressing(class *Class, method *types.Func) (Call, string) {
	signature := method.Signature()
	params := []*types.Var{types.NewParam(signature.Recv().Pos(), method.Pkg(), signature.Recv().Name(), class.typ)}
	for param := range signature.Params().Variables() {
		params = append(params, param)
	}
	if len(params) > 1 && isContext(params[1].Type()) {
		params[0], params[1] = params[1], params[0]
	}
	asFunc := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), signature.Results(), signature.Variadic())
	call, why := c.call(method.Name(), asFunc, nil, nil)
	if why != "" {
		return call, why
	}
	for i := range call.Params { // of one instance it says nothing about the others
		call.Params[i].Alone = call.Params[i].Alone && class.Types == nil
	}
	call.Role, call.Class, call.Owner = Dressing, class.ID, class.Go
	if decl := c.decls[method.Origin()]; decl != nil {
		call.Doc, call.Place = decl.Doc.Text(), c.place(method.Pos())
	}
	call.Signature = "func (" + class.Go + ") " + method.Name() + strings.TrimPrefix(c.typeText(signature), "func")
	call.statement = c.written(class.typ) + "(" + filled(call.Params[0].arg, "p0", 0) + ")." + method.Name() + "(%[1]s)"
	call.Params[0].arg = "" // it is not passed on
	return call, ""
}

// addDressings adds what values of other packages' types have; tells whether there is more.
func (c *Cell) addDressings() (more bool) {
	for _, typ := range c.worn() {
		if !isDressed(typ) || !c.isImported(typ) {
			continue
		}
		class, why := c.classOf(typ)
		if why != "" || class.isAdded || types.NewMethodSet(class.typ).Len() == 0 {
			continue
		}
		c.addClass(class)
		c.addDressing(class)
		class.isBare, class.hasMembers, more = true, true, true
	}
	return more
}

// worn are the types of what Python may get: of results and constants, and of what lies in others.
func (c *Cell) worn() (all []types.Type) {
	for _, call := range c.Calls {
		for _, result := range call.Results {
			all = append(all, result.typ)
		}
	}
	for _, form := range c.Forms {
		all = append(all, form.typ)
	}
	for _, constant := range c.Constants {
		all = append(all, constant.typ)
	}
	return all
}

// dress notes which values have methods beyond those of Python's own.
func (c *Cell) dress() {
	for _, call := range c.Calls {
		for i, result := range call.Results {
			// Variables and fields that come as copies have none: a method would write to these in vain. What a handle stands
			// for has its own.
			if call.Role != Read && call.Role != Get || call.Name != "value" && strings.Contains("1sa", result.Shape) {
				call.Results[i].Dressed = c.dressOf(result.typ)
			}
		}
		if call.Role == Write && call.Name != "value" && strings.Contains("1s", call.Params[0].Shape) { // an object that lies in Python gives it back
			call.Params[0].Dressed = c.dressOf(call.Params[0].typ)
		}
	}
	for _, form := range c.Forms {
		form.Dressed = c.dressOf(form.typ)
	}
	for i, constant := range c.Constants {
		c.Constants[i].Dressed = c.dressOf(constant.typ)
	}
}

// dressOf is the class whose methods values of a type get; "" if these have none.
func (c *Cell) dressOf(typ types.Type) string {
	named, ok := typ.(*types.Named)
	if !ok {
		return ""
	}
	if class := c.known(withoutBytes(named)); class != nil && class.isAdded && class.dresses {
		return class.ID
	}
	return ""
}
