// Package profile says where the time of a Go library goes, and what it allocates.
//
// It is what runtime/pprof does without what that one brings along: the runtime keeps the samples, and a profile leaves
// here as a few lines of text. Each Go library of a process has a runtime of its own, so a profile is of one library.
//
// Time is that of processors: a thread that Go knows is looked at each time that it has run for another hundredth of a
// second. Of Python's threads, Go knows the one that starts a profile, and others from when they [Follow].
package profile

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// rate is how often a thread is looked at in a second of its time. The system counts that in ticks of 4 ms, or 1 to 10: it
// would not keep up with many more.
const rate = 100

//go:linkname readProfile runtime/pprof.readProfile
func readProfile() (data []uint64, tags []unsafe.Pointer, eof bool)

// Samples are stacks, and how often each was seen, or what it has allocated.
type Samples map[string]*sample

type sample struct {
	stack        []uintptr
	count, bytes int64
}

func (s Samples) add(stack []uintptr, count, bytes int64) {
	key := fmt.Sprint(stack)
	if s[key] == nil {
		s[key] = &sample{stack: slices.Clone(stack)}
	}
	s[key].count += count
	s[key].bytes += bytes
}

// String has a line for each frame, and one for each stack, whose frames are numbers of these lines: first where it was,
// last who has called all the others.
//
//	frame TAB function TAB file TAB line; of what is not Go's: frame TAB TAB TAB its address
//	stack TAB count TAB bytes TAB frames
func (s Samples) String() string {
	var frames, stacks strings.Builder
	numbers := map[string]int{}
	for _, one := range s {
		fmt.Fprintf(&stacks, "stack\t%d\t%d\t", one.count, one.bytes)
		number := func(line string) {
			if _, isKnown := numbers[line]; !isKnown {
				numbers[line] = len(numbers)
				frames.WriteString(line)
			}
			stacks.WriteString(strconv.Itoa(numbers[line]) + " ")
		}
		if len(one.stack) > 0 && runtime.FuncForPC(one.stack[0]) == nil {
			number(fmt.Sprintf("frame\t\t\t%d\n", one.stack[0]))
		}
		for all, more := runtime.CallersFrames(one.stack), len(one.stack) > 0; more; {
			var frame runtime.Frame
			frame, more = all.Next()
			if frame.Function != "" {
				number(fmt.Sprintf("frame\t%s\t%s\t%d\n", frame.Function, frame.File, frame.Line))
			}
		}
		stacks.WriteByte('\n')
	}
	return frames.String() + stacks.String()
}

//go:linkname getLabels runtime/pprof.runtime_getProfLabel
func getLabels() unsafe.Pointer

//go:linkname setLabels runtime/pprof.runtime_setProfLabel
func setLabels(labels unsafe.Pointer)

var timed struct {
	sync.Mutex
	seen chan Samples // what has been collected, at the end
	mark *[64]byte    // the labels of threads that are known: none, should anybody read them
}

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

var counted struct {
	sync.Mutex
	before Samples
	rate   int // as it was
}

// StartMemory begins a profile of each allocation; it returns false if one is under way.
func StartMemory() bool {
	counted.Lock()
	defer counted.Unlock()
	if counted.before != nil {
		return false
	}
	counted.before, counted.rate = allocations(), runtime.MemProfileRate
	runtime.MemProfileRate = 1
	return true
}

// StopMemory ends it and returns what has been allocated meanwhile.
func StopMemory() Samples {
	counted.Lock()
	defer counted.Unlock()
	if counted.before == nil {
		return nil
	}
	runtime.MemProfileRate = counted.rate
	seen := allocations()
	for key, was := range counted.before {
		seen[key].count -= was.count
		seen[key].bytes -= was.bytes
		if seen[key].count == 0 {
			delete(seen, key)
		}
	}
	counted.before = nil
	return seen
}

// allocations are those that have been noted since the library was loaded.
func allocations() Samples {
	// What is allocated counts once the collector is done with the next round but one.
	for range 3 {
		runtime.GC()
	}
	var records []runtime.MemProfileRecord
	n, isEnough := runtime.MemProfile(nil, true)
	for !isEnough {
		records = make([]runtime.MemProfileRecord, n+50) // more may come meanwhile
		n, isEnough = runtime.MemProfile(records, true)
	}
	all := Samples{}
	for _, record := range records[:n] {
		if record.AllocObjects > 0 { // not noted yet
			all.add(record.Stack(), record.AllocObjects, record.AllocBytes)
		}
	}
	return all
}
