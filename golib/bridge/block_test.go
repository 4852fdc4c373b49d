package bridge

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// lentHead is the head of a call whose parameter 0 is `own` and `wrote` as said, and that has lent these regions.
// One byte more than there is room: a pointer behind the last must not leave the piece.
func lentHead(own, wrote bool, lent ...region) *Head {
	h := &Head{scratch: unsafe.Pointer(new([257]byte)), room: 256, lent: unsafe.SliceData(lent), lents: len(lent)}
	if own {
		h.own = 1
	}
	if wrote {
		h.wrote = 1
	}
	return h
}

func (a address) pointer() unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&a)) }

func whole(s []float64) region {
	return region{unsafe.Pointer(unsafe.SliceData(s)), uintptr(8 * len(s)), 0}
}

func TestNumberHoldsEachTypeAtTheStartOfItsSlot(t *testing.T) {
	var small Number[int8]
	var float Number[float32]
	var flag Number[bool]
	var complicated Complex[complex128]
	small.Set(-3)
	float.Set(0.5)
	flag.Set(true)
	complicated.Set(1 + 2i)
	if small.Get() != -3 || float.Get() != 0.5 || !flag.Get() || complicated.Get() != 1+2i {
		t.Error(small, float, flag, complicated)
	}
	if size := unsafe.Sizeof(small); size != 8 {
		t.Errorf("a slot has %d bytes", size)
	}
}

func TestSliceIsTheCallersMemoryUnlessGoMayKeepIt(t *testing.T) {
	xs := []float64{1, 2, 3}
	s := Slice[float64]{unsafe.SliceData(xs), len(xs)}
	in := In(lentHead(false, false), 0, s)
	if &in[0] != &xs[0] || cap(in) != 3 {
		t.Error("a copy, or room behind its end")
	}
	h := lentHead(true, true)
	in = In(h, 0, s)
	if &in[0] == &xs[0] {
		t.Fatal("no copy, though Go may keep it")
	}
	in[1] = 20
	if xs[1] != 2 {
		t.Error("the caller sees a write before it is brought back")
	}
	Back(h, 0, s, in)
	if xs[1] != 20 {
		t.Error("a write is lost")
	}
}

func TestBackLeavesWhatGoOnlyReads(t *testing.T) {
	xs := []float64{1}
	s := Slice[float64]{unsafe.SliceData(xs), 1}
	h := lentHead(true, false)
	in := In(h, 0, s)
	in[0] = 5
	Back(h, 0, s, in)
	if xs[0] != 1 {
		t.Error("written back though nobody asked")
	}
}

func TestRowsThatChangePlacesChangePlaces(t *testing.T) {
	for _, own := range []bool{false, true} {
		rows := [][]float64{{1, 2}, {3, 4}, {5, 6}}
		s := Rows[float64]{unsafe.SliceData(rows), 3}
		h := lentHead(own, true)
		in, before := s.In(h, 0), s.Before(h, 0)
		slices.Reverse(in)
		s.Merge(h, 0, in, before)
		if rows[0][0] != 5 || rows[1][0] != 3 || rows[2][1] != 2 {
			t.Errorf("own=%v: %v", own, rows)
		}
	}
}

func TestARowOfAnotherLengthPanics(t *testing.T) {
	rows := [][]float64{{1, 2}}
	s := Rows[float64]{unsafe.SliceData(rows), 1}
	h := lentHead(false, true)
	in := s.In(h, 0)
	in[0] = in[0][:1]
	defer func() {
		if got := shown(recover()); !strings.HasPrefix(got, "row 0 of parameter 1 has 1 elements now and had 2") {
			t.Error(got)
		}
	}()
	s.Merge(h, 0, in, s.Before(h, 0))
}

func TestMergeWritesOnlyWhatHasChanged(t *testing.T) {
	minusZero := math.Copysign(0, -1)
	xs := []float64{1, 0, 3, math.NaN()}
	s := Slice[float64]{unsafe.SliceData(xs), len(xs)}
	h := lentHead(true, true)
	in, before := In(h, 0, s), Before(h, 0, s)
	in[1] = minusZero
	xs[0], xs[3] = 10, 40 // by way of another parameter
	Merge(h, 0, s, in, before)
	if xs[0] != 10 || !math.Signbit(xs[1]) || xs[2] != 3 || xs[3] != 40 {
		t.Error(xs)
	}
}

func TestOneRowTwiceGetsTheWritesOfBoth(t *testing.T) {
	row := []float64{1, 2}
	rows := [][]float64{row, row}
	s := Rows[float64]{unsafe.SliceData(rows), 2}
	h := lentHead(true, true)
	in, before := s.In(h, 0), s.Before(h, 0)
	in[0][0], in[1][1] = 10, 20
	s.Merge(h, 0, in, before)
	if row[0] != 10 || row[1] != 20 {
		t.Error(row)
	}
}

func TestTextIsPutOnTheStackWhileThereIsRoom(t *testing.T) {
	h := lentHead(false, false)
	start := h.scratch
	short := h.Text(strings.Repeat("a", 200))
	long := h.Text(strings.Repeat("b", 57))
	rest := h.Bytes([]byte(strings.Repeat("c", 56)))
	if short.p.pointer() != start || rest.p.pointer() != unsafe.Add(start, 200) || h.room != 0 {
		t.Error("short text is not where it should be")
	}
	if off := uintptr(long.p) - uintptr(start); off < 256 {
		t.Errorf("long text %d bytes into 256", off)
	}
	if got := unsafe.String((*byte)(long.p.pointer()), long.n); got != strings.Repeat("b", 57) {
		t.Error(got)
	}
}

func TestPackPutsLengthsBeforeText(t *testing.T) {
	packed := Pack([]string{"ab", "", "cde"})
	if lengths := unsafe.Slice((*int)(packed.p.pointer()), 3); packed.n != 3 || !slices.Equal(lengths, []int{2, 0, 3}) {
		t.Error(packed.n, lengths)
	}
	if got := unsafe.String((*byte)(unsafe.Add(packed.p.pointer(), 24)), 5); got != "abcde" {
		t.Error(got)
	}
	if empty := Pack([][]byte{}); empty.n != 0 || empty.p == 0 {
		t.Error(empty)
	}
}

func TestLendPinsUntilItIsReleased(t *testing.T) {
	before := handles.pins
	lent := Lend(lentHead(false, false), []float64{1, 2})
	if lent.n != 2 || lent.handle == 0 || handles.pins != before+1 {
		t.Fatalf("%+v, %d pins", lent, handles.pins-before)
	}
	release(lent.handle)
	if handles.pins != before || held(lent.handle) != nil {
		t.Error("still pinned")
	}
}

func TestLendTakesNoHandleForTheCallersMemory(t *testing.T) {
	xs, rows := []float64{1, 2, 3}, [][]float64{{1}, {2, 3}}
	h := lentHead(false, false, whole(xs), region{unsafe.Pointer(&rows[0]), 8, 2})
	for _, part := range [][]float64{xs, xs[2:], rows[0], rows[1][1:], {}, nil, xs[3:]} {
		if got := Lend(h, part); got.handle != 0 || got.n != len(part) {
			t.Errorf("%v: %+v", part, got)
		}
	}
	other := Lend(h, []float64{1})
	if other.handle == 0 {
		t.Error("no handle for Go's own memory")
	}
	release(other.handle)
}

var global = [3]int32{1, 2, 3}

func TestLendCopiesNeitherVariablesNorMemoryThatIsNotGos(t *testing.T) {
	mapped := unsafe.Slice((*byte)(Pack([]string{"abc"}).p.pointer()), 8)
	for _, p := range []struct{ got, want unsafe.Pointer }{
		{lentAndReleased(global[:]), unsafe.Pointer(&global)}, {lentAndReleased(mapped), unsafe.Pointer(&mapped[0])},
	} {
		if p.got != p.want {
			t.Errorf("lent at %p, lies at %p", p.got, p.want)
		}
	}
}

func lentAndReleased[T any](s []T) unsafe.Pointer {
	lent := Lend(lentHead(false, false), s)
	release(lent.handle)
	return lent.p.pointer()
}

func TestLendAllLendsEachRow(t *testing.T) {
	xs := []float64{1, 2}
	all := LendAll(lentHead(false, false, whole(xs)), [][]float64{xs[:1], {5, 6, 7}, nil})
	rows := unsafe.Slice((*Array)(all.p.pointer()), all.n)
	if len(rows) != 3 || rows[0].handle != 0 || rows[1].handle == 0 || rows[1].n != 3 || rows[2].n != 0 {
		t.Errorf("%+v", rows)
	}
	release(rows[1].handle)
}

func TestAHeadHasElevenSlotsOfEightBytes(t *testing.T) {
	if size := unsafe.Sizeof(Head{}); size != 88 {
		t.Errorf("%d bytes", size)
	}
	if size := unsafe.Sizeof(region{}); size != 24 {
		t.Errorf("a region has %d bytes", size)
	}
}
