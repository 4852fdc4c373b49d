package bridge

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"testing"
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
		fs.ErrNotExist: 1 << 0, notThere: 0, isNotExist{}: 1 << 0, fmt.Errorf("w: %w", slow{}): 1 << 4, fs.ErrExist: 1 << 1, fs.ErrPermission: 1 << 2, io.EOF: 1 << 3,
		io.ErrUnexpectedEOF: 1 << 3, os.ErrDeadlineExceeded: 1 << 4, syntax: 1 << 5, tooLarge: 1 << 6,
		errors.New("other"): 0, errors.Join(io.EOF, fs.ErrExist): 1<<3 | 1<<1,
	}
	for err, want := range tests {
		if got := kin(err, false); got != want {
			t.Errorf("%v: %b, want %b", err, got, want)
		}
	}
}

type isNotExist struct{}

func (isNotExist) Error() string        { return "is" }
func (isNotExist) Is(target error) bool { return target == fs.ErrNotExist }

type slow struct{}

func (slow) Error() string { return "slow" }
func (slow) Timeout() bool { return true }

func TestATimeoutOfTheSystemIsNoneOfGos(t *testing.T) {
	if got := kin(syscall.EAGAIN, true) | kin(syscall.ENOTEMPTY, true); got != 0 {
		t.Errorf("%b", got)
	}
}

type asNumber struct{}

func (asNumber) Error() string { return "as" }
func (asNumber) As(target any) bool {
	number, ok := target.(*syscall.Errno)
	if ok {
		*number = syscall.EPIPE
	}
	return ok
}

func TestSystemOfFindsNumbersAndTheFilesOfTheFirst(t *testing.T) {
	file := func(path string, err error) error { return &fs.PathError{Op: "open", Path: path, Err: err} }
	link := &os.LinkError{Op: "rename", Old: "old", New: "new", Err: syscall.EXDEV}
	tests := []struct {
		err  error
		want string
	}{
		{io.EOF, "[] []"},
		{syscall.ENOENT, "[2] []"},
		{syscall.Errno(0), "[] []"},
		{fmt.Errorf("w: %w", file("a", syscall.ENOENT)), "[2] [a]"},
		{file("a", file("b", syscall.EISDIR)), "[21] [b]"},
		{file("a", io.EOF), "[] [a]"},
		{link, "[18] [old new]"},
		{errors.Join(file("a", io.EOF), file("b", syscall.ENOENT), link, syscall.ENOENT), "[2 18] [b]"},
		{errors.Join(syscall.EPERM, file("b", syscall.ENOENT)), "[1 2] []"},
		{os.NewSyscallError("x", syscall.EPERM), "[1] []"},
		{asNumber{}, "[32] []"},
		{several{nil, (*fs.PathError)(nil), syscall.EPERM}, "[1] []"},
	}
	for _, test := range tests {
		found := systemOf(test.err)
		numbers := []int{}
		for _, number := range found.numbers {
			numbers = append(numbers, int(number))
		}
		if got := fmt.Sprint(numbers, found.files); got != test.want {
			t.Errorf("%v: %s, want %s", test.err, got, test.want)
		}
	}
}

func TestIsAsksWhatTheVariableHoldsNow(t *testing.T) {
	h := Hold(fmt.Errorf("w: %w", io.EOF))
	defer release(h)
	if !Is(h, io.EOF) || Is(h, fs.ErrExist) || Is(h, nil) || Is(0, io.EOF) {
		t.Error(Held(h))
	}
}

func TestANilPointerInAFieldIsNoError(t *testing.T) {
	if h := HoldSome((*pointed)(nil)); h != 0 {
		t.Error(h)
	}
	h := HoldSome(valued{3})
	defer release(h)
	if Held(h) != (valued{3}) {
		t.Error(Held(h))
	}
}
