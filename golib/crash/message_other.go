//go:build !linux

package crash

// saveMessage does nothing: elsewhere the runtime writes by the system's library, and gomagic names a fatal error by the
// functions of its trace.
func saveMessage() {}
