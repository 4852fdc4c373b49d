package bridge

import (
	"hash/maphash"
	"reflect"
)

// valueOfHandle is what a handle's pointer points to, or what is in an interface of a type that Python has no class of.
func valueOfHandle(number uint64) reflect.Value {
	switch held := slotWith(number).value.(type) {
	case opaque:
		return reflect.ValueOf(held.value)
	case *opaque:
		return reflect.ValueOf(held.value)
	default:
		return reflect.ValueOf(held).Elem()
	}
}

// equal is Go's ==, and of slices and maps, which that does not compare, whether they hold the same: a nil one is empty.
// Of funcs those alone are equal that are nil.
func equal(a, b reflect.Value, depth int) bool {
	if depth > deepest {
		panic("gomagic: a value lies in itself")
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Type().Field(i).Name != "_" && !equal(a.Field(i), b.Field(i), depth+1) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		return equalItems(a, b, depth)
	case reflect.Map:
		return equalPairs(a, b, depth)
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return equal(a.Elem(), b.Elem(), depth+1)
	case reflect.Func:
		return a.IsNil() && b.IsNil()
	}
	return a.Equal(b)
}

func equalItems(a, b reflect.Value, depth int) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !equal(a.Index(i), b.Index(i), depth+1) {
			return false
		}
	}
	return true
}

func equalPairs(a, b reflect.Value, depth int) bool {
	if a.Len() != b.Len() {
		return false
	}
	for pairs := a.MapRange(); pairs.Next(); {
		other := b.MapIndex(pairs.Key())
		if !other.IsValid() || !equal(pairs.Value(), other, depth+1) {
			return false
		}
	}
	return true
}

var seed = maphash.MakeSeed()

// hashOf is a hash that is the same of equal values; none if Go does not compare them.
func hashOf(value reflect.Value) (hash uint64, ok bool) {
	if !value.Comparable() {
		return 0, false
	}
	return maphash.Comparable(seed, value.Interface()), true
}
