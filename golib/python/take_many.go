package python

import (
	"errors"
	"fmt"
	"reflect"
)

func (t taker) takeSlice(object uintptr, to reflect.Value) error {
	if view := t.view(object); view != nil {
		defer view.release()
		if view.dimensions == 1 && numbers[to.Type().Elem().Kind()].size != 0 {
			return view.elements(to)
		}
	}
	if is(object, api.PyUnicode_Type) || is(object, api.PyDict_Type) || is(object, api.PyBytes_Type) {
		return t.mismatch(object, to)
	}
	if is(object, api.PyList_Type) || is(object, api.PyTuple_Type) {
		if done, err := t.takePacked(object, to); done {
			return err
		}
	}
	list := call(api.PySequence_List, object)
	if list == 0 {
		return t.refused("TypeError", object, to)
	}
	defer decref(list)
	n := int(call(api.PyList_Size, list))
	items := reflect.MakeSlice(to.Type(), n, n)
	for i := range n {
		item := call(api.PyList_GetItem, list, uintptr(i))
		call(api.Py_IncRef, item)
		err := t.take(item, items.Index(i))
		decref(item)
		if errors.Is(err, errDeep) {
			return err
		}
		if err != nil {
			return fmt.Errorf("%w (element %d)", err, i)
		}
	}
	to.Set(items)
	return nil
}

// takePacked takes a list of numbers at C's speed; false if it is none, or an element has to be named in an error.
func (t taker) takePacked(list uintptr, to reflect.Value) (done bool, err error) {
	letter := ""
	switch element := reflect.Zero(to.Type().Elem()); {
	case element.CanInt():
		letter = "q"
	case element.CanUint():
		letter = "Q"
	case element.CanFloat():
		letter = "d"
	default:
		return false, nil
	}
	packed, err := t.help("packed", letter, borrowed(list))
	if err != nil {
		return false, nil
	}
	defer decref(packed)
	view := t.view(packed)
	defer view.release()
	return true, view.elements(to)
}

func (t taker) takeMap(object uintptr, to reflect.Value) error {
	items := call(api.PyMapping_Items, object)
	if items == 0 {
		return t.refused("AttributeError", object, to)
	}
	defer decref(items)
	entries := reflect.MakeMap(to.Type())
	for i := range int(call(api.PyList_Size, items)) {
		item := call(api.PyList_GetItem, items, uintptr(i))
		if !is(item, api.PyTuple_Type) || call(api.PyTuple_Size, item) != 2 {
			return t.mismatch(object, to) // what its method `items` returns are no pairs
		}
		key, value := reflect.New(to.Type().Key()).Elem(), reflect.New(to.Type().Elem()).Elem()
		if err := t.take(call(api.PyTuple_GetItem, item, 0), key); err != nil {
			return fmt.Errorf("%w (a key)", err)
		}
		if !key.Comparable() {
			return fmt.Errorf("python: `%s` is no key in Go", key.Elem().Type())
		}
		if err := t.take(call(api.PyTuple_GetItem, item, 1), value); err != nil {
			if errors.Is(err, errDeep) {
				return err
			}
			return fmt.Errorf("%w (of key %v)", err, key)
		}
		entries.SetMapIndex(key, value)
	}
	to.Set(entries)
	return nil
}
