package bridge

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// SeqOf is the codec of an iter.Seq[V], which is an iterator in Python, and an iterable that comes from there.
func SeqOf[V any](item Codec) Codec {
	return &sequences{items: []Codec{item}, ranging: func(p unsafe.Pointer) ranging {
		all := *(*func(func(V) bool))(p)
		return func(yield func(...unsafe.Pointer) bool, _ <-chan struct{}) {
			all(func(v V) bool { return yield(unsafe.Pointer(&v)) })
		}
	}, put: func(p unsafe.Pointer, begin func() steps) {
		*(*func(func(V) bool))(p) = func(yield func(V) bool) {
			var v V
			s, room := begin(), []unsafe.Pointer{unsafe.Pointer(&v)}
			defer s.stop()
			for at := s.next(room); at != nil && yield(*(*V)(at[0])); at = s.next(room) {
				v = *new(V)
			}
		}
	}}
}

// Seq2Of is the codec of an iter.Seq2[K, V].
func Seq2Of[K, V any](key, value Codec) Codec {
	return &sequences{items: []Codec{key, value}, ranging: func(p unsafe.Pointer) ranging {
		all := *(*func(func(K, V) bool))(p)
		return func(yield func(...unsafe.Pointer) bool, _ <-chan struct{}) {
			all(func(k K, v V) bool { return yield(unsafe.Pointer(&k), unsafe.Pointer(&v)) })
		}
	}, put: func(p unsafe.Pointer, begin func() steps) {
		*(*func(func(K, V) bool))(p) = func(yield func(K, V) bool) {
			var k K
			var v V
			s, room := begin(), []unsafe.Pointer{unsafe.Pointer(&k), unsafe.Pointer(&v)}
			defer s.stop()
			for at := s.next(room); at != nil && yield(*(*K)(at[0]), *(*V)(at[1])); at = s.next(room) {
				k, v = *new(K), *new(V)
			}
		}
	}}
}

// ReceiverOf is the codec of a <-chan T.
func ReceiverOf[T any](item Codec) Codec {
	return &sequences{items: []Codec{item}, ranging: func(p unsafe.Pointer) ranging {
		ch := *(*<-chan T)(p)
		return func(yield func(...unsafe.Pointer) bool, stopped <-chan struct{}) {
			for {
				select {
				case v, ok := <-ch:
					if !ok || !yield(unsafe.Pointer(&v)) {
						return
					}
				case <-stopped:
					return
				}
			}
		}
	}, feed: func(p unsafe.Pointer, f *feeder, begin func() steps) {
		ch := make(chan T)
		*(*<-chan T)(p) = ch
		feed := func() {
			s := begin()
			defer s.stop()
			for {
				var v T
				if at := s.next([]unsafe.Pointer{unsafe.Pointer(&v)}); at == nil || !send(f, &ch, *(*T)(at[0])) {
					return
				}
			}
		}
		go runFeeder(f, feed, func() {
			if ch != nil {
				close(ch)
			}
		})
	}}
}

// ranging yields pointers to what a sequence of some type yields. stopped: no more is wanted, for what may wait for ever.
type ranging func(yield func(...unsafe.Pointer) bool, stopped <-chan struct{})

// sequences is the codec of sequences of one type, which are values of one word.
type sequences struct {
	items   []Codec
	ranging func(p unsafe.Pointer) ranging
	put     func(p unsafe.Pointer, begin func() steps)            // makes the one at p of others' steps
	feed    func(p unsafe.Pointer, f *feeder, begin func() steps) // the same of a channel
}

// sequence is one that Python goes through. It runs in a goroutine of its own, which waits wherever it has yielded something
// until the next is asked for: nothing happens ahead.
type sequence struct {
	of        unsafe.Pointer // as Go has it; nil once it is over, if that is no channel
	items     []Codec
	all       ranging // nil once it is over
	isChannel bool
	goOn      baton
	isStopped bool // it is to end where it goes on
	yielded   baton
	values    []unsafe.Pointer // valid until it goes on; nil: it has ended
	stopped   chan struct{}
	ended     chan struct{}
	span      *Span         // of its context, or nil
	goroutine atomic.Uint64 // that it runs in

	sync.Mutex // of what follows: one asks at a time
	hasBegun   bool
	isAsked    bool // for the next
	isOver     bool
	failed     *caught // what it has panicked with; set before ended is closed
	expired    error   // why its context is over
	hasCome    bool    // what has been asked for, and is there for who asks again

	isKept               atomic.Bool // by Go: then its span goes on when Python lets go of it
	isAwaited, isForgone atomic.Bool // the next, by an event loop; which does not want it any more
}

// passable is what exports.go wants of a sequence: by these names the linker finds it where some function has one, and leaves
// it out elsewhere, see parts.go.
type passable interface {
	step(to *step)
	close(to *step)
	keep()
	interrupt()
	comesSoon() bool
	expect(number int64, file int32)
	forgo()
	cut()
}

// errReentered is what Python raises as its ValueError, as a generator does.
var errReentered = errors.New("the iterator goes on already: what it calls cannot ask it for its next, or close it")

// enter waits for whoever else asks. It tells whether it has: what the sequence itself calls would wait for ever.
func (s *sequence) enter() bool {
	if s.TryLock() {
		return true
	}
	if s.goroutine.Load() == numberOfGoroutine() {
		return false
	}
	s.Lock()
	return true
}

// numberOfGoroutine is by what a trace calls this goroutine: "goroutine 7 [running]:".
func numberOfGoroutine() (number uint64) {
	var head [32]byte
	for _, digit := range head[len("goroutine "):runtime.Stack(head[:], false)] {
		if digit < '0' || digit > '9' {
			break
		}
		number = 10*number + uint64(digit-'0')
	}
	return number
}

func runSequence(s *sequence, all ranging) {
	s.goroutine.Store(numberOfGoroutine())
	defer func() {
		s.values = nil
		s.yielded.pass()
		close(s.ended)
	}()
	defer func() {
		if value := recover(); value != nil {
			s.failed = &caught{value: value, stack: debug.Stack()}
		}
	}()
	debug.SetPanicOnFault(true)
	isStopped := false
	all(func(values ...unsafe.Pointer) bool {
		if isStopped {
			runtime.Goexit() // where a loop would panic
		}
		s.values = values
		s.yielded.pass()
		s.goOn.take()
		isStopped = s.isStopped
		return !isStopped
	}, s.stopped)
}

// next asks for the next; nil: there is none, or, if it is cut, not yet.
func (s *sequence) next() (values []unsafe.Pointer, isCut bool) { return s.nextBy(s.yielded.take) }

func (s *sequence) nextBy(take func() bool) (values []unsafe.Pointer, isCut bool) {
	switch {
	case s.isOver:
		return nil, false
	case s.hasCome:
		s.hasCome = false
		return s.values, false
	case s.span.isLate() && !s.yielded.isThere():
		s.expired = s.span.ctx.Err()
		s.stop()
		return nil, false
	case s.isAsked: // in vain so far
	case s.hasBegun:
		s.goOn.pass()
	default:
		s.hasBegun = true
		go runSequence(s, s.all)
	}
	s.isAsked = !take()
	switch {
	case s.isAsked && s.span.isLate():
		s.expired = s.span.ctx.Err()
		s.stop()
	case s.isAsked:
		return nil, true
	case s.values == nil:
		if s.span != nil && errors.Is(s.span.ctx.Err(), context.DeadlineExceeded) {
			s.expired = s.span.ctx.Err()
		}
		s.finish()
	default:
		return s.values, false
	}
	return nil, false
}

// cutStep has who waits for the next of a sequence see whether there is an interrupt.
func cutStep(handle uint64) {
	if s, ok := held(handle).(passable); ok {
		s.cut()
	}
}

func (s *sequence) cut() { s.yielded.cut() }

// comesSoon has the next of a sequence come, and tells whether step finds it now.
func (s *sequence) comesSoon() bool {
	if !s.TryLock() {
		return false
	}
	defer s.Unlock()
	_, isCut := s.nextBy(s.yielded.takeSoon)
	s.hasCome = !isCut && !s.isOver
	return !isCut
}

// expect waits for it while Python does something else, and tells the file that it is there, as of a call that is
// over.
func (s *sequence) expect(number int64, file int32) {
	s.isAwaited.Store(true)
	go func() {
		s.await()
		s.isAwaited.Store(false)
		land(number, file)
	}()
}

func (s *sequence) await() {
	s.Lock()
	defer s.Unlock()
	for isCut := true; isCut; {
		if _, isCut = s.next(); isCut && s.isForgone.Load() {
			s.stop()
			return
		}
	}
	s.hasCome = !s.isOver
}

// forgo has the sequence end for which somebody waits: what that yields nobody wants any more.
func (s *sequence) forgo() {
	s.isForgone.Store(true)
	if s.span != nil {
		s.span.cancel()
	}
	go func() {
		for s.isAwaited.Load() { // who waits may look, and sleep only then
			s.yielded.cut()
			time.Sleep(time.Millisecond)
		}
	}()
}

// interrupt cancels its context.
func (s *sequence) interrupt() {
	if s.span != nil {
		s.span.cancel()
	}
}

// keep is for what Go has got and may read of when Python has it no more.
func (s *sequence) keep() {
	if s.span != nil && s.isKept.CompareAndSwap(false, true) {
		s.span.GoOn()
	}
}

// stop has it end, and does not wait for that.
func (s *sequence) stop() {
	if s.hasBegun && !s.isOver {
		close(s.stopped)
		if s.isAsked {
			go s.refuse()
		} else {
			s.isStopped = true
			s.goOn.pass()
		}
	}
	s.finish()
}

func (s *sequence) dropped(bool) { s.stop() }

// refuse is for what it yields after all.
func (s *sequence) refuse() {
	for !s.yielded.take() { // a cut that has come too late
	}
	if s.values != nil {
		s.isStopped = true
		s.goOn.pass()
	}
}

// finish lets go of what it was made of: a callable in that may hold the iterator.
func (s *sequence) finish() {
	if s.span != nil && !s.isOver {
		s.span.leave()
	}
	s.isOver, s.all = true, nil
	if !s.isChannel {
		s.of = nil
	}
}

// raise hands over what it has panicked with, or that its context is over, once.
func (s *sequence) raise(h *Head) {
	if s.failed != nil {
		h.panicked = hold(s.failed)
	} else if s.expired != nil {
		h.Fail(s.expired)
	}
	s.failed, s.expired = nil, nil
}

type step struct {
	Head
	packed Parcel
	isCut  int64
}

// step packs what comes next in a sequence.
func (s *sequence) step(to *step) {
	if !s.enter() {
		to.Fail(errReentered)
		return
	}
	defer s.Unlock()
	defer func() {
		if value := recover(); value != nil { // it cannot be packed
			to.panicked = hold(&caught{value: value, stack: debug.Stack()})
		}
	}()
	values, isCut := s.next()
	if isCut {
		to.isCut = 1
		return
	}
	if values == nil {
		s.raise(&to.Head)
		return
	}
	to.packed.Give(&to.Head, parts(s.items), unsafe.Pointer(unsafe.SliceData(values)))
}

// close has a sequence end, and waits until it has.
func (s *sequence) close(to *step) {
	if !s.enter() {
		to.Fail(errReentered)
		return
	}
	defer s.Unlock()
	s.stop()
	if s.isKept.CompareAndSwap(true, false) {
		s.span.leave()
	}
	if s.hasBegun {
		<-s.ended
	}
	s.raise(&to.Head)
}

// parts is the codec of several values, by pointers to them.
type parts []Codec

func (c parts) pack(w *writer, p unsafe.Pointer) {
	for i, at := range unsafe.Slice((*unsafe.Pointer)(p), len(c)) {
		c[i].pack(w, at)
	}
}

func (c parts) unpack(r *reader, p unsafe.Pointer) {
	for i, at := range unsafe.Slice((*unsafe.Pointer)(p), len(c)) {
		c[i].unpack(r, at)
	}
}
