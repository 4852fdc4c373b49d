package bridge

import (
	"context"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Context is what C says of a call's context, in its block.
type Context struct {
	timeout int64 // nanoseconds; less than 0: none
	before  int64 // so many interrupts there had been before the call; less than 0: none cancels it
	flight  int64 // the number of one that is not waited for, or 0
}

// Begin returns the context of a call, and what ends it when the call is over: it is cancelled then in any case, so that
// what the call has left running by it ends.
func (c *Context) Begin() (context.Context, func()) {
	ctx, cancel := c.make()
	if c.before < 0 {
		return ctx, cancel
	}
	return ctx, listenFrom(c.before, cancel).end
}

func (c *Context) make() (ctx context.Context, cancel context.CancelFunc) {
	ctx = context.Background()
	if c.timeout < 0 {
		ctx, cancel = context.WithCancel(ctx)
	} else {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.timeout))
	}
	if c.flight != 0 {
		begin(c.flight, cancel)
	}
	return ctx, cancel
}

// Span is the context of a call whose sequences go on after it: it ends with the last of them. nil: of any other call.
type Span struct {
	ctx      context.Context
	cancel   func()
	listener *listener // during the call
	users    atomic.Int64
	hasEnded atomic.Bool // and what goes on by it has had time to say so

	sync.Mutex
	sequences []*sequence
}

// Span is Begin of such a call, whose own end is the span's End.
func (c *Context) Span() (context.Context, *Span) {
	const patience = 100 * time.Millisecond
	ctx, cancel := c.make()
	s := &Span{ctx: ctx, cancel: cancel}
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, s.endLate) })
	if c.before >= 0 {
		s.listener = listenFrom(c.before, cancel)
	}
	s.users.Store(1)
	return ctx, s
}

// End is for when the call is over.
func (s *Span) End() {
	if s.listener != nil {
		s.listener.leave()
	}
	s.leave()
}

// GoOn has it go on for good: what has been returned may hold it.
func (s *Span) GoOn() { s.users.Add(1) }

// add has a sequence go on in a span, if there is one.
func (s *Span) add(one *sequence) *sequence {
	if s != nil {
		s.Lock()
		defer s.Unlock()
		s.users.Add(1)
		s.sequences = append(s.sequences, one)
		one.span = s
	}
	return one
}

// endLate is for sequences that do not care about their context.
func (s *Span) endLate() {
	s.Lock()
	defer s.Unlock()
	s.hasEnded.Store(true)
	for _, one := range s.sequences {
		one.yielded.cut()
	}
}

func (s *Span) isLate() bool { return s != nil && s.hasEnded.Load() }

func (s *Span) leave() {
	if s.users.Add(-1) == 0 {
		s.cancel()
	}
}

func listenFrom(before int64, cancel func()) *listener {
	l := &listener{before, cancel}
	interrupts.Lock()
	defer interrupts.Unlock()
	interrupts.listeners = append(interrupts.listeners, l)
	l.hear() // one that has come since C has listened
	return l
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

func (l *listener) hear() {
	if interrupted.Load() > l.before {
		l.cancel()
	}
}

func (l *listener) leave() {
	interrupts.Lock()
	interrupts.listeners = slices.DeleteFunc(interrupts.listeners, func(other *listener) bool { return other == l })
	interrupts.Unlock()
}

func (l *listener) end() {
	l.leave()
	l.cancel()
}

// openInterrupts returns where C's signal handler is to write a byte for each interrupt; -1: there are no files to be had.
func openInterrupts() (fd int32) {
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
		tellOfAbsence()
		interrupts.Lock()
		for _, l := range interrupts.listeners {
			l.hear()
		}
		interrupts.Unlock()
	}
}

// What Python's main thread waits for without a context nobody can cancel. To put a handler in place for each such call
// would take longer than many of them: a goroutine looks now and then how long the thread is away already, for as long as it
// goes and comes. From a step of a sequence it lets the thread look for an interrupt itself.

var absences struct {
	count atomic.Int64 // which of them interrupts are heard for; 0: for none
	told  int64        // for which of them it has been said that it is left to finish
}

const (
	glance  = 25 * time.Millisecond
	glances = 80 // without any call, until it sleeps
)

// wakeWatch has somebody look.
func wakeWatch() {
	if isUnwatched.CompareAndSwap(1, 0) {
		go watch()
	}
}

func watch() {
	for last, idle := int64(0), 0; idle < glances; {
		time.Sleep(glance)
		count := absenceCount.Load()
		isAway := isAway(count)
		sequence := sequenceOfAbsence()
		if isAway && count == last && sequence != 0 {
			cutStep(sequence)
		}
		if isAway && count == last && sequence == 0 {
			absences.count.Store(count)
			overhear(true)
		} else {
			absences.count.Store(0)
			overhear(false)
		}
		if idle++; isAway || count != last {
			idle = 0
		}
		last = count
	}
	isUnwatched.Store(1)
}

// tellOfAbsence says of the call that an interrupt has come for that it is left to finish, once. It waits for a callable of
// Python's that may be at work there: then that is what is interrupted, and the call ends with it.
func tellOfAbsence() {
	const patience = 150 * time.Millisecond
	count := absences.count.Load()
	if count == 0 || absences.told == count {
		return
	}
	absences.told = count
	time.AfterFunc(patience, func() {
		name, ok := nameOfAbsence(count)
		if !ok {
			return
		}
		print("note: Go's " + name + " takes no context and is left to finish; with `ctx context.Context` as its first parameter it could end here\n")
	})
}
