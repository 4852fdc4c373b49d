package main

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"strings"
)

// What Go runs while a library is loaded can neither be caught when it panics nor interrupted when it waits. So what of
// the cell is not calm is put off: from
//
//	var Table = load("table.csv")
//	func init() { fmt.Println("ready") }
//
// becomes, in place, so that every message keeps its line and column,
//
//	var (Table []float64); func _start1() { Table = load("table.csv") }
//	func _start2() { fmt.Println("ready") }
//
// and Python calls all of them, in Go's own order, as it calls any function.

// startFile hands the steps over to Python as one more function, the last.
const startFile = `package main

import (
	"unsafe"

	_bridge "gomagic/golib/bridge"
)

func init() { _bridge.Register(%s) }
`

// initializer is one value of a declaration of variables, and what it is for.
type initializer struct {
	spec  *ast.ValueSpec
	index int // of the value
}

// putOffStart puts off what of the cell is not calm, and returns the file that runs it, "" if there is nothing. Where a
// type cannot be written, nothing is put off.
func (c *Cell) putOffStart(rewriter *rewriter) string {
	values := c.initializers()
	moved := c.moved(values)
	w := &starter{rewriter, map[ast.Node]string{}}
	order := []string{}
	for _, step := range c.info.InitOrder {
		if at := values[step.Rhs]; moved[at.spec] {
			order = append(order, w.name(step.Rhs))
		}
	}
	for _, decl := range c.file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Recv == nil && decl.Name.Name == "init" {
			order = append(order, w.name(decl))
		}
	}
	if len(order) == 0 {
		return ""
	}
	for _, decl := range c.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if name := w.steps[decl]; name != "" {
				w.replace(decl.Name.Pos(), decl.Name.End(), name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok && moved[spec] {
					w.putOff(spec, decl.Lparen.IsValid())
				}
			}
		}
	}
	if w.cannot {
		c.Rehearse = true
		return ""
	}
	run, err := format.Source([]byte(c.apart(fmt.Sprintf(startFile, c.unlocked(fmt.Sprintf(bareShim, strings.Join(order, "(); ")+"()"))))))
	if err != nil {
		panic(err)
	}
	c.Calls = append(c.Calls, Call{Role: Starting, Name: "init", Signature: "func init()", Params: []Value{}, Results: []Value{}})
	return string(run)
}

// initializers are all values of variables of the cell.
func (c *Cell) initializers() map[ast.Expr]initializer {
	found := map[ast.Expr]initializer{}
	for _, decl := range c.file.Decls {
		if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.VAR {
			for _, spec := range decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, value := range spec.Values {
					found[value] = initializer{spec, i}
				}
			}
		}
	}
	return found
}

// moved are the declarations of which a value is not calm, or comes after such a one and may depend on it.
func (c *Cell) moved(values map[ast.Expr]initializer) map[*ast.ValueSpec]bool {
	specs := map[*ast.ValueSpec]bool{}
	for grows := true; grows; {
		grows = false
		begun := false
		for _, step := range c.info.InitOrder {
			spec := values[step.Rhs].spec
			if !specs[spec] && !c.isCalm(step.Rhs, begun) {
				specs[spec], grows = true, true
			}
			begun = begun || specs[spec]
		}
	}
	return specs
}

// starter puts off. steps: the functions that values and `init`s become.
type starter struct {
	*rewriter
	steps map[ast.Node]string
}

func (w *starter) name(node ast.Node) string {
	w.steps[node] = w.fresh()
	return w.steps[node]
}

// putOff turns a declaration into one without values, and a function for each value.
func (w *starter) putOff(spec *ast.ValueSpec, grouped bool) {
	open, end := "(", ""
	if grouped {
		open, end = "", "; var (_ int" // a semicolon may follow
	}
	declared := []string{}
	for _, name := range spec.Names {
		if name.Name != "_" {
			declared = append(declared, name.Name+" "+w.typeOf(spec, name))
		}
	}
	last := spec.Names[0].Pos()
	text := open + strings.Join(declared, "; ") + ")"
	for i, value := range spec.Values {
		w.replace(last, value.Pos(), fmt.Sprintf("%s; func %s() { %s = ", text, w.steps[value], w.target(spec, i)))
		last, text = value.End(), " }"
	}
	w.replace(last, last, text+end)
}

// target is to what the function of a value assigns it.
func (w *starter) target(spec *ast.ValueSpec, i int) string {
	if len(spec.Values) < len(spec.Names) {
		names := []string{}
		for _, name := range spec.Names {
			names = append(names, name.Name)
		}
		return strings.Join(names, ", ")
	}
	if name := spec.Names[i].Name; name != "_" || spec.Type == nil {
		return name
	}
	return "var _ " + w.typeOf(spec, spec.Names[i])
}

// typeOf is the type of a variable as the cell may write it.
func (w *starter) typeOf(spec *ast.ValueSpec, name *ast.Ident) string {
	if spec.Type != nil {
		return w.source(spec.Type)
	}
	typ := w.cell.info.Defs[name].Type()
	w.cannot = w.cannot || !w.cell.isWritable(typ)
	return w.written(typ)
}
