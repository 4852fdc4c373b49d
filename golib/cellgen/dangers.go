package main

import (
	"go/ast"
	"go/types"
)

// fatal are the calls that end the process, from which Go recovers by no means, and what to do instead.
var fatal = map[string]string{
	"os.Exit":        "ends the kernel; return an error, or panic",
	"log.Fatal":      "ends the kernel; return an error, or panic",
	"log.Fatalf":     "ends the kernel; return an error, or panic",
	"log.Fatalln":    "ends the kernel; return an error, or panic",
	"syscall.Exit":   "ends the kernel; return an error, or panic",
	"runtime.Goexit": "ends the kernel if Python's own call reaches it; return instead",
}

// dangers are the places where the cell does what can end the kernel, or wait for ever, as far as the text tells.
func (c *Cell) dangers() []Remark {
	var found []Remark
	add := func(node ast.Node, what string) { found = append(found, Remark{"", what, c.place(node.Pos())}) }
	for _, decl := range c.file.Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok || decl.Body == nil || decl.Recv == nil && decl.Name.Name == "main" {
			continue
		}
		ast.Inspect(decl.Body, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				if cure := fatal[types.ExprString(node.Fun)]; cure != "" {
					add(node, "`"+types.ExprString(node.Fun)+"` "+cure)
				}
			case *ast.SelectStmt:
				if len(node.Body.List) == 0 {
					add(node, "`select {}` waits for ever")
				}
			}
			return true
		})
		if call := endless(decl); call != nil {
			add(call, "`"+decl.Name.Name+"` calls itself whatever happens: a stack overflow ends the kernel")
		}
	}
	return found
}

// endless is the call by which a function without any branch calls itself.
func endless(decl *ast.FuncDecl) (call *ast.CallExpr) {
	branches := false
	ast.Inspect(decl.Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.FuncLit, *ast.GoStmt:
			branches = true
		case *ast.BinaryExpr:
			branches = branches || node.Op.String() == "&&" || node.Op.String() == "||"
		case *ast.CallExpr:
			if name, ok := node.Fun.(*ast.Ident); ok && decl.Recv == nil && name.Name == decl.Name.Name {
				call = node
			}
		}
		return true
	})
	if branches {
		return nil
	}
	return call
}
