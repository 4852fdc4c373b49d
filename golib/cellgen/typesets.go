package main

import (
	"go/types"
	"slices"
)

// basics are Go's basic types, those first that a function gets before others where it cannot get all.
var basics = kinds(
	types.Int, types.Float64, types.String, types.Bool,
	types.Int64, types.Float32, types.Uint8, types.Int32, types.Int16, types.Int8, types.Uint, types.Uint64, types.Uint32,
	types.Uint16, types.Uintptr, types.Complex128, types.Complex64,
)

// usual is how many of them come before all others.
const usual = 4

func kinds(all ...types.BasicKind) (found []types.Type) {
	for _, kind := range all {
		found = append(found, types.Typ[kind])
	}
	return found
}

// choice are the types that a type parameter may stand for, as far as Python can have them.
type choice struct {
	param       *types.TypeParam
	types       []types.Type // may name other type parameters, as []E does in `S ~[]E`
	ofInstances []types.Type // those of them that instances of the cell's types are of, and that are not basic
	ofFuncs     bool         // what callables take or return alone says what it is
}

// anything is what a type parameter may stand for where Python's callables take or return it: then a value is what Python
// makes of it.
var anything = types.Universe.Lookup("any").Type()

func isAnything(typ types.Type) bool { return types.Identical(typ, anything) }

// follows tells whether the type follows from those of other type parameters.
func (c choice) follows() bool { return len(c.types) == 1 && mentions(c.types[0]) }

// choiceOf is at least what a constraint allows; whether a type is among it is asked where all of them are known.
func choiceOf(param *types.TypeParam) choice {
	limited, ok := membersOf(param.Constraint())
	if !ok {
		return choice{param: param, types: basics}
	}
	var all []types.Type
	for _, one := range limited {
		if basic, ok := one.(*types.Basic); ok {
			one = types.Typ[basic.Kind()] // byte is uint8, rune int32
		}
		if !slices.ContainsFunc(all, func(other types.Type) bool { return types.Identical(one, other) }) {
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b types.Type) int { return rank(a) - rank(b) })
	return choice{param: param, types: all}
}

// membersOf are the types that a constraint lists, or more, if it intersects several lists. false: it lists none.
func membersOf(constraint types.Type) ([]types.Type, bool) {
	constraint = types.Unalias(constraint)
	if union, ok := constraint.(*types.Union); ok {
		var all []types.Type
		for term := range union.Terms() {
			some, ok := membersOf(term.Type())
			if !ok {
				return nil, false
			}
			all = append(all, some...)
		}
		return all, true
	}
	list, ok := constraint.Underlying().(*types.Interface)
	if !ok {
		return []types.Type{constraint}, true
	}
	for embedded := range list.EmbeddedTypes() {
		if some, ok := membersOf(embedded); ok {
			return some, true
		}
	}
	return nil, false
}

// rank is a type's place in basics; others come behind.
func rank(typ types.Type) int {
	at := slices.IndexFunc(basics, func(basic types.Type) bool { return types.Identical(basic, typ) })
	if at < 0 {
		return len(basics)
	}
	return at
}

// given is what type parameters stand for.
type given map[*types.TypeParam]types.Type

// in is a type with these in it in place of type parameters; invalid if it has others, or is one that is not looked into.
func (g given) in(typ types.Type) types.Type {
	invalid := types.Type(types.Typ[types.Invalid])
	around := func(inner types.Type, outer func(types.Type) types.Type) types.Type {
		if inner = g.in(inner); inner == invalid {
			return invalid
		}
		return outer(inner)
	}
	switch typ := types.Unalias(typ).(type) {
	case *types.TypeParam:
		if stands, ok := g[typ]; ok {
			return stands
		}
	case *types.Basic:
		return typ
	case *types.Named:
		return g.inNamed(typ)
	case *types.Pointer:
		return around(typ.Elem(), func(elem types.Type) types.Type { return types.NewPointer(elem) })
	case *types.Slice:
		return around(typ.Elem(), func(elem types.Type) types.Type { return types.NewSlice(elem) })
	case *types.Array:
		return around(typ.Elem(), func(elem types.Type) types.Type { return types.NewArray(elem, typ.Len()) })
	case *types.Map:
		return around(typ.Key(), func(key types.Type) types.Type {
			return around(typ.Elem(), func(elem types.Type) types.Type { return types.NewMap(key, elem) })
		})
	case *types.Tuple:
		var all []*types.Var
		for one := range typ.Variables() {
			of := g.in(one.Type())
			if of == invalid {
				return invalid
			}
			all = append(all, types.NewVar(one.Pos(), one.Pkg(), one.Name(), of))
		}
		return types.NewTuple(all...)
	case *types.Interface:
		if typ.Empty() {
			return typ
		}
	}
	return invalid
}

func (g given) inNamed(typ *types.Named) types.Type {
	invalid := types.Typ[types.Invalid]
	if name := typ.Obj(); name.Pkg() != nil && name.Parent() != name.Pkg().Scope() { // of a function, whose types it may name
		return invalid
	}
	var args []types.Type
	for arg := range typ.TypeArgs().Types() {
		of := g.in(arg)
		if of == types.Type(invalid) {
			return invalid
		}
		args = append(args, of)
	}
	if args == nil {
		return typ
	}
	made, err := types.Instantiate(nil, typ.Origin(), args, false)
	if err != nil {
		return invalid
	}
	return made
}

// involves tells whether a type names this type parameter, or is it; also in what it is called with.
func involves(typ types.Type, param *types.TypeParam) (does bool) {
	eachPart(typ, func(part types.Type) { does = does || part == types.Type(param) })
	return does
}

// eachPart calls a function for a type and for all types that its text is made of.
func eachPart(typ types.Type, found func(types.Type)) {
	typ = types.Unalias(typ)
	found(typ)
	switch typ := typ.(type) {
	case *types.Named:
		for arg := range typ.TypeArgs().Types() {
			eachPart(arg, found)
		}
	case *types.Map:
		eachPart(typ.Key(), found)
		eachPart(typ.Elem(), found)
	case interface{ Elem() types.Type }: // pointers, slices, arrays and channels
		eachPart(typ.Elem(), found)
	case *types.Signature:
		eachPart(typ.Params(), found)
		eachPart(typ.Results(), found)
	case *types.Tuple:
		for one := range typ.Variables() {
			eachPart(one.Type(), found)
		}
	}
}

// mentions tells whether a type names a type parameter, or is one.
func mentions(typ types.Type) bool { return given{}.in(typ) == types.Type(types.Typ[types.Invalid]) }
