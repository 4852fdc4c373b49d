package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// harmless are the calls, beside conversions, by which a variable may begin and that neither panic nor wait.
var harmless = map[string]bool{
	"errors.New": true, "fmt.Errorf": true, "make": true, "new": true, "len": true, "cap": true, "min": true, "max": true,
	"complex": true, "real": true, "imag": true, "string": true,
}

// starts tells whether the cell, for all that its text says, could panic or wait while it is loaded: by an init function,
// the value of a variable or an import. In doubt the answer is yes: from a panic there Go does not recover.
func (c *Cell) starts() bool {
	may := false
	for _, spec := range c.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		may = may || err != nil || standard[packageName(path)] != path && !strings.HasPrefix(path, "gomagic/golib/")
	}
	for _, decl := range c.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			may = may || decl.Recv == nil && decl.Name.Name == "init"
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok && decl.Tok == token.VAR {
					for _, value := range spec.Values {
						may = may || mayPanic(value)
					}
				}
			}
		}
	}
	return may
}

func mayPanic(value ast.Expr) (may bool) {
	ast.Inspect(value, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit: // is not called here, or stands in a call
			return false
		case *ast.CallExpr:
			name := types.ExprString(node.Fun)
			_, number := numbers[name]
			_, slice := node.Fun.(*ast.ArrayType)
			may = may || !number && !slice && !harmless[name]
		case *ast.IndexExpr, *ast.SliceExpr, *ast.TypeAssertExpr, *ast.StarExpr:
			may = true
		case *ast.BinaryExpr:
			may = may || node.Op == token.QUO || node.Op == token.REM
		case *ast.UnaryExpr:
			may = may || node.Op == token.ARROW
		}
		return !may
	})
	return may
}
