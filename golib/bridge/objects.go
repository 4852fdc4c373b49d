package bridge

import (
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Handle is a *T in a block: the number under which Python has it, 0 for nil. It is the number of a slot below, and how
// often that slot has been used before.
type Handle[T any] struct{ number uint64 }

// Get returns the pointer of a parameter, or of a method's receiver.
//
//go:noinline
func (h Handle[T]) Get() *T {
	if h.number == 0 {
		return nil
	}
	value := heldAs(h.number)
	if p, ok := value.(*T); ok {
		return p
	}
	return (*T)(embeddedAs(value, (*T)(nil)))
}

// Set gives a pointer to Python, which has to drop the number as often as it gets it.
//
//go:noinline
func (h *Handle[T]) Set(p *T) {
	if p == nil {
		h.number = 0
		return
	}
	h.number = give(p)
}

// These, and the two above, are called, not inlined: each cell would have to compile what they use as well, of reflect, too.
// A cell of five structs takes a quarter less.

//go:noinline
func heldAs(number uint64) any { return slotWith(number).value }

//go:noinline
func embeddedAs(pointer, wanted any) unsafe.Pointer {
	return embedded(pointer, reflect.TypeOf(wanted).Elem())
}

//go:noinline
func give(pointer any) uint64 { return objects.give(pointer) }

// New is Go's new, in a cell that calls something else so.
func New[T any]() *T { return new(T) }

// NewEmpty is New of a T without bytes: another pointer each time, as Python has an object for each.
func NewEmpty[T any]() *T { return (*T)(unsafe.Pointer(new(byte))) }

// slot keeps a pointer while Python has a handle on it.
type slot struct {
	value any    // a *T, or what an interface holds: see opaque; nil if the slot is free
	uses  uint32 // of the slot so far, counted from 1
	given uint64 // how often Python has been given its number since this use began
}

const chunk = 1024

// objects are what Python has handles on. The slots never move, so a call finds its own without a lock: they lie in chunks.
var objects = keeper{numbers: map[any]uint64{}}

type keeper struct {
	sync.Mutex
	chunks  atomic.Pointer[[]*[chunk]slot]
	numbers map[any]uint64 // so that the same pointer is the same handle
	most    int            // how many there have been at once in this map
	free    []uint32       // slots
	used    uint32         // slots that have ever been taken
}

func slotOf(number uint64) *slot {
	chunks, i := objects.chunks.Load(), uint32(number)
	if chunks == nil || int(i/chunk) >= len(*chunks) {
		return nil
	}
	return &(*chunks)[i/chunk][i%chunk]
}

// slotWith is the slot of a handle that Python has.
func slotWith(number uint64) *slot {
	if emptied.Load() != filled.Load() {
		objects.Lock()
		forgetDropped()
		objects.Unlock()
	}
	s := slotOf(number)
	if s == nil || s.uses != uint32(number>>32) {
		panic(fmt.Sprintf("gomagic: there is no handle %#x", number))
	}
	return s
}

func (k *keeper) give(value any) uint64 {
	k.Lock()
	defer k.Unlock()
	forgetDropped()
	number, known := k.numbers[value]
	if !known {
		i := k.takeSlot()
		s := slotOf(uint64(i))
		s.value = value
		s.uses++
		number = uint64(s.uses)<<32 | uint64(i)
		k.numbers[value] = number
		k.most = max(k.most, len(k.numbers))
	}
	slotOf(number).given++
	return number
}

// giveAgain gives Python a number that it has.
func (k *keeper) giveAgain(number uint64) {
	k.Lock()
	defer k.Unlock()
	slotOf(number).given++
}

func (k *keeper) takeSlot() uint32 {
	if last := len(k.free) - 1; last >= 0 {
		i := k.free[last]
		k.free = k.free[:last]
		return i
	}
	if k.used%chunk == 0 {
		var chunks []*[chunk]slot
		if old := k.chunks.Load(); old != nil {
			chunks = *old
		}
		chunks = append(chunks, new([chunk]slot))
		k.chunks.Store(&chunks)
	}
	k.used++
	return k.used - 1
}

// drop takes back a number that Python was given so many times.
func (k *keeper) drop(number, times uint64) {
	s := slotOf(number)
	if s.given -= times; s.given > 0 {
		return // another thread is about to get it again
	}
	delete(k.numbers, s.value)
	s.value = nil
	k.free = append(k.free, uint32(number))
	if len(k.numbers) == 0 && k.most > chunk { // a map never becomes smaller
		k.numbers, k.most = map[any]uint64{}, 0
	}
}

// forgetDropped lets go of what Python has dropped. The lock is held.
func forgetDropped() {
	for n := emptied.Load(); n != filled.Load(); n = emptied.Add(1) {
		objects.drop(dropAt(n))
	}
}

// liveObjects counts the handles that Python has.
func liveObjects() int {
	objects.Lock()
	defer objects.Unlock()
	forgetDropped()
	return len(objects.numbers)
}
