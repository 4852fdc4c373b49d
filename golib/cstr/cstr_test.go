package cstr

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"
)

// copied runs Copy on a buffer of size bytes between guard bytes; it returns what Copy reports and what it wrote.
func copied(t *testing.T, size int, text string) (int, []byte) {
	t.Helper()
	room := bytes.Repeat([]byte{0xEE}, size+2)
	need := Copy(unsafe.Pointer(&room[1]), size, text)
	if room[0] != 0xEE || room[size+1] != 0xEE {
		t.Fatalf("Copy(%d, %q) wrote beyond the buffer: % x", size, text, room)
	}
	return need, room[1 : size+1]
}

func TestCopyKeepsCharactersWhole(t *testing.T) {
	for _, c := range []struct {
		name, text string
		size, need int
		want       string // up to and with the NUL
	}{
		{"room to spare", "go", 9, 3, "go\x00"},
		{"exact fit", "go", 3, 3, "go\x00"},
		{"no room for the NUL", "go", 2, 3, "g\x00"},
		{"room for the NUL alone", "go", 1, 3, "\x00"},
		{"empty text", "", 4, 1, "\x00"},
		{"two-byte character, exact fit", "né", 4, 4, "né\x00"},
		{"two-byte character cut", "né", 3, 4, "n\x00"},
		{"three-byte character cut after two", "a日", 4, 5, "a\x00"},
		{"four-byte character cut after three", "🐧", 4, 5, "\x00"},
		{"second character of two cut", "日本", 5, 7, "日\x00"},
		{"NUL inside", "a\x00b", 4, 4, "a\x00b\x00"},
		{"bytes that are no UTF-8", "\x80\x80\x80\x80\x80\x80\x80", 7, 8, "\x80\x80\x80\x80\x80\x80\x00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			need, got := copied(t, c.size, c.text)
			if need != c.need || string(got[:len(c.want)]) != c.want {
				t.Errorf("need %d and %q, want %d and %q", need, got, c.need, c.want)
			}
		})
	}
}

func TestCopyWithoutABufferTellsTheSize(t *testing.T) {
	if need := Copy(nil, 0, "日本"); need != 7 {
		t.Errorf("need %d, want 7", need)
	}
}

func TestCopyRefusesWhatIsNoBuffer(t *testing.T) {
	room := []byte{1}
	for name, call := range map[string]func(){
		"nil buffer":    func() { Copy(nil, 1, "a") },
		"negative size": func() { Copy(unsafe.Pointer(&room[0]), -1, "a") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

func FuzzCopyOfUTF8IsUTF8(f *testing.F) {
	for _, text := range []string{"", "go", "né", "a日b", "🐧🐧", "é\u0301\x00x"} {
		f.Add(text, uint8(len(text)))
		f.Add(text, uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		if !utf8.ValidString(text) || size == 0 {
			t.Skip()
		}
		need, got := copied(t, int(size), text)
		n := len(text)
		if need > int(size) {
			n = whole(text, int(size)-1)
			if rest := int(size) - 1 - n; rest >= utf8.UTFMax {
				t.Errorf("%d bytes of room left unused", rest)
			}
		}
		if string(got[:n]) != text[:n] || got[n] != 0 || !utf8.Valid(got[:n]) {
			t.Errorf("Copy(%d, %q) wrote %q", size, text, got)
		}
	})
}

func TestArrayGivesItsTextsBack(t *testing.T) {
	for name, texts := range map[string][]string{
		"several":    {"Adelie", "", "Gentoo 🐧", strings.Repeat("x", 1<<20)},
		"one empty":  {""},
		"none":       {},
		"nil slice":  nil,
		"many small": strings.Split(strings.Repeat("ab,", 5000), ","),
	} {
		t.Run(name, func(t *testing.T) {
			array, err := New(texts)
			if err != nil {
				t.Fatal(err)
			}
			defer Free(array)
			if got := Strings(array, len(texts)); !slices.Equal(got, texts) {
				t.Errorf("%d texts came back as %d others", len(texts), len(got))
			}
			if last := unsafe.Slice((*unsafe.Pointer)(array), len(texts)+1)[len(texts)]; last != nil {
				t.Error("the array does not end with nil")
			}
		})
	}
}

func TestArrayRefusesATextWithNUL(t *testing.T) {
	array, err := New([]string{"fine", "cut\x00here"})
	want := `cstr: text 1 holds a NUL: "cut\x00here"`
	if array != nil || err == nil || err.Error() != want {
		t.Errorf("New = %v, %v; want nil and %s", array, err, want)
	}
}

func TestNilIsAnEmptyTextAndAnEmptyArray(t *testing.T) {
	if got := String(nil); got != "" {
		t.Errorf("String(nil) = %q", got)
	}
	if got := Strings(nil, 0); len(got) != 0 {
		t.Errorf("Strings(nil, 0) = %q", got)
	}
	holes := make([]unsafe.Pointer, 2)
	if got := Strings(unsafe.Pointer(&holes[0]), 2); !slices.Equal(got, []string{"", ""}) {
		t.Errorf("two nil pointers read as %q", got)
	}
	Free(nil)
}

func TestFreeGivesAllTheMemoryBack(t *testing.T) {
	texts := []string{strings.Repeat("x", 1<<20), strings.Repeat("y", 1<<20)}
	before := resident(t)
	for range 200 {
		array, err := New(texts)
		if err != nil {
			t.Fatal(err)
		}
		Free(array)
	}
	if grown := resident(t) - before; grown > 100<<20 {
		t.Errorf("the process grew by %d MiB over 400 MiB of arrays", grown>>20)
	}
}

// resident returns the bytes of memory that the process uses.
func resident(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("no /proc on %s", runtime.GOOS)
	}
	pages := 0
	for _, digit := range strings.Fields(string(status))[1] {
		pages = pages*10 + int(digit-'0')
	}
	return pages * os.Getpagesize()
}

// C's memory holds what was there before, which may look like an address in Go's heap at which nothing lies any more.
// The garbage collector ends the process where a pointer is stored above such a one.
func TestNewMayLieWhereCHasLeftAnything(t *testing.T) {
	gone := uintptr(unsafe.Pointer(unsafe.SliceData(make([]byte, 64<<20)))) + 32<<20
	live := make([]*[64]*int, 50_000) // so that the garbage collector takes its time
	for i := range live {
		live[i] = new([64]*int)
		for j := range live[i] {
			live[i][j] = new(int)
		}
	}
	runtime.GC()
	end, ended := time.Now().Add(time.Second/2), make(chan bool)
	go func() {
		defer close(ended)
		for time.Now().Before(end) {
			runtime.GC()
		}
	}()
	defer func() { <-ended }()
	texts := []string{"a", "b", "c", "d", "e", "f"}
	for time.Now().Before(end) {
		for range 1000 {
			array, err := New(texts)
			if err != nil {
				t.Fatal(err)
			}
			litter := unsafe.Slice((*uintptr)(array), len(texts)+1)
			for i := range litter {
				litter[i] = gone
			}
			Free(array)
		}
	}
	runtime.KeepAlive(live)
}
