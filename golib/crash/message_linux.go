//go:build !go1.28 && !newergo

package crash

import (
	"syscall"
	"unsafe"
)

// file is where the runtime writes to besides stderr, as it dies. It is opened then: a process may hold two hundred libraries,
// and each would hold a descriptor for what hardly ever happens.
var file struct {
	name [4 << 10]byte
	fd   uintptr // 0: not opened yet
}

// none is the number by which the runtime knows the file: no descriptor has it.
const none = 1 << 30

// setCrashFD is what debug.SetCrashOutput sets. Newer versions of Go than this was tried with do without: see message_other.go.
//
//go:linkname setCrashFD runtime.setCrashFD
func setCrashFD(fd uintptr) uintptr

// message is the first line of what Go says of a fatal error that is no panic. Go writes it before it counts the process
// as dying, and until then to stderr alone: the file would begin without it.
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

// overrideWrite is what the runtime writes by, if it is set: to stderr, to what setCrashFD names, and to wake its poller.
//
//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// divert has the trace written to the named file, with the first line of what is fatal. It returns false if it cannot.
func divert(name string) bool {
	if overrideWrite != nil || len(name) >= len(file.name) {
		return false
	}
	copy(file.name[:], name)
	overrideWrite = write
	setCrashFD(none)
	return true
}

// write is the runtime's own, which calls it wherever it is: on a signal's stack, without a goroutine, while memory is
// being collected. So nothing here may allocate, grow the stack, or be watched.
//
//go:nosplit
//go:norace
//go:nocheckptr
func write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	switch fd {
	case stderr:
		note(p, int(n))
	case none:
		fd = opened()
		if !message.isSaved {
			message.isSaved = true
			syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&message.text)), uintptr(message.n))
		}
	}
	written, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(p), uintptr(n))
	if errno != 0 {
		return -int32(errno)
	}
	return int32(written)
}

// opened is the descriptor of the file; what is written to none of them, where there are no more to be had, is lost.
//
//go:nosplit
//go:norace
//go:nocheckptr
func opened() uintptr {
	if file.fd == 0 {
		const flags = syscall.O_APPEND | syscall.O_CREAT | syscall.O_WRONLY | syscall.O_CLOEXEC
		here := -100 // AT_FDCWD, which package syscall keeps to itself
		fd, _, errno := syscall.RawSyscall6(syscall.SYS_OPENAT, uintptr(here), uintptr(unsafe.Pointer(&file.name)), flags, 0o600, 0, 0)
		if file.fd = fd; errno != 0 {
			file.fd = none
		}
	}
	return file.fd
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
