package bridge

import (
	"fmt"
	"reflect"
	"unsafe"
)

// embedded returns what of a type lies embedded in what a pointer of another type points to: Python takes a handle of a
// type for one of each that it embeds. As in Go the shallowest counts; nil if a pointer on the way to it is nil.
func embedded(pointer any, wanted reflect.Type) unsafe.Pointer {
	seen := map[reflect.Type]bool{}
	for level := []reflect.Value{reflect.ValueOf(pointer)}; len(level) > 0; {
		var below []reflect.Value
		for _, p := range level {
			if p.Type().Elem() == wanted {
				return p.UnsafePointer()
			}
			if !seen[p.Type()] && p.Type().Elem().Kind() == reflect.Struct {
				seen[p.Type()] = true
				below = append(below, pointersToEmbedded(p)...)
			}
		}
		level = below
	}
	panic(fmt.Sprintf("gomagic: a %T embeds no %v", pointer, wanted))
}

func pointersToEmbedded(p reflect.Value) (found []reflect.Value) {
	for i := range p.Type().Elem().NumField() {
		field := p.Type().Elem().Field(i)
		switch {
		case !field.Anonymous:
		case field.Type.Kind() == reflect.Interface:
		case p.IsNil() && field.Type.Kind() == reflect.Pointer:
			found = append(found, reflect.Zero(field.Type))
		case p.IsNil():
			found = append(found, reflect.Zero(reflect.PointerTo(field.Type)))
		case field.Type.Kind() == reflect.Pointer:
			found = append(found, p.Elem().Field(i))
		default:
			found = append(found, p.Elem().Field(i).Addr())
		}
	}
	return found
}
