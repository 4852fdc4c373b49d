//go:build goexperiment.simd && amd64

// Package simd adds up as NumPy does, several numbers by one instruction: what Go's experiment of 1.26 makes possible.
package simd

import "simd/archsimd"

// Has tells whether this processor has the instructions.
func Has() bool { return archsimd.X86.AVX() }

// Sum of numbers, eight of which are added at a time.
func Sum(xs []float64) (total float64) {
	var a, b archsimd.Float64x4
	for ; len(xs) >= 8; xs = xs[8:] {
		a = a.Add(archsimd.LoadFloat64x4Slice(xs))
		b = b.Add(archsimd.LoadFloat64x4Slice(xs[4:]))
	}
	var four [4]float64
	a.Add(b).Store(&four)
	for _, x := range four {
		total += x
	}
	for _, x := range xs {
		total += x
	}
	return total
}
