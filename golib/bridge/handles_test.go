package bridge

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

type pointed struct{ n int }

func (p *pointed) Error() string { return "pointed " + strconv.Itoa(p.n) }

type valued struct{ n int }

func (v valued) Error() string { return "valued " + strconv.Itoa(v.n) }

type claims struct{}

func (claims) Error() string { return "claims" }
func (claims) As(target any) bool {
	v, ok := target.(*valued)
	if ok {
		v.n = 9
	}
	return ok
}

type several []error

func (s several) Error() string   { return "several" }
func (s several) Unwrap() []error { return s }

func TestHoldKeepsAnErrorUntilItIsReleased(t *testing.T) {
	h := Hold(io.EOF)
	if h == 0 || Held(h) != io.EOF {
		t.Fatal(h, Held(h))
	}
	release(h)
	if Held(h) != nil {
		t.Error("still held")
	}
	if Hold(nil) != 0 || Held(0) != nil {
		t.Error("0 is no error's handle")
	}
	release(h) // once more does no harm
}

func TestHandlesAreSafeForManyGoroutines(t *testing.T) {
	before := len(handles.held)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 1000 {
				h := Hold(valued{n*1000 + i})
				if got := Held(h); got != (valued{n*1000 + i}) {
					t.Error(got)
				}
				release(h)
			}
		})
	}
	all.Wait()
	if len(handles.held) != before {
		t.Errorf("%d handles are left", len(handles.held)-before)
	}
}

func asHeld[T any](t *testing.T, err error, as func(uint64) (T, bool)) (T, bool) {
	t.Helper()
	h := Hold(err)
	defer release(h)
	return as(h)
}

func TestAsFindsAPointerErrorAsErrorsAsDoes(t *testing.T) {
	for _, err := range []error{&pointed{3}, fmt.Errorf("w: %w", &pointed{3}), errors.Join(io.EOF, &pointed{3})} {
		if got, ok := asHeld(t, err, As[pointed]); !ok || got.n != 3 {
			t.Error(err, got, ok)
		}
	}
	for _, err := range []error{io.EOF, (*pointed)(nil), valued{3}} {
		if got, ok := asHeld(t, err, As[pointed]); ok || got.n != 0 {
			t.Error(got, ok)
		}
	}
}

func TestAsValueFindsAnErrorByValueAndByPointer(t *testing.T) {
	for _, err := range []error{valued{3}, &valued{3}, fmt.Errorf("w: %w", valued{3}), several{nil, io.EOF, &valued{3}}} {
		if got, ok := asHeld(t, err, AsValue[valued]); !ok || got.n != 3 {
			t.Error(err, got, ok)
		}
	}
	if got, ok := asHeld(t, fmt.Errorf("w: %w", claims{}), AsValue[valued]); !ok || got.n != 9 {
		t.Error("an As method is not asked", got, ok)
	}
	for _, err := range []error{io.EOF, (*valued)(nil), several{}} {
		if got, ok := asHeld(t, err, AsValue[valued]); ok {
			t.Error(got, ok)
		}
	}
}

func TestUnwrapLeavesOutWhatIsNil(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{io.EOF, 0}, {fmt.Errorf("%w", io.EOF), 1}, {errors.Join(io.EOF, io.EOF), 2}, {several{nil, io.EOF, nil}, 1},
	}
	for _, test := range tests {
		if got := unwrap(test.err); len(got) != test.want {
			t.Errorf("%v: %v", test.err, got)
		}
	}
}

func TestKinSetsABitForEachFamily(t *testing.T) {
	_, notThere := os.Open("/no/such/file")
	_, syntax := strconv.Atoi("x")
	_, tooLarge := strconv.ParseInt("300", 10, 8)
	tests := map[error]uint64{
		fs.ErrNotExist: 1 << 0, notThere: 1 << 0, fs.ErrExist: 1 << 1, fs.ErrPermission: 1 << 2, io.EOF: 1 << 3,
		io.ErrUnexpectedEOF: 1 << 3, os.ErrDeadlineExceeded: 1 << 4, syntax: 1 << 5, tooLarge: 1 << 6,
		errors.New("other"): 0, errors.Join(io.EOF, fs.ErrExist): 1<<3 | 1<<1,
	}
	for err, want := range tests {
		if got := kin(err, false); got != want {
			t.Errorf("%v: %b, want %b", err, got, want)
		}
	}
}

func TestShownSurvivesTextThatPanics(t *testing.T) {
	if got := shown((*pointed)(nil)); got != "(*bridge.pointed) whose own text panics" {
		t.Error(got)
	}
	if got := shown(3.5) + shown(valued{1}); got != "3.5valued 1" {
		t.Error(got)
	}
}

func TestACallThatPanicsLeavesItsValueAndTrace(t *testing.T) {
	Register(func(unsafe.Pointer) { panic("no") })
	defer func() { table = table[:len(table)-1] }()
	h := Head{shim: len(table) - 1}
	run(unsafe.Pointer(&h))
	defer release(h.panicked)
	what, ok := held(h.panicked).(*caught)
	if !ok || what.value != "no" || !strings.Contains(string(what.stack), "TestACallThatPanics") {
		t.Errorf("%v %+v", ok, what)
	}
}

type intLike int

func TestOnlyGosOwnTypesAreMoreThanTextToPython(t *testing.T) {
	for value, want := range map[any]string{
		true: "bool", uint8(1): "int", -1: "int", 'a': "int", uintptr(1): "int", float32(1): "float", 2.0: "float",
		intLike(1): "", "int": "", 1i: "", [1]int{1}: "", nil: "",
	} {
		if got := kindOf(value); got != want {
			t.Errorf("%T: %q", value, got)
		}
	}
}
