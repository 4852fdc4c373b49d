package alloc_test

import (
	"slices"
	"testing"
	"unsafe"

	"gomagic/golib/alloc"
)

func TestWritingToTheSliceChangesTheMemory(t *testing.T) {
	memory := [3]float64{1, 2, 3}
	xs := alloc.Slice[float64](unsafe.Pointer(&memory), 3)
	xs[1] = 20
	if memory != [3]float64{1, 20, 3} {
		t.Errorf("memory = %v, want [1 20 3]", memory)
	}
}

func TestLengthCountsElementsOfTheType(t *testing.T) {
	memory := [8]byte{1, 0, 2, 0, 3, 0, 4, 0}
	aligned := *(*uint64)(unsafe.Pointer(&memory))
	words := alloc.Slice[uint16](unsafe.Pointer(&aligned), 4)
	if !slices.Equal(words, []uint16{1, 2, 3, 4}) {
		t.Errorf("words = %v, want [1 2 3 4]", words)
	}
}

func TestSliceOfStructsSeesTheirFields(t *testing.T) {
	type point struct {
		id   int8
		x, y float32
	}
	memory := []point{{1, 0.5, 0.25}, {2, -0.5, -0.25}}
	points := alloc.Slice[point](unsafe.Pointer(&memory[0]), 2)
	if points[1] != (point{2, -0.5, -0.25}) {
		t.Errorf("points[1] = %v, want {2 -0.5 -0.25}", points[1])
	}
}

func TestAppendLeavesTheMemoryBehindTheSliceAlone(t *testing.T) {
	memory := [3]int32{1, 2, 3}
	_ = append(alloc.Slice[int32](unsafe.Pointer(&memory), 2), 99)
	if memory != [3]int32{1, 2, 3} {
		t.Errorf("memory = %v, want [1 2 3]", memory)
	}
}

func TestNoElementsMakeAnEmptySliceFromAnyPointer(t *testing.T) {
	memory := [1]float64{1}
	for _, p := range []unsafe.Pointer{nil, unsafe.Pointer(&memory)} {
		if xs := alloc.Slice[float64](p, 0); xs != nil {
			t.Errorf("Slice(%v, 0) = %v, want a slice that holds no address", p, xs)
		}
	}
}

func TestMistakesPanicWithTheLengthThatWasGiven(t *testing.T) {
	memory := [1]float64{1}
	for _, c := range []struct {
		p    unsafe.Pointer
		n    int
		want string
	}{
		{nil, 3, "alloc.Slice: nil pointer to 3 elements"},
		{nil, -1, "alloc.Slice: negative length -1"},
		{unsafe.Pointer(&memory), -7, "alloc.Slice: negative length -7"},
	} {
		if got := panicOf(func() { alloc.Slice[float64](c.p, c.n) }); got != c.want {
			t.Errorf("Slice(%p, %d) panics with %q, want %q", c.p, c.n, got, c.want)
		}
	}
}

func panicOf(f func()) (text string) {
	defer func() {
		text, _ = recover().(string)
	}()
	f()
	return ""
}
