// Package cstr carries text between Go and C: strings that end with a NUL byte, and arrays of them.
//
// A Go library that upper-cases a text into a buffer of the caller's, and splits a text into an array:
//
//	package main
//
//	// #include <stddef.h>
//	import "C"
//
//	import (
//		"strings"
//		"unsafe"
//
//		"gomagic/golib/cstr"
//	)
//
//	//export Upper
//	func Upper(text, buf *C.char, size C.size_t) C.size_t {
//		upper := strings.ToUpper(C.GoString(text))
//		return C.size_t(cstr.Copy(unsafe.Pointer(buf), int(size), upper))
//	}
//
//	//export Fields
//	func Fields(text *C.char) unsafe.Pointer {
//		array, err := cstr.New(strings.Fields(C.GoString(text)))
//		if err != nil {
//			return nil // cannot happen: a text that came from C holds no NUL
//		}
//		return array
//	}
//
//	//export FreeStrings
//	func FreeStrings(array unsafe.Pointer) { cstr.Free(array) }
//
//	func main() {}
//
// And Python, which owns the buffer, and frees the array that it was given:
//
//	lib.Upper.argtypes, lib.Upper.restype = [c_char_p, POINTER(c_char), c_size_t], c_size_t
//	need = lib.Upper(text, None, 0)
//	buf = create_string_buffer(need)
//	lib.Upper(text, buf, need)
//	buf.value.decode()
//
//	lib.Fields.argtypes, lib.Fields.restype = [c_char_p], POINTER(c_char_p)
//	lib.FreeStrings.argtypes, lib.FreeStrings.restype = [POINTER(c_char_p)], None
//	array = lib.Fields(text)
//	words = [word.decode() for word in takewhile(lambda word: word is not None, array)]
//	lib.FreeStrings(array)
//
// Who frees what: the buffer given to Copy and the strings given to String and Strings stay the caller's, and Go keeps
// no pointer to them. An array from New belongs to whoever received it, who calls Free once.
package cstr

// #include <stdlib.h>
import "C"

import (
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Copy copies text and a NUL into the size bytes at buf, and returns how many bytes that takes.
//
// A result above size says that the text did not fit. The buffer then holds as many whole characters as fit and a NUL:
// no character is cut in two. With size 0 nothing is written and buf may be nil, which is how to ask for the size.
// A NUL inside text is copied as it is, so a reader who knows the result loses nothing.
//
// The memory stays the caller's. Copy panics if size is negative, or if buf is nil and size is not 0.
func Copy(buf unsafe.Pointer, size int, text string) int {
	if size < 0 || buf == nil && size > 0 { // unsafe.Slice would end the process under checkptr
		panic(fmt.Sprintf("cstr.Copy: no buffer of %d bytes at %p", size, buf))
	}
	dst := unsafe.Slice((*byte)(buf), size)
	if size > 0 {
		n := whole(text, size-1)
		copy(dst, text[:n])
		dst[n] = 0
	}
	return len(text) + 1
}

// whole returns how many of the first most bytes of text make up whole characters.
func whole(text string, most int) int {
	if most >= len(text) {
		return len(text)
	}
	for n := most; n >= 0 && n > most-utf8.UTFMax; n-- {
		if utf8.RuneStart(text[n]) {
			return n
		}
	}
	return most // not UTF-8: there is no character to cut
}

// String returns a copy of the C string at p, without its NUL; "" if p is nil. The C string stays the caller's.
func String(p unsafe.Pointer) string {
	return C.GoString((*C.char)(p))
}

// Strings returns copies of the n C strings that the array at p points to, "" for a nil pointer. The array and its
// strings stay the caller's. Strings panics if n is negative, or if p is nil and n is not 0.
func Strings(p unsafe.Pointer, n int) []string {
	texts := make([]string, 0, max(0, n))
	for _, text := range unsafe.Slice((**C.char)(p), n) {
		texts = append(texts, C.GoString(text))
	}
	return texts
}

// New copies texts into a new array of C strings, a char** that ends with a nil pointer.
//
// The pointers and the bytes of all texts lie in one block of C's memory, so one Free ends it all. It belongs to
// whoever receives it. A text that holds a NUL would reach C cut short, so it is an error, and nothing is allocated.
func New(texts []string) (unsafe.Pointer, error) {
	const word = int(unsafe.Sizeof(uintptr(0)))
	table := (len(texts) + 1) * word
	size := table
	for i, text := range texts {
		if strings.IndexByte(text, 0) >= 0 {
			return nil, fmt.Errorf("cstr: text %d holds a NUL: %q", i, text)
		}
		size += len(text) + 1
	}
	block := C.malloc(C.size_t(size)) // cgo's malloc never returns nil
	// As numbers: where Go stores a pointer, the garbage collector looks at what stood there before, and malloc leaves
	// there what it likes.
	pointers := unsafe.Slice((*uintptr)(block), len(texts)+1)
	next := table
	for i, text := range texts {
		at := unsafe.Add(block, next)
		pointers[i] = uintptr(at)
		next += Copy(at, size-next, text)
	}
	pointers[len(texts)] = 0
	return block, nil
}

// Free frees an array that New returned, its strings included. Free(nil) does nothing; a second Free of the same
// array is the end of the process, or worse.
func Free(array unsafe.Pointer) {
	C.free(array)
}
