package bridge

/*
#include "context.h"
*/
import "C"

import (
	"context"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Context is what C says of a call's context, in its block.
type Context struct {
	timeout int64 // nanoseconds; less than 0: none
	before  int64 // so many interrupts there had been before the call; less than 0: none cancels it
	flight  int64 // the number of one that is not waited for, or 0
}

var _ [C.sizeof_context]byte = [unsafe.Sizeof(Context{})]byte{}

// Begin returns the context of a call, and what ends it when the call is over: it is cancelled then in any case, so that
// what the call has left running by it ends.
func (c *Context) Begin() (context.Context, func()) {
	ctx, cancel := context.Background(), context.CancelFunc(nil)
	if c.timeout < 0 {
		ctx, cancel = context.WithCancel(ctx)
	} else {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.timeout))
	}
	if c.flight != 0 {
		begin(c.flight, cancel)
	}
	if c.before < 0 {
		return ctx, cancel
	}
	l := &listener{c.before, cancel}
	interrupts.Lock()
	defer interrupts.Unlock()
	interrupts.listeners = append(interrupts.listeners, l)
	l.hear() // one that has come since C has listened
	return ctx, l.end
}

// listener is a call that an interrupt cancels, if it comes after so many others.
type listener struct {
	before int64
	cancel func()
}

var interrupts struct {
	sync.Mutex
	listeners []*listener
	pipe      *os.File // which would be closed if nobody had it
}

// interrupted is how many there have been; C counts.
var interrupted = (*atomic.Int64)(unsafe.Pointer(&C.gomagic_interrupts))

func (l *listener) hear() {
	if interrupted.Load() > l.before {
		l.cancel()
	}
}

func (l *listener) end() {
	interrupts.Lock()
	interrupts.listeners = slices.DeleteFunc(interrupts.listeners, func(other *listener) bool { return other == l })
	interrupts.Unlock()
	l.cancel()
}

// gomagic_open_interrupts returns where C's signal handler is to write a byte for each interrupt; -1: there are no files to
// be had.
//
//export gomagic_open_interrupts
func gomagic_open_interrupts() (fd int32) {
	read, write, err := os.Pipe()
	if err != nil {
		return -1
	}
	interrupts.pipe = write
	raw, err := write.SyscallConn()
	if err != nil || raw.Control(func(number uintptr) { fd = int32(number) }) != nil { // Fd would make it one to wait for
		return -1
	}
	go listen(read)
	return fd
}

func listen(to *os.File) {
	for some := make([]byte, 64); ; {
		if _, err := to.Read(some); err != nil {
			return
		}
		interrupts.Lock()
		for _, l := range interrupts.listeners {
			l.hear()
		}
		interrupts.Unlock()
	}
}
