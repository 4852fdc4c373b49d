package errval_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unsafe"

	"gomagic/golib/cstr"
	"gomagic/golib/errval"
	"gomagic/golib/malloc"
)

// seen is an error as C sees it.
type seen struct {
	code        int32
	text, trace unsafe.Pointer
}

func read(e unsafe.Pointer) (code int32, text, trace string) {
	s := (*seen)(e)
	return s.code, cstr.String(s.text), cstr.String(s.trace)
}

func TestErrorIsReadAnyNumberOfTimesAndFreedOnce(t *testing.T) {
	before := malloc.Live()
	e := errval.New(errval.Coded(7, errors.New("too cold")))
	for range 3 {
		if code, text, trace := read(e); code != 7 || text != "too cold" || trace != "" {
			t.Errorf("read %d, %q, %q, want 7, too cold and no trace", code, text, trace)
		}
	}
	if malloc.Live() != before+1 {
		t.Errorf("%d blocks, want one", malloc.Live()-before)
	}
	if first, second := errval.Free(e), errval.Free(e); !first || second {
		t.Errorf("Free twice = %v, %v, want true, false", first, second)
	}
	if malloc.Live() != before {
		t.Errorf("%d blocks are left", malloc.Live()-before)
	}
}

func TestNoErrorIsNil(t *testing.T) {
	if errval.New(nil) != nil || errval.New(errval.Coded(3, nil)) != nil {
		t.Error("New(nil) is not nil")
	}
	if !errval.Free(nil) {
		t.Error("Free(nil) = false, want true")
	}
}

func TestCodeIsFoundThroughWrapping(t *testing.T) {
	cold := errval.Coded(7, fs.ErrNotExist)
	for _, c := range []struct {
		err  error
		code int32
		text string
	}{
		{errors.New("plain"), errval.Uncoded, "plain"},
		{cold, 7, "file does not exist"},
		{fmt.Errorf("ice: %w", cold), 7, "ice: file does not exist"},
		{errval.Coded(8, fmt.Errorf("ice: %w", cold)), 8, "ice: file does not exist"},
		{errors.Join(errors.New("first"), cold), 7, "first\nfile does not exist"},
	} {
		e := errval.New(c.err)
		if code, text, _ := read(e); code != c.code || text != c.text {
			t.Errorf("%v: read %d, %q, want %d, %q", c.err, code, text, c.code, c.text)
		}
		errval.Free(e)
	}
	if !errors.Is(cold, fs.ErrNotExist) {
		t.Error("Coded hides the error that it was given")
	}
}

func TestTextsThatCCannotHoldAreReplaced(t *testing.T) {
	for text, want := range map[string]string{
		"":            "",
		"größer":      "größer",
		"a\x00b":      `a\x00b`,
		"cut \xc3":    "cut \uFFFD",
		"two\nlines ": "two\nlines ",
	} {
		e := errval.New(errors.New(text))
		if _, got, _ := read(e); got != want {
			t.Errorf("%q arrives as %q, want %q", text, got, want)
		}
		errval.Free(e)
	}
}

func at(xs []int, i int) (x int, failure unsafe.Pointer) {
	defer errval.Catch(&failure)
	return inner(xs, i), nil
}

func inner(xs []int, i int) int { return xs[i] }

func TestPanicBecomesAnErrorWithATrace(t *testing.T) {
	x, e := at([]int{4, 5}, 2)
	defer errval.Free(e)
	code, text, trace := read(e)
	if x != 0 || code != errval.Panicked || text != "runtime error: index out of range [2] with length 2" {
		t.Errorf("at = %d, error %d, %q", x, code, text)
	}
	lines := strings.Split(trace, "\n")
	if len(lines) < 2 || !strings.HasPrefix(lines[0], "errval_test.inner, line ") ||
		!strings.HasPrefix(lines[1], "errval_test.at, line ") {
		t.Errorf("the trace does not begin with inner and at:\n%s", trace)
	}
	if strings.Contains(trace, "runtime.") || strings.Contains(trace, "Catch") {
		t.Errorf("the trace shows what is not the reader's:\n%s", trace)
	}
}

func TestWithoutAPanicTheResultsStay(t *testing.T) {
	if x, e := at([]int{4, 5}, 1); x != 5 || e != nil {
		t.Errorf("at = %d, %v, want 5 and no error", x, e)
	}
}

func TestPanicReplacesAnErrorWithoutALeak(t *testing.T) {
	before := malloc.Live()
	fail := func() (failure unsafe.Pointer) {
		defer errval.Catch(&failure)
		defer func() { panic("late") }()
		return errval.New(errors.New("early"))
	}
	e := fail()
	if _, text, _ := read(e); text != "late" || malloc.Live() != before+1 {
		t.Errorf("%q in %d blocks, want late in one", text, malloc.Live()-before)
	}
	errval.Free(e)
}

func TestEveryKindOfPanicIsCaught(t *testing.T) {
	var nowhere *int
	for want, f := range map[string]func(){
		"words":                          func() { panic("words") },
		"42":                             func() { panic(42) },
		"ice":                            func() { panic(errors.New("ice")) },
		"panic called with nil argument": func() { panic(nil) }, // Go's text begins and goes on as the version has it
		"runtime error: invalid memory address or nil pointer dereference": func() { *nowhere = 1 },
	} {
		e := func() (failure unsafe.Pointer) {
			defer errval.Catch(&failure)
			f()
			return nil
		}()
		if code, text, _ := read(e); code != errval.Panicked || !strings.Contains(text, want) {
			t.Errorf("read %d, %q, want %d, %q", code, text, errval.Panicked, want)
		}
		errval.Free(e)
	}
}
