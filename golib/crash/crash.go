// Package crash keeps what a dying process has to say.
//
// A panic that leaves a C library ends the whole process, and a notebook's kernel takes its last words with it.
// Every library that gomagic builds imports this package: when it is loaded while GOMAGIC_CRASH_FOLDER names a folder,
// the trace of a fatal panic is also appended to <folder>/<process id>.txt. The file is gomagic's; this package never
// reads or removes it.
package crash

/*
#include <stdlib.h>
*/
import "C"

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"syscall"
	"unsafe"
)

// Folder is the environment variable that names the folder. A variable, and not a call: a library's init runs in a
// thread of its own, and may panic before C could call anything.
const Folder = "GOMAGIC_CRASH_FOLDER"

func init() {
	if folder := getenv(Folder); folder != "" {
		record(filepath.Join(folder, strconv.Itoa(os.Getpid())+".txt"))
	}
}

// getenv asks C. A Go library takes its environment from where the process started, so os.Getenv does not see what
// Python has set since.
func getenv(name string) string {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	return C.GoString(C.getenv(cname))
}

// record appends the trace of a later fatal panic to the named file. A file that cannot be opened is no reason to
// refuse the library: the trace then goes to stderr alone.
func record(name string) error {
	// Not os.OpenFile: it would start Go's poller, which holds two more descriptors to the end.
	fd, err := syscall.Open(name, syscall.O_APPEND|syscall.O_CREAT|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), name)
	defer f.Close() // SetCrashOutput keeps a duplicate
	saveMessage()
	return debug.SetCrashOutput(f, debug.CrashOptions{})
}
