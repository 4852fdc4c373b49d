package bridge

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

type thing struct{ n int }

func given(p *thing) (h Handle[thing]) {
	h.Set(p)
	return h
}

// dropped is what C does when Python's last reference is gone.
func dropped[T any](h Handle[T], times int) {
	n := filled.Load()
	ring := (*[1024][2]uint64)(unsafe.Add(unsafe.Pointer(filled), 16))
	ring[n%1024] = [2]uint64{h.number, uint64(times)}
	filled.Add(1)
}

func TestANilPointerIsZero(t *testing.T) {
	if h := given(nil); h.number != 0 || h.Get() != nil {
		t.Error(h)
	}
}

func TestTheSamePointerHasTheSameNumber(t *testing.T) {
	p, before := &thing{1}, liveObjects()
	a, b := given(p), given(p)
	if a != b || a.Get() != p || a == given(&thing{1}) {
		t.Error(a, b)
	}
	if n := liveObjects(); n != before+2 {
		t.Error(n)
	}
}

func TestAPointerToTheFirstFieldIsAnother(t *testing.T) {
	p := &struct{ thing }{}
	var outer Handle[struct{ thing }]
	outer.Set(p)
	if inner := given(&p.thing); inner.number == outer.number || inner.Get() != &p.thing {
		t.Error(inner, outer)
	}
}

func TestAHandleIsForgottenWhenAllThatWereGivenAreDropped(t *testing.T) {
	before := liveObjects()
	h := given(&thing{1})
	given(h.Get())
	dropped(h, 1) // while the other is on its way to Python
	if n := liveObjects(); n != before+1 || h.Get().n != 1 {
		t.Fatal(n)
	}
	dropped(h, 1)
	if n := liveObjects(); n != before {
		t.Error(n)
	}
}

func TestWhatIsForgottenIsFreed(t *testing.T) {
	freed := make(chan bool, 1)
	h := func() Handle[thing] {
		p := &thing{}
		runtime.SetFinalizer(p, func(*thing) { freed <- true })
		return given(p)
	}()
	runtime.GC()
	if len(freed) > 0 {
		t.Fatal("freed while Python has it")
	}
	dropped(h, 1)
	liveObjects()
	runtime.GC()
	<-freed
}

func TestAnOldNumberIsRefused(t *testing.T) {
	h := given(&thing{1})
	dropped(h, 1)
	liveObjects()
	again := given(&thing{2})
	if uint32(again.number) != uint32(h.number) || again.number == h.number {
		t.Fatalf("%x %x", h.number, again.number)
	}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.HasPrefix(said, "gomagic: there is no handle 0x") {
			t.Error(said)
		}
	}()
	h.Get()
}

func TestManyHandlesComeAndGo(t *testing.T) {
	before := liveObjects()
	for range 3 {
		all := make([]Handle[thing], 5000)
		for i := range all {
			all[i] = given(&thing{i})
		}
		for i, h := range all {
			if h.Get().n != i {
				t.Fatal(i)
			}
		}
		for i, h := range all {
			if i%1000 == 0 {
				gomagic_forget_dropped()
			}
			dropped(h, 1)
		}
	}
	if n := liveObjects(); n != before {
		t.Error(n)
	}
}

func TestManyThreadsMayAskAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 2000 {
				if p := (&thing{i}); given(p).Get() != p {
					t.Error(i)
				}
			}
		})
	}
	all.Wait()
}

type base struct{ n int }
type middle struct{ *base }
type outer struct {
	sync.Mutex
	*middle
}
type loop struct {
	*loop // which leads nowhere, or round and round
	base
}

func TestAHandleStandsForWhatItsValueEmbeds(t *testing.T) {
	value := &outer{middle: &middle{&base{3}}}
	var h Handle[outer]
	h.Set(value)
	if got := Handle[base](h).Get(); got != value.base {
		t.Error(got)
	}
	if got := Handle[sync.Mutex](h).Get(); got != &value.Mutex {
		t.Error(got)
	}
	value.middle = nil
	if got := Handle[base](h).Get(); got != nil {
		t.Error(got)
	}
	var cyclic Handle[loop]
	cyclic.Set(&loop{loop: &loop{}, base: base{4}})
	if got := Handle[base](cyclic).Get(); got.n != 4 {
		t.Error(got)
	}
	defer func() {
		if said := fmt.Sprint(recover()); said != "gomagic: a *bridge.outer embeds no bridge.thing" {
			t.Error(said)
		}
	}()
	Handle[thing](h).Get()
}
