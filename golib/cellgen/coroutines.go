package main

import (
	"bytes"
	"go/ast"
	"go/types"
	"os"
	"slices"
)

// mayHaveCoroutines tells whether what iter.Pull returns may outlive the call that has begun it: in the cell, or in a package
// that it imports and that is not of the standard library. Each function of the cell can then go on with it, in any thread of
// Python's, see golib/bridge/unlocked.go.
func (c *Cell) mayHaveCoroutines(packages Packages) bool {
	pulls := 0
	for _, used := range c.info.Uses {
		if isPull(used) {
			pulls++
		}
	}
	if pulls > 0 && pulls != c.pullsAtHome() {
		return true
	}
	return slices.ContainsFunc(c.pkg.Imports(), func(pkg *types.Package) bool {
		return !packages[pkg.Path()].Standard && begins(packages[pkg.Path()].Export)
	})
}

func isPull(used types.Object) bool {
	function, ok := used.(*types.Func)
	return ok && function.Pkg() != nil && function.Pkg().Path() == "iter"
}

// pullsAtHome counts the calls of iter.Pull whose results a function has in variables, and only calls, itself:
//
//	next, stop := iter.Pull(xs)
//	defer stop()
func (c *Cell) pullsAtHome() (pulls int) {
	homes := map[types.Object]ast.Node{} // such a variable -> the body of its function
	strays := map[types.Object]bool{}
	begun := [][]types.Object{}
	var walk func(body ast.Node)
	walk = func(body ast.Node) {
		called, goes := map[*ast.Ident]bool{}, map[*ast.CallExpr]bool{}
		ast.Inspect(body, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncLit:
				walk(node.Body)
				return false
			case *ast.AssignStmt:
				if variables := c.pulled(node); variables != nil {
					begun = append(begun, variables)
					for _, variable := range variables {
						homes[variable] = body
					}
				}
			case *ast.GoStmt:
				goes[node.Call] = true
			case *ast.CallExpr:
				if name, ok := node.Fun.(*ast.Ident); ok && !goes[node] {
					called[name] = true
				}
			case *ast.Ident:
				if used := c.info.Uses[node]; used != nil && (!called[node] || homes[used] != body) {
					strays[used] = true
				}
			}
			return true
		})
	}
	for _, decl := range c.file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
			walk(decl.Body)
		}
	}
	for _, variables := range begun {
		if !slices.ContainsFunc(variables, func(variable types.Object) bool { return strays[variable] }) {
			pulls++
		}
	}
	return pulls
}

// pulled are the new variables in which a statement puts what iter.Pull returns, nil if it is no such one.
func (c *Cell) pulled(statement *ast.AssignStmt) (variables []types.Object) {
	call, ok := ast.Unparen(statement.Rhs[0]).(*ast.CallExpr)
	if !ok || !isPull(c.callee(call)) {
		return nil
	}
	for _, left := range statement.Lhs {
		name, ok := left.(*ast.Ident)
		if !ok || name.Name != "_" && c.info.Defs[name] == nil {
			return nil
		}
		if variable := c.info.Defs[name]; variable != nil {
			variables = append(variables, variable)
		}
	}
	return variables
}

// unlocked is a shim, which runs in a goroutine of its own where the cell has coroutines.
func (c *Cell) unlocked(shim string) string {
	if !c.hasCoroutines {
		return shim
	}
	return "_bridge.Unlocked(" + shim + ")"
}

// begins tells whether what Go has compiled of a package calls what begins a coroutine, which iter.Pull does where it is used.
func begins(archive string) bool {
	compiled, err := os.ReadFile(archive)
	return err == nil && bytes.Contains(compiled, []byte("runtime.newcoro"))
}
