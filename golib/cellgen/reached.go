package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// addGenericErrors adds the instances of error types with type parameters that the cell can make. Python does not ask for
// others, since it makes none itself, and each has to be asked about whenever Go fails.
func (c *Cell) addGenericErrors() {
	if c.genericErrors == nil {
		return
	}
	reached := c.reached()
	for _, of := range c.genericErrors {
		isMade := false
		for _, named := range reached {
			if named.Obj() != of.typ.(*types.Named).Obj() {
				continue
			}
			isMade = true
			text := c.typeText(named)
			if name := c.nameOfShims(text); name != "" {
				c.leaveOut(of.spec.Name, "%s", c.whyNoInstance(named, text))
				continue
			}
			one := of
			one.typ, one.name, one.text = named, text, c.written(named)
			for i := range named.TypeArgs().Len() {
				one.args = append(one.args, c.typeText(named.TypeArgs().At(i)))
				one.params = append(one.params, named.Origin().TypeParams().At(i).Obj().Name())
			}
			c.addErrorType(one)
		}
		if !isMade {
			c.leaveOut(of.spec.Name, "nothing in the cell makes one; name the types that you need, as in `var _ %s[…]`", of.spec.Name.Name)
		}
	}
}

// body is a piece of the cell, and what type parameters stand for there.
type body struct {
	node  ast.Node
	stand given
}

// reach finds the instances of types that code can come to which Python calls.
type reach struct {
	cell  *Cell
	specs map[types.Object]*ast.TypeSpec
	found []*types.Named
	funcs map[string]bool // that have been looked into, with what they are given
	left  []body
}

// reached are the instances of the cell's own types that its code can make: what the cell names, and where that has type
// parameters, what comes of those variants and instances that Python has.
func (c *Cell) reached() []*types.Named {
	r := &reach{cell: c, specs: map[types.Object]*ast.TypeSpec{}, funcs: map[string]bool{}}
	for _, decl := range c.file.Decls {
		r.left = append(r.left, body{decl, nil})
		if decl, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					r.specs[c.info.Defs[spec.Name]] = spec
				}
			}
		}
	}
	for _, generic := range c.Generics {
		for _, number := range generic.Variants {
			r.left = append(r.left, body{c.funcs[generic.Name], c.Calls[number].stand})
		}
	}
	for _, class := range c.Classes {
		if class.Types != nil && class.named() != nil {
			r.add(class.named())
		}
	}
	for len(r.left) > 0 {
		next := r.left[0]
		r.left = r.left[1:]
		for _, name := range c.instanceNames() {
			if next.node.Pos() <= name.Pos() && name.Pos() < next.node.End() {
				r.use(name, next.stand)
			}
		}
	}
	return r.found
}

// use follows the name of something with type parameters where these stand for that.
func (r *reach) use(name *ast.Ident, stand given) {
	of := r.cell.info.Instances[name]
	var args []types.Type
	for arg := range of.TypeArgs.Types() {
		if arg = stand.in(arg); arg == types.Type(types.Typ[types.Invalid]) {
			return
		}
		args = append(args, arg)
	}
	switch object := r.cell.info.Uses[name].(type) {
	case *types.TypeName:
		named, ok := types.Unalias(object.Type()).(*types.Named)
		if !ok || object.Pkg() != r.cell.pkg || object.IsAlias() {
			return
		}
		if made, err := types.Instantiate(nil, named.Origin(), args, false); err == nil {
			r.add(withoutBytes(made.(*types.Named)))
		}
	case *types.Func:
		decl := r.cell.decls[object.Origin()]
		if decl == nil || object.Signature().Recv() != nil {
			return
		}
		var texts []string
		own, params := given{}, object.Origin().Signature().TypeParams()
		for i, arg := range args {
			own[params.At(i)] = arg
			texts = append(texts, typeText(arg, nil))
		}
		if id := object.Name() + "[" + strings.Join(texts, ",") + "]"; !r.funcs[id] {
			r.funcs[id] = true
			r.left = append(r.left, body{decl, own})
		}
	}
}

// add notes an instance, and looks into what its methods and its declaration make of it.
func (r *reach) add(named *types.Named) {
	if named.Obj().Pkg() != r.cell.pkg || slices.ContainsFunc(r.found, func(one *types.Named) bool { return types.Identical(one, named) }) {
		return
	}
	r.found = append(r.found, named)
	for i := range named.NumMethods() {
		if decl := r.cell.decls[named.Method(i).Origin()]; decl != nil {
			r.left = append(r.left, body{decl, standsIn(named.Method(i))})
		}
	}
	if spec := r.specs[named.Obj()]; spec != nil {
		stand := given{}
		for i, arg := range slices.Collect(named.TypeArgs().Types()) {
			stand[named.Origin().TypeParams().At(i)] = arg
		}
		r.left = append(r.left, body{spec, stand})
	}
}
