// Package environ gives a Go library the environment that the process has when the library is loaded.
//
// Go's runtime takes it from where the process began, so that what Python has set or deleted in os.environ since, TZ
// included, would be as it was then. Every library that gomagic builds imports this package. It needs little else, so
// that its init runs before those of other packages, which may look into the environment.
//
// What the runtime itself reads as it starts, such as GOGC and GOMAXPROCS, is as it was when the process began.
package environ

/*
#include <stdlib.h>
#include <string.h>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
extern char **environ;
#endif

static char **copied;

// Copy the environment while the library is being loaded: Go's init runs in a thread of its own, and Python may go on
// in another meanwhile. Before Go's own constructor, which has no such number.
__attribute__((constructor(101))) static void copy(void) {
	size_t n = 0;
	while (environ && environ[n]) n++;
	copied = calloc(n + 1, sizeof *copied);
	for (size_t i = 0; copied && i < n; i++) copied[i] = strdup(environ[i]);
}

static char *variable_at(size_t i) { return copied ? copied[i] : NULL; }

static void forget(void) {
	for (size_t i = 0; copied && copied[i]; i++) free(copied[i]);
	free(copied);
	copied = NULL;
}
*/
import "C"

import "syscall"

func init() {
	now := map[string]bool{}
	for i := C.size_t(0); ; i++ {
		variable := C.variable_at(i)
		if variable == nil {
			break
		}
		name, value := split(C.GoString(variable))
		if now[name] { // the first of a name is what C reads
			continue
		}
		now[name] = true
		// What is right already is left alone: Go sets in C, too, where another thread may read.
		if had, found := syscall.Getenv(name); name != "" && (!found || had != value) {
			syscall.Setenv(name, value)
		}
	}
	for _, variable := range syscall.Environ() {
		if name, _ := split(variable); len(now) > 0 && !now[name] {
			syscall.Unsetenv(name)
		}
	}
	C.forget()
}

// split parts a variable at its first equals sign; as in Go's syscall, a name may begin with one.
func split(variable string) (name, value string) {
	for i := 1; i < len(variable); i++ {
		if variable[i] == '=' {
			return variable[:i], variable[i+1:]
		}
	}
	return "", ""
}
