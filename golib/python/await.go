package python

import (
	"context"
	"fmt"
)

// Await calls f, an async function, as Call does, and returns what it returns when it has been awaited. An awaitable
// alone, such as a coroutine, is awaited as it is.
//
// All that is awaited runs on one event loop of asyncio, in a thread of its own that the first Await starts: any number of
// goroutines may wait at the same time, and what they await runs side by side. Python code there can call Go's functions
// by asyncio.to_thread, which does not hold up the loop.
//
// When ctx ends, the task is cancelled, which its coroutine sees as asyncio.CancelledError, and Await returns the
// context's error at once. Close cancels all tasks, and waits until they have ended.
func Await[T any](ctx context.Context, f *Object, arguments ...any) (result T, err error) {
	if err := ctx.Err(); err != nil {
		return result, err
	}
	r := f.runtime
	done := make(chan struct{})
	future, err := within(context.Background(), r, func() (*Object, error) {
		begin, err := r.help("awaiting", f, func(*Object) { close(done) })
		if err != nil {
			return nil, err
		}
		defer decref(begin)
		future, err := r.apply(begin, arguments)
		if err != nil {
			return nil, err
		}
		return r.object(future)
	})
	if err != nil {
		return result, err
	}
	defer future.Release()
	select {
	case <-done:
		return finish[T](future, "result")
	case <-r.closed:
		return result, ErrClosed
	case <-ctx.Done():
		if _, err := finish[bool](future, "cancel"); err != nil {
			return result, fmt.Errorf("%w, and the task could not be cancelled: %w", ctx.Err(), err)
		}
		return result, ctx.Err()
	}
}

// finish calls a method of a future.
func finish[T any](future *Object, name string) (result T, err error) {
	method, err := future.Attr(name)
	if err != nil {
		return result, err
	}
	defer method.Release()
	return Call[T](context.Background(), method)
}
