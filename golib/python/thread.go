package python

import (
	"context"
	"runtime"
	"sync"
)

// Thread calls work, and has all calls of Python that work makes in its own goroutine be made on one thread of the
// operating system, of which Python knows nothing yet: for what Python binds to a thread, such as a connection of sqlite3,
// a context of decimal, a threading.local or an event loop. What Python has kept for the thread is given up when work
// returns, on this thread. Thread returns what work returns.
//
//	err := py.Thread(func() error {
//		connection, err := connect.Call(ctx, "rain.db")
//		...
//	})
//
// A call on it does not return before Python does: its context counts until it begins. Work of other goroutines is sent
// to a Thread by a channel.
func (r *Runtime) Thread(work func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if r.visiting() || r.residents.here() {
		return work() // Python's frames are on this thread, or another Thread's work
	}
	state, err := r.renew()
	if err != nil {
		return err
	}
	r.residents.add(state)
	defer func() {
		r.residents.remove(state)
		r.part()
	}()
	return work()
}

// renew gives the thread a new state in Python.
func (r *Runtime) renew() (uintptr, error) {
	pass, err := r.enter(context.Background())
	if err != nil {
		return 0, err
	}
	defer r.leave(pass)
	renewThread()
	return call(api.PyThreadState_Get), nil
}

// part deletes the thread's state; if the interpreter is closed, there is none.
func (r *Runtime) part() {
	pass, err := r.enter(context.Background())
	if err != nil {
		return
	}
	dropThread()
	r.left(pass)
}

// residents are the states of the threads that work of Thread is on.
type residents struct {
	mutex  sync.Mutex
	states map[uintptr]bool
}

func (s *residents) add(state uintptr) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.states == nil {
		s.states = map[uintptr]bool{}
	}
	s.states[state] = true
}

func (s *residents) remove(state uintptr) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.states, state)
}

// here tells whether the goroutine is on one of them, which only work itself can be.
func (s *residents) here() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.states) == 0 {
		return false
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return s.states[call(api.PyGILState_GetThisThreadState)]
}
