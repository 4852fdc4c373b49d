package main

import (
	"fmt"
	"go/ast"
	"strings"
)

// errorReceiver is the receiver's type of `func (…) Error() string`, "" if the type has no such method.
func (c *Cell) errorReceiver(name string) string {
	for _, decl := range c.file.Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || method.Recv == nil || method.Name.Name != "Error" || len(method.Recv.List) != 1 || c.source(method.Type) != "func() string" {
			continue
		}
		if receiver := c.source(method.Recv.List[0].Type); receiver == name || receiver == "*"+name {
			return receiver
		}
	}
	return ""
}

// embeddedName is the name of an embedded field: that of its type.
func embeddedName(expr ast.Expr) *ast.Ident {
	switch expr := expr.(type) {
	case *ast.Ident:
		return expr
	case *ast.StarExpr:
		return embeddedName(expr.X)
	case *ast.SelectorExpr:
		return expr.Sel
	case *ast.IndexExpr:
		return embeddedName(expr.X)
	case *ast.IndexListExpr:
		return embeddedName(expr.X)
	case *ast.ParenExpr:
		return embeddedName(expr.X)
	}
	return ast.NewIdent("_")
}

// addErrorType adds the call that asks whether an error is of a type, and for its fields.
func (c *Cell) addErrorType(decl *ast.GenDecl, spec *ast.TypeSpec, receiver string) {
	name := spec.Name.Name
	handle, _ := kindOf(ast.NewIdent("uint64"), nil)
	is, _ := kindOf(ast.NewIdent("bool"), nil)
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
	if structure, ok := spec.Type.(*ast.StructType); ok {
		for _, field := range structure.Fields.List {
			kind, why := kindOf(field.Type, c.types)
			names := field.Names
			if names == nil {
				names, why = []*ast.Ident{embeddedName(field.Type)}, "gomagic does not bind embedded fields yet"
			}
			for _, ident := range names {
				if why == "" && len(call.Results) == mostResults {
					why = fmt.Sprintf("it is one of more than %d fields", mostResults-1)
				}
				switch {
				case !ident.IsExported():
				case why != "":
					c.LeftOut = append(c.LeftOut, Remark{name + "." + ident.Name, why, c.place(ident.Pos())})
				default:
					call.Results = append(call.Results, Value{Name: ident.Name, Kind: kind.asResult()})
					fields = append(fields, "e."+ident.Name)
				}
			}
		}
	}
	used := "e"
	if len(fields) == 1 {
		used = "_"
	}
	call.above = used + ", is := " + as + "(a.p0.Get())"
	call.statement = strings.Join(fields, ", ")
	c.Calls = append(c.Calls, call)
}
