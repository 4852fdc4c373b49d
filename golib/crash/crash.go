// Package crash keeps what a dying process has to say.
//
// A panic that leaves a C library ends the whole process, and a notebook's kernel takes its last words with it.
// Every library that gomagic builds imports this package: when it is loaded while GOMAGIC_CRASH_FOLDER names a folder,
// the trace of a fatal panic is also appended to <folder>/<process id>.txt. The file is gomagic's; this package never
// reads or removes it.
package crash

import (
	"os"
	"runtime/debug"
	"strconv"
	"syscall"

	_ "gomagic/golib/environ" // Python has set Folder after the process began
)

// Folder is the environment variable that names the folder. A variable, and not a call: a library's init runs in a
// thread of its own, and may panic before C could call anything.
const Folder = "GOMAGIC_CRASH_FOLDER"

func init() {
	if folder := os.Getenv(Folder); folder != "" {
		record(folder + "/" + strconv.Itoa(os.Getpid()) + ".txt")
	}
}

// record has the trace of a later fatal panic appended to the named file, which is made now: one that cannot be is no
// reason to refuse the library, the trace then goes to stderr alone.
func record(name string) error {
	// Not os.OpenFile: it would start Go's poller, which holds two more descriptors to the end.
	fd, err := syscall.Open(name, syscall.O_APPEND|syscall.O_CREAT|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), name)
	defer f.Close()
	if divert(name) {
		return nil
	}
	return debug.SetCrashOutput(f, debug.CrashOptions{}) // which keeps a duplicate
}
