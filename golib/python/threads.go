package python

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// threads holds the threads of Go's that have a PyThreadState. Such a thread ends with a goroutine that ends locked to
// it; Python is not told, and would keep the state. Threads outlive a Runtime, and write here when they end.
var threads struct {
	ends uintptr // a pthread_key_t
	sync.Mutex
	known []*thread
}

type thread struct {
	state  uintptr
	ended  atomic.Int64 // living, or the time
	pinner runtime.Pinner
}

// living is the time of no thread's end.
const living = math.MinInt64

// watchThreads makes the key under which each thread finds its own entry. Go runs nothing when a thread ends, so what the
// key does then is a function of C's that leaves word where its one argument points to: time.
func watchThreads() error {
	key := new(uintptr)
	if int32(call(api.pthread_key_create, uintptr(unsafe.Pointer(key)), api.time)) != 0 {
		return errors.New("python: this process has no pthread_key_t left")
	}
	threads.ends = *key
	return nil
}

// beginThread makes a state for this thread, which has none, and takes the GIL with it.
func beginThread() {
	call(api.PyGILState_Ensure)
	own := &thread{state: call(api.PyThreadState_Get)}
	own.ended.Store(living)
	own.pinner.Pin(own)
	call(api.pthread_setspecific, threads.ends, uintptr(unsafe.Pointer(&own.ended)))
	threads.Lock()
	defer threads.Unlock()
	threads.known = append(threads.known, own)
}

// buryThreads deletes the states of threads that have ended. Its caller holds the GIL, and may lose to a new state what
// Python keeps for this thread, so that it is for threads that have just begun.
func buryThreads() {
	gone := forget(func(t *thread) bool { return t.ended.Load() != living })
	for _, t := range gone {
		call(api.PyThreadState_Clear, t.state) // where destructors run
	}
	for _, t := range gone {
		call(api.PyThreadState_Delete, t.state)
		t.pinner.Unpin()
	}
	if call(api.PyGILState_GetThisThreadState) != 0 {
		return
	}
	// From 3.12 on Python takes the state of another thread that it deletes for that of this one, which it forgets.
	renewThread()
}

// renewThread makes a new state for this thread in place of its own, with all that Python keeps for it.
func renewThread() {
	dropThread()
	beginThread()
}

// dropThread deletes the state of this thread, and gives the GIL up with it.
func dropThread() {
	state := call(api.PyThreadState_Get)
	own := forget(func(t *thread) bool { return t.state == state })
	call(api.PyThreadState_Clear, state)
	call(api.PyThreadState_DeleteCurrent)
	call(api.pthread_setspecific, threads.ends, 0)
	for _, t := range own {
		t.pinner.Unpin()
	}
}

// forget removes the threads of which is holds, and returns them.
func forget(is func(*thread) bool) (forgotten []*thread) {
	threads.Lock()
	defer threads.Unlock()
	threads.known = slices.DeleteFunc(threads.known, func(t *thread) bool {
		found := is(t)
		if found {
			forgotten = append(forgotten, t)
		}
		return found
	})
	return forgotten
}
