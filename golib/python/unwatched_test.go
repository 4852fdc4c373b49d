//go:build !race && !asan

package python_test

const watched = false
