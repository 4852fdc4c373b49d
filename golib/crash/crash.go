// Package crash keeps what a dying process has to say.
//
// A panic that leaves a C library ends the whole process, and a notebook's kernel takes its last words with it.
// Every library that gomagic builds imports this package: when it is loaded while GOMAGIC_CRASH_FILE names a file,
// the trace of a fatal panic is also appended there. The file is gomagic's; this package never reads or removes it.
package crash

import (
	"os"
	"runtime/debug"
)

// File is the environment variable that names the file.
const File = "GOMAGIC_CRASH_FILE"

func init() {
	if name := os.Getenv(File); name != "" {
		record(name)
	}
}

// record appends the trace of a later fatal panic to the named file. A file that cannot be opened is no reason to
// refuse the library: the trace then goes to stderr alone.
func record(name string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close() // SetCrashOutput keeps a duplicate
	return debug.SetCrashOutput(f, debug.CrashOptions{})
}
