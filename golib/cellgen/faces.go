package main

import (
	"cmp"
	"go/ast"
	"go/types"
	"math"
	"slices"
	"strings"
)

// Face is what makes a class one of an interface: its handles stand for values whose types have no class. Others are of
// the classes of their types, and Python passes both where the interface is wanted.
type Face struct {
	Shown   bool            `json:"shown"`   // Python has it by its name, or by another one
	Methods []string        `json:"methods"` // as messages show them
	Takes   []string        `json:"takes"`   // the classes whose types implement it, by their IDs
	Lacks   map[string]Lack `json:"lacks"`   // why others do not; where none stands, the first method is missing
	Wants   []Wanted        `json:"wants"`   // of an object of Python's that implements it; nothing: none can
	Closed  string          `json:"closed"`  // why none can
	Stream  []string        `json:"stream"`  // its methods, if Go takes files of Python's as well; or nothing

	of      types.Type // with a name, if it has one
	typ     *types.Interface
	isGiven bool   // Python gets values of it
	isTaken bool   // Go gets values of it from Python
	isOpen  bool   // what it wants has been found out
	adapter string // the type in shims.go by which Python implements it
}

// Lack is the first method by which a type does not implement an interface.
type Lack struct {
	Method string `json:"method"`
	Has    string `json:"has"` // what it has of that name; ""
}

var theError = types.Universe.Lookup("error")

// face is an interface as a kind.
func (c *Cell) face(typ types.Type, face *types.Interface, text string) (Kind, string) {
	class, why := c.classOfFace(typ, face, text)
	if why != "" {
		return Kind{}, why
	}
	if class.Face.of == theError.Type() {
		return Kind{
			Type: text, Shape: "E", Code: "E", Length: -1, Class: class.ID, class: class, written: c.written(class.Face.of),
			param: "_bridge.Fault", arg: "a.%[1]s.Get()",
			result: "_bridge.Raisable", out: "a.%[1]s.Set(%[1]s)",
		}, ""
	}
	of := "[" + c.written(class.Face.of) + "]"
	return Kind{
		Type: text, Shape: "i", Code: "i", Length: -1, Class: class.ID, class: class, written: c.written(class.Face.of),
		param: "_bridge.Face" + of, arg: "a.%[1]s.Get()",
		result: "_bridge.Dynamic" + of, out: "a.%[1]s.Set(%[1]s)",
	}, ""
}

// classOfFace is the class of an interface, or why there is none.
func (c *Cell) classOfFace(typ types.Type, face *types.Interface, text string) (*Class, string) {
	typ = types.Unalias(typ)
	named, isNamed := typ.(*types.Named)
	if isNamed {
		named = withoutBytes(named)
		typ = named
	}
	for _, class := range c.faces {
		if types.Identical(class.Face.of, typ) && c.mayBeAdded(class) {
			return class, ""
		}
	}
	isOwn := !isNamed || named.Obj().Pkg() == c.pkg
	if why := c.whyNoFace(typ, face, text); why != "" {
		return nil, why
	}
	class := newClass(text, text, nil)
	class.Face = &Face{Methods: []string{}, Takes: []string{}, Lacks: map[string]Lack{}, Wants: []Wanted{}, Stream: []string{}, of: typ, typ: face}
	switch {
	case !isNamed:
		class.Name = "interface"
	case isOwn:
		class.Place = c.place(named.Obj().Pos())
		class.Doc = c.docs[named.Obj()]
		class.Face.Shown = named.Obj().Exported() && named.Obj().Parent() == c.pkg.Scope()
	case named.Obj().Pkg() != nil:
		class.Name, class.Package = named.Obj().Name(), named.Obj().Pkg().Path()
		class.ID = class.Package + "." + class.Name
	}
	for method := range face.Methods() {
		class.Face.Methods = append(class.Face.Methods, c.methodText(method))
	}
	c.faces = append(c.faces, class)
	if isNamed && named.TypeArgs().Len() > 0 {
		c.makeInstance(class, named)
	}
	return class, ""
}

// whyNoFace tells why there is no class of an interface; "" if there may be one.
func (c *Cell) whyNoFace(typ types.Type, face *types.Interface, text string) string {
	named, isNamed := typ.(*types.Named)
	switch {
	case !face.IsMethodSet():
		return "it is a constraint of type parameters, and no value has such a type"
	case face.NumMethods() == 0:
		return "gomagic does not bind `" + text + "` yet"
	case !isNamed:
		if !c.isWritable(typ) {
			return "`" + text + "` cannot be named outside of its package"
		}
		return ""
	case named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context":
		return "gomagic does not bind `" + text + "` yet, unless it is the first parameter"
	}
	return c.whyNoInstance(named, text)
}

func (c *Cell) methodText(method *types.Func) string {
	return method.Name() + strings.TrimPrefix(c.typeText(method.Type()), "func")
}

// addInterface gives an interface of the cell to Python.
func (c *Cell) addInterface(spec *ast.TypeSpec) {
	typ := c.info.Defs[spec.Name].Type()
	kind, why := c.kindOf(typ)
	if why != "" {
		c.leaveOut(spec.Name, "%s", why)
		return
	}
	if kind.class == nil {
		c.leaveOut(spec.Name, "every value is one of `%s`, which has no methods", spec.Name.Name)
		return
	}
	c.addClass(kind.class)
	c.addFaceMembers(kind.class)
}

// giveFace prepares for it that Python gets values of an interface. What an error is to Python is no handle.
func (c *Cell) giveFace(class *Class) {
	if class != nil && class.Face != nil && class.Face.of != theError.Type() {
		class.Face.isGiven = true
		c.addFaceMembers(class)
	}
}

func (c *Cell) addFaceMembers(class *Class) {
	if !class.hasMembers {
		class.hasMembers = true
		c.addMethods(class, types.NewMethodSet(class.Face.of))
	}
}

// addDynamic adds the classes of those types that the cell puts behind an interface of which Python gets values, of its own
// and of other packages: what Python gets then is an object of its type, with all methods and fields. It tells whether there
// are new ones.
func (c *Cell) addDynamic() (more bool) {
	givesAny := c.givesAny()
	if !givesAny && !slices.ContainsFunc(c.faces, func(face *Class) bool { return face.Face.isGiven }) {
		return false
	}
	for _, named := range c.putBehind() {
		if class := c.known(named); class != nil && class.isAdded {
			continue
		}
		_, fails := failing(named)
		pointer := types.NewPointer(named)
		isGiven := func(face *Class) bool { return face.Face.isGiven && types.Implements(pointer, face.Face.typ) }
		if givesAny && !fails && isOfInterest(named) || slices.ContainsFunc(c.faces, isGiven) {
			if class, why := c.classOf(named); why == "" {
				c.addClass(class)
				more = true
			}
		}
	}
	return more
}

// givesAny tells whether Python gets what interfaces without methods hold.
func (c *Cell) givesAny() bool {
	return slices.ContainsFunc(c.Calls, func(call Call) bool {
		return slices.ContainsFunc(call.Results, func(result Value) bool {
			return result.Shape == "v" && slices.ContainsFunc(c.within(result.Form), func(part int) bool { return c.Forms[part].Shape == "e" })
		})
	})
}

// settleFaces finds out who implements which interface. Each stands behind those that want less, and all others behind
// them: what Python calls `isinstance` are bases.
func (c *Cell) settleFaces() {
	isFace := func(class *Class) bool { return class.Face != nil }
	wants := func(class *Class) int { // -1: what stands below instances of an interface is their base
		if isFace(class) {
			return class.Face.typ.NumMethods()
		}
		if class.Parameters != nil && types.IsInterface(class.typ) {
			return -1
		}
		return math.MaxInt
	}
	if !slices.ContainsFunc(c.Classes, isFace) {
		return
	}
	slices.SortStableFunc(c.Classes, func(a, b *Class) int { return cmp.Compare(wants(a), wants(b)) })
	for i, class := range c.Classes {
		for j, face := range slices.Backward(c.Classes) {
			if isFace(face) {
				c.settle(class, face, j < i)
			}
		}
	}
}

func (c *Cell) settle(class, face *Class, mayBeBase bool) {
	var of types.Type
	if class.Face != nil {
		of = class.Face.of
	} else {
		of = types.NewPointer(class.typ)
	}
	method, isOther := types.MissingMethod(of, face.Face.typ, true)
	if method == nil {
		face.Face.Takes = append(face.Face.Takes, class.ID)
		if mayBeBase && face.Face.Shown {
			class.Bases = append(class.Bases, face.ID)
		}
		return
	}
	lack := Lack{Method: c.methodText(method)}
	if isOther {
		if has, _, _ := types.LookupFieldOrMethod(of, true, method.Pkg(), method.Name()); has != nil {
			if has, ok := has.(*types.Func); ok {
				lack.Has = c.methodText(has)
			}
		}
	}
	if lack != (Lack{Method: face.Face.Methods[0]}) {
		face.Face.Lacks[class.ID] = lack
	}
}

// knownClasses tells golib/bridge of which types Python has classes, if it has to choose one.
func (c *Cell) knownClasses() string {
	if !slices.ContainsFunc(c.Classes, func(class *Class) bool { return class.Face != nil && class.Face.isGiven }) {
		return ""
	}
	var all strings.Builder
	for _, class := range c.Classes {
		switch {
		case class.Face != nil:
			all.WriteString("\t\t(*" + c.written(class.Face.of) + ")(nil),\n")
		case class.hasValues() && !types.IsInterface(class.typ):
			all.WriteString("\t\t(*" + c.written(class.typ) + ")(nil),\n")
		default:
			all.WriteString("\t\tnil,\n")
		}
	}
	return "\nfunc init() {\n\t_bridge.Classes(\n" + all.String() + "\t)\n}\n"
}
