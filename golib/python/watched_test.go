//go:build race || asan

package python_test

// watched tells whether the tests run under a detector, which takes memory of its own.
const watched = true
