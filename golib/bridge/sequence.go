package bridge

/*
#include "sequence.h"
*/
import "C"

import (
	"runtime"
	"runtime/debug"
	"sync"
	"unsafe"
)

// SeqOf is the codec of an iter.Seq[V], which is an iterator in Python, and an iterable that comes from there.
func SeqOf[V any](item Codec) Codec {
	return &sequences{items: []Codec{item}, ranging: func(p unsafe.Pointer) ranging {
		all := *(*func(func(V) bool))(p)
		return func(yield func(...unsafe.Pointer) bool) {
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
		return func(yield func(...unsafe.Pointer) bool) {
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
		return func(yield func(...unsafe.Pointer) bool) {
			for v := range ch {
				if !yield(unsafe.Pointer(&v)) {
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

// ranging yields pointers to what a sequence of some type yields.
type ranging func(yield func(...unsafe.Pointer) bool)

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
	of        unsafe.Pointer // as Go has it
	items     []Codec
	all       ranging
	goOn      baton
	isStopped bool // it is to end where it goes on
	yielded   baton
	values    []unsafe.Pointer // valid until it goes on; nil: it has ended
	ended     chan struct{}

	sync.Mutex // of what follows: one asks at a time
	hasBegun   bool
	isOver     bool
	failed     *caught // what it has panicked with; set before ended is closed
}

func runSequence(s *sequence) {
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
	s.all(func(values ...unsafe.Pointer) bool {
		if isStopped {
			runtime.Goexit() // where a loop would panic
		}
		s.values = values
		s.yielded.pass()
		s.goOn.take()
		isStopped = s.isStopped
		return !isStopped
	})
}

// next asks for the next; nil: there is none.
func (s *sequence) next() []unsafe.Pointer {
	if s.isOver {
		return nil
	}
	if s.hasBegun {
		s.goOn.pass()
	} else {
		s.hasBegun = true
		go runSequence(s)
	}
	s.yielded.take()
	s.isOver = s.values == nil
	return s.values
}

// stop has it end, and does not wait for that.
func (s *sequence) stop() {
	if s.hasBegun && !s.isOver {
		s.isStopped = true
		s.goOn.pass()
	}
	s.isOver = true
}

// raise hands over what it has panicked with, once.
func (s *sequence) raise(h *Head) {
	if s.failed != nil {
		h.panicked = hold(s.failed)
		s.failed = nil
	}
}

type step struct {
	Head
	packed Parcel
}

var _ [C.sizeof_step]byte = [unsafe.Sizeof(step{})]byte{}

// gomagic_next_item packs what comes next in a sequence.
//
//export gomagic_next_item
func gomagic_next_item(handle uint64, at unsafe.Pointer) {
	to, s := (*step)(at), held(handle).(*sequence)
	s.Lock()
	defer s.Unlock()
	defer func() {
		if value := recover(); value != nil { // it cannot be packed
			to.panicked = hold(&caught{value: value, stack: debug.Stack()})
		}
	}()
	values := s.next()
	if values == nil {
		s.raise(&to.Head)
		return
	}
	to.packed.Give(&to.Head, parts(s.items), unsafe.Pointer(unsafe.SliceData(values)))
}

// gomagic_close_sequence has a sequence end, and waits until it has.
//
//export gomagic_close_sequence
func gomagic_close_sequence(handle uint64, at unsafe.Pointer) {
	to, s := (*step)(at), held(handle).(*sequence)
	s.Lock()
	defer s.Unlock()
	s.stop()
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
