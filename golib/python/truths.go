package python

import (
	"encoding/binary"
	"unsafe"
)

// truths is the memory of lent bools. Go's compiler relies on each being 0 or 1, while to Python and C all but 0 is true,
// and whoever sees the memory as bytes can put anything there.
type truths []byte

func truthsAt(data unsafe.Pointer, count int, f *form) truths {
	if f.letter != boolean {
		return nil
	}
	return unsafe.Slice((*byte)(data), count)
}

// mend makes what is neither 0 nor 1 true. It writes nothing else, so that it is no matter if a goroutine reads the bools
// meanwhile, to which a view that Python drops late gives no sign.
//
//go:norace
func (t truths) mend() {
	const lowest = 0x0101_0101_0101_0101
	for len(t) >= 8 && binary.NativeEndian.Uint64(t)&^lowest == 0 {
		t = t[8:]
	}
	for i, truth := range t {
		if truth > 1 {
			t[i] = 1
		}
	}
}
