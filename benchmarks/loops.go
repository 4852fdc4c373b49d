// Package main is the Go side of the benchmarks: the loops of chapter 17. loops.c holds the same in C.
//
// All memory is the caller's, lent for the length of a call.
package main

import "C"
import (
	"bytes"
	"unsafe"
)

//export Noop
func Noop() {}

//export Add
func Add(a, b int) int {
	return a + b
}

//export Pi
func Pi(terms int) float64 {
	total, sign := 0.0, 4.0
	for i := range terms {
		total += sign / float64(2*i+1)
		sign = -sign
	}
	return total
}

//export Hash
func Hash(text *byte, n int) uint32 {
	code := uint32(2166136261)
	for _, letter := range unsafe.Slice(text, n) {
		code = (code ^ uint32(letter)) * 16777619
	}
	return code
}

//export Upper
func Upper(text, out *byte, n int) {
	copy(unsafe.Slice(out, n), bytes.ToUpper(unsafe.Slice(text, n)))
}

//export Shuffle
func Shuffle(xs *float64, n int, seed uint32) {
	numbers := unsafe.Slice(xs, n)
	for i := n - 1; i > 0; i-- {
		seed ^= seed << 13
		seed ^= seed >> 17
		seed ^= seed << 5
		j := uint64(seed) * uint64(i+1) >> 32
		numbers[i], numbers[j] = numbers[j], numbers[i]
	}
}

//export Sum
func Sum(xs *float64, n int) (total float64) {
	for _, x := range unsafe.Slice(xs, n) {
		total += x
	}
	return total
}

//export Dot
func Dot(xs, ys *float64, n int) (total float64) {
	right := unsafe.Slice(ys, n)
	for i, x := range unsafe.Slice(xs, n) {
		total += x * right[i]
	}
	return total
}

func main() {}
