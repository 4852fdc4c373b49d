package python

import (
	"context"
	"runtime"
)

// within runs work with the GIL held. If ctx can end, work runs in a goroutine of its own, which goes on when the
// caller has stopped waiting; not so on a thread that the caller has asked for.
func within[T any](ctx context.Context, r *Runtime, work func() (T, error)) (result T, err error) {
	if ctx.Done() == nil || ctx.Err() == nil && r.residents.here() {
		pass, err := r.enter(ctx)
		if err != nil {
			return result, err
		}
		defer r.leave(pass)
		return work()
	}
	if err := ctx.Err(); err != nil {
		return result, err
	}
	type outcome struct {
		result T
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		pass, err := r.enter(ctx)
		if o.err = err; err == nil {
			defer r.leave(pass)
			if o.err = ctx.Err(); o.err == nil {
				o.result, o.err = work()
			}
		}
		done <- o
	}()
	select {
	case o := <-done:
		return o.result, o.err
	case <-ctx.Done():
		return result, ctx.Err()
	}
}

// pass is what a goroutine shows when it leaves Python: whether it holds one of the slots.
type pass bool

// enter takes the GIL for the goroutine, which stays on its thread until leave.
//
// A thread of the operating system keeps its PyThreadState from its first call to its end: to make a new one each time
// costs as much as a short call.
func (r *Runtime) enter(ctx context.Context) (pass, error) {
	select {
	case <-r.closed:
		return false, ErrClosed
	default:
	}
	counted := pass(true)
	select {
	case r.slots <- struct{}{}: // mostly there is one, and to ask for it alone is quicker
	default:
		if r.visiting() {
			counted = false // whoever holds the slots may wait for it
			break
		}
		select {
		case <-r.closed:
			return false, ErrClosed
		case <-ctx.Done():
			return false, ctx.Err()
		case r.slots <- struct{}{}:
		}
	}
	takeGIL()
	if r.waiting.Load() {
		r.sweep()
	}
	return counted, nil
}

// visiting tells whether Python has called the goroutine.
func (r *Runtime) visiting() bool {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return r.visits.on(call(api.PyGILState_GetThisThreadState))
}

// leave gives the GIL back.
func (r *Runtime) leave(counted pass) {
	call(api.PyEval_SaveThread)
	r.left(counted)
}

// left is what leave does without the GIL.
func (r *Runtime) left(counted pass) {
	runtime.UnlockOSThread()
	if counted {
		<-r.slots
	}
}

func takeGIL() {
	runtime.LockOSThread()
	if state := call(api.PyGILState_GetThisThreadState); state != 0 { // needs no GIL
		call(api.PyEval_RestoreThread, state)
		return
	}
	beginThread()
	buryThreads()
}

func giveGIL() {
	call(api.PyEval_SaveThread)
	runtime.UnlockOSThread()
}
