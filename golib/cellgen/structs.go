package main

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// Field is one of a struct whose objects can lie in Python.
type Field struct {
	Name string `json:"name"`
	JSON string `json:"json,omitempty"` // what a `json:"…"` tag calls it, if that is another name
}

// Layout is how a struct lies in Go's memory that Python can have as it is, in an array: all of it is numbers.
type Layout struct {
	Size    int64   `json:"size"`
	Align   int64   `json:"align"`
	Offsets []int64 `json:"offsets"` // of its fields
}

// layoutOf is that of a struct with this form, nil if not all of it is numbers, arrays of these, and structs of them.
func (c *Cell) layoutOf(form *Form, under *types.Struct) *Layout {
	if len(form.Parts) == 0 || sizesOf.Sizeof(under) == 0 || slices.ContainsFunc(form.Parts, func(part int) bool { return !c.isRecord(part) }) {
		return nil
	}
	return &Layout{sizesOf.Sizeof(under), sizesOf.Alignof(under), sizesOf.Offsetsof(slices.Collect(under.Fields()))}
}

func (c *Cell) isRecord(number int) bool {
	form := c.Forms[number]
	switch form.Shape {
	case "1":
		return true
	case "f", "n":
		return form.Length > 0 && c.isRecord(form.Parts[0])
	}
	return form.Layout != nil
}

// structure is a struct as a kind of which Python has a handle: Go copies it from there, or into something new.
func (c *Cell) structure(typ *types.Named) (Kind, string) {
	class, why := c.classOf(typ)
	if why != "" {
		return Kind{}, why
	}
	written := c.written(class.typ)
	field := "_bridge.Handle[" + written + "]"
	return Kind{
		Type: c.typeText(typ), Shape: "c", Code: "h", Length: -1, Class: class.ID, class: class, written: written,
		param: field, arg: "*a.%[1]s.Get()",
		result: field, out: "a.%[1]s.Set(&%[1]s)",
	}, ""
}

// placeKind is that of a variable or field: Python has a struct there as what it is, and not a copy.
func (c *Cell) placeKind(typ types.Type) (Kind, string) {
	if named, ok := types.Unalias(typ).(*types.Named); ok {
		if _, ok := named.Underlying().(*types.Struct); ok {
			kind, why := c.kindOf(typ)
			if why != "" || kind.Shape == "v" && c.Forms[kind.Form].Shape != "S" { // such as time.Time
				return kind, why
			}
			return c.structure(named)
		}
	}
	return c.kindOf(typ)
}

// fieldKind is that of a field, where a pointer to a number or text is None or a value.
func (c *Cell) fieldKind(typ types.Type) (Kind, string) {
	if kind, ok := c.optionalKind(typ); ok {
		return kind, ""
	}
	return c.placeKind(typ)
}

func (c *Cell) optionalKind(typ types.Type) (kind Kind, ok bool) {
	number, ok := c.optional(typ)
	if ok {
		kind = c.parcel(typ, number)
		kind.Code = c.Forms[c.Forms[number].Parts[0]].Code
	}
	return kind, ok
}

// optional is the form of a field that points to a number or text, whose type has no methods: each side has a value of its
// own, and there may be none.
func (c *Cell) optional(typ types.Type) (number int, ok bool) {
	pointer, ok := types.Unalias(typ).(*types.Pointer)
	if !ok || !c.isWritable(pointer) || types.NewMethodSet(pointer).Len() > 0 {
		return 0, false
	}
	if _, ok := pointer.Elem().Underlying().(*types.Basic); !ok {
		return 0, false
	}
	id := "optional " + typeText(pointer, nil)
	if number, known := c.formNumbers[id]; known {
		return number, true
	}
	form := &Form{Shape: "P", Type: c.typeText(pointer), Length: -1, Parts: []int{}, Names: []string{}, id: id}
	of, why := c.part(form, pointer.Elem(), false)
	if why != "" {
		return 0, false
	}
	form.codec = "_bridge.OptionalOf[" + c.written(pointer.Elem()) + "](" + of + ")"
	c.formsMade++
	form.order = c.formsMade
	number = len(c.Forms)
	c.Forms = append(c.Forms, form)
	c.formNumbers[id] = number
	return number, true
}

// isLoose tells whether objects of a struct can lie in Python: all of it is exported, and Python can have each field. Of
// others Go keeps what Python cannot see.
func (c *Cell) isLoose(of types.Type) bool {
	typ, ok := of.(*types.Named)
	if !ok {
		return false
	}
	if class := c.known(typ); class != nil {
		typ = class.named() // an instance may have been made more than once
	}
	if known, ok := c.loose[typ]; ok {
		return known
	}
	structure, ok := typ.Underlying().(*types.Struct)
	if class, why := c.classOf(typ); !ok || why != "" {
		c.loose[typ] = false
		return false
	} else {
		typ = class.named()
	}
	// It may hold values of itself. What is made on the assumption that it is loose is forgotten if it turns out not to be.
	forms, before := len(c.Forms), len(c.looseOnes)
	c.loose[typ] = true
	c.looseOnes = append(c.looseOnes, typ)
	for field := range structure.Fields() {
		kind, why := c.fieldKind(field.Type())
		if field.Exported() && why == "" && (kind.Shape != "c" || c.isLoose(kind.class.typ)) {
			continue
		}
		for _, other := range c.looseOnes[before:] {
			delete(c.loose, other)
		}
		c.looseOnes = c.looseOnes[:before]
		c.loose[typ] = false
		c.forgetForms(forms)
		return false
	}
	return true
}

// addFields notes what of a class is in its objects when these lie in Python.
func (c *Cell) addFields(class *Class) {
	structure, isStruct := class.typ.Underlying().(*types.Struct)
	class.Struct = isStruct
	class.Loose = c.isLoose(class.typ)
	class.Compares = types.Comparable(class.typ)
	class.Locks = hasLock(class.typ)
	for i := 0; class.Loose && i < structure.NumFields(); i++ {
		field := Field{Name: structure.Field(i).Name()}
		tag := reflect.StructTag(structure.Tag(i)).Get("json")
		if name, _, _ := strings.Cut(tag, ","); tag != "-" && name != field.Name {
			field.JSON = name
		}
		class.Fields = append(class.Fields, field)
	}
}

// hasLock tells of a type, as `go vet` does, whether its values are not to be copied: there is a lock in them.
func hasLock(typ types.Type) bool {
	pointers := types.NewMethodSet(types.NewPointer(typ))
	if pointers.Lookup(nil, "Lock") != nil && pointers.Lookup(nil, "Unlock") != nil && types.NewMethodSet(typ).Lookup(nil, "Lock") == nil {
		return true
	}
	switch under := typ.Underlying().(type) {
	case *types.Array:
		return hasLock(under.Elem())
	case *types.Struct:
		return slices.ContainsFunc(slices.Collect(under.Fields()), func(field *types.Var) bool { return hasLock(field.Type()) })
	}
	return false
}

// fillStruct makes a form of a struct: of its fields, or of a handle on a copy.
func (c *Cell) fillStruct(form *Form, typ types.Type, under *types.Struct, isKey bool) (why string) {
	named, ok := typ.(*types.Named)
	if !ok {
		return c.reason(typ, form.Type)
	}
	class, why := c.classOf(named)
	if why != "" {
		return why
	}
	form.Shape, form.class, form.Class = "S", class, class.ID
	if isKey {
		form.Code = "k"
	}
	written := c.written(typ)
	if !c.isLoose(named) {
		form.codec = "_bridge.HeldOf[" + written + "]()"
		return ""
	}
	fields := []string{}
	for field := range under.Fields() {
		var codec string
		if number, ok := c.optional(field.Type()); ok && isKey {
			return "in `" + form.Type + "`, `" + field.Name() + "` is a pointer, and Python has what it points to: it could not tell one key from another"
		} else if ok {
			form.Parts = append(form.Parts, number)
			codec = c.codecName(number)
		} else if codec, why = c.part(form, field.Type(), isKey); why != "" {
			return why
		}
		form.Names = append(form.Names, field.Name())
		fields = append(fields, fmt.Sprintf("_bridge.At(unsafe.Offsetof(%s{}.%s), %s)", written, field.Name(), codec))
	}
	form.codec = fmt.Sprintf("_bridge.StructOf[%s](%s)", written, strings.Join(fields, ", "))
	form.Layout = c.layoutOf(form, under)
	return ""
}

// isFlat tells of a form whether its values have these shapes alone, in structs and arrays of such structs, too.
func (c *Cell) isFlat(number int, shapes string) bool {
	form := c.Forms[number]
	return strings.Contains(shapes, form.Shape) || (form.Shape == "S" || form.Shape == "n") && !slices.ContainsFunc(form.Parts, func(part int) bool {
		return !c.isFlat(part, shapes)
	})
}
