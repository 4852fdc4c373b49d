package bridge

import "fmt"

// Go's linker leaves out what cannot be reached from what it links. C and bridge's services can reach nearly all of bridge, and
// by it fmt, reflect, context and time, which a cell of numbers has no use for: a fifth of its code, 8 of the 80 ms that
// Go's linker and ld work on it, and a tenth of the memory that it takes. So what C or a service wants of a value is an
// interface's method where some cells have no such value (leaving, passable, fromPython), and what some cells do not want at
// all they reach by variables. cellgen has a cell call these functions if it wants that, in doubt too. To do without, call all
// of them in init.

// ofHandles is what a cell has that gives Python handles on values of its types.
var ofHandles = struct {
	equal func(a, b uint64) bool
	hash  func(number uint64) (hash uint64, ok bool)
}{
	func(uint64, uint64) bool { return false },
	func(uint64) (uint64, bool) { return 0, false },
}

// Handles is for such a cell.
func Handles() {
	ofHandles.equal = func(a, b uint64) bool { return equal(valueOfHandle(a), valueOfHandle(b), 0) }
	ofHandles.hash = func(number uint64) (uint64, bool) { return hashOf(valueOfHandle(number)) }
	copy(table[len(services):], streaming[:])
}

// Contexts is for a cell with functions that take one.
func Contexts() { limitByContext = (*mapping).withContext }

// Words is for a cell that may panic with what is neither an error nor a text or number of Go's own types.
func Words() { sprint = func(value any) string { return fmt.Sprint(value) } }
