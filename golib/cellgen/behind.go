package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// printers are packages that look at what is put behind their interfaces, and keep nothing of it.
var printers = []string{"fmt", "log", "testing"}

// putBehind are the types with a name, in their order, that the cell puts behind interfaces itself or by pointers: where such
// values are assigned, passed, returned, sent or stored, and what type parameters stand for.
func (c *Cell) putBehind() []*types.Named {
	if c.behind != nil {
		return c.behind
	}
	b := &behind{cell: c, found: map[string]*types.Named{}}
	for _, decl := range c.file.Decls {
		b.look(decl, nil)
	}
	for _, name := range c.instanceNames() {
		for arg := range c.info.Instances[name].TypeArgs.Types() {
			b.add(arg)
		}
	}
	c.behind = []*types.Named{}
	for _, named := range b.found {
		c.behind = append(c.behind, named)
	}
	slices.SortFunc(c.behind, func(a, b *types.Named) int {
		return strings.Compare(typeText(a, nil), typeText(b, nil))
	})
	return c.behind
}

type behind struct {
	cell  *Cell
	found map[string]*types.Named
}

func (b *behind) add(typ types.Type) {
	typ = types.Unalias(typ)
	if pointer, ok := typ.(*types.Pointer); ok {
		typ = types.Unalias(pointer.Elem())
	}
	named, ok := typ.(*types.Named)
	if ok && named.Obj().Pkg() != nil && !types.IsInterface(named) && named.TypeParams() == nil && !mentions(named) {
		b.found[typeText(named, nil)] = named
	}
}

// put notes what is put where a type is wanted.
func (b *behind) put(value ast.Expr, wanted types.Type) {
	if of := b.cell.info.TypeOf(value); of != nil {
		b.putType(of, wanted)
	}
}

func (b *behind) putType(of, wanted types.Type) {
	if wanted != nil && types.IsInterface(wanted) && !types.IsInterface(of) {
		b.add(of)
	}
}

// under is what an expression's type is made of.
func (b *behind) under(expr ast.Expr) types.Type {
	if of := b.cell.info.TypeOf(expr); of != nil {
		return of.Underlying()
	}
	return types.Typ[types.Invalid]
}

// look goes through a piece of the cell. within: the function that is returned from.
func (b *behind) look(piece ast.Node, within *types.Signature) {
	info := b.cell.info
	ast.Inspect(piece, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			if node.Body != nil {
				b.look(node.Body, info.Defs[node.Name].Type().(*types.Signature))
			}
			return false
		case *ast.FuncLit:
			b.look(node.Body, b.under(node).(*types.Signature))
			return false
		case *ast.ReturnStmt:
			b.putAll(node.Results, typesOf(within.Results()))
		case *ast.AssignStmt:
			var wanted []types.Type
			for _, target := range node.Lhs {
				wanted = append(wanted, info.TypeOf(target)) // nil of `_`
			}
			b.putAll(node.Rhs, wanted)
		case *ast.ValueSpec:
			var wanted []types.Type
			for _, name := range node.Names {
				wanted = append(wanted, info.TypeOf(name))
			}
			b.putAll(node.Values, wanted)
		case *ast.IndexExpr:
			if of, ok := b.under(node.X).(*types.Map); ok {
				b.put(node.Index, of.Key())
			}
		case *ast.SendStmt:
			if channel, ok := b.under(node.Chan).(*types.Chan); ok {
				b.put(node.Value, channel.Elem())
			}
		case *ast.CompositeLit:
			b.putElements(node)
		case *ast.CallExpr:
			b.putArguments(node)
		}
		return true
	})
}

func typesOf(tuple *types.Tuple) (all []types.Type) {
	for one := range tuple.Variables() {
		all = append(all, one.Type())
	}
	return all
}

// putAll notes values that are put where these types are wanted, one each, or all results of one call.
func (b *behind) putAll(values []ast.Expr, wanted []types.Type) {
	if results, ok := b.typeOf(values).(*types.Tuple); ok {
		for i := range min(results.Len(), len(wanted)) {
			b.putType(results.At(i).Type(), wanted[i])
		}
		return
	}
	for i := range min(len(values), len(wanted)) {
		b.put(values[i], wanted[i])
	}
}

// typeOf is that of a value that stands alone.
func (b *behind) typeOf(values []ast.Expr) types.Type {
	if len(values) != 1 {
		return nil
	}
	return b.cell.info.TypeOf(values[0])
}

func (b *behind) putElements(literal *ast.CompositeLit) {
	of := b.under(literal)
	if pointer, ok := of.(*types.Pointer); ok { // `{1}` in a []*Point
		of = pointer.Elem().Underlying()
	}
	for i, element := range literal.Elts {
		pair, isPair := element.(*ast.KeyValueExpr)
		value := element
		if isPair {
			value = pair.Value
		}
		switch of := of.(type) {
		case *types.Struct:
			if isPair {
				b.put(value, b.cell.info.TypeOf(pair.Key))
			} else if i < of.NumFields() {
				b.put(value, of.Field(i).Type())
			}
		case *types.Map:
			if isPair {
				b.put(pair.Key, of.Key())
			}
			b.put(value, of.Elem())
		case interface{ Elem() types.Type }: // slices and arrays
			b.put(value, of.Elem())
		}
	}
}

func (b *behind) putArguments(call *ast.CallExpr) {
	info := b.cell.info
	if info.Types[call.Fun].IsType() {
		if len(call.Args) == 1 {
			b.put(call.Args[0], info.TypeOf(call.Fun))
		}
		return
	}
	signature, ok := b.under(call.Fun).(*types.Signature)
	if !ok || b.prints(call) {
		return
	}
	if signature.Variadic() && !call.Ellipsis.IsValid() {
		last := signature.Params().Len() - 1
		rest, ok := signature.Params().At(last).Type().Underlying().(*types.Slice)
		for i := last; ok && i < len(call.Args); i++ {
			b.put(call.Args[i], rest.Elem())
		}
	}
	b.putAll(call.Args, typesOf(signature.Params()))
}

// prints tells of a call whether it is one of a printer's.
func (b *behind) prints(call *ast.CallExpr) bool {
	name, ok := calledName(call).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	function, ok := b.cell.info.Uses[name.Sel].(*types.Func)
	return ok && function.Pkg() != nil && slices.Contains(printers, function.Pkg().Path())
}
