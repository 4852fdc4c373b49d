// Package profile says where the time of a Go library goes, and what it allocates.
//
// It is what runtime/pprof does without what that one brings along: the runtime keeps the samples, and a profile leaves
// here as a few lines of text. Each Go library of a process has a runtime of its own, so a profile is of one library.
//
// Time is that of processors: a thread that Go knows is looked at each time that it has run for another hundredth of a
// second. Of Python's threads, Go knows the one that starts a profile, and others from when they [Follow]. What is asked of the
// runtime for that is no part of its promise: under a Go newer than this was tried with there is no profile of time.
package profile

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Samples are stacks, and how often each was seen, or what it has allocated.
type Samples map[string]*sample

type sample struct {
	stack        []uintptr
	count, bytes int64
}

func (s Samples) add(stack []uintptr, count, bytes int64) {
	var text strings.Builder // not by package fmt, which each library would link for it
	for _, pc := range stack {
		text.WriteString(strconv.FormatUint(uint64(pc), 16) + " ")
	}
	key := text.String()
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
		stacks.WriteString("stack\t" + strconv.FormatInt(one.count, 10) + "\t" + strconv.FormatInt(one.bytes, 10) + "\t")
		number := func(line string) {
			if _, isKnown := numbers[line]; !isKnown {
				numbers[line] = len(numbers)
				frames.WriteString(line)
			}
			stacks.WriteString(strconv.Itoa(numbers[line]) + " ")
		}
		if len(one.stack) > 0 && runtime.FuncForPC(one.stack[0]) == nil {
			number("frame\t\t\t" + strconv.FormatUint(uint64(one.stack[0]), 10) + "\n")
		}
		for all, more := runtime.CallersFrames(one.stack), len(one.stack) > 0; more; {
			var frame runtime.Frame
			frame, more = all.Next()
			if frame.Function != "" {
				number("frame\t" + frame.Function + "\t" + frame.File + "\t" + strconv.Itoa(frame.Line) + "\n")
			}
		}
		stacks.WriteByte('\n')
	}
	return frames.String() + stacks.String()
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
