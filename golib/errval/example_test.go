package errval_test

import (
	"errors"
	"fmt"
	"unsafe"

	"gomagic/golib/errval"
)

var errZero = errval.Coded(1, errors.New("division by zero"))

// Divide is what a cell would export: C gets both results as a struct.
func Divide(a, b int) (quotient int, failure unsafe.Pointer) {
	defer errval.Catch(&failure)
	if b == 0 {
		return 0, errval.New(errZero)
	}
	return a / b, nil
}

func Example() {
	fmt.Println(Divide(7, 2))
	_, failure := Divide(7, 0)
	code, text, _ := read(failure)
	fmt.Println(code, text)
	fmt.Println(errval.Free(failure))
	// Output:
	// 3 <nil>
	// 1 division by zero
	// true
}

// A function that forgot the zero still gives Python an error, and not an end.
func ExampleCatch() {
	divide := func(a, b int) (quotient int, failure unsafe.Pointer) {
		defer errval.Catch(&failure)
		return a / b, nil
	}
	_, failure := divide(7, 0)
	defer errval.Free(failure)
	code, text, _ := read(failure)
	fmt.Println(code == errval.Panicked, text)
	// Output: true runtime error: integer divide by zero
}
