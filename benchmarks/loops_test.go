package main

import "testing"

var numbers [100_000]float64

func BenchmarkNoop(b *testing.B) {
	for b.Loop() {
		Noop()
	}
}

func BenchmarkPi(b *testing.B) {
	for b.Loop() {
		Pi(20_000)
	}
}

func BenchmarkHash(b *testing.B) {
	text := [5000]byte{1}
	for b.Loop() {
		Hash(&text[0], len(text))
	}
}

func BenchmarkShuffle(b *testing.B) {
	for b.Loop() {
		Shuffle(&numbers[0], len(numbers), 1)
	}
}

func BenchmarkSum(b *testing.B) {
	for b.Loop() {
		Sum(&numbers[0], len(numbers))
	}
}

func BenchmarkDot(b *testing.B) {
	for b.Loop() {
		Dot(&numbers[0], &numbers[0], len(numbers))
	}
}

func TestShuffleMovesNumbersAndLosesNone(t *testing.T) {
	xs := [5]float64{0, 1, 2, 3, 4}
	Shuffle(&xs[0], len(xs), 1)
	seen := [5]bool{}
	for _, x := range xs {
		seen[int(x)] = true
	}
	if seen != [5]bool{true, true, true, true, true} || xs == [5]float64{0, 1, 2, 3, 4} {
		t.Fatalf("shuffled to %v", xs)
	}
}
