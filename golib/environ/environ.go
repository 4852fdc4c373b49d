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

static char **changed;

// The length of a variable's name, which may begin with an equals sign, as in Go's syscall; 0 if it has none.
static size_t name_of(const char *variable) {
	const char *end = *variable ? strchr(variable + 1, '=') : NULL;
	return end ? end - variable : 0;
}

// The first variable of a name in a list, which is the one that C and Go read.
static const char *find(char **list, const char *name, size_t n) {
	for (; list && *list; list++)
		if (name_of(*list) == n && !memcmp(*list, name, n)) return *list;
	return NULL;
}

// Note what is to be done while the library is being loaded: Go's init runs in a thread of its own, and Python may go on
// in another meanwhile. Before Go's own constructor, which has no such number. Where it is not known what the process
// began with, all there is counts as new.
__attribute__((constructor(101))) static void compare(int argc, char **argv) {
	char **began = NULL;
	size_t n = 0, m = 0;
#if defined(__GLIBC__) || defined(__APPLE__)
	began = argv + argc + 1; // as Go finds it
#endif
	while (environ && environ[n]) n++;
	while (began && began[m]) m++;
	changed = n ? calloc(n + m + 1, sizeof *changed) : NULL;
	if (!changed) return;
	char **next = changed;
	for (size_t i = 0; i < n; i++) {
		const char *now = environ[i];
		size_t length = name_of(now);
		const char *then = i < m && began[i] == now ? now : find(began, now, length);
		if (length && (!then || strcmp(then, now)) && find(environ, now, length) == now && (*next = strdup(now))) next++;
	}
	for (size_t i = 0; i < m; i++) {
		size_t length = name_of(began[i]);
		if (length && !find(environ, began[i], length) && (*next = strdup(began[i]))) (*next++)[length] = 0;
	}
}

static char *changed_at(size_t i) { return changed ? changed[i] : NULL; }

static void forget(void) {
	for (size_t i = 0; changed && changed[i]; i++) free(changed[i]);
	free(changed);
	changed = NULL;
}
*/
import "C"

import "syscall"

// In a process that has changed little there is little to do: copies of all variables would be 80 KB of each library.
func init() {
	for i := C.size_t(0); ; i++ {
		variable := C.changed_at(i)
		if variable == nil {
			break
		}
		text := C.GoString(variable)
		name, value := split(text)
		if name == "" { // it is one that is gone
			syscall.Unsetenv(text)
			continue
		}
		// What is right already is left alone: Go sets in C, too, where another thread may read.
		if had, found := syscall.Getenv(name); !found || had != value {
			syscall.Setenv(name, value)
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
