package bridge

import (
	"fmt"
	"io"
	"os"
)

// Stdin is what a cell reads in place of os.Stdin: what Python has as the standard input, or asks for. It does not read on, so
// that it makes no difference who reads what follows.
var Stdin stdin

type stdin struct{}

// Read reads what there is at once, of what is typed a line at most.
func (stdin) Read(p []byte) (int, error) {
	object := standardInput()
	if object == 0 {
		return os.Stdin.Read(p)
	}
	file := File{Implementation: Implementation{nil, pythons{object: object}}}
	return file.Read(p)
}

// Close leaves it open: the next call reads it as well.
func (stdin) Close() error { return nil }

var _ io.ReadCloser = Stdin

// Scan is fmt.Scan.
func Scan(a ...any) (n int, err error) { return fmt.Fscan(Stdin, a...) }

// Scanln is fmt.Scanln.
func Scanln(a ...any) (n int, err error) { return fmt.Fscanln(Stdin, a...) }

// Scanf is fmt.Scanf.
func Scanf(format string, a ...any) (n int, err error) { return fmt.Fscanf(Stdin, format, a...) }
