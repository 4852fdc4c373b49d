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
			case *ast.GoStmt:
				if name := unguardedMap(node); name != nil {
					add(name, "goroutines write to the map `"+name.Name+"` at once, which ends the kernel; guard it with a sync.Mutex")
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

// unguardedMap is the map of the function around it that a goroutine's own function writes to without any lock.
func unguardedMap(statement *ast.GoStmt) (found *ast.Ident) {
	literal, ok := statement.Call.Fun.(*ast.FuncLit)
	if !ok {
		return nil
	}
	locks := false
	written := func(target ast.Expr) {
		index, ok := target.(*ast.IndexExpr)
		if !ok {
			return
		}
		name, ok := index.X.(*ast.Ident)
		if ok && name.Obj != nil && isMap(name.Obj.Decl, name.Name) && (name.Obj.Pos() < literal.Pos() || name.Obj.Pos() > literal.End()) {
			found = name
		}
	}
	ast.Inspect(literal.Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, target := range node.Lhs {
				written(target)
			}
		case *ast.IncDecStmt:
			written(node.X)
		case *ast.SelectorExpr:
			locks = locks || node.Sel.Name == "Lock"
		}
		return true
	})
	if locks {
		return nil
	}
	return found
}

// isMap tells whether a variable is seen to be a map in its declaration.
func isMap(decl any, variable string) bool {
	isMapType := func(expr ast.Expr) bool {
		_, ok := expr.(*ast.MapType)
		return ok
	}
	switch decl := decl.(type) {
	case *ast.Field:
		return isMapType(decl.Type)
	case *ast.ValueSpec:
		return decl.Type != nil && isMapType(decl.Type)
	case *ast.AssignStmt:
		for i, left := range decl.Lhs {
			if name, ok := left.(*ast.Ident); !ok || name.Name != variable || i >= len(decl.Rhs) {
				continue
			}
			switch value := decl.Rhs[i].(type) {
			case *ast.CompositeLit:
				return isMapType(value.Type)
			case *ast.CallExpr:
				return len(value.Args) > 0 && isMapType(value.Args[0])
			}
		}
	}
	return false
}
