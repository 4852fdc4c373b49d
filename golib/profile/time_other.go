//go:build go1.28 || newergo

package profile

// KnowsTime is whether there are profiles of time.
const KnowsTime = false

// StartTime returns false.
func StartTime() bool { return false }

// StopTime returns nil.
func StopTime() Samples { return nil }

// Follow does nothing.
func Follow() {}
