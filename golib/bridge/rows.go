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
	in := slices.Clip(slices.Clone(unsafe.Slice(s.p, s.n)))
	if h.own>>i&1 != 0 {
		for j := range in {
			in[j] = slices.Clip(slices.Clone(in[j]))
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
	var one T
	mergeBits(unsafe.Pointer(unsafe.SliceData(to)), unsafe.Pointer(unsafe.SliceData(now)), unsafe.Pointer(unsafe.SliceData(before)), len(to), unsafe.Sizeof(one))
}

// mergeBits writes what is not what it was before. It compares numbers as they stand in memory, where -0 is not 0.
func mergeBits(to, now, before unsafe.Pointer, n int, size uintptr) {
	switch size {
	case 1:
		mergeAs[uint8](to, now, before, n)
	case 2:
		mergeAs[uint16](to, now, before, n)
	case 4:
		mergeAs[uint32](to, now, before, n)
	case 8:
		mergeAs[uint64](to, now, before, n)
	default:
		mergeAs[[2]uint64](to, now, before, n)
	}
}

func mergeAs[T comparable](to, now, before unsafe.Pointer, n int) {
	into, was := unsafe.Slice((*T)(to), n), unsafe.Slice((*T)(before), n)
	for i, is := range unsafe.Slice((*T)(now), n) {
		if is != was[i] {
			into[i] = is
		}
	}
}
