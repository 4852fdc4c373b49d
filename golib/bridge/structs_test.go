package bridge

import (
	"testing"
	"unsafe"
)

type seat struct {
	A int64
	B uint8
}

type ticket struct {
	X, Y float64
	In   seat
	Name string
	N, M uint64
}

var (
	eight    = NumberOf(8)
	ofSeat   = StructOf[seat](At(unsafe.Offsetof(seat{}.A), eight), At(unsafe.Offsetof(seat{}.B), NumberOf(1)))
	ofTicket = StructOf[ticket](
		At(unsafe.Offsetof(ticket{}.X), eight), At(unsafe.Offsetof(ticket{}.Y), eight), At(unsafe.Offsetof(ticket{}.In), ofSeat),
		At(unsafe.Offsetof(ticket{}.Name), TextOf()), At(unsafe.Offsetof(ticket{}.N), eight), At(unsafe.Offsetof(ticket{}.M), eight))
)

// crossed is what is unpacked of what is packed of a value, and the slots in between.
func crossed[T any](c Codec, value T) (T, []uint64) {
	room := make([]uint64, 100)
	w := writer{p: unsafe.Pointer(&room[0]), room: 8 * len(room)}
	c.pack(&w, unsafe.Pointer(&value))
	var got T
	r := reader{p: unsafe.Pointer(&room[0])}
	c.unpack(&r, unsafe.Pointer(&got))
	return got, room[:w.n/8]
}

func TestAStructIsZeroAndItsFieldsInOrder(t *testing.T) {
	value := ticket{1, 2, seat{3, 4}, "name", 5, 6}
	got, slots := crossed(ofTicket, value)
	if got != value {
		t.Errorf("%v came back as %v", value, got)
	}
	// 0, X, Y; 0, A, B; length and bytes of Name; N, M
	if len(slots) != 10 || slots[0] != 0 || slots[3] != 0 || slots[4] != 3 || slots[5] != 4 || slots[6] != 4 || slots[8] != 5 {
		t.Errorf("it was packed as %v", slots)
	}
}

func TestNumbersThatLieOneBehindTheOtherCrossAtOnce(t *testing.T) {
	fields := ofTicket.(*structure).fields
	if len(fields) != 4 || fields[0].of != Codec(words(2)) || fields[3].of != Codec(words(2)) {
		t.Errorf("of %v", fields)
	}
}

func TestAStructThatPythonHasAHandleOnIsCopied(t *testing.T) {
	value := seat{7, 8}
	var h Handle[seat]
	h.Set(&value)
	defer objects.drop(h.number, 1)
	room := []uint64{h.number, 0} // who has read a parcel of Go's own memory must not point behind that
	var got seat
	ofSeat.unpack(&reader{p: unsafe.Pointer(&room[0])}, unsafe.Pointer(&got))
	if got != value {
		t.Errorf("%v was read of a handle on %v", got, value)
	}
}

func TestAStructThatPythonDoesNotSeeWholeGoesAsAHandleOnACopy(t *testing.T) {
	before := liveObjects()
	value := seat{9, 10}
	got, slots := crossed(HeldOf[seat](), value)
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
