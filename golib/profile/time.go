//go:build !go1.28 && !newergo

package profile

import (
	"runtime"
	"sync"
	"time"
	"unsafe"
)

// rate is how often a thread is looked at in a second of its time. The system counts that in ticks of 4 ms, or 1 to 10: it
// would not keep up with many more.
const rate = 100

//go:linkname readProfile runtime/pprof.readProfile
func readProfile() (data []uint64, tags []unsafe.Pointer, eof bool)

//go:linkname getLabels runtime/pprof.runtime_getProfLabel
func getLabels() unsafe.Pointer

//go:linkname setLabels runtime/pprof.runtime_setProfLabel
func setLabels(labels unsafe.Pointer)

var timed struct {
	sync.Mutex
	seen chan Samples // what has been collected, at the end
	mark *[64]byte    // the labels of threads that are known: none, should anybody read them
}

// KnowsTime is whether there are profiles of time.
const KnowsTime = true

// StartTime begins a profile of time; it returns false if one is under way.
func StartTime() bool {
	timed.Lock()
	defer timed.Unlock()
	if timed.seen != nil {
		return false
	}
	timed.mark = &[64]byte{}
	timed.seen = make(chan Samples)
	runtime.SetCPUProfileRate(rate)
	go collect(timed.seen)
	return true
}

// StopTime ends it and returns what has been seen.
func StopTime() Samples {
	timed.Lock()
	defer timed.Unlock()
	if timed.seen == nil {
		return nil
	}
	runtime.SetCPUProfileRate(0)
	seen := <-timed.seen
	timed.seen = nil
	return seen
}

// Follow has Go know the thread that it is called on. The runtime gives a thread a timer where it chooses what that is to
// run; what comes from Python runs without being chosen.
func Follow() {
	if mark := unsafe.Pointer(timed.mark); getLabels() != mark {
		setLabels(mark)
		runtime.Gosched()
	}
}

// collect reads what the runtime has seen until that is all.
func collect(to chan<- Samples) {
	const patience = 50 * time.Millisecond // the runtime keeps more than so long, and each reading wakes a thread
	seen := Samples{}
	for isHead := true; ; time.Sleep(patience) {
		data, _, eof := readProfile()
		for len(data) > 0 {
			// A record is its length, a time, a count and a stack. The first one has the rate in place of a count. Where
			// the runtime has lost some, a count of 0 stands before how many.
			count, stack := data[2], data[3:data[0]]
			if !isHead && count > 0 {
				pcs := make([]uintptr, len(stack))
				for i, pc := range stack {
					pcs[i] = uintptr(pc)
				}
				seen.add(pcs, int64(count), 0)
			}
			data, isHead = data[data[0]:], false
		}
		if eof {
			to <- seen
			return
		}
	}
}
