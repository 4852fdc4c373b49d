package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// pure are the packages whose functions neither block nor run for longer than their arguments are large.
var pure = map[string]bool{
	"bytes": true, "cmp": true, "errors": true, "math": true, "bits": true, "cmplx": true, "strconv": true,
	"strings": true, "unicode": true, "utf16": true, "utf8": true,
}

// notPure are functions of those packages that can take as long as a number says, or that call what they are given.
var notPure = map[string]bool{
	"strings.Repeat": true, "bytes.Repeat": true, "strings.Map": true, "bytes.Map": true,
	"strings.NewReader": true, "strings.NewReplacer": true, "bytes.NewBuffer": true, "bytes.NewReader": true,
	"errors.Is": true, "errors.As": true,
}

// builtins are the predeclared functions and types that a quick function may call.
var builtins = map[string]bool{
	"append": true, "cap": true, "clear": true, "copy": true, "delete": true, "len": true, "max": true, "min": true,
	"panic": true, "real": true, "imag": true, "complex": true, "string": true, "make": true, "new": true,
}

// Quick says with which arguments a function cannot take long: then a call keeps Python's GIL, which is twice as fast.
type Quick int

// What Quick can be; golib/bridge/call.h has the same.
const (
	Never  Quick = iota
	Small        // under 16 KiB
	Always       // there is no loop, call or text whose length could matter
)

// walk is where quickness stands: by way of which functions, and how many more nodes may be run through in one call.
type walk struct {
	callers map[string]bool
	left    int
}

// quickness tells how quick a function is. No channel, lock, `go`, `defer`, function value or method; loops only over
// what has a length, and no loop inside another; of other functions those of the cell that are quick themselves, and
// pure ones; nothing made of a size that only a number says. What calls a function twice that calls one twice, and so
// on, is as long as it takes to run through.
// In doubt the answer is no: a function that waits for another Python thread while it keeps the GIL waits for ever.
func (c *Cell) quickness(decl *ast.FuncDecl, params []Value) Quick {
	if !c.quick(decl, &walk{callers: map[string]bool{}, left: 10_000}, false) {
		return Never
	}
	for _, param := range params {
		if param.Shape != "1" && param.Shape != "a" {
			return Small
		}
	}
	constant := true
	ast.Inspect(decl.Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			constant = false
		case *ast.CallExpr:
			name, ok := ast.Unparen(node.Fun).(*ast.Ident)
			_, conversion := numbers[identName(name)]
			constant = constant && ok && (conversion || name.Name == "len" || name.Name == "cap" || name.Name == "panic")
		}
		return constant
	})
	if constant {
		return Always
	}
	return Small
}

func identName(name *ast.Ident) string {
	if name == nil {
		return ""
	}
	return name.Name
}

func (c *Cell) quick(decl *ast.FuncDecl, w *walk, inLoop bool) bool {
	if decl.Body == nil || w.callers[decl.Name.Name] {
		return false
	}
	w.callers[decl.Name.Name] = true
	defer delete(w.callers, decl.Name.Name)
	return c.quickNode(decl, decl.Body, w, inLoop)
}

func (c *Cell) quickNode(decl *ast.FuncDecl, root ast.Node, w *walk, inLoop bool) bool {
	quick := true
	ast.Inspect(root, func(node ast.Node) bool {
		w.left--
		quick = quick && w.left > 0
		switch node := node.(type) {
		case *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt, *ast.FuncLit, *ast.LabeledStmt:
			quick = false
		case *ast.BranchStmt:
			quick = quick && node.Tok != token.GOTO
		case *ast.UnaryExpr:
			quick = quick && node.Op != token.ARROW
		case *ast.RangeStmt:
			quick = quick && !inLoop && c.hasLength(decl, node.X) && c.quickNode(decl, node.Body, w, true)
			return false
		case *ast.ForStmt:
			quick = quick && !inLoop && c.boundedByLength(decl, node) && c.quickNode(decl, node.Body, w, true)
			quick = quick && (node.Init == nil || c.quickNode(decl, node.Init, w, inLoop))
			return false
		case *ast.CallExpr:
			quick = quick && c.quickCall(node, w, inLoop)
		}
		return quick
	})
	return quick
}

// hasLength tells whether x is a parameter that is as long as its argument, and so a range over it ends: no channel,
// iterator or number, and nothing else put in its place.
func (c *Cell) hasLength(decl *ast.FuncDecl, x ast.Expr) bool {
	name, ok := x.(*ast.Ident)
	if !ok || name.Obj == nil || assigns(decl.Body, name.Name) {
		return false
	}
	field, ok := name.Obj.Decl.(*ast.Field)
	if !ok {
		return false
	}
	if _, variadic := field.Type.(*ast.Ellipsis); variadic {
		return true
	}
	kind, why := c.kindOf(c.info.TypeOf(field.Type))
	return why == "" && kind.Shape != "1"
}

// boundedByLength tells whether a loop is `for i := …; i < len(…); i++`, of a parameter.
func (c *Cell) boundedByLength(decl *ast.FuncDecl, loop *ast.ForStmt) bool {
	condition, ok := loop.Cond.(*ast.BinaryExpr)
	if !ok || condition.Op != token.LSS {
		return false
	}
	step, ok := loop.Post.(*ast.IncDecStmt)
	if !ok || step.Tok != token.INC {
		return false
	}
	bound, ok := condition.Y.(*ast.CallExpr)
	if !ok || len(bound.Args) != 1 {
		return false
	}
	length, ok := bound.Fun.(*ast.Ident)
	if !ok || length.Name != "len" || length.Obj != nil || !c.hasLength(decl, bound.Args[0]) {
		return false
	}
	index, ok := condition.X.(*ast.Ident)
	stepped, same := step.X.(*ast.Ident)
	return ok && same && index.Name == stepped.Name && !assigns(loop.Body, index.Name)
}

func assigns(body ast.Node, name string) bool {
	found := false
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, left := range node.Lhs {
				ident, ok := left.(*ast.Ident)
				found = found || ok && ident.Name == name
			}
		case *ast.IncDecStmt:
			ident, ok := node.X.(*ast.Ident)
			found = found || ok && ident.Name == name
		case *ast.UnaryExpr:
			ident, ok := node.X.(*ast.Ident)
			found = found || node.Op == token.AND && ok && ident.Name == name
		}
		return !found
	})
	return found
}

func (c *Cell) quickCall(call *ast.CallExpr, w *walk, inLoop bool) bool {
	switch callee := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if decl := c.funcs[callee.Name]; decl != nil {
			return c.quick(decl, w, inLoop)
		}
		_, number := numbers[callee.Name]
		if callee.Obj == nil && callee.Name == "make" && len(call.Args) > 0 {
			return !slices.ContainsFunc(call.Args[1:], func(size ast.Expr) bool { return !isSmallSize(size) })
		}
		return callee.Obj == nil && (builtins[callee.Name] || number)
	case *ast.ArrayType: // a conversion
		return true
	case *ast.SelectorExpr:
		pkg, ok := callee.X.(*ast.Ident)
		return ok && pkg.Obj == nil && c.isPure(pkg.Name, callee.Sel.Name) && !inLoop
	}
	return false
}

// isSmallSize tells whether a size is written as a number or as a length.
func isSmallSize(size ast.Expr) bool {
	switch size := size.(type) {
	case *ast.BasicLit:
		n, err := strconv.ParseInt(size.Value, 0, 64)
		return err == nil && n < 1<<12
	case *ast.CallExpr:
		name, ok := size.Fun.(*ast.Ident)
		return ok && name.Obj == nil && (name.Name == "len" || name.Name == "cap")
	}
	return false
}

// isPure tells whether a function of a package is one of the standard library's that neither block nor call back.
func (c *Cell) isPure(pkg, name string) bool {
	for _, spec := range c.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if named := spec.Name != nil && spec.Name.Name == pkg; err == nil && (named || packageName(path) == pkg) && path != standard[pkg] {
			return false // another package by that name
		}
	}
	return pure[pkg] && !notPure[pkg+"."+name] && !strings.HasSuffix(name, "Func") && !strings.HasSuffix(name, "FuncSeq")
}
