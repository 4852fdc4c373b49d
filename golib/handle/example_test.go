package handle_test

import (
	"fmt"

	"gomagic/golib/handle"
)

var tallies handle.Table[map[string]int]

// NewTally, Count and CloseTally are what a cell would export.
func NewTally() uintptr { return tallies.Put(map[string]int{}) }

func Count(h uintptr, word string) int {
	tally, ok := tallies.Get(h)
	if !ok {
		return -1
	}
	tally[word]++
	return tally[word]
}

func CloseTally(h uintptr) bool {
	_, ok := tallies.Delete(h)
	return ok
}

func Example() {
	h := NewTally()
	fmt.Println(Count(h, "Gentoo"), Count(h, "Gentoo"))
	fmt.Println(CloseTally(h), CloseTally(h))
	fmt.Println(Count(h, "Gentoo"))
	// Output:
	// 1 2
	// true false
	// -1
}
