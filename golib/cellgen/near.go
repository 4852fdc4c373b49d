package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// alike is how much of a misspelt name there must be in another one, to be offered in its place.
const alike = 0.6

// addNear collects, for each name of the cell that does not exist, the one that is spelt most like it: of the package that
// is asked for it, among the fields and methods of a value, or of what can be seen from there. By line and column.
func (c *Cell) addNear() {
	var look func(ast.Node) bool
	look = func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			if c.info.Uses[node.Sel] == nil {
				prefix, names := c.members(node)
				c.offer(node.Sel, prefix, names, node.X.Pos())
			}
			if name, ok := node.X.(*ast.Ident); ok {
				c.offerVisible(name, isValue)
			} else {
				ast.Inspect(node.X, look)
			}
			return false
		case *ast.CompositeLit:
			if typ := c.info.TypeOf(node); typ != nil {
				c.offerFields(node, c.fields(typ))
			}
		case *ast.Ident:
			c.offerVisible(node, func(types.Object) bool { return true })
		}
		return true
	}
	ast.Inspect(c.file, look)
}

// isValue tells whether something can stand before a dot. What only looks like a package is left to gomagic, which knows
// those that are not imported.
func isValue(object types.Object) bool {
	switch object.(type) {
	case *types.Var, *types.PkgName, *types.Const:
		return true
	}
	return false
}

func (c *Cell) offerFields(literal *ast.CompositeLit, names []string) {
	for _, each := range literal.Elts {
		if each, ok := each.(*ast.KeyValueExpr); ok {
			if key, ok := each.Key.(*ast.Ident); ok && c.info.Uses[key] == nil {
				c.offer(key, "", names, key.Pos())
			}
		}
	}
}

// members are the names that may follow the dot, and what stands before it when they are offered.
func (c *Cell) members(expr *ast.SelectorExpr) (prefix string, names []string) {
	if name, ok := expr.X.(*ast.Ident); ok {
		if pkg, ok := c.info.Uses[name].(*types.PkgName); ok {
			return name.Name + ".", exported(pkg.Imported().Scope().Names())
		}
	}
	typ := c.info.TypeOf(expr.X)
	if typ == nil || typ == types.Typ[types.Invalid] {
		return "", nil
	}
	if _, isPointer := typ.Underlying().(*types.Pointer); !isPointer && !types.IsInterface(typ) {
		typ = types.NewPointer(typ)
	}
	methods := types.NewMethodSet(typ)
	for i := range methods.Len() {
		names = append(names, methods.At(i).Obj().Name())
	}
	return "", append(c.visible(typ, names), c.fields(typ)...)
}

// fields are the names of a struct's fields, or of that to which a pointer leads.
func (c *Cell) fields(typ types.Type) (names []string) {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		typ = pointer.Elem()
	}
	if fields, ok := typ.Underlying().(*types.Struct); ok {
		for field := range fields.Fields() {
			names = append(names, field.Name())
		}
	}
	return c.visible(typ, names)
}

// visible are those of a type's names that the cell may use.
func (c *Cell) visible(typ types.Type, names []string) []string {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		typ = pointer.Elem()
	}
	if named, ok := types.Unalias(typ).(*types.Named); ok && named.Obj().Pkg() == c.pkg {
		return names
	}
	return exported(names)
}

func exported(names []string) (found []string) {
	for _, name := range names {
		if token.IsExported(name) {
			found = append(found, name)
		}
	}
	return found
}

// offerVisible is for a name that stands alone or first. fits: which of those that can be seen from there may stand there.
func (c *Cell) offerVisible(name *ast.Ident, fits func(types.Object) bool) {
	if c.info.Uses[name] != nil || c.info.Defs[name] != nil || name.Name == "_" {
		return
	}
	var names []string
	for scope := c.pkg.Scope().Innermost(name.Pos()); scope != nil; scope = scope.Parent() {
		for _, visible := range scope.Names() {
			if _, object := scope.LookupParent(visible, name.Pos()); object != nil && fits(object) {
				names = append(names, visible)
			}
		}
	}
	c.offer(name, "", names, name.Pos())
}

func (c *Cell) offer(name *ast.Ident, prefix string, names []string, at token.Pos) {
	best, most := "", alike
	for _, other := range names {
		if likeness := likeness(name.Name, other); likeness > most || likeness == most && best != "" && len(other) < len(best) {
			best, most = other, likeness
		}
	}
	if best == "" || best == name.Name {
		return
	}
	if c.near == nil {
		c.near = map[string]string{}
	}
	for _, pos := range []token.Pos{at, name.Pos()} { // the compiler names either
		place := c.place(pos)
		key := fmt.Sprintf("%d:%d", place.Line, place.Column)
		if _, known := c.near[key]; !known && place.File == "" && c.isInPlace(pos) {
			c.near[key] = prefix + best
		}
	}
}

// likeness is how much two names have in common: letters in the same order, twice, by the letters of both; 1 for equals.
func likeness(a, b string) float64 {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for i := range len(a) {
		corner := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = corner + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			corner = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}
