package bridge

import (
	"sync"
	"syscall"
	"unsafe"
)

// flights are the calls that Python does not wait for, by number; and the numbers of those that are over, by the files to
// which that is written.
var flights = struct {
	sync.Mutex
	by     map[int64]*flight
	landed map[int32][]int64
}{by: map[int64]*flight{}, landed: map[int32][]int64{}}

type flight struct {
	cancel      func() // nil as long as it has not begun
	isCancelled bool
}

// fly runs a call in a goroutine.
func fly(block unsafe.Pointer, number int64, file int32) {
	flights.Lock()
	flights.by[number] = &flight{}
	flights.Unlock()
	go func() {
		run(block)
		land(number, file)
	}()
}

// land tells the file that what has that number is over.
func land(number int64, file int32) {
	flights.Lock()
	defer flights.Unlock()
	delete(flights.by, number)
	flights.landed[file] = append(flights.landed[file], number)
	if len(flights.landed[file]) == 1 { // else the last byte has not been read
		_, _ = syscall.Write(int(file), []byte{0})
	}
}

// isInTheAir tells whether a call goes on.
func isInTheAir(number int64) bool {
	flights.Lock()
	defer flights.Unlock()
	return flights.by[number] != nil
}

// nextLanded returns the number of a call that is over, once; 0: there is no other.
func nextLanded(file int32) int64 {
	flights.Lock()
	defer flights.Unlock()
	all := flights.landed[file]
	if len(all) == 0 {
		return 0
	}
	if len(all) == 1 {
		delete(flights.landed, file)
	} else {
		flights.landed[file] = all[1:]
	}
	return all[0]
}

// cancelFlight cancels the context of a call, unless that is over.
func cancelFlight(number int64) {
	flights.Lock()
	defer flights.Unlock()
	if f := flights.by[number]; f != nil {
		f.isCancelled = true
		if f.cancel != nil {
			f.cancel()
		}
	}
}

// begin has a call be cancelled by its number.
func begin(number int64, cancel func()) {
	flights.Lock()
	defer flights.Unlock()
	f := flights.by[number]
	f.cancel = cancel
	if f.isCancelled {
		cancel()
	}
}
