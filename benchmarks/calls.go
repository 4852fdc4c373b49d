package main

/*
#include <stdlib.h>
*/
import "C"

import (
	"strings"
	"unsafe"
)

//export Add
func Add(a, b int64) int64 { return a + b }

//export Scale
func Scale(x float64) float64 { return x * 2.5 }

//export Length
func Length(s *C.char) int64 { return int64(len(C.GoString(s))) }

//export Upper
func Upper(s *C.char) *C.char { return C.CString(strings.ToUpper(C.GoString(s))) }

//export Free
func Free(p unsafe.Pointer) { C.free(p) }

//export Sum
func Sum(p *float64, n int64) float64 {
	total := 0.0
	for _, x := range unsafe.Slice(p, n) {
		total += x
	}
	return total
}

//export SumInts
func SumInts(p *int64, n int64) int64 {
	total := int64(0)
	for _, x := range unsafe.Slice(p, n) {
		total += x
	}
	return total
}

func main() {}
