package main

import (
	"go/types"
	"strings"
)

// What functions return of a named type that is no struct, Python has as what it is made of: a number, text, an array, a list
// or a dict. Where the type has methods, that value has them, too: each is a function whose first parameter is the value,
// so that what Go writes to it is seen where arguments are.

// addDressing adds these functions of a class. A method of pointers is none of them: what it sets would be lost.
func (c *Cell) addDressing(class *Class) {
	if _, isStruct := class.typ.Underlying().(*types.Struct); isStruct || class.named() == nil || types.IsInterface(class.typ) || class.Package != "" || class.Types != nil {
		return
	}
	methods := types.NewMethodSet(class.typ)
	for i := range methods.Len() {
		method := methods.At(i).Obj().(*types.Func)
		decl := c.decls[method]
		if decl == nil || !method.Exported() { // perhaps one of an interface that a pointer leads to
			continue
		}
		signature := method.Signature()
		params := []*types.Var{signature.Recv()}
		for param := range signature.Params().Variables() {
			params = append(params, param)
		}
		asFunc := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), signature.Results(), signature.Variadic())
		call, why := c.call(method.Name(), asFunc, nil, nil)
		if why != "" {
			continue // as the method itself is left out, or has a context
		}
		call.Role, call.Class, call.Owner = Dressing, class.ID, class.Go
		call.Doc, call.Place = decl.Doc.Text(), c.place(method.Pos())
		call.Signature = "func (" + class.Go + ") " + method.Name() + strings.TrimPrefix(c.typeText(signature), "func")
		call.statement = c.written(class.typ) + "." + method.Name() + "(%[1]s)"
		class.dresses = true
		c.add(call)
	}
}

// dress notes which results have methods beyond those of Python's own values.
func (c *Cell) dress() {
	for _, call := range c.Calls {
		for i, result := range call.Results {
			named, ok := result.typ.(*types.Named)
			if !ok || call.Role == Read || call.Role == Get {
				continue
			}
			if class := c.known(named); class != nil && class.isAdded && class.dresses {
				call.Results[i].Dressed = class.ID
			}
		}
	}
}
