package cstr_test

import (
	"fmt"
	"unsafe"

	"gomagic/golib/cstr"
)

// The caller asks for the size, then brings a buffer of that size.
func ExampleCopy() {
	const text = "größer"
	need := cstr.Copy(nil, 0, text)
	buf := make([]byte, need)
	cstr.Copy(unsafe.Pointer(&buf[0]), len(buf), text)
	fmt.Printf("%d bytes: %q\n", need, buf)
	// Output: 9 bytes: "größer\x00"
}

// In a buffer that is too small, the character that does not fit is left out whole.
func ExampleCopy_tooSmall() {
	buf := make([]byte, 5)
	need := cstr.Copy(unsafe.Pointer(&buf[0]), len(buf), "größer")
	fmt.Printf("%q, and %d bytes are needed\n", cstr.String(unsafe.Pointer(&buf[0])), need)
	// Output: "grö", and 9 bytes are needed
}

func ExampleNew() {
	array, err := cstr.New([]string{"Adelie", "Chinstrap", "Gentoo"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cstr.Free(array)
	fmt.Println(cstr.Strings(array, 3))
	// Output: [Adelie Chinstrap Gentoo]
}
