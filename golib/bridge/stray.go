package bridge

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// What the goroutines of a cell have panicked with, or what Python's callables have raised in them, waits here for a call
// that can raise it.
var strays = struct {
	sync.Mutex
	waiting atomic.Bool
	all     []*caught
	raised  int // how often a call has raised the first of them
}{}

// patience is how long a panic waits for a call, before it is told otherwise. A call that waits for a goroutine which has
// panicked may never end.
const patience = 2 * time.Second

// Guard is for a goroutine that a cell starts: its panic is raised by the call in progress, or the next one.
//
//	go func() { defer bridge.Guard()(); work() }()
func Guard() (end func()) {
	debug.SetPanicOnFault(true) // as in run
	return endStray
}

// Guarded is a function with a guard, for those that run it in a goroutine.
func Guarded(f func()) func() {
	return func() {
		defer Guard()()
		f()
	}
}

func endStray() {
	if value := recover(); value != nil {
		addStray(value)
	}
}

// addStray keeps what a goroutine has panicked with.
func addStray(value any) {
	strays.Lock()
	defer strays.Unlock()
	isFirst := !strays.waiting.Swap(true) // before it takes long: what waited for this goroutine is about to return
	stray := &caught{value: value, stack: debug.Stack(), stray: true}
	strays.all = append(strays.all, stray)
	if isFirst {
		raised := strays.raised // not the stray itself, which a timer would keep
		time.AfterFunc(patience, func() { tell(raised) })
	}
}

// tell says what nobody has raised so far.
func tell(raised int) {
	strays.Lock()
	defer strays.Unlock()
	if len(strays.all) > 0 && strays.raised == raised {
		print("note: a goroutine has panicked, which the next call raises: " + shown(strays.all[0].value) + "\n")
	}
}

// takeStray returns the first of what has been panicked with, and forgets the others, which mostly say the same: it waits
// until no more of them come. nil if another call has been quicker.
func takeStray() *caught {
	for known := 0; ; {
		strays.Lock()
		if len(strays.all) == known {
			break
		}
		known = len(strays.all)
		strays.Unlock()
		time.Sleep(time.Millisecond)
	}
	defer strays.Unlock()
	if len(strays.all) == 0 {
		return nil
	}
	first := strays.all[0]
	strays.all = nil
	strays.raised++
	strays.waiting.Store(false)
	return first
}
