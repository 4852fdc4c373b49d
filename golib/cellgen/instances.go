package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// genericType is a type of the cell with type parameters. Python can have its instances, each a type of its own: those
// that the cell names, and those of basic types as long as the compiler has time for them.
type genericType struct {
	spec    *ast.TypeSpec
	named   *types.Named
	choices []choice
	all     [][]types.Type // that its type parameters may stand for, those first that come first
	tried   int
	cost    int    // of one instance with what it brings, in the units of mostEffort
	lacks   string // the first instance that there is no time for
	why     string // there is none of a type, though its type parameters may stand for it
}

// mostEffort is how many methods and fields may be compiled for instances that the cell does not name, but the first of each
// type: a type without any is none for Python. One takes some 4 ms of a processor, so this is 150 ms where there are two.
const mostEffort = 64

// asMuch is how many bytes of the methods' text take as long.
const asMuch = 500

func notBuilt(text string) string {
	return fmt.Sprintf("`%s` is not built: name it in the cell, as in `var _ %[1]s`", text)
}

func (c *Cell) addGenericType(spec *ast.TypeSpec) {
	named := c.info.Defs[spec.Name].Type().(*types.Named)
	if face, ok := named.Underlying().(*types.Interface); ok {
		if why := c.whyNoFace(named, face, spec.Name.Name); why != "" {
			c.leaveOut(spec.Name, "%s", why)
			return
		}
	}
	generic := &genericType{spec: spec, named: named, cost: membersOfType(named) + c.codeOf(named)}
	for param := range named.TypeParams().TypeParams() {
		generic.choices = append(generic.choices, choiceOf(param))
	}
	generic.all, _ = combined(generic.choices)
	slices.SortStableFunc(generic.all, func(a, b []types.Type) int { return slices.Compare(generic.turn(a), generic.turn(b)) })
	c.genericTypes = append(c.genericTypes, generic)
}

// turn is what puts an instance before or behind another one: of int and string alone, then of float64, too, and so on.
// What has two type parameters is often asked for by text or number, and has something else.
func (g *genericType) turn(args []types.Type) []int {
	turns := []types.BasicKind{types.Int, types.String, types.Float64}
	most, sum := 0, 0
	for i, arg := range args {
		if g.choices[i].follows() {
			continue
		}
		turn := slices.IndexFunc(turns, func(kind types.BasicKind) bool { return types.Identical(arg, types.Typ[kind]) })
		if turn < 0 {
			turn = rank(arg)
		}
		most, sum = max(most, turn), sum+turn
	}
	return []int{most, sum}
}

// membersOfType is how many calls its methods and fields are, at least.
func membersOfType(typ *types.Named) int {
	count := 1 + 2*len(fieldNames(typ, nil))
	methods := types.NewMethodSet(types.NewPointer(typ))
	if types.IsInterface(typ) {
		methods = types.NewMethodSet(typ)
	}
	for i := range methods.Len() {
		if methods.At(i).Obj().Exported() {
			count++
		}
	}
	return count
}

// codeOf is what it takes to compile the methods of an instance of a type.
func (c *Cell) codeOf(typ *types.Named) int {
	bytes := 0
	for i := range typ.Origin().NumMethods() {
		if decl := c.decls[typ.Origin().Method(i)]; decl != nil {
			bytes += int(decl.End() - decl.Pos())
		}
	}
	return bytes / asMuch
}

// addInstances adds the instances of types that the cell names, and what these bring with them; then others, of all types
// one in turn.
func (c *Cell) addInstances() {
	for _, name := range c.instanceNames() {
		switch of := types.Unalias(c.info.Instances[name].Type).(type) {
		case *types.Named:
			if of.Obj().Pkg() == c.pkg {
				c.addInstance(of)
			}
		case *types.Signature: // of a function that is given its types here
			for _, named := range c.instancesIn(of) {
				c.addInstance(named)
			}
		}
	}
	c.addMembers()
	effort := 0
	for more := true; more; {
		more = false
		for _, generic := range c.genericTypes {
			more = c.addNext(generic, &effort) || more
		}
		for _, generic := range c.genericTypes {
			more = more && generic.lacks == "" // so that what is large gets as many as what is small
		}
	}
	for _, generic := range c.genericTypes {
		if generic.lacks == "" {
			c.addNext(generic, nil)
		}
	}
	c.areSettled = true
	for _, generic := range c.genericTypes {
		switch class := c.generics[generic.named.Obj()]; {
		case class != nil && class.isAdded:
			class.Lacks, class.Instances = generic.lacks, c.instancesOf(generic.named)
		case !isOfInterest(generic.named):
			c.unused = append(c.unused, generic.spec)
		case generic.why != "":
			c.leaveOut(generic.spec.Name, "%s", generic.why)
		default:
			c.leaveOut(generic.spec.Name, "no basic type of Go is in the constraints of its type parameters; name the types that you need, as in `var _ %s[…]`", generic.spec.Name.Name)
		}
	}
}

// instanceNames are where the cell names instances of types and functions, in their order.
func (c *Cell) instanceNames() []*ast.Ident {
	if c.named == nil {
		c.named = slices.SortedFunc(maps.Keys(c.info.Instances), func(a, b *ast.Ident) int { return cmp.Compare(a.Pos(), b.Pos()) })
	}
	return c.named
}

func (c *Cell) hasInstance(typ *types.Named) bool {
	return slices.ContainsFunc(c.classes[typ.Obj()], func(class *Class) bool { return class.isAdded })
}

// instancesOf are the IDs of those that have been added, those first that come first.
func (c *Cell) instancesOf(typ *types.Named) (ids []string) {
	ranks := func(class *Class) (all []int) {
		for arg := range class.named().TypeArgs().Types() {
			all = append(all, rank(arg))
		}
		return all
	}
	classes := slices.Clone(c.classes[typ.Obj()])
	slices.SortStableFunc(classes, func(a, b *Class) int { return slices.Compare(ranks(a), ranks(b)) })
	for _, class := range classes {
		if class.isAdded {
			ids = append(ids, class.ID)
		}
	}
	return ids
}

// addInstance adds one if it can be a class, or says why it cannot.
func (c *Cell) addInstance(named *types.Named) string {
	var class *Class
	var why string
	face, isFace := named.Underlying().(*types.Interface)
	if isFace {
		class, why = c.classOfFace(named, face, c.typeText(named))
	} else {
		class, why = c.classOf(named)
	}
	if why == "" && isOfInterest(named) {
		c.addClass(class)
		if isFace {
			c.addFaceMembers(class)
		}
	}
	return why
}

// addNext adds the next instance of a type unless it is there or that is too much. false: there are no more.
// effort: what has been taken of mostEffort; nil: all.
func (c *Cell) addNext(generic *genericType, effort *int) bool {
	if !isOfInterest(generic.named) {
		return false
	}
	for ; generic.tried < len(generic.all); generic.tried++ {
		args := generic.all[generic.tried]
		made, err := types.Instantiate(nil, generic.named, args, true)
		if err != nil || slices.ContainsFunc(args, mentions) {
			continue
		}
		named := made.(*types.Named)
		if class := c.known(named); class != nil && class.isAdded {
			if effort == nil {
				continue
			}
			generic.tried++
			return true
		}
		if why := c.reasonAgainst(args); why != "" {
			generic.why = cmp.Or(generic.why, why)
			continue
		}
		if effort == nil || *effort+generic.cost > mostEffort && c.hasInstance(generic.named) {
			generic.lacks = c.typeText(named)
			return false
		}
		calls, classes := len(c.Calls), len(c.Classes)
		if why := c.addInstance(named); why != "" {
			generic.why = cmp.Or(generic.why, why)
			continue
		}
		c.addMembers()
		generic.cost = len(c.Calls) - calls
		for _, class := range c.Classes[classes:] {
			if class.Types != nil && class.Face == nil {
				generic.cost += c.codeOf(class.named())
			}
		}
		*effort += generic.cost
		generic.tried++
		return true
	}
	return false
}

// reasonAgainst tells why types cannot cross that type parameters may stand for.
func (c *Cell) reasonAgainst(args []types.Type) string {
	for _, arg := range args {
		if _, why := c.kindOf(arg); why != "" {
			return why
		}
	}
	return ""
}

// withoutBytes is an instance of byte and rune as one of uint8 and int32, which are the same types.
func withoutBytes(named *types.Named) *types.Named {
	if named.TypeArgs().Len() == 0 {
		return named
	}
	var args []types.Type
	for arg := range named.TypeArgs().Types() {
		if basic, ok := types.Unalias(arg).(*types.Basic); ok {
			arg = types.Typ[basic.Kind()]
		}
		args = append(args, arg)
	}
	made, err := types.Instantiate(nil, named.Origin(), args, false)
	if err != nil {
		return named
	}
	return made.(*types.Named)
}

// mayBeAdded tells whether Python has a class or may have it yet.
func (c *Cell) mayBeAdded(class *Class) bool {
	return class.isAdded || !c.areSettled || class.Types == nil
}

// whyNoInstance tells why there is no class of a type by its name, which may be that of an instance.
func (c *Cell) whyNoInstance(named *types.Named, text string) string {
	switch isInstance := named.TypeArgs().Len() > 0; {
	case !c.isWritable(named):
		return "`" + text + "` cannot be named outside of its package"
	case isInstance && c.nameOfShims(text) != "":
		return "gomagic's own text has names such as `" + c.nameOfShims(text) + "`: give what is called so in `" + text + "` another one"
	case isInstance && c.areSettled:
		return notBuilt(text)
	}
	return ""
}

// makeInstance makes a class one of an instance.
func (c *Cell) makeInstance(class *Class, named *types.Named) {
	for arg := range named.TypeArgs().Types() {
		class.Types = append(class.Types, c.typeText(arg))
	}
	name := named.Obj()
	class.Name = name.Name() + "[" + strings.Join(class.Types, ", ") + "]"
	class.ID = class.Name
	if class.Package != "" {
		class.ID = class.Package + "." + class.Name
	}
	if name.Exported() { // as all are but interfaces
		class.generic = c.genericClass(class)
		class.Generic = class.generic.ID
	}
	c.classes[name] = append(c.classes[name], class)
}

// genericClass is the class below all instances of a type.
func (c *Cell) genericClass(instance *Class) *Class {
	origin := instance.named().Origin()
	name := origin.Obj()
	if class, known := c.generics[name]; known {
		return class
	}
	text, _, _ := strings.Cut(instance.Go, "[")
	class := newClass(name.Name(), text, origin)
	for param := range origin.TypeParams().TypeParams() {
		class.Parameters = append(class.Parameters, param.Obj().Name())
	}
	class.Doc, class.Package = c.docs[name], instance.Package
	if instance.Package == "" {
		class.Place = c.place(name.Pos())
	} else {
		class.ID = class.Package + "." + class.Name
	}
	c.generics[name] = class
	return class
}

// lacking is the first instance that a function takes or returns, or that is within what it does, and that is not built; "" if
// there is none.
func (c *Cell) lacking(signature *types.Signature) string {
	for _, named := range append(c.instancesIn(signature), c.structsIn(signature)...) {
		if class := c.known(named); class == nil || !class.isAdded {
			return c.typeText(named)
		}
	}
	return ""
}

// instancesIn are the instances of the cell's exported types that a function takes or returns pointers to, and those of
// interfaces.
func (c *Cell) instancesIn(signature *types.Signature) (found []*types.Named) {
	for _, tuple := range []*types.Tuple{signature.Params(), signature.Results()} {
		for value := range tuple.Variables() {
			typ := types.Unalias(value.Type())
			pointer, isPointer := typ.(*types.Pointer)
			if isPointer {
				typ = types.Unalias(pointer.Elem())
			}
			named, ok := typ.(*types.Named)
			if ok && isPointer != types.IsInterface(typ) && named.TypeArgs().Len() > 0 && named.Obj().Pkg() == c.pkg && named.Obj().Exported() {
				found = append(found, named)
			}
		}
	}
	return found
}

// structsIn are the instances of the cell's exported structs within a type.
func (c *Cell) structsIn(typ types.Type) (found []*types.Named) {
	eachPart(typ, func(part types.Type) {
		named, ok := part.(*types.Named)
		if !ok || named.TypeArgs().Len() == 0 || named.Obj().Pkg() != c.pkg || !named.Obj().Exported() {
			return
		}
		if _, isStruct := named.Underlying().(*types.Struct); isStruct {
			found = append(found, named)
		}
	})
	return found
}

// withInstances adds to what a function's type parameter may stand for what those instances are of that it takes or
// returns, and the cell names: Stack[Point] for `func NewStack[T any]() *Stack[T]`.
func (c *Cell) withInstances(of choice, signature *types.Signature) choice {
	if of.follows() {
		return of
	}
	of.types = slices.Clone(of.types)
	for _, mentioned := range c.instancesIn(signature) {
		for i := range mentioned.TypeArgs().Len() {
			if types.Unalias(mentioned.TypeArgs().At(i)) != types.Type(of.param) {
				continue
			}
			for _, class := range c.classes[mentioned.Obj()] {
				arg := class.named().TypeArgs().At(i)
				if class.isAdded && !contains(of.types, arg) {
					of.types, of.ofInstances = append(of.types, arg), append(of.ofInstances, arg)
				}
			}
		}
	}
	return of
}

func (c choice) isOfInstance(arg types.Type) bool { return contains(c.ofInstances, arg) }

func contains(all []types.Type, typ types.Type) bool {
	return slices.ContainsFunc(all, func(one types.Type) bool { return types.Identical(one, typ) })
}

// standsIn is what the type parameters of a method stand for, perhaps one of what a type embeds; nil if it has none.
func standsIn(method *types.Func) given {
	params := method.Origin().Signature().RecvTypeParams()
	if params == nil {
		return nil
	}
	of := method.Signature().Recv().Type()
	if pointer, ok := types.Unalias(of).(*types.Pointer); ok {
		of = pointer.Elem()
	}
	args := types.Unalias(of).(*types.Named).TypeArgs()
	stand := given{}
	for i := range params.Len() {
		stand[params.At(i)] = args.At(i)
	}
	return stand
}

// nameAliases gives a class the other names that the cell has for its type.
func (c *Cell) nameAliases() {
	for _, alias := range c.aliases {
		named, ok := types.Unalias(alias.Type()).(*types.Named)
		if !ok {
			continue
		}
		class := c.known(named)
		if i := slices.IndexFunc(c.faces, func(face *Class) bool { return types.Identical(face.Face.of, named) }); i >= 0 {
			class = c.faces[i]
		}
		if class == nil || !class.isAdded {
			continue
		}
		if face := class.Face; face != nil {
			face.Shown = face.Shown || class.Package != ""
			if !face.Shown { // error, or one that the cell keeps for itself
				continue
			}
		}
		class.Also = append(class.Also, alias.Name())
	}
}
