package main

import (
	"go/types"
	"reflect"
	"strings"
)

// Field is one of a struct whose objects can lie in Python.
type Field struct {
	Name string `json:"name"`
	JSON string `json:"json,omitempty"` // what a `json:"…"` tag calls it, if that is another name
}

// structure is a struct as a kind: Go copies it out of what a handle stands for, or into something new.
func (c *Cell) structure(typ *types.Named, text string) (Kind, string) {
	class, why := c.classOf(typ)
	if why != "" {
		return Kind{}, why
	}
	field := "_bridge.Handle[" + c.written(class.typ) + "]"
	return Kind{
		Type: text, Shape: "c", Code: "h", Length: -1, Class: class.ID, class: class,
		param: field, arg: "*a.%[1]s.Get()",
		result: field, out: "a.%[1]s.Set(&%[1]s)",
	}, ""
}

// isLoose tells whether objects of a struct can lie in Python: all of it is exported, and Python can have each field. Of
// others Go keeps what Python cannot see.
func (c *Cell) isLoose(typ *types.Named) bool {
	if known, ok := c.loose[typ]; ok {
		return known
	}
	c.loose[typ] = false // of what contains itself, which Go refuses
	structure, ok := typ.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for field := range structure.Fields() {
		kind, why := c.kindOf(field.Type())
		if !field.Exported() || why != "" {
			return false
		}
		if kind.Shape == "c" && !c.isLoose(kind.class.typ) {
			return false
		}
	}
	c.loose[typ] = true
	return true
}

// addFields notes what of a class is in its objects when these lie in Python.
func (c *Cell) addFields(class *Class) {
	_, class.Struct = class.typ.Underlying().(*types.Struct)
	class.Loose = c.isLoose(class.typ)
	class.Compares = types.Comparable(class.typ)
	structure, _ := class.typ.Underlying().(*types.Struct)
	for i := 0; class.Loose && i < structure.NumFields(); i++ {
		field := Field{Name: structure.Field(i).Name()}
		name, _, _ := strings.Cut(reflect.StructTag(structure.Tag(i)).Get("json"), ",")
		if name != "-" && name != field.Name {
			field.JSON = name
		}
		class.Fields = append(class.Fields, field)
	}
}
