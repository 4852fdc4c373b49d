// Package caller plays Python's part in the tests of allocator, whose files cannot import "C" themselves: it has C
// functions that give or refuse memory, and remembers what they were asked for.
package caller

// #include <stdint.h>
// #include <stdlib.h>
//
// struct { char code; int64_t n; int64_t times; } asked;
//
// static void note(char code, int64_t n) {
// 	asked.code = code;
// 	asked.n = n;
// 	asked.times++;
// }
//
// void *give(char code, int64_t n) {
// 	note(code, n);
// 	return n == 0 ? NULL : calloc(n, 8);
// }
//
// void *refuse(char code, int64_t n) {
// 	note(code, n);
// 	return NULL;
// }
import "C"

import "unsafe"

// Request is what the callbacks were asked for last, and how often they were called since Reset.
type Request struct {
	Code  byte
	N     int
	Times int
}

// Give returns the address of a callback with 8 bytes of zeros for each element, and nil for none. Free ends them.
func Give() unsafe.Pointer { return unsafe.Pointer(C.give) }

// Refuse returns the address of a callback that has no memory.
func Refuse() unsafe.Pointer { return unsafe.Pointer(C.refuse) }

// Asked returns the last request.
func Asked() Request {
	return Request{Code: byte(C.asked.code), N: int(C.asked.n), Times: int(C.asked.times)}
}

// Reset forgets all requests.
func Reset() {
	C.asked.code, C.asked.n, C.asked.times = 0, 0, 0
}

// Free gives back memory that came from Give.
func Free(memory unsafe.Pointer) { C.free(memory) }
