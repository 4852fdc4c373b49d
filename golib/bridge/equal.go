package bridge

/*
#include <stdint.h>
*/
import "C"

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

// gomagic_equal tells whether the values are equal that two handles stand for: 1 or 0; -1 if they lie in themselves.
//
//export gomagic_equal
func gomagic_equal(a, b uint64) (answer C.int) {
	defer func() {
		if recover() != nil {
			answer = -1
		}
	}()
	if equal(valueOfHandle(a), valueOfHandle(b), 0) {
		return 1
	}
	return 0
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

// gomagic_hash_of puts a hash to *hash that is the same of equal values. 0: Go does not compare what the handle stands for.
//
//export gomagic_hash_of
func gomagic_hash_of(number uint64, hash *C.int64_t) C.int {
	value := valueOfHandle(number)
	if !value.Comparable() {
		return 0
	}
	*hash = C.int64_t(maphash.Comparable(seed, value.Interface()))
	return 1
}
