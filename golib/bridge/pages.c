/* To load and start a library takes reading nearly all of its file, and it would stay resident: 2.2 of the 3.6 MiB that a cell
   of one line adds to a process. 1.4 MiB of them are given back here in 50 us, and the next calls take some 50 us to find what
   they need again. Those calls bring 0.9 MiB back, as the system reads 64 KiB and more around each page. That is given back
   when the next cell is loaded, in 35 us: a reader goes on with that one, and a call of another takes 10 us more, once. A cell
   adds 1.4 MiB then. Without this file that much more is resident, and nothing else is different. */
#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "pages.h"

#ifdef __linux__
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden"))); /* the linker's */
extern void crosscall2(void (*go)(void *), void *argument, int size, size_t context); /* the way into Go, see call.h */

/* Whether a page is as it is in the file: the linker, a debugger or we ourselves may have written to it, which would be lost.
   seen: what /proc/self/pagemap says. */
static int is_as_in_file(uint64_t seen) { return seen >> 61 & 1; }

/* Those of a segment, up to the last whole page. pagemap: eight bytes a page. */
static void give_back_segment(int pagemap, uintptr_t from, uintptr_t to) {
	uintptr_t page = sysconf(_SC_PAGESIZE);
	uint64_t seen[512];
	for (from = (from + page - 1) / page * page; from + page <= to;) {
		size_t n = (to - from) / page, got;
		if (n > sizeof seen / sizeof *seen) n = sizeof seen / sizeof *seen;
		ssize_t bytes = pread(pagemap, seen, n * sizeof *seen, from / page * sizeof *seen);
		if (bytes < (ssize_t)sizeof *seen) return;
		got = bytes / sizeof *seen;
		for (size_t i = 0, first = 0; i <= got; i++) {
			if (i < got && is_as_in_file(seen[i])) continue;
			if (i > first) madvise((void *)(from + first * page), (i - first) * page, MADV_DONTNEED);
			first = i + 1;
		}
		from += got * page;
	}
}

enum { MOST_SEGMENTS = 32 };

/* Of this library, whose addresses count from its header. That tells of the segments, and lies in the first one: it is read
   before, or 64 KiB would be back. So would they of every other library with dl_iterate_phdr. */
static void give_back(int pagemap) {
	const char *start = (const char *)&__ehdr_start;
	ElfW(Phdr) segments[MOST_SEGMENTS];
	size_t n = __ehdr_start.e_phnum;
	if (n > MOST_SEGMENTS) return;
	memcpy(segments, start + __ehdr_start.e_phoff, n * sizeof *segments);
	for (size_t i = 0; i < n; i++) {
		uintptr_t from = (uintptr_t)start + segments[i].p_vaddr;
		if (segments[i].p_type == PT_LOAD && !(segments[i].p_flags & PF_W)) give_back_segment(pagemap, from, from + segments[i].p_filesz);
	}
}

/* Whether Go has been entered since they were given back the last time. To ask that of one page takes 3 us, of all 30. */
static int is_in_use(int pagemap) {
	uint64_t seen;
	off_t entry = (uintptr_t)crosscall2 / sysconf(_SC_PAGESIZE) * sizeof seen;
	return pread(pagemap, &seen, sizeof seen, entry) == sizeof seen && seen >> 63;
}

void gomagic_give_back_pages(void) {
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pagemap < 0) return;
	if (is_in_use(pagemap)) give_back(pagemap);
	close(pagemap);
}
#else
void gomagic_give_back_pages(void) {}
#endif
