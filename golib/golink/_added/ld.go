// Added to cmd/link/internal/ld by gomagic/build/golink.py: the linker reads what a library will consist of while the
// rest of it is still being compiled.

package ld

import (
	"bufio"
	"cmd/internal/goobj"
	"flag"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const (
	// The packages to be read first, with spaces between them: the linker waits then for a line of its input, reads the
	// rest, and leaves the last command of the link to who has called it. Else it is the linker that Go comes with.
	aheadVariable = "GOMAGIC_LINK_AHEAD"
	aheadPatience = 2 * time.Minute // a reader may edit no further; and a process that was forked holds the input as well
	aheadUnneeded = 3
	aheadRoom     = 40 << 20 // what a small program may take
	aheadTaken    = 28 << 20 // what it takes
	aheadPage     = 2 << 20
	aheadPopulate = 23 // MADV_POPULATE_WRITE, of Linux 5.14
	aheadDone     = "linked\n"
)

var isAhead bool

// Memory in large pages: in small ones, to be given some 6,000 of them takes a tenth of the time. The heap has them from
// here on. They are asked for beside all else: a virtual machine whose host has taken them back waits 1 ms for each.
func init() {
	if _, isAhead = os.LookupEnv(aheadVariable); isAhead {
		room := make([]byte, aheadRoom)
		syscall.Madvise(room, syscall.MADV_HUGEPAGE) // if the system can
		go populate(uintptr(unsafe.Pointer(&room[0])))
		runtime.KeepAlive(room)
		runtime.GC()
	}
}

// populate has the system give the memory from an address on, without touching what it holds; the heap begins there.
func populate(address uintptr) {
	for end := address + aheadTaken; address < end; address += aheadPage {
		syscall.Syscall(syscall.SYS_MADVISE, address, aheadPage, aheadPopulate)
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

// await returns when there is a line of input, without which there is nothing to link. In it stand flags that are other
// ones now than at the start, as name=value with a zero byte between them.
func (ctxt *Link) await() {
	timer := time.AfterFunc(aheadPatience, func() { os.Exit(aheadUnneeded) })
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		os.Exit(aheadUnneeded)
	}
	timer.Stop()
	for _, each := range strings.Split(strings.TrimSuffix(line, "\n"), "\x00") {
		if name, value, found := strings.Cut(each, "="); found {
			if err := flag.Set(name, value); err != nil {
				Exitf("-%s: %v", name, err)
			}
		}
	}
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
