package bridge

import (
	"slices"
	"unsafe"
)

// Rows is a parameter [][]T: its headers in C's memory, each row in the caller's.
type Rows[T any] struct {
	p *[]T
	n int
}

// In returns parameter i for the call. The headers are always Go's, so that the function may store to them; the rows
// are the caller's memory, or copies if Go may keep them.
func (s Rows[T]) In(h *Head, i int) [][]T {
	in := slices.Clone(unsafe.Slice(s.p, s.n))
	if h.own>>i&1 != 0 {
		for j := range in {
			in[j] = slices.Clone(in[j])
		}
	}
	return in
}

// Before is that of a Slice, row by row.
func (s Rows[T]) Before(h *Head, i int) [][]T {
	if h.own&h.wrote>>i&1 == 0 {
		return nil
	}
	return s.In(h, i)
}

// Merge writes the rows that Go has put in another place into the caller's memory, of its own copies what has changed.
// A row of another length cannot be: it panics then, for a write must not be lost.
func (s Rows[T]) Merge(h *Head, i int, in, before [][]T) {
	if h.wrote>>i&1 == 0 {
		return
	}
	var moved []int
	rows := unsafe.Slice(s.p, s.n)
	for j, row := range rows {
		if len(in[j]) != len(row) {
			panic(resized{i, j, len(row), len(in[j])})
		}
		if unsafe.SliceData(in[j]) != unsafe.SliceData(row) {
			moved = append(moved, j)
			in[j] = slices.Clone(in[j]) // it may be another row of the caller's, which is about to be overwritten
		}
	}
	for _, j := range moved {
		if before != nil {
			merge(rows[j], in[j], before[j])
		} else {
			copy(rows[j], in[j])
		}
	}
}

func merge[T any](to, now, before []T) {
	for i := range to {
		if bits(&now[i]) != bits(&before[i]) {
			to[i] = now[i]
		}
	}
}

// bits is a number as it stands in memory, where -0 is not 0.
func bits[T any](number *T) string {
	return unsafe.String((*byte)(unsafe.Pointer(number)), unsafe.Sizeof(*number))
}
