package bridge

import (
	"errors"
	"testing"
)

type sized interface{ size() int }
type named interface{ name() string }

type known struct{ n int }

func (k known) size() int     { return k.n }
func (k *known) name() string { return "known" }

type unknown []int

func (u unknown) size() int { return len(u) }

type unlisted struct{ n int }

func (p *unlisted) size() int    { return p.n }
func (p *unlisted) name() string { return "unlisted" }

type empty struct{}

func (empty) size() int { return 0 }

const knownClass, sizedClass, namedClass = 0, 1, 2

func init() { Classes((*known)(nil), (*sized)(nil), (*named)(nil), (*empty)(nil)) }

func sent[I any](value I) (d Dynamic[I]) {
	d.Set(value)
	return d
}

// back is the way back to Go.
func back[I any](d Dynamic[I]) I { return Face[I]{d.number, uint64(d.is)}.Get() }

func TestANilInterfaceIsZero(t *testing.T) {
	d := sent[sized](nil)
	if d.number != 0 || d.class != 0 || (Face[sized]{}).Get() != nil {
		t.Error(d)
	}
}

func TestAPointerOfAKnownTypeIsTheHandleOnIt(t *testing.T) {
	p := &known{1}
	d := sent[sized](p)
	var h Handle[known]
	h.Set(p)
	if d.class != knownClass || d.number != h.number || back(d) != sized(p) {
		t.Error(d, h)
	}
}

func TestAValueOfAKnownTypeIsCopiedAndComesBackAsAValue(t *testing.T) {
	d := sent[sized](known{2})
	if d.class != knownClass || back(d) != sized(known{2}) {
		t.Fatal(d)
	}
	Handle[known]{d.number}.Get().n = 3
	if got := back(d); got != sized(known{3}) {
		t.Error(got)
	}
	if got := (Face[named]{d.number, ofValue}).Get().name(); got != "known" { // which only a pointer has
		t.Error(got)
	}
	if other := sent[sized](known{2}); other.number == d.number {
		t.Error(other)
	}
}

func TestAValueWithoutSizeIsNoneOfItsPointers(t *testing.T) {
	value, pointer := sent[sized](empty{}), sent[sized](&empty{})
	if back(value) != sized(empty{}) {
		t.Error(value)
	}
	if _, ok := back(pointer).(*empty); !ok {
		t.Error(pointer)
	}
}

func TestAnUnknownTypeHasTheClassOfTheInterface(t *testing.T) {
	p := &unlisted{4}
	d, again, other := sent[sized](p), sent[sized](p), sent[named](p)
	if d.class != sizedClass || d != again || other.class != namedClass || other.number == d.number {
		t.Error(d, again, other)
	}
	if (Face[sized]{other.number, ofHandle}).Get() != sized(p) {
		t.Error(other)
	}
	if list := sent[sized](unknown{1, 2}); list.class != sizedClass || back(list).size() != 2 {
		t.Error(list)
	}
}

func TestANilPointerInAnInterfaceIsKept(t *testing.T) {
	d := sent[sized]((*known)(nil))
	if d.number == 0 || d.class != sizedClass || back(d) != sized((*known)(nil)) {
		t.Error(d)
	}
}

func TestWhatInterfacesHeldIsForgotten(t *testing.T) {
	before := liveObjects()
	for _, value := range []sized{&known{1}, known{1}, unknown{1}, &unlisted{1}, (*unlisted)(nil)} {
		d := sent(value)
		if n := liveObjects(); n != before+1 {
			t.Error(n)
		}
		dropped(Handle[known]{d.number}, 1)
		if n := liveObjects(); n != before {
			t.Error(n)
		}
	}
}

func TestAnErrorComesByAnExceptionOrByAHandle(t *testing.T) {
	failure := errors.New("failure")
	var r Raisable
	r.Set(failure)
	defer release(r.handle)
	if got := (Fault{r.handle, ofException}).Get(); got != failure {
		t.Error(got)
	}
	if got := (Fault{}).Get(); got != nil {
		t.Error(got)
	}
	if got := (Fault{sent[error](failure).number, ofHandle}).Get(); got != failure {
		t.Error(got)
	}
}
