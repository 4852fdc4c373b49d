package bridge

import (
	"runtime"
	"sync/atomic"
)

// baton goes from one goroutine to another, which takes it before it goes on, and back by another baton. To sleep and be woken
// takes ten microseconds or more, and that the other passes it mostly half of one: so whoever takes it looks for it first.
type baton struct {
	state         atomic.Uint32
	wake          chan struct{}
	vain, skipped int // takings in turn for which looking was in vain, and then those without
}

// Of a baton: with nobody, passed, waited for, or not waited for any more.
const (
	away = iota
	passed
	awaited
	givenUp
)

const (
	looks       = 45_000 // some 20 us: with less the other sleeps before who has been woken comes to pass it again
	mostVain    = 8
	mostSkipped = 64
)

func newBaton() baton { return baton{wake: make(chan struct{}, 1)} }

func (b *baton) pass() {
	if b.state.Swap(passed) == awaited {
		b.wake <- struct{}{}
	}
}

// take tells whether it has been taken: it has not if the waiting was cut.
func (b *baton) take() bool {
	if !b.look() && b.state.CompareAndSwap(away, awaited) {
		<-b.wake
		if b.state.CompareAndSwap(givenUp, away) {
			return false
		}
	}
	b.state.Store(away)
	return true
}

// takeSoon is take without sleeping: false if it is not passed while one looks.
func (b *baton) takeSoon() bool {
	if !b.look() {
		return false
	}
	b.state.Store(away)
	return true
}

// cut has who waits for it wait no more.
func (b *baton) cut() {
	if b.state.CompareAndSwap(awaited, givenUp) {
		b.wake <- struct{}{}
	}
}

func (b *baton) isThere() bool { return b.state.Load() == passed }

// areSeveral tells whether the other can run while one looks.
var areSeveral = runtime.GOMAXPROCS(0) > 1

func (b *baton) look() bool {
	if !areSeveral || b.vain >= mostVain && b.skipped < mostSkipped {
		b.skipped++
		return false
	}
	if b.vain >= mostVain {
		b.vain = 0
	}
	for range looks {
		if b.state.Load() == passed {
			b.vain = 0
			return true
		}
	}
	b.vain++
	b.skipped = 0
	return false
}
