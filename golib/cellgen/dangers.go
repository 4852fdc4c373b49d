package main

import (
	"go/ast"
	"go/types"
	"strings"
)

// fatal is what can end the kernel, takes from it what it needs, or does something else than in Python, by full name, and what to do instead. It is the thing
// that counts: however it is imported, called in the cell or handed on, and whatever else has its name.
var fatal = dangerous(map[string]string{
	"ends the kernel; return an error, or panic": `
		os.Exit syscall.Exit golang.org/x/sys/unix.Exit
		log.Fatal log.Fatalf log.Fatalln (*log.Logger).Fatal (*log.Logger).Fatalf (*log.Logger).Fatalln`,
	"ends the kernel if Python's own call reaches it; return instead": `
		runtime.Goexit`,
	"puts another program in the kernel's place; run it by `exec.Command`": `
		syscall.Exec golang.org/x/sys/unix.Exec`,
	"reads the kernel's own arguments and ends it; parse a parameter, by a `flag.NewFlagSet` that has `flag.ContinueOnError`": `
		flag.Parse flag.CommandLine`,
	"ends the kernel at a wrong argument; use `flag.ContinueOnError`, and return the error of Parse": `
		flag.ExitOnError`,
	"is a file, in which a notebook has nothing; use `bufio.NewReader(os.Stdin)`, for which it asks": `
		os.Stdin syscall.Stdin`,
	"prints neither spaces nor the end of a line; use `fmt.Println`": `
		builtin.print`,
	"takes Ctrl-C from Python; `defer signal.Stop(…)` gives it back": `
		os/signal.Notify`,
	"takes Ctrl-C from Python; `defer signal.Reset()` gives it back": `
		os/signal.Ignore`,
})

// undone is what a cell may do after all where it has the function that undoes it.
var undone = map[string][]string{
	"os/signal.Stop":       {"os/signal.Notify", "os/signal.Ignore"},
	"os/signal.Reset":      {"os/signal.Notify", "os/signal.Ignore"},
	"(*flag.FlagSet).Init": {"flag.Parse", "flag.CommandLine"},
}

func dangerous(cures map[string]string) map[string]string {
	all := map[string]string{}
	for cure, names := range cures {
		for _, name := range strings.Fields(names) {
			all[name] = cure
		}
	}
	return all
}

// fullName is what an object of a package is called in all of Go; "" for what is declared inside a function.
func fullName(object types.Object) string {
	switch object := object.(type) {
	case nil:
		return ""
	case *types.Func:
		return object.FullName()
	case *types.Builtin:
		return "builtin." + object.Name()
	}
	if object.Pkg() == nil || object.Parent() != object.Pkg().Scope() {
		return ""
	}
	return object.Pkg().Path() + "." + object.Name()
}

// dangers are the places where the cell does what can end the kernel, wait for ever, or is not meant so, as far as can
// be seen.
func (c *Cell) dangers() []Remark {
	var found []Remark
	add := func(node ast.Node, what string) { found = append(found, Remark{"", what, c.place(node.Pos())}) }
	spared := c.spared()
	for _, decl := range c.file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if ok && function.Recv == nil && function.Name.Name == "main" { // Python does not run it
			continue
		}
		told := map[types.Object]bool{}
		use := func(node ast.Node, name *ast.Ident) {
			object := c.info.Uses[name]
			if cure := fatal[fullName(object)]; cure != "" && !told[object] && !spared[fullName(object)] {
				told[object] = true
				add(node, "`"+types.ExprString(node.(ast.Expr))+"` "+cure)
			}
		}
		ast.Inspect(decl, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.SelectorExpr:
				if c.reads[node] != "" {
					return false
				}
				use(node, node.Sel)
			case *ast.Ident:
				if c.reads[node] == "" {
					use(node, node)
				}
			case *ast.FuncLit, *ast.GoStmt, *ast.CallExpr:
				if written := c.unguardedMap(c.started(node)); written != nil {
					add(written, "goroutines write to the map `"+types.ExprString(written)+"` at once, which ends the kernel; guard it with a sync.Mutex")
				}
			case *ast.SelectStmt:
				if len(node.Body.List) == 0 {
					add(node, "`select {}` waits for ever")
				}
			}
			return true
		})
		if call := c.endless(function); call != nil {
			add(call, "`"+function.Name.Name+"` calls itself whatever happens: a stack overflow ends the kernel")
		}
	}
	return found
}

// spared are the names that are no danger in this cell.
func (c *Cell) spared() map[string]bool {
	spared := map[string]bool{"os.Stdin": c.hasOwnStdin()}
	for _, object := range c.info.Uses {
		for _, name := range undone[fullName(object)] {
			spared[name] = true
		}
	}
	return spared
}

// endless is the call by which a function without any branch calls itself.
func (c *Cell) endless(decl *ast.FuncDecl) (call *ast.CallExpr) {
	if decl == nil {
		return nil
	}
	branches := false
	ast.Inspect(decl, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.FuncLit, *ast.GoStmt:
			branches = true
		case *ast.BinaryExpr:
			branches = branches || node.Op.String() == "&&" || node.Op.String() == "||"
		case *ast.CallExpr:
			name, ok := ast.Unparen(node.Fun).(*ast.Ident)
			if ok && c.info.Uses[name] != nil && c.info.Uses[name] == c.info.Defs[decl.Name] {
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

// goers are the functions that run another one in a goroutine.
var goers = map[string]bool{
	"(*sync.WaitGroup).Go": true, "time.AfterFunc": true, "context.AfterFunc": true,
	"(*golang.org/x/sync/errgroup.Group).Go": true, "(*golang.org/x/sync/errgroup.Group).TryGo": true,
}

// started is the function that is written down where a goroutine is started, nil if none is.
func (c *Cell) started(node ast.Node) *ast.FuncLit {
	var literal ast.Expr
	switch node := node.(type) {
	case *ast.GoStmt:
		literal = node.Call.Fun
	case *ast.CallExpr:
		name, ok := node.Fun.(*ast.SelectorExpr)
		if ok && goers[fullName(c.info.Uses[name.Sel])] && len(node.Args) > 0 {
			literal = node.Args[len(node.Args)-1]
		}
	}
	function, _ := literal.(*ast.FuncLit)
	return function
}

// unguardedMap is a map from around a goroutine's function that this one writes to without any lock.
func (c *Cell) unguardedMap(literal *ast.FuncLit) (found ast.Expr) {
	if literal == nil {
		return nil
	}
	locks := false
	written := func(to ast.Expr) {
		if _, ok := c.info.TypeOf(to).Underlying().(*types.Map); ok && !c.isInside(to, literal) {
			found = to
		}
	}
	ast.Inspect(literal.Body, func(node ast.Node) bool {
		var targets []ast.Expr
		switch node := node.(type) {
		case *ast.AssignStmt:
			targets = node.Lhs
		case *ast.IncDecStmt:
			targets = []ast.Expr{node.X}
		case *ast.CallExpr:
			name, ok := ast.Unparen(node.Fun).(*ast.Ident)
			if _, builtin := c.info.Uses[name].(*types.Builtin); ok && builtin && (name.Name == "delete" || name.Name == "clear") {
				written(node.Args[0])
			}
		case *ast.SelectorExpr:
			method, ok := c.info.Uses[node.Sel].(*types.Func)
			locks = locks || ok && method.Name() == "Lock"
		}
		for _, target := range targets {
			if index, ok := ast.Unparen(target).(*ast.IndexExpr); ok {
				written(index.X)
			}
		}
		return true
	})
	if locks {
		return nil
	}
	return found
}

// isInside tells whether an expression begins with a variable that a function declares itself, or with none.
func (c *Cell) isInside(expr ast.Expr, literal *ast.FuncLit) bool {
	for {
		switch at := expr.(type) {
		case *ast.Ident:
			object := c.info.ObjectOf(at)
			return object == nil || literal.Pos() <= object.Pos() && object.Pos() < literal.End()
		case *ast.ParenExpr:
			expr = at.X
		case *ast.StarExpr:
			expr = at.X
		case *ast.SelectorExpr:
			expr = at.X
		case *ast.IndexExpr:
			expr = at.X
		default:
			return true
		}
	}
}
