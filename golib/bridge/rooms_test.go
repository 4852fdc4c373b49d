package bridge

import (
	"math"
	"runtime"
	"slices"
	"testing"
	"unsafe"
)

// lentRoom is an array that Python has, and where it lies.
func lentRoom[T any](s []T) (Array, unsafe.Pointer) {
	return LendRoom(lentHead(false, false), s), unsafe.Pointer(unsafe.SliceData(s))
}

// ones is a room of n ones.
func ones(n int) []float64 {
	xs := Unfilled[float64](n)
	for i := range xs {
		xs[i] = 1
	}
	return xs
}

func TestMemoryThatPythonHasLetGoOfIsHadAgain(t *testing.T) {
	before := handles.pins
	array, where := lentRoom(ones(10_000))
	if handles.pins != before+1 {
		t.Error("not pinned")
	}
	letGo(array.handle, true)
	again := Unfilled[int64](10_000)
	if handles.pins != before || unsafe.Pointer(&again[0]) != where || again[9] != int64(math.Float64bits(1)) || cap(again) != 10_000 {
		t.Error("other memory, or it was cleared")
	}
	if other := Unfilled[float64](10_000); unsafe.Pointer(&other[0]) == where {
		t.Error("had twice")
	}
	runtime.KeepAlive(again)
}

func TestARoomIsCleared(t *testing.T) {
	array, where := lentRoom(ones(9_000))
	letGo(array.handle, true)
	again := Room[float64](9_000)
	if unsafe.Pointer(&again[0]) != where || slices.Max(again) != 0 {
		t.Error(slices.Max(again))
	}
}

func TestMemoryIsNotHadAgainThatGoMayHave(t *testing.T) {
	for name, end := range map[string]func(handle uint64){
		"lent to Go again": func(handle uint64) { letGo(handle, false) },
		"released":         release,
	} {
		array, where := lentRoom(ones(8_000))
		end(array.handle)
		if again := Unfilled[float64](8_000); unsafe.Pointer(&again[0]) == where || again[0] != 0 {
			t.Error(name)
		}
	}
	xs := ones(8_000)
	letGo(Lend(lentHead(false, false), xs).handle, true)
	if again := Unfilled[float64](8_000); &again[0] == &xs[0] {
		t.Error("lent by Lend")
	}
}

func TestMemoryIsHadAgainForAsManyBytesOnly(t *testing.T) {
	xs := ones(7_000)
	letGo(LendRoom(lentHead(false, false), xs[:10]).handle, true) // all of it
	for _, n := range []int{6_999, 7_001, 3_500, 14_000} {
		if again := Unfilled[float64](n); &again[0] == &xs[0] {
			t.Error(n)
		}
	}
	if again := Unfilled[float32](14_000); unsafe.Pointer(&again[0]) != unsafe.Pointer(&xs[0]) {
		t.Error("not the same")
	}
}

func TestALittleAndTooMuchAreMade(t *testing.T) {
	array, where := lentRoom(ones(100))
	letGo(array.handle, true)
	if again := Unfilled[float64](100); unsafe.Pointer(&again[0]) == where || len(Room[bool](0)) != 0 {
		t.Error("little was kept")
	}
	if array, _ := lentRoom(Room[int](0)); array.handle != 0 {
		t.Error("a handle for nothing")
	}
	for _, n := range []int{-1, math.MaxInt, math.MaxInt/8 + 1} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || err.Error() != "runtime error: makeslice: len out of range" {
					t.Error(n, err)
				}
			}()
			Unfilled[float64](n)
		}()
	}
}

func TestMemoryThatIsNotHadAgainIsFreed(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 3 * mostRooms {
		array, _ := lentRoom(ones(1 << 20))
		letGo(array.handle, true)
		ones(1 << 19) // of another size each time, as it is gone
	}
	if len(rooms.free) > mostRooms {
		t.Error(len(rooms.free), "rooms")
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<20 {
		t.Error(grown, "bytes more")
	}
	if takeRoom(8<<20) != nil {
		t.Error("memory that was freed")
	}
}
