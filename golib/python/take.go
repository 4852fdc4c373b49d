package python

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"unsafe"
)

// As converts a Python object to a Go value, which is a copy:
//
//	bool                      a bool, numpy's too
//	integers                  an int or whatever serves as an index, a bool too; what does not fit is an error
//	float32, float64          a float or an int, numpy's of 32 and 64 bits too; what is too large is an error
//	string                    a str
//	[]byte                    bytes, bytearray, or any array of bytes
//	other slices              an array of numpy, a list, a tuple, a set, or anything else that can be iterated over,
//	                          but for str and mappings, element by element; [][]float64 takes an array of two dimensions
//	maps                      a dict or another mapping
//	*Object                   anything, as it is
//	any                       what fits best: int, float64, string, []byte, []float64 and so on for arrays, []any,
//	                          map[any]any, nil, and an *Object for everything else, such as an int of 65 bits
//
// All else is an error.
func As[T any](o *Object) (T, error) {
	return within(context.Background(), o.runtime, func() (result T, err error) {
		address, err := o.use()
		if err != nil {
			return result, err
		}
		defer o.unuse()
		return take[T](o.runtime, address)
	})
}

func take[T any](r *Runtime, object uintptr) (T, error) {
	var result T
	err := taker{Runtime: r}.take(object, reflect.ValueOf(&result).Elem())
	if err != nil {
		var none T
		return none, err
	}
	return result, nil
}

// deepest is how deep lists and maps may lie in one another; those that hold themselves have no end.
const deepest = 1000

var errDeep = fmt.Errorf("a value is nested deeper than %d, or holds itself", deepest)

// taker converts one value of Python's. depth: how many lists and maps the present one lies in.
type taker struct {
	*Runtime
	depth int
}

var objectType = reflect.TypeFor[*Object]()

// take sets a Go variable to the value of a Python object.
func (t taker) take(object uintptr, to reflect.Value) error {
	switch to.Kind() {
	case reflect.Bool:
		return t.takeBool(object, to)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return t.takeInt(object, to)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return t.takeUint(object, to)
	case reflect.Float32, reflect.Float64:
		return t.takeFloat(object, to)
	case reflect.String:
		if !is(object, api.PyUnicode_Type) {
			return t.mismatch(object, to)
		}
		value, ok := text(object)
		if !ok {
			return t.raised()
		}
		to.SetString(value)
		return nil
	case reflect.Slice, reflect.Map:
		if t.depth++; t.depth > deepest {
			return fmt.Errorf("python: %w", errDeep)
		}
		if to.Kind() == reflect.Map {
			return t.takeMap(object, to)
		}
		return t.takeSlice(object, to)
	case reflect.Pointer:
		if to.Type() == objectType {
			call(api.Py_IncRef, object)
			o, err := t.object(object)
			to.Set(reflect.ValueOf(o))
			return err
		}
	case reflect.Interface:
		if to.NumMethod() == 0 {
			return t.takeAny(object, to)
		}
	}
	return fmt.Errorf("python: no Python object becomes a `%s`", to.Type())
}

func (t taker) takeBool(object uintptr, to reflect.Value) error {
	if is(object, api.PyBool_Type) {
		to.SetBool(int32(call(api.PyObject_IsTrue, object)) == 1)
		return nil
	}
	return t.takeScalar(object, to)
}

// takeScalar takes numpy's bools and numbers, which are buffers without a dimension.
func (t taker) takeScalar(object uintptr, to reflect.Value) error {
	view := t.view(object)
	if view == nil {
		return t.mismatch(object, to)
	}
	defer view.release()
	if view.dimensions != 0 {
		return t.mismatch(object, to)
	}
	return view.element(view.data, to)
}

func (t taker) takeInt(object uintptr, to reflect.Value) error {
	number := call(api.PyNumber_Index, object)
	if number == 0 {
		return t.refused("TypeError", object, to)
	}
	defer decref(number)
	value := int64(call(api.PyLong_AsLongLong, number))
	if value == -1 && call(api.PyErr_Occurred) != 0 {
		call(api.PyErr_Clear)
		return t.overflow(object, to)
	}
	if to.OverflowInt(value) {
		return t.overflow(object, to)
	}
	to.SetInt(value)
	return nil
}

func (t taker) takeUint(object uintptr, to reflect.Value) error {
	number := call(api.PyNumber_Index, object)
	if number == 0 {
		return t.refused("TypeError", object, to)
	}
	defer decref(number)
	value := uint64(call(api.PyLong_AsUnsignedLongLong, number))
	if value == math.MaxUint64 && call(api.PyErr_Occurred) != 0 {
		call(api.PyErr_Clear)
		return t.overflow(object, to)
	}
	if to.OverflowUint(value) {
		return t.overflow(object, to)
	}
	to.SetUint(value)
	return nil
}

func (t taker) takeFloat(object uintptr, to reflect.Value) error {
	if !is(object, api.PyFloat_Type) && !is(object, api.PyLong_Type) {
		return t.takeScalar(object, to)
	}
	value := floatAsDouble(object)
	if value == -1 && call(api.PyErr_Occurred) != 0 {
		call(api.PyErr_Clear)
		return t.overflow(object, to)
	}
	if to.OverflowFloat(value) {
		return t.overflow(object, to)
	}
	to.SetFloat(value)
	return nil
}

// takeAny takes whatever comes as the Go type that is nearest to it.
func (t taker) takeAny(object uintptr, to reflect.Value) error {
	kind := objectType
	switch {
	case object == none:
		to.SetZero()
		return nil
	case is(object, api.PyBool_Type):
		kind = reflect.TypeFor[bool]()
	case is(object, api.PyLong_Type):
		kind = reflect.TypeFor[int]()
	case is(object, api.PyFloat_Type):
		kind = reflect.TypeFor[float64]()
	case is(object, api.PyUnicode_Type):
		kind = reflect.TypeFor[string]()
	case is(object, api.PyBytes_Type):
		kind = reflect.TypeFor[[]byte]()
	case is(object, api.PyList_Type), is(object, api.PyTuple_Type):
		kind = reflect.TypeFor[[]any]()
	case is(object, api.PyDict_Type):
		kind = reflect.TypeFor[map[any]any]()
	default:
		if view := t.view(object); view != nil {
			kind = view.natural()
			view.release()
		}
	}
	value := reflect.New(kind).Elem()
	err := t.take(object, value)
	if kind == reflect.TypeFor[int]() && err != nil { // too large
		value = reflect.New(objectType).Elem()
		err = t.take(object, value)
	}
	if err != nil {
		return err
	}
	to.Set(value)
	return nil
}

// mismatch says that an object is not what a Go type takes.
func (t taker) mismatch(object uintptr, to reflect.Value) error {
	return fmt.Errorf("python: cannot convert `%s` to `%s`", t.typeName(object), to.Type())
}

// refused is mismatch, if the exception that is set is of the type by which Python says so, else that exception.
func (t taker) refused(kind string, object uintptr, to reflect.Value) error {
	err := t.raised()
	if e := (*Error)(nil); errors.As(err, &e) && e.Type != kind {
		return err
	}
	return t.mismatch(object, to)
}

func (t taker) overflow(object uintptr, to reflect.Value) error {
	return tooLarge(fmt.Sprintf("python: the `%s` does not fit in Go's `%s`", t.typeName(object), to.Type()))
}

func (r *Runtime) typeName(object uintptr) string {
	return r.nameOf(typeOf(object))
}

func (r *Runtime) nameOf(kind uintptr) string {
	name := call(api.PyObject_GetAttrString, kind, uintptr(unsafe.Pointer(cstring("__name__"))))
	defer decref(name)
	if name != 0 { // a metaclass may refuse
		if said, ok := text(name); ok {
			return said
		}
	}
	call(api.PyErr_Clear)
	return "object"
}
