package bridge

import (
	"runtime"
	"sync"
)

// handles are the Go values that Python holds by number.
var handles = struct {
	sync.Mutex
	last uint64
	held map[uint64]any
	pins int
}{held: map[uint64]any{}}

// Hold keeps an error for Python and returns its handle, 0 for nil. It is Python's until gomagic_release.
func Hold(err error) uint64 {
	if err == nil {
		return 0
	}
	return hold(err)
}

// Held returns the error with that handle; nil for 0.
func Held(handle uint64) error {
	err, _ := held(handle).(error)
	return err
}

func hold(value any) uint64 {
	handles.Lock()
	defer handles.Unlock()
	if _, ok := value.(*runtime.Pinner); ok {
		handles.pins++
	}
	handles.last++
	handles.held[handles.last] = value
	return handles.last
}

func held(handle uint64) any {
	handles.Lock()
	defer handles.Unlock()
	return handles.held[handle]
}

func release(handle uint64) {
	handles.Lock()
	value := handles.held[handle]
	delete(handles.held, handle)
	pinner, pins := value.(*runtime.Pinner)
	if pins {
		handles.pins--
	}
	handles.Unlock()
	if pins {
		pinner.Unpin()
	}
	if all, ok := value.(*sequence); ok {
		all.stop()
	}
}
