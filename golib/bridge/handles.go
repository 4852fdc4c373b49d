package bridge

import "sync"

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
	if _, ok := value.(*pinned); ok {
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

func release(handle uint64) { letGo(handle, false) }

// letGo is release. isFree: where it is an array's, nobody but Python has had that since it was made, see rooms.go.
func letGo(handle uint64, isFree bool) {
	if one, ok := forget(handle).(leaving); ok {
		one.dropped(isFree)
	}
}

// leaving is a value that has something to do once Python has it no longer.
type leaving interface{ dropped(isFree bool) }

func forget(handle uint64) any {
	handles.Lock()
	defer handles.Unlock()
	value := handles.held[handle]
	delete(handles.held, handle)
	if _, ok := value.(*pinned); ok {
		handles.pins--
	}
	return value
}
