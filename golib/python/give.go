package python

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// none is a reference to None.
var none uintptr

// borrowed is a reference that stays the caller's.
type borrowed uintptr

// giver converts one value of Go's. depth: how many slices and maps the present one lies in. loans: what was lent.
type giver struct {
	*Runtime
	depth int
	loans *[]*loan
}

// give makes a Python object of a Go value and returns a new reference to it.
func (g giver) give(value any) (uintptr, error) {
	switch v := value.(type) { // the commonest, without reflection
	case nil:
		return g.giveNone(), nil
	case []float64:
		return g.lend(unsafe.Pointer(unsafe.SliceData(v)), len(v), &numbers[reflect.Float64])
	case int:
		return g.made(call(api.PyLong_FromLongLong, uintptr(v)))
	case float64:
		return g.made(floatFromDouble(v))
	case string:
		return g.made(call(api.PyUnicode_FromStringAndSize, uintptr(unsafe.Pointer(unsafe.StringData(v))), uintptr(len(v))))
	case []byte:
		return g.made(call(api.PyBytes_FromStringAndSize, uintptr(unsafe.Pointer(unsafe.SliceData(v))), uintptr(len(v))))
	case *Object:
		if v == nil {
			return 0, errors.New("a nil *python.Object")
		}
		if v.runtime != g.Runtime {
			return 0, errors.New("an object of another interpreter")
		}
		address, err := v.use()
		if err != nil {
			return 0, err
		}
		defer v.unuse()
		call(api.Py_IncRef, address)
		return address, nil
	case borrowed:
		call(api.Py_IncRef, uintptr(v))
		return uintptr(v), nil
	case Keywords:
		return 0, errors.New("python.Keywords can only be the last argument")
	case Func:
		return g.giveFunc(v)
	}
	return g.giveKind(reflect.ValueOf(value))
}

// giveKind makes a Python object of a value of any other type.
func (g giver) giveKind(v reflect.Value) (uintptr, error) {
	switch kind := v.Kind(); kind {
	case reflect.Bool:
		truth := uintptr(0)
		if v.Bool() {
			truth = 1
		}
		return call(api.PyBool_FromLong, truth), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return g.made(call(api.PyLong_FromLongLong, uintptr(v.Int())))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return g.made(call(api.PyLong_FromUnsignedLongLong, uintptr(v.Uint())))
	case reflect.Float32, reflect.Float64:
		return g.made(floatFromDouble(v.Float()))
	case reflect.String:
		return g.give(v.String())
	case reflect.Slice:
		if v.Type().Elem() == reflect.TypeFor[byte]() {
			return g.give(v.Bytes())
		}
		if form := &numbers[v.Type().Elem().Kind()]; form.size != 0 {
			return g.lend(v.UnsafePointer(), v.Len(), form)
		}
		return g.giveDeep(v)
	case reflect.Array, reflect.Map:
		return g.giveDeep(v)
	case reflect.Func:
		return g.giveFunc(Func{Go: v.Interface()})
	}
	return 0, fmt.Errorf("`%s` has no counterpart in Python", v.Type())
}

func (g giver) giveDeep(v reflect.Value) (uintptr, error) {
	if g.depth++; g.depth > deepest {
		return 0, errDeep
	}
	if v.Kind() == reflect.Map {
		return g.giveDict(v)
	}
	return g.giveList(v)
}

func (g giver) giveList(v reflect.Value) (uintptr, error) {
	list := call(api.PyList_New, uintptr(v.Len()))
	for i := range v.Len() {
		item, err := g.give(v.Index(i).Interface())
		if err != nil {
			decref(list)
			if errors.Is(err, errDeep) {
				return 0, err
			}
			return 0, fmt.Errorf("element %d: %w", i, err)
		}
		call(api.PyList_SetItem, list, uintptr(i), item) // takes the reference over
	}
	return list, nil
}

func (g giver) giveDict(v reflect.Value) (uintptr, error) {
	dict := call(api.PyDict_New)
	for entries := v.MapRange(); entries.Next(); {
		if err := g.giveEntry(dict, entries.Key().Interface(), entries.Value().Interface()); err != nil {
			decref(dict)
			if errors.Is(err, errDeep) {
				return 0, err
			}
			return 0, fmt.Errorf("key %v: %w", entries.Key(), err)
		}
	}
	return dict, nil
}

func (g giver) giveEntry(dict uintptr, key, value any) error {
	k, err := g.give(key)
	if err != nil {
		return err
	}
	defer decref(k)
	v, err := g.give(value)
	if err != nil {
		return err
	}
	defer decref(v)
	if int32(call(api.PyDict_SetItem, dict, k, v)) != 0 {
		return g.raised() // a key that cannot be hashed
	}
	return nil
}

// giveNone returns a new reference to None.
func (r *Runtime) giveNone() uintptr {
	call(api.Py_IncRef, none)
	return none
}

// made returns a new reference, or for 0 the exception that is set.
func (r *Runtime) made(reference uintptr) (uintptr, error) {
	if reference == 0 {
		return 0, r.raised()
	}
	return reference, nil
}
