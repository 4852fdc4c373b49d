package bridge

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWholeLetters(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "a": 1, "é": 2, "a\xc3": 1, "\xc3": 0, "𝄞": 4, "x\xf0\x9d\x84": 1, "\xff": 1, "\x84\x84\x84\x84\x84": 5, "é\xff": 3,
	} {
		if got := wholeLetters([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestALineIsReadAndNothingBeyond(t *testing.T) {
	long := strings.Repeat("x", 3000) + "\n"
	readers := map[string]func(string) io.Reader{
		"byte by byte": func(s string) io.Reader { return strings.NewReader(s) },
		"in one":       func(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) },
		"with its end": func(s string) io.Reader { return iotest.DataErrReader(strings.NewReader(s)) },
		"seeking":      func(s string) io.Reader { return struct{ io.ReadSeeker }{bytes.NewReader([]byte(s))} },
	}
	for name, reader := range readers {
		r := reader("a\n\n" + long + "last")
		for _, want := range []string{"a\n", "\n", long, "la"} {
			most := -1
			if want == "la" {
				most = 2
			}
			if line, err := readLine(r, most); string(line) != want || err != nil {
				t.Errorf("%s: %q, %v", name, line, err)
			}
		}
		if rest, _ := io.ReadAll(r); string(rest) != "st" {
			t.Errorf("%s: %q is left", name, rest)
		}
		if line, err := readLine(r, -1); len(line) != 0 || err != nil {
			t.Errorf("%s: %q, %v at the end", name, line, err)
		}
	}
	if line, err := readLine(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("ab"))), -1); string(line) != "a" || err != iotest.ErrTimeout {
		t.Errorf("%q, %v before an error", line, err)
	}
}
