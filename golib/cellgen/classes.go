package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// Class is a Go type whose pointers Python has as handles: it becomes a class of Python's. So does a type with type
// parameters, of which there are no values: it stands below its instances.
type Class struct {
	ID       string   `json:"id"` // name and package
	Name     string   `json:"name"`
	Package  string   `json:"package"` // the path of the package that it is imported from; "" for the cell's own
	Go       string   `json:"go"`      // as messages show it
	Doc      string   `json:"doc"`
	Bases    []string `json:"bases"`    // the classes of what it embeds, by their IDs
	Also     []string `json:"also"`     // other names that the cell has for it
	LeftOut  []Remark `json:"left_out"` // methods and fields; those of other packages stand on line 0
	Struct   bool     `json:"struct"`
	Loose    bool     `json:"loose"`            // its objects can lie in Python
	Fields   []Field  `json:"fields"`           // of such a one
	Compares bool     `json:"compares"`         // Go does so with ==
	Locks    bool     `json:"locks"`            // its values hold a lock: nobody copies them
	Hidden   bool     `json:"hidden,omitempty"` // Python has it by its objects alone
	File     []string `json:"file,omitempty"`   // the methods by which it is a file in Python
	Rich     []string `json:"rich,omitempty"`   // the methods by which it shows itself in a notebook
	Place

	Generic    string   `json:"generic,omitempty"`    // of an instance: the ID of the type with type parameters
	Types      []string `json:"types,omitempty"`      // of an instance: what these stand for
	Parameters []string `json:"parameters,omitempty"` // of a type that has them
	Instances  []string `json:"instances,omitempty"`  // of such a type: the IDs of those that there are
	Lacks      string   `json:"lacks,omitempty"`      // of such a type: one that could be built and is not

	Face *Face `json:"interface,omitempty"` // nil of what is none

	typ        types.Type // nil of an interface
	generic    *Class     // of that ID
	isAdded    bool
	dresses    bool // what Python has of its values has its methods
	hasMembers bool
	isBare     bool // its values alone are needed, no pointers to them
}

// mostMethods is how many methods Python can call in one cell: the entries in golib/bridge/classes.c.
const mostMethods = 1024

// pointer is a *T as a kind.
func (c *Cell) pointer(typ *types.Pointer, text string) (Kind, string) {
	class, why := c.classOf(typ.Elem())
	if why != "" {
		return Kind{}, why
	}
	field := "_bridge.Handle[" + c.written(class.typ) + "]"
	return Kind{
		Type: text, Shape: "h", Code: "h", Length: -1, Class: class.ID, class: class, written: "*" + c.written(class.typ),
		param: field, arg: "a.%[1]s.Get()",
		result: field, out: "a.%[1]s.Set(%[1]s)",
	}, ""
}

// classOf is the class for handles on values of a type, or why there is none.
func (c *Cell) classOf(typ types.Type) (*Class, string) {
	named, ok := types.Unalias(typ).(*types.Named)
	if !ok || types.IsInterface(named) {
		return c.classOfPlace(types.Unalias(typ))
	}
	named = withoutBytes(named)
	text := c.typeText(named)
	class := c.known(named)
	if class != nil && c.mayBeAdded(class) {
		return class, ""
	}
	name := named.Obj()
	_, isPointer := named.Underlying().(*types.Pointer)
	_, fails := failing(named)
	switch {
	case name.Pkg() == nil || isPointer:
		return nil, "gomagic does not bind `*" + text + "` yet"
	case !name.Exported() && (name.Pkg() != c.pkg || named.TypeArgs().Len() > 0):
		return nil, "`" + text + "` is not exported"
	case name.Pkg() == c.pkg && fails:
		return nil, "`" + text + "` is an error, and Python raises those"
	}
	if why := c.whyNoInstance(named, text); why != "" {
		return nil, why
	}
	class = newClass(name.Name(), text, named)
	if name.Pkg() == c.pkg {
		class.Place = c.place(name.Pos())
		class.Doc = c.docs[name]
		class.Hidden = !name.Exported()
	} else {
		class.Package = name.Pkg().Path()
		class.ID = class.Package + "." + class.Name
	}
	if named.TypeArgs().Len() > 0 {
		c.makeInstance(class, named)
	} else {
		c.classes[name] = append(c.classes[name], class)
	}
	return class, ""
}

// ofShims are names in shims.go, where types of the cell could not be written that are called so: of variables, and those
// that [Cell.apart] gives other names.
var ofShims = map[string]bool{"a": true, "block": true, "ctx": true, "end": true, "err": true, "self": true, "_shims": true, "_bridge": true, "unsafe": true}

// nameOfShims is one of them that an instance's text has and the cell declares; "" if there is none.
func (c *Cell) nameOfShims(text string) string {
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		rest := strings.TrimLeft(name, "pr")
		isNumbered := len(name)-len(rest) == 1 && rest != "" && strings.Trim(rest, "0123456789") == ""
		if (ofShims[name] || isNumbered) && c.pkg.Scope().Lookup(name) != nil {
			return name
		}
	}
	return ""
}

// classOfPlace is the class for pointers to values of a type without a name, or of an interface: each is a place, whose
// `value` Python reads and sets.
func (c *Cell) classOfPlace(typ types.Type) (*Class, string) {
	text := c.typeText(typ)
	for _, class := range c.places {
		if types.Identical(class.typ, typ) {
			return class, ""
		}
	}
	_, isStruct := typ.Underlying().(*types.Struct)
	if _, why := c.placeKind(typ); why != "" || isStruct || !c.isWritable(typ) {
		return nil, "gomagic does not bind `*" + text + "` yet"
	}
	class := newClass("*"+text, text, typ)
	class.ID = "*" + typeText(typ, nil)
	class.Hidden = true
	c.places = append(c.places, class)
	return class, ""
}

func newClass(name, text string, typ types.Type) *Class {
	return &Class{ID: name, Name: name, Go: text, Bases: []string{}, Also: []string{}, LeftOut: []Remark{}, Fields: []Field{}, typ: typ}
}

// known is the class of a type that has been asked for before; else nil.
func (c *Cell) known(named *types.Named) *Class {
	for _, class := range c.classes[named.Obj()] {
		if types.Identical(class.named(), named) {
			return class
		}
	}
	return nil
}

// named is its type, of one whose type has a name; else nil.
func (class *Class) named() *types.Named {
	of := class.typ
	if class.Face != nil {
		of = class.Face.of
	}
	named, _ := of.(*types.Named)
	return named
}

// hasValues tells whether a class is that of the values of its type: what is in an interface is of another type, too, and
// there is nothing of a type with type parameters.
func (class *Class) hasValues() bool { return class.Face == nil && class.Parameters == nil }

// isOfInterest tells whether a type of the cell gets a class though no function takes or returns a pointer to it.
func isOfInterest(typ types.Type) bool {
	if types.IsInterface(typ) {
		return true
	}
	_, isStruct := typ.Underlying().(*types.Struct)
	return isStruct || types.NewMethodSet(types.NewPointer(typ)).Len() > 0
}

// addClass gives a class to Python, and before it those of what its type embeds.
func (c *Cell) addClass(class *Class) {
	if class == nil || class.isAdded && !class.isBare {
		return
	}
	if class.isBare && class.isAdded { // now there is a pointer
		class.isBare, class.hasMembers = false, false
		return
	}
	class.isAdded = true
	if class.Face != nil { // whose other bases are known when all classes are
		if class.generic != nil {
			c.addClass(class.generic)
			class.Bases = append(class.Bases, class.Generic)
		}
		c.Classes = append(c.Classes, class)
		return
	}
	var bases []*Class
	if class.Parameters == nil {
		bases = c.embedded(class.typ, nil)
	}
	if class.generic != nil {
		bases = append(bases, class.generic)
	}
	for _, base := range bases {
		c.addClass(base)
		if slices.Contains(c.Classes, base) { // not one that embeds this one in turn
			class.Bases = append(class.Bases, base.ID)
		}
	}
	c.Classes = append(c.Classes, class)
}

// embedded are the classes of what a struct embeds, directly or in what has no class itself.
func (c *Cell) embedded(typ types.Type, seen []types.Type) (found []*Class) {
	structure, ok := typ.Underlying().(*types.Struct)
	if !ok || slices.Contains(seen, typ) {
		return nil
	}
	for field := range structure.Fields() {
		if !field.Embedded() {
			continue
		}
		of := types.Unalias(field.Type())
		if pointer, ok := of.(*types.Pointer); ok {
			of = types.Unalias(pointer.Elem())
		}
		if class, why := c.classOf(of); why == "" && !class.Hidden {
			found = append(found, class)
		} else {
			found = append(found, c.embedded(of, append(seen, typ))...)
		}
	}
	return found
}

// addMembers adds, for each class that has values, the calls that make its values, call its methods, read and write its fields. They may
// bring more classes.
func (c *Cell) addMembers() {
	for i := 0; i < len(c.Classes); i++ {
		if class := c.Classes[i]; class.hasValues() && !class.hasMembers {
			class.hasMembers = true
			c.addMembersOf(class)
		}
	}
}

func (c *Cell) addMembersOf(class *Class) {
	c.addFields(class)
	pointer := types.NewPointer(class.typ)
	if c.addValue(class) || isOfInterest(class.typ) {
		c.addNew(class, pointer)
	}
	c.addMethods(class, types.NewMethodSet(pointer))
	c.addDressing(class)
	for _, name := range fieldNames(class.typ, nil) {
		object, index, _ := types.LookupFieldOrMethod(pointer, true, c.pkg, name)
		if field, ok := object.(*types.Var); ok {
			c.addField(class, field, index)
		}
	}
}

func (c *Cell) addMethods(class *Class, methods *types.MethodSet) {
	for i := range methods.Len() {
		if methods.At(i).Obj().Exported() {
			c.addMethod(class, methods.At(i))
		}
	}
	class.File = fileMethods(methods)
	c.addRich(class, methods)
}

func (c *Cell) addNew(class *Class, pointer *types.Pointer) {
	kind, _ := c.pointer(pointer, "*"+class.Go)
	quick := Always
	if sizesOf.Sizeof(class.typ) > int64(Small) {
		quick = Never
	}
	if !class.Locks && class.named() != nil {
		kind.Shape = "c"
	}
	statement := "new(" + c.written(class.typ) + ")"
	if sizesOf.Sizeof(class.typ) == 0 {
		statement = "_bridge.NewEmpty[" + c.written(class.typ) + "]()"
	} else if !c.isPredeclared("new") {
		statement = "_bridge.New[" + c.written(class.typ) + "]()"
	}
	c.add(Call{
		Role: New, Name: class.Name, Class: class.ID, Owner: class.Go, Signature: "new(" + class.Go + ")", Params: []Value{},
		Results: []Value{{Kind: kind}}, Quick: quick, statement: statement,
	})
}

func (c *Cell) addMethod(class *Class, selection *types.Selection) {
	method := selection.Obj().(*types.Func)
	decl := c.decls[method.Origin()]
	signature := selection.Type().(*types.Signature)
	call, why := c.call(method.Name(), signature, decl, standsIn(method))
	isOwn := decl != nil || class.Face != nil && class.Package == "" && method.Pkg() == c.pkg
	c.methods++
	switch cure := fatal[fullName(method)]; {
	case cure != "":
		why = "it " + cure
	case c.methods > mostMethods:
		why = fmt.Sprintf("it is one of more than %d methods", mostMethods)
	}
	if why != "" {
		c.methods--
		c.leaveOutMember(class, method, why, isOwn && len(selection.Index()) == 1)
		return
	}
	if decl == nil {
		call.Doc = c.docs[method.Origin()]
	}
	if decl == nil || class.Types != nil {
		call.Signature = "func (" + class.receiver() + ") " + method.Name() + strings.TrimPrefix(c.typeText(signature), "func")
	}
	call.Role = Method
	c.own(class, &call)
	call.statement = "a.self.Get()." + method.Name() + "(%[1]s)"
	c.add(call)
}

// own makes a call one of a class.
func (c *Cell) own(class *Class, call *Call) {
	call.Class, call.Owner = class.ID, class.Go
	if class.Face == nil && class.named() == nil {
		call.Owner = class.Name
	}
	if class.Face != nil {
		call.self = c.written(class.Face.of)
		call.receiver = "_bridge.Holder[" + call.self + "]"
		return
	}
	call.self = "*" + c.written(class.typ)
	call.receiver = "_bridge.Handle[" + c.written(class.typ) + "]"
}

// receiver is what its methods are called on, as messages show it.
func (class *Class) receiver() string {
	if class.Face != nil {
		return class.Go
	}
	return "*" + class.Go
}

// fieldNames are the exported names of a struct's fields, and of those of what it embeds.
func fieldNames(typ types.Type, seen []types.Type) (names []string) {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		typ = pointer.Elem()
	}
	structure, ok := typ.Underlying().(*types.Struct)
	if !ok || slices.Contains(seen, typ) {
		return nil
	}
	for field := range structure.Fields() {
		if field.Exported() && !slices.Contains(names, field.Name()) {
			names = append(names, field.Name())
		}
	}
	for field := range structure.Fields() {
		if field.Embedded() {
			for _, name := range fieldNames(field.Type(), append(seen, typ)) {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// addField adds a field that is found by these steps, of which the first is one of the struct's own.
func (c *Cell) addField(class *Class, field *types.Var, steps []int) {
	kind, why := c.fieldKind(field.Type())
	if why != "" {
		c.leaveOutMember(class, field, why, len(steps) == 1 && class.Package == "")
		return
	}
	through := ""
	if len(steps) > 1 {
		through = class.typ.Underlying().(*types.Struct).Field(steps[0]).Name()
	}
	c.addAccess(class, field.Name(), field.Type(), kind, "a.self.Get()."+field.Name(), c.docs[field.Origin()], through)
}

// addValue lets Python read and set what a pointer points to that is no struct, as if it were a field: no exported one is
// called so. It tells whether that can cross.
func (c *Cell) addValue(class *Class) bool {
	if _, isStruct := class.typ.Underlying().(*types.Struct); isStruct {
		return false
	}
	kind, why := c.placeKind(class.typ)
	if why != "" {
		class.LeftOut = append(class.LeftOut, Remark{Name: "value", Text: why})
		return false
	}
	c.addAccess(class, "value", class.typ, kind, "*a.self.Get()", "", "")
	return true
}

func (c *Cell) addAccess(class *Class, name string, typ types.Type, kind Kind, place, doc, through string) {
	read, write := access(name, typ, kind, place)
	read.Role, write.Role = Read, Write
	c.own(class, &read)
	c.own(class, &write)
	read.Signature = name + " " + kind.Type
	write.Signature = read.Signature
	read.Doc, read.Through = doc, through
	c.add(read)
	c.add(write)
}

// leaveOutMember says why a method or field is not there. isShown: when the cell is built, too.
func (c *Cell) leaveOutMember(class *Class, member types.Object, why string, isShown bool) {
	remark := Remark{Name: member.Name(), Text: why}
	if isShown {
		remark.Place = c.place(member.Pos())
	}
	class.LeftOut = append(class.LeftOut, remark)
}

// written is a type as shims.go writes it: a package is imported there by a name of its own.
func (c *Cell) written(typ types.Type) string {
	return typeText(typ, func(pkg *types.Package) string {
		if pkg == c.pkg {
			return ""
		}
		return c.imported(pkg.Path())
	})
}

// imported is the name of a package in shims.go.
func (c *Cell) imported(path string) string {
	return fmt.Sprintf("%s%d", c.importPrefix(), number(&c.imports, path))
}

func (c *Cell) importPrefix() string { return c.unusedPrefix("_of") }

// collectDocs notes what stands above the types of the cell and above or beside their fields.
func (c *Cell) collectDocs() {
	for _, decl := range c.file.Decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok || decl.Tok != token.TYPE {
			continue
		}
		for _, spec := range decl.Specs {
			spec := spec.(*ast.TypeSpec)
			c.docs[c.info.Defs[spec.Name]] = docOf(decl, spec.Doc)
			for _, field := range membersIn(spec.Type) {
				for _, name := range field.Names {
					c.docs[c.info.Defs[name]] = field.Doc.Text() + field.Comment.Text()
				}
			}
		}
	}
}

// membersIn are the fields of a struct as it is written, or the methods of an interface.
func membersIn(typ ast.Expr) []*ast.Field {
	switch typ := typ.(type) {
	case *ast.StructType:
		return typ.Fields.List
	case *ast.InterfaceType:
		return typ.Methods.List
	}
	return nil
}
