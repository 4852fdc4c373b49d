//go:build !linux || go1.28 || newergo

package crash

// divert returns false: here debug.SetCrashOutput keeps a descriptor of the file, and gomagic names a fatal error by the
// functions of its trace.
func divert(name string) bool { return false }
