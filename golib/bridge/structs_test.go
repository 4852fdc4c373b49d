package bridge

import (
	"testing"
	"unsafe"
)

type inner struct {
	A int64
	B uint8
}

type outer struct {
	X, Y float64
	In   inner
	Name string
	N, M uint64
}

var (
	eight   = NumberOf(8)
	ofInner = StructOf[inner](At(unsafe.Offsetof(inner{}.A), eight), At(unsafe.Offsetof(inner{}.B), NumberOf(1)))
	ofOuter = StructOf[outer](
		At(unsafe.Offsetof(outer{}.X), eight), At(unsafe.Offsetof(outer{}.Y), eight), At(unsafe.Offsetof(outer{}.In), ofInner),
		At(unsafe.Offsetof(outer{}.Name), TextOf()), At(unsafe.Offsetof(outer{}.N), eight), At(unsafe.Offsetof(outer{}.M), eight))
)

// crossed is what is unpacked of what is packed of a value, and the slots in between.
func crossed[T any](c Codec, value T) (T, []uint64) {
	room := make([]uint64, 100)
	w := writer{p: unsafe.Pointer(&room[0]), room: 8 * len(room)}
	c.pack(&w, unsafe.Pointer(&value))
	var got T
	r := reader{unsafe.Pointer(&room[0])}
	c.unpack(&r, unsafe.Pointer(&got))
	return got, room[:w.n/8]
}

func TestAStructIsZeroAndItsFieldsInOrder(t *testing.T) {
	value := outer{1, 2, inner{3, 4}, "name", 5, 6}
	got, slots := crossed(ofOuter, value)
	if got != value {
		t.Errorf("%v came back as %v", value, got)
	}
	// 0, X, Y; 0, A, B; length and bytes of Name; N, M
	if len(slots) != 10 || slots[0] != 0 || slots[3] != 0 || slots[4] != 3 || slots[5] != 4 || slots[6] != 4 || slots[8] != 5 {
		t.Errorf("it was packed as %v", slots)
	}
}

func TestNumbersThatLieOneBehindTheOtherCrossAtOnce(t *testing.T) {
	fields := ofOuter.(*structure).fields
	if len(fields) != 4 || fields[0].of != Codec(words(2)) || fields[3].of != Codec(words(2)) {
		t.Errorf("of %v", fields)
	}
}

func TestAStructThatPythonHasAHandleOnIsCopied(t *testing.T) {
	value := inner{7, 8}
	var h Handle[inner]
	h.Set(&value)
	defer objects.drop(h.number, 1)
	room := []uint64{h.number}
	var got inner
	ofInner.unpack(&reader{unsafe.Pointer(&room[0])}, unsafe.Pointer(&got))
	if got != value {
		t.Errorf("%v was read of a handle on %v", got, value)
	}
}

func TestAStructThatPythonDoesNotSeeWholeGoesAsAHandleOnACopy(t *testing.T) {
	before := liveObjects()
	value := inner{9, 10}
	got, slots := crossed(HeldOf[inner](), value)
	if got != value || len(slots) != 1 {
		t.Errorf("%v came back as %v, by %v", value, got, slots)
	}
	objects.Lock()
	objects.drop(slots[0], 1)
	objects.Unlock()
	if liveObjects() != before {
		t.Error("it stays")
	}
}
