// Added to cmd/link/internal/ld by gomagic/build/golink.py: the linker reads what a library will consist of while the
// rest of it is still being compiled.

package ld

import (
	"cmd/internal/goobj"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// The packages to be read first, with spaces between them: the linker waits then for a byte of its input, reads the
	// rest, and leaves the last command of the link to who has called it. Else it is the linker that Go comes with.
	aheadVariable = "GOMAGIC_LINK_AHEAD"
	aheadPatience = 5 * time.Minute // a process that was forked meanwhile may hold the other end of the input
	aheadUnneeded = 3
	aheadRoom     = 40 << 20 // what a small program takes
	aheadDone     = "linked\n"
)

var isAhead bool

// Memory in large pages: in small ones, to be given some 6,000 of them takes a tenth of the time. The heap has them from
// here on, without any of them being touched now.
func init() {
	if _, isAhead = os.LookupEnv(aheadVariable); isAhead {
		room := make([]byte, aheadRoom)
		syscall.Madvise(room, syscall.MADV_HUGEPAGE) // if the system can
		runtime.KeepAlive(room)
		runtime.GC()
	}
}

// readAhead reads packages ahead, if it is told to, and then all others; it returns how many have been read.
func (ctxt *Link) readAhead() int {
	if !isAhead {
		return 0
	}
	for _, name := range strings.Fields(os.Getenv(aheadVariable)) {
		addlib(ctxt, "command line", "command line", name, goobj.FingerprintType{})
	}
	read := ctxt.readFrom(1) // the first of all is the program
	ctxt.loader.DefineAhead()
	hosts, directives := len(hostobj), len(ctxt.cgodata)
	ctxt.await()
	loadobjfile(ctxt, ctxt.Library[0])
	read = ctxt.readFrom(read)
	// As if it had been read first.
	hostobj = slices.Concat(hostobj[hosts:], hostobj[:hosts])
	ctxt.cgodata = slices.Concat(ctxt.cgodata[directives:], ctxt.cgodata[:directives])
	return read
}

// readFrom reads the libraries from the one with this number on, and those that they import; it returns their count.
func (ctxt *Link) readFrom(number int) int {
	for ; number < len(ctxt.Library); number++ {
		loadobjfile(ctxt, ctxt.Library[number])
	}
	return number
}

// await returns when there is a byte of input. Without one there is nothing to link.
func (ctxt *Link) await() {
	timer := time.AfterFunc(aheadPatience, func() { os.Exit(aheadUnneeded) })
	if n, _ := os.Stdin.Read(make([]byte, 1)); n == 0 {
		os.Exit(aheadUnneeded)
	}
	timer.Stop()
}

// leavesHostLink tells whether the caller runs the last command. What that reads is all there then, and the caller is
// told so: it need not wait until this process is gone.
func (ctxt *Link) leavesHostLink() bool {
	if isAhead && nerrors == 0 {
		ctxt.hostobjCopy()
		ctxt.Bso.Flush()
		os.Stdout.WriteString(aheadDone)
		os.Stdout.Close()
		os.Stderr.Close()
	}
	return isAhead
}
