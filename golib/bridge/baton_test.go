package bridge

import (
	"testing"
	"time"
)

func TestABatonGoesFromOneToTheOtherAndBack(t *testing.T) {
	there, back := newBaton(), newBaton()
	turn, rounds := 0, 3*(mostVain+mostSkipped)
	pause := func(i int) { // so that each finds the other looking, asleep, and there already
		if i%3 == 0 {
			time.Sleep(100 * time.Microsecond)
		}
	}
	go func() {
		for i := range rounds {
			there.take()
			if turn != 2*i+1 {
				t.Error("turn", turn)
			}
			pause(i)
			turn++
			back.pass()
		}
	}()
	for i := range rounds {
		pause(i + 1)
		turn++
		there.pass()
		back.take()
		if turn != 2*i+2 {
			t.Fatal("turn", turn)
		}
	}
}
