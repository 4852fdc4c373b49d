package bridge

import (
	"runtime"
	"time"
	"unsafe"
	"weak"
)

// iterable is one of Python's that Go has as a sequence. It is gone through from its beginning each time.
type iterable struct {
	items               parts
	object, form, param address // see iterables.h
}

// steps are those that Go takes through what Python has. next puts the next to where room points, or says where else it is;
// nil: there is none. stop: no more is wanted.
type steps interface {
	next(room []unsafe.Pointer) []unsafe.Pointer
	stop()
}

// iteration goes through an iterable of Python's, which makes a step when it is asked for one.
type iteration struct {
	of    *iterable
	block *callback
}

func (it *iterable) begin() steps {
	b := new(callback)
	b.object, b.form, b.param = word(it.object), word(it.form), word(it.param)
	return &iteration{it, b}
}

func (i *iteration) next(room []unsafe.Pointer) []unsafe.Pointer {
	b := i.block
	i.call(toStep)
	b.index++
	if b.how == hasEnded {
		return nil
	}
	r := reader{p: unsafe.Pointer(&b.room)}
	if b.p != 0 {
		r.p = *(*unsafe.Pointer)(unsafe.Pointer(&b.p))
		defer free(r.p)
	}
	if b.held != 0 {
		defer unwant(address(b.held))
	}
	i.of.items.unpack(&r, unsafe.Pointer(unsafe.SliceData(room)))
	return room
}

func (i *iteration) stop() {
	if i.block.iterator != 0 {
		i.call(toStop)
	}
}

// call has Python do it, and raises what that raises.
func (i *iteration) call(what word) {
	b := i.block
	b.what, b.p = what, 0
	callBack(b)
	runtime.KeepAlive(i.of)
	if b.how == wentWell || b.how == hasEnded {
		return
	}
	if b.held != 0 {
		unwant(address(b.held))
	}
	exceptionOf(b).throw()
}

// rest is what is left of a sequence of Go's that Python has begun to go through.
type rest struct{ s *sequence }

func (r rest) next([]unsafe.Pointer) []unsafe.Pointer {
	if !r.s.enter() {
		panic(errReentered)
	}
	defer r.s.Unlock()
	values, isCut := r.s.next()
	for isCut {
		values, isCut = r.s.next()
	}
	if expired := r.s.expired; expired != nil {
		r.s.expired = nil
		panic(expired)
	}
	if failed := r.s.failed; failed != nil {
		r.s.failed = nil
		if raised, ok := failed.value.(*Exception); ok {
			raised.throw()
		}
		panic(failed.value)
	}
	return values
}

func (rest) stop() {}

func (c *sequences) unpack(r *reader, p unsafe.Pointer) {
	in := *(*inParcel)(r.take(int(unsafe.Sizeof(inParcel{}))))
	switch {
	case in.object == 0:
		*(*unsafe.Pointer)(p) = nil
	case in.form == 0:
		*(*unsafe.Pointer)(p) = channelWith(in.number)
	case in.number != 0 && in.number != lentCallable:
		c.takeBack(held(in.number).(*sequence), p)
	default:
		c.takeOver(in, r, p)
	}
	r.came.addSequence(*(*unsafe.Pointer)(p), in)
}

// takeBack is for what an iterator of Python's goes through: Go gets it as it is, if that has not begun.
func (c *sequences) takeBack(s *sequence, p unsafe.Pointer) {
	if !s.enter() {
		panic(errReentered)
	}
	defer s.Unlock()
	if c.feed != nil || !s.hasBegun && !s.isOver {
		*(*unsafe.Pointer)(p) = s.of
	} else {
		c.put(p, func() steps { return rest{s} })
	}
}

func (c *sequences) takeOver(in inParcel, r *reader, p unsafe.Pointer) {
	it, isLent := &iterable{c.items, in.object, in.form, in.param}, in.number == lentCallable
	if c.feed != nil {
		f := &feeder{stopped: make(chan struct{}), ended: make(chan struct{}), isLent: isLent && r.feeders != nil}
		if f.isLent {
			*r.feeders = append(*r.feeders, f)
		}
		defer c.feed(p, f, it.begin)
	} else {
		c.put(p, it.begin)
	}
	if !isLent || c.feed != nil { // what feeds one may still be at work after the call
		refer(in.object)
		runtime.AddCleanup(it, unwant, in.object)
	}
}

func (c *sequences) pack(w *writer, p unsafe.Pointer) {
	at := *(*unsafe.Pointer)(p)
	out, hasCome := w.came.nextSequence(at)
	if at != nil && !hasCome {
		handle := hold(w.span.add(&sequence{
			of: at, items: c.items, all: c.ranging(p), isChannel: c.feed != nil, goOn: newBaton(), yielded: newBaton(),
			stopped: make(chan struct{}), ended: make(chan struct{}),
		}))
		w.lent = append(w.lent, handle)
		out.number = handle
	}
	*(*inParcel)(w.take(int(unsafe.Sizeof(out)))) = out
}

// A sequence stands among the arrivals by where it lies in Go, with all that has come of it.

func (a arrivals) addSequence(at unsafe.Pointer, in inParcel) {
	if a != nil && at != nil {
		place := [2]unsafe.Pointer{1: at}
		a[place] = append(a[place], uint64(in.object), in.number, uint64(in.form), uint64(in.param))
	}
}

func (a arrivals) nextSequence(at unsafe.Pointer) (in inParcel, hasCome bool) {
	const slots = int(unsafe.Sizeof(in) / slotSize)
	place := [2]unsafe.Pointer{1: at}
	all := a[place]
	if at == nil || len(all) < slots {
		return in, false
	}
	if len(all) > slots {
		a[place] = all[slots:]
	}
	return inParcel{address(all[0]), all[1], address(all[2]), address(all[3])}, true
}

// feeder is a goroutine that sends to a channel of Go's what an iterable of Python's has: as any sender, it has the next at
// hand before somebody wants it.
type feeder struct {
	isLent         bool // Go does not keep the channel beyond the call, which ends the feeder
	stopped, ended chan struct{}
	failed         any // what an iterable that is lent has raised; set before the channel is closed
}

func runFeeder(f *feeder, feed, closeChannel func()) {
	defer close(f.ended)
	defer closeChannel()
	defer func() {
		if value := recover(); value == nil {
		} else if f.isLent {
			f.failed = value
		} else {
			addStray(value)
		}
	}()
	feed()
}

// send sends, unless nobody will ever receive it: the call is over that the channel was lent to, or Go has it no more.
func send[T any](f *feeder, ch *chan T, v T) bool {
	const most = time.Minute
	for patience := time.Second; ; patience = min(2*patience, most) {
		switch trySend(f, *ch, v, patience) {
		case hasSent:
			return true
		case isStopped:
			return false
		}
		// Only while it is not kept here, the garbage collector can tell whether anybody has it.
		other := weak.Make(*(**byte)(unsafe.Pointer(ch)))
		*ch = nil
		runtime.GC()
		*(**byte)(unsafe.Pointer(ch)) = other.Value()
		if *ch == nil {
			return false
		}
	}
}

const (
	hasSent = iota
	isStopped
	isLate
)

//go:noinline
func trySend[T any](f *feeder, ch chan<- T, v T, patience time.Duration) int {
	var over <-chan time.Time
	if !f.isLent {
		over = time.After(patience)
	}
	select {
	case ch <- v:
		return hasSent
	case <-f.stopped:
		return isStopped
	case <-over:
		return isLate
	}
}

// end is for when the call is over that the channel was lent to. An iterable that is at work then ends once it is done, which
// may never be; what has been asked for in vain is its own matter.
func (f *feeder) end() {
	const patience = time.Second
	close(f.stopped)
	select {
	case <-f.ended:
	case <-time.After(patience):
		return
	}
	if f.failed != nil {
		panic(f.failed)
	}
}

// Feed is Take of a parameter with channels that Python's iterables feed. What it returns is to be deferred, and ends that.
func (a *Parcel) Feed(c Codec, p unsafe.Pointer) (end func()) {
	var feeders []*feeder
	a.take(&reader{feeders: &feeders}, c, p)
	return func() {
		for _, f := range feeders {
			f.end()
		}
	}
}
