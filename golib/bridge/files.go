package bridge

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"sync"
	"unsafe"
)

// What reads or writes is a file in Python, by the services that call what stands here. It must not keep the memory that
// it is given, as io.Reader and io.Writer say; where the compiler does not say so as well, it gets memory of Go's own.

// mostBuffered is how many bytes of that are kept for the next call.
const mostBuffered = 1 << 16

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// buffer returns n bytes, and what takes them back.
func buffer(n int) ([]byte, func()) {
	if n > mostBuffered {
		return make([]byte, n), func() {}
	}
	kept := buffers.Get().(*[]byte)
	if cap(*kept) < n {
		*kept = make([]byte, n)
	}
	return (*kept)[:n], func() { buffers.Put(kept) }
}

// mostIdle is how often a reader may give nothing, before that is an error.
const mostIdle = 100

// readSome reads what a reader gives at once; 0 is its end. keeps: it may keep p.
func readSome(r io.Reader, p []byte, keeps bool) (n int, err error) {
	to := p
	if keeps {
		own, done := buffer(len(p))
		defer done()
		to = own
	}
	for range mostIdle {
		n, err = r.Read(to)
		checkCount(r, "Read", n, to)
		if keeps {
			copy(p, to[:n])
		}
		if err == io.EOF {
			return n, nil
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

func checkCount(of any, method string, n int, p []byte) {
	if n < 0 || n > len(p) {
		panic(fmt.Sprintf("%T.%s has returned %d for %d bytes", of, method, n, len(p)))
	}
}

// readLine reads up to the end of a line, or so many bytes; less than 0: no matter how many. It reads nothing beyond,
// which Go may be about to read itself.
func readLine(r io.Reader, most int) ([]byte, error) {
	if most < 0 {
		most = math.MaxInt
	}
	if _, ok := r.(io.ByteReader); !ok {
		if s, ok := r.(io.ReadSeeker); ok {
			if _, err := s.Seek(0, io.SeekCurrent); err == nil { // not of a pipe
				return readAndReturn(s, most)
			}
		}
	}
	return readByteByByte(r, most)
}

func readByteByByte(r io.Reader, most int) (line []byte, err error) {
	one := make([]byte, 1)
	next := func() (int, error) { return readSome(r, one, false) }
	if r, ok := r.(io.ByteReader); ok {
		next = func() (n int, err error) {
			if one[0], err = r.ReadByte(); err == nil {
				return 1, nil
			}
			if err == io.EOF {
				err = nil
			}
			return 0, err
		}
	}
	for len(line) < most {
		n, err := next()
		line = append(line, one[:n]...)
		if err != nil || n == 0 || one[0] == '\n' {
			return line, err
		}
	}
	return line, nil
}

// readAndReturn reads more than a line, and goes back to its end.
func readAndReturn(s io.ReadSeeker, most int) (line []byte, err error) {
	const atOnce = 1024
	chunk, done := buffer(atOnce)
	defer done()
	for len(line) < most {
		n, err := readSome(s, chunk[:min(atOnce, most-len(line))], false)
		end := bytes.IndexByte(chunk[:n], '\n') + 1
		if end > 0 && end < n {
			line = append(line, chunk[:end]...)
			_, err = s.Seek(int64(end-n), io.SeekCurrent)
			return line, err
		}
		line = append(line, chunk[:n]...)
		if err != nil || n == 0 || end > 0 {
			return line, err
		}
	}
	return line, nil
}

// writeAll writes p at once. keeps: the writer may keep it, or write to it.
func writeAll(w io.Writer, p []byte, keeps bool) (n int, err error) {
	from := p
	if keeps {
		own, done := buffer(len(p))
		defer done()
		copy(own, p)
		from = own
	}
	n, err = w.Write(from)
	checkCount(w, "Write", n, from)
	if n < len(p) && err == nil {
		err = io.ErrShortWrite
	}
	return n, err
}

// streaming are the services by which Python has streams; they stand behind the others in the table, see Handles.
var streaming = [...]func(unsafe.Pointer){
	// read(stream, most int) (got []byte, err error): see readSome
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			stream Holder[io.Reader]
			most   int64
			got    Text
		})(p)
		room, done := buffer(int(a.most))
		n, err := readSome(a.stream.Get(), room, false)
		a.got = a.Bytes(room[:n])
		done()
		a.Fail(err)
	},
	// readinto(stream, p []byte, keeps bool) (n int, err error): see readSome
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			stream Holder[io.Reader]
			p      Slice[byte]
			keeps  Number[bool]
			n      int64
		})(p)
		n, err := readSome(a.stream.Get(), unsafe.Slice(a.p.p, a.p.n), a.keeps.Get())
		a.n = int64(n)
		a.Fail(err)
	},
	// readline(stream, most int) (line []byte, err error): see readLine
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			stream Holder[io.Reader]
			most   int64
			line   Text
		})(p)
		line, err := readLine(a.stream.Get(), int(a.most))
		a.line = a.Bytes(line)
		a.Fail(err)
	},
	// write(stream, p []byte, keeps bool) (n int, err error): see writeAll
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			stream Holder[io.Writer]
			p      Slice[byte]
			keeps  Number[bool]
			n      int64
		})(p)
		n, err := writeAll(a.stream.Get(), unsafe.Slice(a.p.p, a.p.n), a.keeps.Get())
		a.n = int64(n)
		a.Fail(err)
	},
}
