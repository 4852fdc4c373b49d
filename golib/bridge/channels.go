package bridge

import (
	"context"
	"errors"
	"io"
	"unsafe"
)

// A channel is known again: the same one of the same type is the same object in Python.
type goChan struct {
	p    unsafe.Pointer
	form int
}

// ChanOf is the codec of a chan T or chan<- T: the number of a handle. form: its number.
func ChanOf(form int) Codec {
	return &pointer{
		func(w *writer, p unsafe.Pointer) {
			number := uint64(0)
			if at := *(*unsafe.Pointer)(p); at != nil {
				number = objects.give(goChan{at, form})
				w.given = append(w.given, number)
			}
			w.int(int(number))
		},
		func(r *reader, p unsafe.Pointer) { *(*unsafe.Pointer)(p) = channelWith(uint64(r.int())) },
	}
}

// channelWith is the channel that Python has by that number.
func channelWith(number uint64) unsafe.Pointer {
	if number == 0 {
		return nil
	}
	return slotWith(number).value.(goChan).p
}

// MakeChan is Go's make of a chan T.
func MakeChan[T any](n int) chan T { return make(chan T, n) }

// Channel is a chan T that Python has, or a chan<- T, which is no other in memory.
type Channel[T any] struct{ number uint64 }

func (c Channel[T]) get() chan T {
	p := channelWith(c.number)
	return *(*chan T)(unsafe.Pointer(&p))
}

// What Python raises as its ValueError, and as its EOFError.
var (
	errClosed = errors.New("the channel is closed")
	errNoMore = noMore{}
)

type noMore struct{}

func (noMore) Error() string { return "the channel is closed, and empty" }

func (noMore) Unwrap() error { return io.EOF }

// closedInstead makes of a panic, which only a channel that is closed is the reason of, an error.
func closedInstead(err *error) {
	if recover() != nil {
		*err = errClosed
	}
}

// Send sends, and waits for that as long as the context lasts.
func (c Channel[T]) Send(ctx context.Context, value T) (err error) {
	ch := c.get()
	defer closedInstead(&err)
	select {
	case ch <- value:
		return nil
	default:
	}
	select {
	case ch <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Recv receives, and waits for that as long as the context lasts.
func (c Channel[T]) Recv(ctx context.Context) (value T, err error) {
	ch, ok := c.get(), false
	select {
	case value, ok = <-ch:
	default:
		select {
		case value, ok = <-ch:
		case <-ctx.Done():
			return value, ctx.Err()
		}
	}
	if !ok {
		return value, errNoMore
	}
	return value, nil
}

// Close closes it.
func (c Channel[T]) Close() (err error) {
	ch := c.get()
	defer closedInstead(&err)
	close(ch)
	return nil
}

// Len is how many wait in it, Cap how many can.
func (c Channel[T]) Len() int { return len(c.get()) }

// Cap: see Len.
func (c Channel[T]) Cap() int { return cap(c.get()) }
