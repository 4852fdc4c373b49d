package python

import (
	"context"
	"runtime"
)

// within runs work with the GIL held. If ctx can end, work runs in a goroutine of its own, which goes on when the
// caller has stopped waiting.
func within[T any](ctx context.Context, r *Runtime, work func() (T, error)) (result T, err error) {
	if ctx.Done() == nil {
		if err := r.enter(ctx); err != nil {
			return result, err
		}
		defer r.leave()
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
		o.err = r.enter(ctx)
		if o.err == nil {
			defer r.leave()
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

// enter takes the GIL for the goroutine, which stays on its thread until leave.
//
// A thread of the operating system keeps its PyThreadState from its first call to its end: to make a new one each time
// costs as much as a short call.
func (r *Runtime) enter(ctx context.Context) error {
	select {
	case <-r.closed:
		return ErrClosed
	default:
	}
	select {
	case r.slots <- struct{}{}: // mostly there is one, and to ask for it alone is quicker
	default:
		select {
		case <-r.closed:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		case r.slots <- struct{}{}:
		}
	}
	takeGIL()
	if r.waiting.Load() {
		r.sweep()
	}
	return nil
}

// leave gives the GIL back.
func (r *Runtime) leave() {
	giveGIL()
	<-r.slots
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
