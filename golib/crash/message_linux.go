package crash

import (
	"syscall"
	"unsafe"
)

// message is the first line of what Go says of a fatal error that is no panic. Go writes it before it counts the process
// as dying, and until then to stderr alone: the file that SetCrashOutput names would begin without it.
var message struct {
	text    [1 << 10]byte
	n       int
	isOpen  bool // its end has not been written yet
	isSaved bool
}

const (
	stderr = 2
	opens  = "fatal error: "
)

// overrideWrite is what the runtime writes by, if it is set: to stderr, and to the file of SetCrashOutput.
//
//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// saveMessage has what comes first of a fatal error written to the file of SetCrashOutput, too.
func saveMessage() {
	if overrideWrite == nil {
		overrideWrite = write
	}
}

// write is the runtime's own, which calls it wherever it is: on a signal's stack, without a goroutine, while memory is
// being collected. So nothing here may allocate, grow the stack, or be watched.
//
//go:nosplit
//go:norace
//go:nocheckptr
func write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if fd == stderr {
		note(p, int(n))
	} else if !message.isSaved {
		message.isSaved = true
		syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&message.text)), uintptr(message.n))
	}
	written, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(p), uintptr(n))
	if errno != 0 {
		return -int32(errno)
	}
	return int32(written)
}

// note keeps a piece of the message; the runtime prints its beginning, its lines and its end one by one.
//
//go:nosplit
//go:norace
//go:nocheckptr
func note(p unsafe.Pointer, n int) {
	if n == len(opens) && starts(p) {
		message.n, message.isOpen = 0, true
	}
	if !message.isOpen {
		return
	}
	for i := 0; i < n && message.n < len(message.text); i++ {
		message.text[message.n] = *(*byte)(unsafe.Add(p, i))
		message.n++
	}
	message.isOpen = n != 1 || *(*byte)(p) != '\n'
}

//go:nosplit
//go:norace
//go:nocheckptr
func starts(p unsafe.Pointer) bool {
	for i := 0; i < len(opens); i++ {
		if *(*byte)(unsafe.Add(p, i)) != opens[i] {
			return false
		}
	}
	return true
}
