package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Typed is what can be said of a place in a text that somebody is typing: it need not compile, nor even be closed.
type Typed struct {
	File    string   `json:"file"`    // the text as it will be compiled: with a package clause, imports, statements in `func main`
	Offset  int      `json:"offset"`  // where the place is in that
	Imports []string `json:"imports"` // of the standard library, which the text lacks
	Names   []Name   `json:"names"`   // that may stand there
	Path    *string  `json:"path"`    // where the place is in the path of an import: as much of that as stands before it
	Said    string   `json:"said"`    // of what stands there: its declaration, and the comment of the cell's own
}

// Name is one that may be written, and what it is.
type Name struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // in the words of Jupyter's completion: function, class, module, …
	Type string `json:"type"`
}

// printTyped prints as JSON what can be said of the byte `offset` in a file. Of packages that are not listed nothing is known.
func printTyped(path string, offset int, isProgram bool, packages Packages) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	typed := typedAt(string(text), min(max(offset, 0), len(text)), isProgram, filepath.Dir(path), packages)
	fmt.Println(string(toJSON(typed)))
	return nil
}

// hole stands where the reader is about to write a name, so that the parser finds one.
const hole = "ǃhole" // no sign that begins a word in any text of a reader's

// typedAt says what can be said of a place in a cell's text. isProgram: the cell may be statements. folder: where the cells
// are that it tests and imports, "" if nowhere.
func typedAt(text string, offset int, isProgram bool, folder string, packages Packages) Typed {
	begin, end := offset, offset
	for begin > 0 && isOfName(rune(text[begin-1])) {
		begin--
	}
	for end < len(text) && isOfName(rune(text[end])) {
		end++
	}
	typed := Typed{Imports: []string{}, Names: []Name{}}
	name := text[begin:end]
	written := name
	if written == "" {
		written = hole
	}
	laid, start := asFile(text[:begin]+written+text[end:], begin, isProgram)
	typed.File, typed.Offset = laid[:start]+name+laid[start+len(written):], start+offset-begin
	files := token.NewFileSet()
	file, _ := parser.ParseFile(files, "cell.go", laid, parser.ParseComments)
	if file == nil || file.Name == nil || !file.FileStart.IsValid() {
		return typed
	}
	if path, isIn := pathAt(file, files.File(file.FileStart).Pos(typed.Offset)); isIn {
		before := laid[files.File(file.FileStart).Offset(path.Pos())+1 : typed.Offset]
		typed.Path, typed.Names = &before, pathsFrom(before, packages)
		return typed
	}
	typed.Imports = missingImports(file, packages)
	clause, imports := files.File(file.FileStart).Offset(file.Name.End()), joined(typed.Imports)
	typed.File = typed.File[:clause] + imports + typed.File[clause:]
	if clause <= start {
		typed.Offset += len(imports)
	}
	// Positions must not move: the imports go into a file of their own, of the same package, and into this one's scope by hand.
	beside := besides(folder, files, packages)
	own := &types.Config{Importer: beside, Error: func(error) {}, FakeImportC: true}
	info := &types.Info{
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
	}
	for _, path := range typed.Imports {
		file.Decls = slices.Insert(file.Decls, 0, ast.Decl(importOf(path)))
		file.Imports = append(file.Imports, file.Decls[0].(*ast.GenDecl).Specs[0].(*ast.ImportSpec))
	}
	var tested []*ast.File
	if !strings.HasSuffix(file.Name.Name, "_test") { // those import what they test
		tested = beside.tested()
	}
	pkg, _ := own.Check("main", files, append(tested, file), info)
	at := files.File(file.FileStart).Pos(start)
	ident, selector := identAt(file, at)
	if ident == nil {
		return typed
	}
	if selector != nil {
		typed.Names = offeredBy(selector.X, info, pkg)
	} else {
		typed.Names = visibleAt(pkg, info, file, at)
	}
	if name == "" {
		ident = calledAround(file, at)
	}
	if object := info.ObjectOf(ident); object != nil {
		typed.Said = said(object, pkg, append(beside.read, file))
	}
	return typed
}

// pathAt is the path of an import in which a place is: behind its opening quote, and not behind the closing one.
func pathAt(file *ast.File, at token.Pos) (path *ast.BasicLit, isIn bool) {
	for _, spec := range file.Imports {
		last := spec.Path.End()
		if _, err := strconv.Unquote(spec.Path.Value); err == nil { // it is closed
			last--
		}
		if spec.Path.Pos() < at && at <= last {
			return spec.Path, true
		}
	}
	return nil, false
}

// pathsFrom are the paths of packages that may be imported and begin so.
func pathsFrom(begun string, packages Packages) []Name {
	paths := map[string]bool{}
	for _, path := range standard {
		paths[path] = true
	}
	for path, one := range packages {
		paths[path] = one.Standard || one.Offered
	}
	names := []Name{}
	for path, isThere := range paths {
		if isThere && strings.HasPrefix(path, begun) {
			names = append(names, Name{path, "module", ""})
		}
	}
	slices.SortFunc(names, func(a, b Name) int { return strings.Compare(a.Name, b.Name) })
	return names
}

// calledAround is the name of the function in whose arguments a place is; an empty one if there is none.
func calledAround(file *ast.File, at token.Pos) *ast.Ident {
	name := &ast.Ident{}
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || at <= call.Lparen || call.Rparen < at {
			return true
		}
		switch function := ast.Unparen(call.Fun).(type) {
		case *ast.Ident:
			name = function
		case *ast.SelectorExpr:
			name = function.Sel
		}
		return true // the innermost one is the last
	})
	return name
}

func isOfName(letter rune) bool {
	return letter == '_' || letter >= 0x80 || unicode.IsLetter(letter) || unicode.IsDigit(letter)
}

func importOf(path string) *ast.GenDecl {
	spec := &ast.ImportSpec{Path: &ast.BasicLit{Kind: token.STRING, Value: fmt.Sprintf("%q", path)}}
	return &ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{spec}}
}

// identAt is the name that begins at a place, and the selector whose second half it is, if it is one.
func identAt(file *ast.File, at token.Pos) (ident *ast.Ident, selector *ast.SelectorExpr) {
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			if node.Sel.Pos() == at {
				selector = node
			}
		case *ast.Ident:
			if node.Pos() == at {
				ident = node
			}
		}
		return true
	})
	return ident, selector
}

// offeredBy are what a package or value has, as far as the cell may use it.
func offeredBy(x ast.Expr, info *types.Info, pkg *types.Package) []Name {
	names := []Name{}
	if ident, ok := x.(*ast.Ident); ok {
		if imported, ok := info.Uses[ident].(*types.PkgName); ok {
			if imported.Imported().Path() == "C" {
				return namesOfC()
			}
			scope := imported.Imported().Scope()
			for _, name := range scope.Names() {
				if token.IsExported(name) {
					names = append(names, nameOf(scope.Lookup(name), pkg))
				}
			}
			return names
		}
	}
	of := info.Types[x].Type
	if of == nil {
		return names
	}
	known := map[string]bool{}
	add := func(object types.Object) {
		if (object.Exported() || object.Pkg() == pkg) && !known[object.Name()] {
			known[object.Name()] = true
			names = append(names, nameOf(object, pkg))
		}
	}
	if _, isPointer := of.Underlying().(*types.Pointer); !isPointer && !types.IsInterface(of) {
		of = types.NewPointer(of)
	}
	methods := types.NewMethodSet(of)
	for i := range methods.Len() {
		add(methods.At(i).Obj())
	}
	fieldsOf(of, add, map[types.Type]bool{})
	slices.SortFunc(names, func(a, b Name) int { return strings.Compare(a.Name, b.Name) })
	return names
}

// namesOfC are those that cgo itself knows. What the preamble declares, a C compiler would have to say.
func namesOfC() []Name {
	names := []Name{
		{"CBytes", "function", "func(b []byte) unsafe.Pointer"}, {"CString", "function", "func(s string) *C.char"},
		{"GoBytes", "function", "func(p unsafe.Pointer, n C.int) []byte"}, {"GoString", "function", "func(s *C.char) string"},
		{"GoStringN", "function", "func(s *C.char, n C.int) string"},
	}
	for _, name := range strings.Fields("char double float int long longlong schar short size_t uchar uint ulong ulonglong ushort") {
		names = append(names, Name{name, "class", "type C." + name})
	}
	return names
}

func fieldsOf(of types.Type, add func(types.Object), seen map[types.Type]bool) {
	if pointer, ok := of.Underlying().(*types.Pointer); ok {
		of = pointer.Elem()
	}
	structure, ok := of.Underlying().(*types.Struct)
	if !ok || seen[of] {
		return
	}
	seen[of] = true
	for i := range structure.NumFields() {
		add(structure.Field(i))
	}
	for i := range structure.NumFields() {
		if structure.Field(i).Embedded() {
			fieldsOf(structure.Field(i).Type(), add, seen)
		}
	}
}

// visibleAt are the names that can be seen from a place, those that are nearest first, and the packages that would be imported.
func visibleAt(pkg *types.Package, info *types.Info, file *ast.File, at token.Pos) []Name {
	names, known := []Name{}, map[string]bool{hole: true, "_": true}
	scope := pkg.Scope().Innermost(at)
	if scope == nil {
		scope = info.Scopes[file]
	}
	for ; scope != nil; scope = scope.Parent() {
		for _, name := range scope.Names() {
			object := scope.Lookup(name)
			isLater := object.Parent() != pkg.Scope() && object.Parent() != types.Universe && object.Pos() > at
			if !known[name] && !isLater {
				known[name] = true
				names = append(names, nameOf(object, pkg))
			}
		}
	}
	for name := range standard {
		if !known[name] {
			names = append(names, Name{name, "module", standard[name]})
		}
	}
	for keyword := token.BREAK; keyword <= token.VAR; keyword++ {
		names = append(names, Name{keyword.String(), "keyword", ""})
	}
	slices.SortStableFunc(names, func(a, b Name) int { return strings.Compare(a.Kind, b.Kind) })
	return names
}

func nameOf(object types.Object, pkg *types.Package) Name {
	kind := "instance"
	switch object.(type) {
	case *types.Func, *types.Builtin:
		kind = "function"
	case *types.TypeName:
		kind = "class"
	case *types.PkgName:
		kind = "module"
	}
	return Name{object.Name(), kind, declaration(object, pkg)}
}

// declaration is what an object is, as Go writes it; of types the name is enough.
func declaration(object types.Object, pkg *types.Package) string {
	return types.ObjectString(object, types.RelativeTo(pkg))
}

// said is an object's declaration, and the comment that stands above it in one of these files.
func said(object types.Object, pkg *types.Package, files []*ast.File) string {
	text := declaration(object, pkg)
	var decls []ast.Decl
	for _, file := range files {
		decls = append(decls, file.Decls...)
	}
	for _, decl := range decls {
		var doc *ast.CommentGroup
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.Pos() == object.Pos() {
				doc = decl.Doc
			}
		case *ast.GenDecl:
			if decl.Pos() <= object.Pos() && object.Pos() < decl.End() {
				doc = decl.Doc
			}
		}
		if said := strings.TrimSpace(doc.Text()); said != "" { // it may be a directive alone
			text += "\n\n" + said
		}
	}
	return text
}
