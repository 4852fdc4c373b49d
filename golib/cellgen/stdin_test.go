package main

import (
	"strings"
	"testing"
)

// What reads the standard input, by `Stdin` or a function of golib/bridge, and what leaves it the file that it is.
func TestWhatReadsTheStandardInputReadsItInPython(t *testing.T) {
	const declared = `
type source struct{ name string; in io.Reader }
type both interface{ io.Reader; io.Closer }
type seeks interface{ io.Reader; io.Seeker }
func take(all ...io.Reader)     {}
func generic[R io.Reader](in R) {}
func of[T any](in T)            {}
`
	tests := map[string]string{
		"func F() { var s string; fmt.Scanln(&s) }":                                 "Scanln",
		"func F() { var s string; fmt.Scan(&s); fmt.Scanf(\"%s\", &s) }":            "Scan Scanf",
		"import . \"fmt\"\nfunc F() { var s string; Scanln(&s) }":                   "Scanln",
		"func F() { scan := fmt.Scanln; scan() }":                                   "Scanln",
		"func F() { defer fmt.Scanln() }":                                           "Scanln",
		"func F() { go fmt.Scanln() }":                                              "Scanln",
		"func F() { bufio.NewReader(os.Stdin) }":                                    "Stdin",
		"func F() { bufio.NewReader((os.Stdin)) }":                                  "Stdin",
		"import \"os\"\nvar in = bufio.NewScanner(os.Stdin)":                        "Stdin",
		"import . \"os\"\nfunc F() { bufio.NewReader(Stdin) }":                      "Stdin",
		"func F() ([]byte, error) { return io.ReadAll(os.Stdin) }":                  "Stdin",
		"func F(p []byte) (int, error) { return os.Stdin.Read(p) }":                 "Stdin",
		"func F() { take(nil, os.Stdin) }":                                          "Stdin",
		"func F() io.Reader { return os.Stdin }":                                    "Stdin",
		"func F() func() io.Reader { return func() io.Reader { return os.Stdin } }": "Stdin",
		"var in io.Reader = os.Stdin":                                               "Stdin",
		"func F() { var in io.Reader; in = os.Stdin; _ = in }":                      "Stdin",
		"func F() { in := io.Reader(os.Stdin); _ = in }":                            "Stdin",
		"func F() { _ = both(os.Stdin) }":                                           "Stdin",
		"func F() source { return source{in: os.Stdin} }":                           "Stdin",
		"func F() source { return source{\"\", os.Stdin} }":                         "Stdin",
		"func F() []*source { return []*source{{in: os.Stdin}} }":                   "Stdin",
		"func F() []io.Reader { return []io.Reader{os.Stdin} }":                     "Stdin",
		"func F() { _ = map[string]io.Reader{\"a\": os.Stdin} }":                    "Stdin",
		"func F(all []io.Reader) []io.Reader { return append(all, os.Stdin) }":      "Stdin",
		"func F(c chan io.Reader) { c <- os.Stdin }":                                "Stdin",
		// files
		"func F() { in := os.Stdin; io.ReadAll(in) }":                   "",
		"func F() *os.File { return os.Stdin }":                         "",
		"func F() string { return os.Stdin.Name() }":                    "",
		"func F() { _ = seeks(os.Stdin) }":                              "",
		"func F() { fmt.Println(os.Stdin) }":                            "",
		"func F() { generic(os.Stdin); of(os.Stdin) }":                  "",
		"func F() bool { return os.Stdin == nil }":                      "",
		"func F(c *exec.Cmd) { c.Stdin = os.Stdin }":                    "",
		"func F(f *os.File) { os.Stdin = f; fmt.Scanln() }":             "",
		"func F() **os.File { fmt.Scanln(); return &os.Stdin }":         "",
		"func F() { os.Stdin = nil }":                                   "",
		"func F(os struct{ Stdin io.Reader }) { io.ReadAll(os.Stdin) }": "",
	}
	for text, want := range tests {
		cell := parsed(t, text+declared)
		var got []string
		if cell.Start != nil {
			for _, name := range []string{"Scan", "Scanf", "Scanln", "Stdin"} {
				if strings.Contains(cell.Start.Cell, "_start_1."+name+"/*line ") {
					got = append(got, name)
				}
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s\nreads %q, not %q", text, got, want)
		}
	}
}
