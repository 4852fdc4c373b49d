package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"go/types"
	"go/version"
	"runtime"
	"slices"
	"strings"
)

// Cell is what a cell's text says.
type Cell struct {
	Doc       string     `json:"doc"`
	Calls     []Call     `json:"calls"` // in the order of the shims
	Generics  []Generic  `json:"generics"`
	Classes   []*Class   `json:"classes"` // each behind those of what it embeds
	Forms     []*Form    `json:"forms"`
	Constants []Constant `json:"constants"`
	LeftOut   []Remark   `json:"left_out"`
	Dangers   []Remark   `json:"dangers"`
	Rehearse  bool       `json:"rehearse"`        // what is run while it is loaded, and is not the cell's, may panic or wait
	Stdin     bool       `json:"stdin,omitempty"` // it reads that, by Python

	Text    string `json:"-"` // the file to compile
	Start   *Start `json:"-"` // what is put off until the library is loaded; nil if nothing is
	HasMain bool   `json:"-"`

	files     *token.FileSet
	file      *ast.File
	pkg       *types.Package
	info      *types.Info
	displaced bool           // a `//line` of the reader's puts something where something else stands
	called    string         // what the `//line` above the text calls the cell
	above     map[string]int // how many lines stand above the first of the cell's files, by their names

	funcs map[string]*ast.FuncDecl       // without methods
	decls map[types.Object]*ast.FuncDecl // of functions and methods
	docs  map[types.Object]string        // of types and their fields

	classes    map[*types.TypeName][]*Class // also of types that no function needs; of one with type parameters, its instances
	generics   map[*types.TypeName]*Class   // below the instances of types with type parameters
	areSettled bool                         // there will be no more instances
	loose      map[*types.Named]bool        // whether objects of a struct can lie in Python
	looseOnes  []*types.Named               // those of which this has been found true, in that order
	methods    int                          // how many Python can call
	imports    []string                     // of shims.go, by the types of these packages
	unused     []*ast.TypeSpec              // types that may have no class
	valued     []types.Type                 // of values that may cross
	faces      []*Class                     // of interfaces; also of those that no function needs
	places     []*Class                     // of types without a name to which there are pointers
	aliases    []*types.TypeName

	genericTypes  []*genericType
	genericErrors []errorType
	named         []*ast.Ident   // see instanceNames
	behind        []*types.Named // see putBehind; nil as long as nobody has asked

	formNumbers map[string]int
	formsMade   int
	prefixes    map[string]string // that no name of the text has, by what they are made of

	hasGoroutines bool
	hasCoroutines bool
	reads         map[ast.Expr]string // of the standard input, and by what of golib/bridge
	rooms         map[*ast.CallExpr]room

	near map[string]string // of a text that does not compile: line and column of a misspelt name -> what exists
}

// Parse reads a cell's file, whose first line is a `//line` directive, and asks go/types about it. An error is Unlisted,
// or what is wrong with the text: then only Text is set, for the compiler to explain.
func Parse(text string, packages Packages) (*Cell, error) {
	cell := &Cell{
		Calls: []Call{}, Generics: []Generic{}, Classes: []*Class{}, Constants: []Constant{}, LeftOut: []Remark{}, Dangers: []Remark{},
		funcs: map[string]*ast.FuncDecl{}, decls: map[types.Object]*ast.FuncDecl{}, docs: map[types.Object]string{},
		classes: map[*types.TypeName][]*Class{}, generics: map[*types.TypeName]*Class{}, Forms: []*Form{}, formNumbers: map[string]int{}, loose: map[*types.Named]bool{}, rooms: map[*ast.CallExpr]room{},
	}
	clause := debugLines(text) + "package main"
	text, cell.Doc = withoutClause(withoutConstraints(text))
	if err := cell.read(clause + "\n" + text); err != nil {
		return cell, err
	}
	for _, path := range missingImports(cell.file, packages) {
		clause = fmt.Sprintf("%s; import %q", clause, path)
	}
	if err := cell.read(clause + "\n" + text); err != nil {
		return cell, err
	}
	if err := packages.unlisted(cell.file); err != nil {
		return cell, err
	}
	cell.readNames()
	if err := cell.check(packages); err != nil {
		cell.addNear()
		return cell, err
	}
	cell.displaced = cell.isDisplaced()
	cell.declare()
	cell.hasGoroutines, cell.hasCoroutines = cell.mayHaveGoroutines(), cell.mayHaveCoroutines(packages)
	for _, decl := range cell.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			cell.addFunc(decl)
		case *ast.GenDecl:
			cell.addSpecs(decl)
		}
	}
	cell.addValues()
	cell.addInstances()
	cell.addGenerics()
	cell.addGenericErrors()
	for more := true; more; more = cell.addImplementations() || cell.addDynamic() || cell.addFuncs() || cell.addChannels() || cell.addDressings() {
		cell.addMembers()
	}
	cell.completeForms()
	cell.dress()
	cell.nameAliases()
	cell.settleFaces()
	cell.leaveOutUnused()
	slices.SortStableFunc(cell.LeftOut, func(a, b Remark) int { return a.Line - b.Line })
	cell.findReads()
	cell.Dangers = append(cell.Dangers, cell.dangers()...)
	cell.Rehearse = cell.importsOthers(packages)
	cell.Stdin = len(cell.reads) > 0
	cell.addStart()
	return cell, nil
}

// read parses the file to compile.
func (c *Cell) read(text string) (err error) {
	c.Text, c.files, c.prefixes = text, token.NewFileSet(), map[string]string{}
	c.file, err = parser.ParseFile(c.files, "cell.go", text, parser.ParseComments)
	return err
}

// readNames reads how the cell, and the files that it is merged from, are called. Its text begins two lines below the
// package clause; a package is such a text as well, in which each file begins below a `//line` of its own.
func (c *Cell) readNames() {
	file := c.files.File(c.file.Package)
	first := min(c.files.PositionFor(c.file.Package, false).Line+2, file.LineCount())
	said := c.files.Position(file.LineStart(first))
	c.called, c.above = said.Filename, map[string]int{said.Filename: first - said.Line}
	number := 0
	for line := range strings.Lines(c.Text) {
		number++
		if rest, ok := strings.CutPrefix(line, "//line "+c.called+"/"); ok {
			c.above[c.called+"/"+strings.TrimSuffix(rest, ":1:1\n")] = number
		}
	}
}

// debugLines are the `//go:debug` lines at the top of the text: Go reads those above the package clause alone.
func debugLines(text string) (lines string) {
	files := token.NewFileSet()
	var s scanner.Scanner
	s.Init(files.AddFile("", -1, len(text)), []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	for {
		_, kind, comment := s.Scan()
		if kind != token.COMMENT {
			return lines
		}
		if strings.HasPrefix(comment, "//go:debug ") {
			lines += strings.TrimSpace(comment) + "\n"
		}
	}
}

// withoutConstraints makes ordinary comments of the `//go:build` lines, with which files are pasted, that hold here: Go takes
// them above the package clause alone. What does not hold is left for the compiler to refuse.
func withoutConstraints(text string) string {
	const directive = "//go:build "
	if !strings.Contains(text, directive) {
		return text
	}
	files := token.NewFileSet()
	file := files.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	var all strings.Builder
	copied := 0
	for {
		pos, kind, comment := s.Scan()
		if kind == token.EOF {
			return all.String() + text[copied:]
		}
		if kind == token.COMMENT && strings.HasPrefix(comment, directive) && holds(comment) {
			at := file.Offset(pos) + len("//")
			all.WriteString(text[copied:at] + " ")
			copied = at
		}
	}
}

// holds tells whether a build constraint does on this system, where cells are compiled with cgo.
func holds(line string) bool {
	expr, err := constraint.Parse(line)
	return err == nil && expr.Eval(func(tag string) bool {
		switch tag {
		case runtime.GOOS, runtime.GOARCH, runtime.Compiler, "cgo":
			return true
		case "unix":
			return runtime.GOOS == "linux" || runtime.GOOS == "darwin"
		}
		release, _, _ := strings.Cut(runtime.Version(), " ")
		return version.Lang(tag) == tag && version.Compare(tag, release) <= 0
	})
}

// withoutClause blanks a package clause of the reader's, which would be the second, and returns its doc as well.
func withoutClause(text string) (rest, doc string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return text, ""
	}
	start, end := int(file.Package)-1, int(file.Name.End())-1
	if after := strings.TrimLeft(text[end:], " \t"); strings.HasPrefix(after, ";") {
		end = len(text) - len(after) + 1
	}
	return text[:start] + strings.Repeat(" ", end-start) + text[end:], file.Doc.Text()
}

func (c *Cell) declare() {
	for _, decl := range c.file.Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		c.decls[c.info.Defs[decl.Name]] = decl
		if decl.Recv == nil {
			c.funcs[decl.Name.Name] = decl
			c.HasMain = c.HasMain || decl.Name.Name == "main"
		}
	}
	c.collectDocs()
}

func (c *Cell) place(pos token.Pos) Place {
	at := c.files.Position(pos)
	file := ""
	if rest, ok := strings.CutPrefix(at.Filename, c.called+"/"); ok {
		file = "/" + rest
	}
	return Place{file, at.Line, at.Column}
}

// isInPlace tells whether a place is called as the reader counts, and not otherwise by a `//line` of the reader's.
func (c *Cell) isInPlace(pos token.Pos) bool {
	is, said := c.files.PositionFor(pos, false), c.files.Position(pos)
	above, isOurs := c.above[said.Filename]
	isMoved := said.Column != is.Column && said.Filename == c.called // in a file of a package, by a longer name before it
	return isOurs && said.Line == is.Line-above && !isMoved
}

// isDisplaced tells whether something in the cell is said to stand in a place that is another's.
func (c *Cell) isDisplaced() (displaced bool) {
	ast.Inspect(c.file, func(node ast.Node) bool {
		if _, isImport := node.(*ast.ImportSpec); isImport { // those of a package's files stand above them
			return false
		}
		if name, ok := node.(*ast.Ident); ok && name != c.file.Name {
			_, isOurs := c.above[c.files.Position(name.Pos()).Filename]
			displaced = displaced || isOurs && !c.isInPlace(name.Pos())
		}
		return !displaced
	})
	return displaced
}

func (c *Cell) leaveOut(name *ast.Ident, format string, args ...any) {
	c.LeftOut = append(c.LeftOut, Remark{name.Name, fmt.Sprintf(format, args...), c.place(name.Pos())})
}

// source prints a declaration in one line, as gofmt does.
func (c *Cell) source(node any) string {
	var text bytes.Buffer
	if err := printer.Fprint(&text, c.files, node); err != nil {
		panic(err) // it has been parsed
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func (c *Cell) addFunc(decl *ast.FuncDecl) {
	if decl.Recv != nil || !decl.Name.IsExported() {
		return
	}
	if decl.Type.TypeParams != nil { // which of them there are depends on what types there are, see addGenerics
		return
	}
	call, why := c.call(decl.Name.Name, c.info.Defs[decl.Name].Type().(*types.Signature), decl, nil)
	if why != "" {
		c.leaveOut(decl.Name, "%s", why)
		return
	}
	call.Role = Function
	call.statement = decl.Name.Name + "(%[1]s)"
	c.add(call)
}

// call is that of a function or method, or why it cannot be called. decl: nil if it is not the cell's. stand: what its
// type parameters stand for.
func (c *Cell) call(name string, signature *types.Signature, decl *ast.FuncDecl, stand given) (Call, string) {
	visible, takesContext := visible(signature)
	params, why := c.values(visible, signature.Variadic(), c.kindOf)
	if why != "" {
		return Call{}, why
	}
	fails := signature.Results().Len() > 0 && isError(signature.Results().At(signature.Results().Len()-1).Type())
	results, why := c.values(withoutError(signature.Results(), fails), false, c.kindOfResult)
	if why != "" {
		return Call{}, why
	}
	spans, goesOn := false, false
	for i := range results {
		goesOn = goesOn || takesContext && c.mayHold(results[i])
		results[i].Kind = results[i].asResult()
		if takesContext && results[i].Shape == "v" && c.hasSequences(results[i].Form) {
			spans = true
			results[i].out = strings.Replace(results[i].out, ".Give(&a.Head,", ".Lend(&a.Head, span,", 1)
		}
	}
	if len(params) > mostParams || len(results) > mostResults {
		return Call{}, fmt.Sprintf("it has more than %d parameters or %d results", mostParams, mostResults)
	}
	var slicesOf []int
	for i, param := range params {
		if param.Shape == "a" && param.Length < 0 || param.Shape == "m" {
			slicesOf = append(slicesOf, i)
		}
	}
	for _, i := range slicesOf {
		if len(slicesOf) > 1 && params[i].Shape == "a" { // rows are always shared
			params[i].in = shareSlice
		}
	}
	call := Call{Name: name, Params: params, Results: results, Fails: fails, Context: takesContext, spans: spans, goesOn: goesOn, stand: stand}
	if decl == nil {
		return call, ""
	}
	hidden := signature.Params().Len() - len(params)
	for i := range params {
		params[i].Borrowed = slices.Contains(borrowed(decl.Doc), params[i].Name)
		params[i].Unseen = params[i].Unseen && !c.onlyReads(decl, c.parameter(decl, i+hidden))
		params[i].Alone = params[i].Alone && !c.hasTypeParams(decl) // of one instance it says nothing about the others
	}
	call.Doc, call.Signature, call.Place = decl.Doc.Text(), c.declaration(decl), c.place(decl.Name.Pos())
	c.lendRooms(decl, call.Results)
	if !takesContext { // what does may wait
		call.Quick = c.quickness(decl, params, results, stand)
	}
	return call, ""
}

// parameter is the i-th of a function, as its body knows it; nil if it has no name.
func (c *Cell) parameter(decl *ast.FuncDecl, i int) types.Object {
	for _, field := range decl.Type.Params.List {
		if i < len(field.Names) {
			return c.info.Defs[field.Names[i]]
		}
		i -= max(1, len(field.Names))
	}
	return nil
}

// declaration is a function's, in one line.
func (c *Cell) declaration(decl *ast.FuncDecl) string {
	bare := *decl
	bare.Doc, bare.Body = nil, nil
	return c.source(&bare)
}

// add gives a call to Python, with the classes that it needs.
func (c *Cell) add(call Call) {
	for _, value := range slices.Concat(call.Params, call.Results) {
		c.addClass(value.class)
		if value.Shape == "v" {
			for _, class := range c.classesIn(value.Form) {
				c.addClass(class)
				c.giveFace(class) // also of a parameter, in which Go may put one
			}
		}
	}
	for _, value := range call.Results {
		c.giveFace(value.class)
	}
	for _, value := range call.Params {
		c.takeFaces(value)
	}
	c.Calls = append(c.Calls, call)
}

// The same as MOST_PARAMS and MOST_RESULTS in golib/bridge/block.h.
const mostParams, mostResults = 24, 12

// values are the parameters or results of a function, or why one of them cannot cross.
func (c *Cell) values(tuple *types.Tuple, variadic bool, kindOf func(types.Type) (Kind, string)) ([]Value, string) {
	all := []Value{}
	for v := range tuple.Variables() {
		kind, why := kindOf(v.Type())
		if why != "" {
			return nil, why
		}
		value := Value{Name: v.Name(), Kind: kind, Unseen: kind.Shape == "v" && !kind.Copied && c.hasMaps(kind.Form)}
		if v.Pkg() == c.pkg {
			value.Place, value.Alone = c.place(v.Pos()), !c.displaced && c.isInPlace(v.Pos())
		}
		all = append(all, value)
	}
	if variadic {
		last := &all[len(all)-1]
		last.Variadic, last.Type = true, "..."+strings.TrimPrefix(last.Type, "[]")
	}
	return all, ""
}

func isError(typ types.Type) bool {
	return types.Identical(typ, types.Universe.Lookup("error").Type())
}

// withoutError are the results of a function without the error that is the last of them.
func withoutError(results *types.Tuple, fails bool) *types.Tuple {
	if !fails {
		return results
	}
	return types.NewTuple(slices.Collect(results.Variables())[:results.Len()-1]...)
}

// borrowed are the names in a function's `//gomagic:borrow` lines.
func borrowed(doc *ast.CommentGroup) []string {
	var names []string
	if doc != nil {
		for _, comment := range doc.List {
			if rest, ok := strings.CutPrefix(comment.Text, "//gomagic:borrow "); ok {
				names = append(names, strings.Fields(strings.ReplaceAll(rest, ",", " "))...)
			}
		}
	}
	return names
}

func (c *Cell) addSpecs(decl *ast.GenDecl) {
	if decl.Tok != token.TYPE {
		return
	}
	for _, spec := range decl.Specs {
		spec := spec.(*ast.TypeSpec)
		if !spec.Name.IsExported() {
			continue
		}
		typ := c.info.Defs[spec.Name].Type()
		star, fails := failing(typ)
		err := errorType{spec: spec, decl: decl, typ: typ, name: spec.Name.Name, star: star, text: spec.Name.Name}
		switch {
		case spec.Assign.IsValid() && spec.TypeParams == nil && fails && c.isImported(typ):
			c.addErrorType(err)
		case spec.Assign.IsValid(): // another name of what may be bound under its own
			c.aliases = append(c.aliases, c.info.Defs[spec.Name].(*types.TypeName))
		case spec.TypeParams != nil && fails:
			c.genericErrors = append(c.genericErrors, err)
		case spec.TypeParams != nil:
			c.addGenericType(spec)
		case fails:
			c.addErrorType(err)
		case types.IsInterface(typ):
			c.addInterface(spec)
		default:
			class, why := c.classOf(typ)
			if why == "" && isOfInterest(class.typ) {
				c.addClass(class)
			} else {
				c.unused = append(c.unused, spec)
			}
		}
	}
}

// isImported tells whether a type is one of another package's.
func (c *Cell) isImported(typ types.Type) bool {
	named, ok := types.Unalias(typ).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg() != c.pkg
}

// leaveOutUnused leaves out the types that have turned out to have no class.
func (c *Cell) leaveOutUnused() {
	for _, spec := range c.unused {
		typ := c.info.Defs[spec.Name].Type().(*types.Named)
		isValued := slices.ContainsFunc(c.valued, func(one types.Type) bool {
			named, ok := one.(*types.Named)
			return ok && named.Origin() == typ
		})
		if class := c.known(typ); (class == nil || !class.isAdded) && !isValued {
			c.leaveOut(spec.Name, "gomagic does not bind types without fields or methods yet")
		}
	}
}

// docOf is what stands above a name, or above the declaration that has it alone.
func docOf(decl *ast.GenDecl, own *ast.CommentGroup) string {
	if own == nil && len(decl.Specs) == 1 {
		own = decl.Doc
	}
	return own.Text()
}
