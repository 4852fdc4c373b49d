package python

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ledger counts the references that Go has, and keeps those whose Objects Go has collected until they can be given up.
type ledger struct {
	live    atomic.Int64 // Objects that are neither released nor collected
	enough  atomic.Int64 // the number of them at which Go shall collect
	waiting atomic.Bool  // whether there are forgotten ones

	mutex     sync.Mutex
	forgotten []uintptr
}

// patience is how many Objects may be forgotten before Go is made to look for them.
const patience = 1000

// add counts a new Object. Go's collector does not see the memory behind an Object, so it would wait too long.
func (l *ledger) add() {
	l.enough.CompareAndSwap(0, patience)
	if l.live.Add(1) < l.enough.Load() {
		return
	}
	if l.enough.Swap(math.MaxInt64) == math.MaxInt64 {
		return // it is at it
	}
	go func() {
		collect()
		l.enough.Store(2*l.live.Load() + patience)
	}()
}

// collect has Go collect, and waits until it has run the cleanups of what it found, which it does by and by.
func collect() {
	last, ran := new(*Object), make(chan bool)
	runtime.AddCleanup(last, func(ran chan bool) { close(ran) }, ran)
	runtime.GC()
	select {
	case <-ran:
	case <-time.After(time.Second): // others' cleanups stand in the way
	}
}

// forget keeps a reference, whose Object is gone, for the next goroutine that enters.
func (l *ledger) forget(object uintptr) {
	l.live.Add(-1)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.forgotten = append(l.forgotten, object)
	l.waiting.Store(true)
}

// sweep gives up the references that were kept by forget; its caller holds the GIL.
func (l *ledger) sweep() {
	l.mutex.Lock()
	objects := l.forgotten
	l.forgotten = nil
	l.waiting.Store(false)
	l.mutex.Unlock() // before Python runs destructors
	decref(objects...)
}
