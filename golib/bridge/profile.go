package bridge

import (
	"slices"
	"unsafe"

	"gomagic/golib/profile"
)

// registered is the cell's part of the table.
var registered []func(block unsafe.Pointer)

var unfollowed []func(block unsafe.Pointer)

// beginProfile begins a profile of what the cell allocates, or of its time; it returns false if one is under way. In one of
// time, threads of Python's make themselves known as they call the cell: what another thread reads of the table meanwhile
// is one or the other, and both are right.
func beginProfile(memory bool) bool {
	if memory {
		return profile.StartMemory()
	}
	if !profile.StartTime() {
		return false
	}
	unfollowed = slices.Clone(registered)
	for i, shim := range unfollowed {
		registered[i] = func(block unsafe.Pointer) {
			profile.Follow()
			shim(block)
		}
	}
	return true
}

// endProfile returns what the profile has seen.
func endProfile(memory bool) string {
	if memory {
		return profile.StopMemory().String()
	}
	copy(registered, unfollowed)
	return profile.StopTime().String()
}
