package main

import "math"

// growth is a quantity that grows with the arguments of a call: at most fixed, and perByte more for each of their bytes.
// What is counted as a byte is what golib/bridge/call.c counts: numbers and text, also in lists, and the headers of these.
type growth struct{ fixed, perByte float64 }

// boundless is the growth of what the arguments do not bound.
var boundless = growth{math.Inf(1), math.Inf(1)}

func constantly(n float64) growth { return growth{n, 0} }

func (g growth) isBoundless() bool { return math.IsInf(g.fixed, 1) }

func (g growth) plus(others ...growth) growth {
	for _, other := range others {
		g.fixed += other.fixed
		g.perByte += other.perByte
	}
	return g
}

// times is the growth of what happens so many times. What grows with the square of the bytes is boundless.
func (g growth) times(n growth) growth {
	if g.isBoundless() || n.isBoundless() || g.perByte > 0 && n.perByte > 0 {
		return boundless
	}
	return growth{g.fixed * n.fixed, g.fixed*n.perByte + g.perByte*n.fixed}
}

// least is one of two, where the smaller one decides.
func least(g, other growth) growth {
	if g.isBoundless() || g.perByte > 0 && other.perByte == 0 {
		return other
	}
	return g
}

// bytesUntil says with how many bytes it reaches most.
func (g growth) bytesUntil(most float64) float64 {
	switch {
	case g.fixed > most:
		return 0
	case g.perByte == 0:
		return math.Inf(1)
	}
	return (most - g.fixed) / g.perByte
}
