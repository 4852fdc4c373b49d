package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// Generic is a function with type parameters. Python calls one of its variants, each a call of its own: the function for
// one type or, where it has several type parameters, for one combination of types.
type Generic struct {
	Name      string           `json:"name"`
	Doc       string           `json:"doc"`
	Signature string           `json:"signature"`
	Types     []string         `json:"types"`          // its type parameters, but those that follow from others, as S does in `S ~[]E`
	Params    []Value          `json:"params"`         // without a kind: each variant has its own
	Variants  []int            `json:"variants"`       // which calls; where several fit, it is the first
	Untold    []string         `json:"untold"`         // type parameters that arguments do not tell
	Asks      map[string][]int `json:"asks,omitempty"` // those that only the result of a callable tells, and which parameters these are
	All       int              `json:"all"`            // of how many variants these are the first; 0: of no more
	Lacks     string           `json:"lacks"`          // what the cell would have to name for another one, behind `var _ `; "" if there is none
	Place
}

// mostVariants is how many a function gets: all combinations of the four usual types, and each other type for all
// parameters at once. To compile one takes some 10 ms, and golib/bridge counts them in the bits of a word.
const mostVariants = 32

// mostCompiled is how much may be compiled for the variants of all functions of a cell that it does not name, but the first
// of each function: one, and each asMuch bytes of its text, count one, and take some 4 ms of a processor.
const mostCompiled = 384

// always is how many variants a function has in any case: usually those of int, float64 and string.
const always = 3

// mostTried is how many combinations are looked at, and mostAsked how many of these are made to see whether they can cross.
const mostTried, mostAsked = 1_000, 4 * mostVariants

// chosen is the order in which variants are chosen: what comes first is what Python's own values are in Go.
var chosen = kinds(
	types.Bool, types.Int, types.Int64, types.Int32, types.Int16, types.Int8,
	types.Uint, types.Uint64, types.Uint32, types.Uint16, types.Uint8, types.Uintptr,
	types.Float64, types.Float32, types.Complex128, types.Complex64, types.String,
)

// genericFunc is a function with type parameters on its way to Python.
type genericFunc struct {
	decl    *ast.FuncDecl
	choices []choice
	fitting []variant // those first that come first
	named   int       // how many of these, the first, the cell names
	count   int       // how many it gets
	others  int       // how many more there may be
	isAll   bool      // no more combinations of types have been looked at
	lacks   string
	reasons []string            // why others do not cross
	leftOut map[string][]string // which others, by the reason
}

// addGenerics adds the functions with type parameters.
func (c *Cell) addGenerics() {
	var all []*genericFunc
	for _, decl := range c.file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Recv == nil && decl.Name.IsExported() && decl.Type.TypeParams != nil {
			all = append(all, c.genericOf(decl))
		}
	}
	c.share(all)
	for _, generic := range all {
		c.addGeneric(generic)
	}
}

// genericOf finds out which variants a function may have.
func (c *Cell) genericOf(decl *ast.FuncDecl) *genericFunc {
	signature := c.info.Defs[decl.Name].Type().(*types.Signature)
	generic := &genericFunc{decl: decl, leftOut: map[string][]string{}}
	for param := range signature.TypeParams().TypeParams() {
		generic.choices = append(generic.choices, withAnything(c.withInstances(choiceOf(param), signature), signature))
	}
	named := c.namedFor(decl)
	for _, args := range named {
		for i, arg := range args {
			if of := &generic.choices[i]; !of.follows() && !contains(of.types, arg) {
				of.types, of.ofInstances = append(slices.Clone(of.types), arg), append(of.ofInstances, arg)
			}
		}
	}
	combinations, isAll := combined(generic.choices)
	generic.isAll = isAll
	var others []variant
	for i, args := range combinations {
		isNamed := slices.ContainsFunc(named, func(one []types.Type) bool { return slices.EqualFunc(args, one, types.Identical) })
		if !isNamed && (i >= mostAsked || len(generic.fitting)+len(others) > mostVariants) {
			generic.others++
			continue
		}
		forms := len(c.Forms)
		one, fits, why := c.variantOf(decl, signature, generic.choices, args)
		if !fits || why != "" {
			c.forgetForms(forms)
		}
		switch {
		case !fits:
		case one.lacks != "":
			generic.lacks = cmp.Or(generic.lacks, one.lacks)
		case why != "":
			if generic.leftOut[why] == nil {
				generic.reasons = append(generic.reasons, why)
			}
			generic.leftOut[why] = append(generic.leftOut[why], one.call.Name)
		case isNamed:
			generic.fitting = append(generic.fitting, one)
		default:
			others = append(others, one)
		}
	}
	generic.named = len(generic.fitting)
	generic.fitting = append(generic.fitting, others...)
	return generic
}

// withAnything adds what Python makes of a value to what a type parameter may stand for where callables take or return it:
// before all others if nothing else tells what it is, behind them otherwise.
func withAnything(of choice, signature *types.Signature) choice {
	called, given := false, false
	for param := range signature.Params().Variables() {
		if isFunc := isFunc(param.Type()); involves(param.Type(), of.param) {
			called, given = called || isFunc, given || !isFunc
		}
	}
	of.ofFuncs = called && !given
	face, _ := of.param.Constraint().Underlying().(*types.Interface)
	if _, isLimited := membersOf(face); called && !isLimited && types.Satisfies(anything, face) {
		of.types = append([]types.Type{anything}, of.types...)
	}
	return of
}

// isFunc tells of funcs, and of several of them.
func isFunc(typ types.Type) bool {
	if several, ok := typ.Underlying().(*types.Slice); ok {
		typ = several.Elem()
	}
	_, is := typ.Underlying().(*types.Signature)
	return is && !isOfIter(typ)
}

// namedFor are the types for which the cell itself uses a function, where Python can have them.
func (c *Cell) namedFor(decl *ast.FuncDecl) (all [][]types.Type) {
	for _, name := range c.instanceNames() {
		args := slices.Collect(c.info.Instances[name].TypeArgs.Types())
		if c.info.Uses[name] == c.info.Defs[decl.Name] && !slices.ContainsFunc(args, mentions) && c.reasonAgainst(args) == "" {
			all = append(all, args)
		}
	}
	return all
}

// share gives each function its variants: all that the cell names, a few more, and others of all functions one in turn.
func (c *Cell) share(all []*genericFunc) {
	effort := 0
	for turn, more := 0, true; more; turn++ {
		more = false
		for _, generic := range all {
			cost := 1 + int(generic.decl.End()-generic.decl.Pos())/asMuch
			most := min(len(generic.fitting), mostVariants)
			if turn == 0 {
				generic.count = min(generic.named, most)
			}
			if generic.count == most || turn >= always && effort+cost > mostCompiled {
				continue
			}
			generic.count++
			effort += cost
			more = true
		}
	}
}

func (c *Cell) addGeneric(of *genericFunc) {
	decl, choices, left, reasons := of.decl, of.choices, of.leftOut, of.reasons
	signature := c.info.Defs[decl.Name].Type().(*types.Signature)
	generic := Generic{
		Name: decl.Name.Name, Doc: decl.Doc.Text(), Signature: c.declaration(decl), Types: []string{}, Params: []Value{},
		Variants: []int{}, Untold: []string{}, Place: c.place(decl.Name.Pos()), Lacks: of.lacks,
	}
	variants := of.fitting[:of.count]
	if of.count < len(of.fitting) {
		generic.Lacks = "= " + of.fitting[of.count].call.Name
	}
	switch {
	case len(variants) > 0:
	case len(reasons) > 0:
		c.leaveOut(decl.Name, "%s", reasons[0])
		return
	case generic.Lacks != "":
		c.leaveOut(decl.Name, "%s", notBuilt(generic.Lacks))
		return
	default:
		c.leaveOut(decl.Name, "no basic type of Go is in the constraints of its type parameters")
		return
	}
	for _, why := range reasons {
		c.LeftOut = append(c.LeftOut, Remark{some(left[why]), why, generic.Place})
	}
	if of.count < len(of.fitting)+of.others || !of.isAll {
		generic.All = len(of.fitting) + of.others
		if !of.isAll {
			generic.All = total(choices)
		}
	}
	slices.SortStableFunc(variants, func(a, b variant) int { return slices.Compare(a.order, b.order) })
	params, _ := visible(signature)
	for i, choice := range choices {
		if choice.follows() {
			continue
		}
		name := choice.param.Obj().Name()
		generic.Types = append(generic.Types, name)
		if !isUntold(variants, params, i) || choice.ofFuncs && slices.ContainsFunc(variants, func(one variant) bool { return isAnything(one.types[i]) }) {
			continue
		}
		if of := returning(params, choice.param); of != nil {
			if generic.Asks == nil {
				generic.Asks = map[string][]int{}
			}
			generic.Asks[name] = of
		} else {
			generic.Untold = append(generic.Untold, name)
		}
	}
	for param := range params.Variables() {
		value := Value{Name: param.Name(), Place: c.place(param.Pos())}
		value.Type, value.Length = c.typeText(param.Type()), -1
		generic.Params = append(generic.Params, value)
	}
	if signature.Variadic() {
		last := &generic.Params[len(generic.Params)-1]
		last.Variadic, last.Type = true, "..."+strings.TrimPrefix(last.Type, "[]")
	}
	for _, one := range variants {
		generic.Variants = append(generic.Variants, len(c.Calls))
		c.add(one.call)
	}
	c.Generics = append(c.Generics, generic)
}

// variant is a function for certain types.
type variant struct {
	call  Call
	types []types.Type // of all type parameters
	order []int        // of these in chosen
	lacks string       // an instance of a type that is not built
}

// variantOf makes one; why: of types that fit, the reason why they cannot cross.
func (c *Cell) variantOf(decl *ast.FuncDecl, signature *types.Signature, choices []choice, args []types.Type) (one variant, fits bool, why string) {
	made, err := types.Instantiate(nil, signature, args, true)
	if err != nil || slices.ContainsFunc(args, mentions) {
		return one, false, ""
	}
	instance := made.(*types.Signature)
	one.types = args
	stand := given{}
	var all []string
	for i, arg := range args {
		stand[choices[i].param] = arg
		all = append(all, c.written(arg))
		if choices[i].follows() {
			continue
		}
		one.call.Types = append(one.call.Types, c.typeText(arg))
		one.order = append(one.order, choices[i].order(arg))
	}
	name := decl.Name.Name + "[" + strings.Join(one.call.Types, ", ") + "]"
	one.call.Name = name
	withAnything := slices.ContainsFunc(args, isAnything)
	for i, arg := range args { // some may stand nowhere in the signature
		kind, why := c.kindOf(arg)
		if why == "" && !choices[i].follows() && (kind.Shape == "v" || kind.Shape == "c") {
			why = "it is built for basic types and slices of these, and not for `" + kind.Type + "`"
		}
		if why != "" && !isAnything(arg) && !choices[i].isOfInstance(arg) {
			return one, true, why
		}
	}
	if one.lacks = c.lacking(instance); one.lacks != "" {
		return one, !withAnything, ""
	}
	call, why := c.call(name, instance, decl, stand)
	params, _ := visible(signature)
	for i, param := range call.Params {
		if of := params.At(i).Type(); mentions(of) && !c.tells(param.Kind) {
			why = "gomagic does not tell variants by `" + c.typeText(of) + "` yet"
		}
	}
	if why != "" && withAnything {
		return one, false, ""
	}
	call.Role, call.Name, call.Types = Variant, name, one.call.Types
	call.Signature = "func " + name + strings.TrimPrefix(c.typeText(instance), "func")
	call.statement = decl.Name.Name + "[" + strings.Join(all, ", ") + "](%[1]s)"
	one.call = call
	return one, true, why
}

// order is the place of one of these types in the order in which variants are chosen.
func (c choice) order(arg types.Type) int {
	if isAnything(arg) && c.ofFuncs {
		return -1
	}
	if isAnything(arg) {
		return len(chosen) + 1
	}
	return slices.IndexFunc(append(slices.Clone(chosen), arg), func(basic types.Type) bool { return types.Identical(basic, arg) })
}

// tells tells whether an argument says what the types are that such a parameter is made of: golib/bridge/choose.c looks at
// them. deepest: as DEPTHS there.
func (c *Cell) tells(kind Kind) bool {
	if kind.Shape == "v" && strings.Contains("QC", c.Forms[kind.Form].Shape) {
		return !slices.ContainsFunc(c.Forms[kind.Form].Parts, func(part int) bool { return !c.tell(part, 0) })
	}
	return !strings.Contains("vE", kind.Shape) || kind.Shape == "v" && c.tell(kind.Form, 0)
}

func (c *Cell) tell(form, depth int) bool {
	const deepest = 3
	of := c.Forms[form]
	switch of.Shape {
	case "l", "n":
		return depth < deepest && c.tell(of.Parts[0], depth+1)
	case "a", "f", "y":
		return depth < deepest
	case "d":
		return c.tell(of.Parts[0], 0) && c.tell(of.Parts[1], 0)
	}
	return strings.Contains("1sShieF", of.Shape)
}

// returning are the parameters whose callables return a type parameter's values.
func returning(params *types.Tuple, of *types.TypeParam) (found []int) {
	for i := range params.Len() {
		signature, ok := params.At(i).Type().Underlying().(*types.Signature)
		if ok && signature.Results().Len() == 1 && types.Unalias(signature.Results().At(0).Type()) == types.Type(of) {
			found = append(found, i)
		}
	}
	return found
}

// isUntold tells whether two variants take the same parameters, callables aside, though a type parameter is not the same.
func isUntold(variants []variant, params *types.Tuple, param int) bool {
	seen := map[string]types.Type{}
	for _, one := range variants {
		var text string
		for j, value := range one.call.Params {
			if !isFunc(params.At(j).Type()) {
				text += value.Type + ","
			}
		}
		if before, ok := seen[text]; ok && !types.Identical(before, one.types[param]) {
			return true
		}
		seen[text] = one.types[param]
	}
	return false
}

// combined are combinations of the types that each type parameter may stand for, in the order in which a function gets
// variants: of the usual types those first that are all the same, then the others, then the same of all types.
// isAll: there are no more.
func combined(choices []choice) (all [][]types.Type, isAll bool) {
	most := 0
	for _, choice := range choices {
		most = max(most, len(choice.types))
	}
	count := func() int {
		product := 1
		for _, choice := range choices {
			product = min(product*min(len(choice.types), most), mostTried+1)
		}
		return product
	}
	for count() > mostTried {
		most--
	}
	all, isAll = [][]types.Type{nil}, true
	for _, choice := range choices {
		var longer [][]types.Type
		isAll = isAll && len(choice.types) <= most
		for _, before := range all {
			for _, one := range choice.types[:min(len(choice.types), most)] {
				longer = append(longer, append(slices.Clone(before), one))
			}
		}
		all = longer
	}
	slices.SortStableFunc(all, func(a, b []types.Type) int { return slices.Compare(weight(choices, a), weight(choices, b)) })
	for _, one := range all {
		settle(choices, one)
	}
	return all, isAll
}

func total(choices []choice) int {
	product := 1
	for _, choice := range choices {
		product *= len(choice.types)
	}
	return product
}

// weight is what puts a combination before or behind another.
func weight(choices []choice, all []types.Type) []int {
	isRare, isTold, differs, ranks := 0, 0, 0, []int{}
	for i, one := range all {
		if choices[i].follows() || choices[i].ofFuncs && isAnything(one) {
			continue
		}
		if choices[i].ofFuncs && isAnything(choices[i].types[0]) {
			isTold = 1
		}
		at := rank(one)
		if isAnything(one) {
			at = -1
		}
		if at >= usual {
			isRare = 1
		}
		if len(ranks) > 0 && at != ranks[0] {
			differs = 1
		}
		ranks = append(ranks, at)
	}
	return append([]int{isRare, isTold, differs}, ranks...)
}

// settle puts the types of others in place of the type parameters that the types of some name.
func settle(choices []choice, all []types.Type) {
	for range all { // one may name another that names a third
		known := given{}
		for i, one := range all {
			if !mentions(one) {
				known[choices[i].param] = one
			}
		}
		for i, one := range all {
			if settled := known.in(one); settled != types.Type(types.Typ[types.Invalid]) {
				all[i] = settled
			}
		}
	}
}

// some are the first of many names.
func some(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
