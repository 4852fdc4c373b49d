"""The two cells that are timed, each with a first call that checks its result."""

import itertools
import time
from dataclasses import dataclass

_edits = itertools.count(int(time.time()) % 10**7 * 100)  # Go's build cache has not seen these before


@dataclass(frozen=True)
class Sample:
    """A cell and its first call; in both, NAME stands for the library and EDIT for a number that changes."""

    name: str
    go: str
    call: str

    def edited(self):
        """Return the same sample with another number in it."""
        number = str(next(_edits))
        return Sample(self.name, self.go.replace("EDIT", number), self.call.replace("EDIT", number))

    def cells(self, magic, *options):
        """Return the two cells of a notebook in which `magic` (`%%go`) builds the sample."""
        name = f"{self.name}_{magic.strip('%')}"
        return f"{' '.join([magic, name, *options])}\n{self.go}", self.call.replace("NAME", name)


TINY = Sample(
    "tiny",
    """\
package main

import "C"

//export Add
func Add(a, b C.int) C.int { return a + b + EDIT }

func main() {}
""",
    "assert NAME.Add(20, 22) == 42 + EDIT",
)

MEDIUM = Sample(
    "medium",
    """\
package main

import "C"
import (
	"fmt"
	"sort"
	"strings"
)

func sieve(limit int) []int {
	composite := make([]bool, limit)
	var primes []int
	for n := 2; n < limit; n++ {
		if composite[n] {
			continue
		}
		primes = append(primes, n)
		for m := n * n; m < limit; m += n {
			composite[m] = true
		}
	}
	return primes
}

func digitSum(n int) int {
	if n < 10 {
		return n
	}
	return n%10 + digitSum(n/10)
}

//export Count
func Count(limit C.int) C.int { return C.int(len(sieve(int(limit)))) + EDIT }

//export Report
func Report(limit C.int) *C.char {
	primes := sieve(int(limit))
	sort.Slice(primes, func(i, j int) bool { return digitSum(primes[i]) < digitSum(primes[j]) })
	words := make([]string, len(primes))
	for i, p := range primes {
		words[i] = fmt.Sprintf("%d:%d", digitSum(p), p)
	}
	sort.Strings(words)
	return C.CString(strings.Join(words, " "))
}

func main() {}
""",
    """\
import ctypes
NAME.Report.restype = ctypes.c_char_p  # the string is never freed: it is read once
assert NAME.Report(14) == b"2:11 2:2 3:3 4:13 5:5 7:7"
assert NAME.Count(100) == 25 + EDIT
""",
)

PLAIN_TINY = Sample(
    "tiny",
    """\
func Add(a, b int) int { return a + b + EDIT }
""",
    TINY.call,
)

PLAIN_MEDIUM = Sample(
    "medium",
    MEDIUM.go.split("//export")[0].replace("package main\n\n", "").replace('import "C"\n', "")
    + """\
func Count(limit int) int { return len(sieve(limit)) + EDIT }

func Report(limit int) string {
	primes := sieve(limit)
	sort.Slice(primes, func(i, j int) bool { return digitSum(primes[i]) < digitSum(primes[j]) })
	words := make([]string, len(primes))
	for i, p := range primes {
		words[i] = fmt.Sprintf("%d:%d", digitSum(p), p)
	}
	sort.Strings(words)
	return strings.Join(words, " ")
}
""",
    """\
assert NAME.Report(14) == "2:11 2:2 3:3 4:13 5:5 7:7"
assert NAME.Count(100) == 25 + EDIT
""",
)
