package bridge

import (
	"io"
	"reflect"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

// File is a file of Python's that Go has as one of package io's interfaces. cellgen makes a type of it for each interface,
// with the methods that this one wants. Of a text file Go reads and writes the UTF-8.
type File struct {
	Implementation
	isText bool

	sync.Mutex
	read    []byte // text that has come and not been read
	written []byte // the beginning of a letter
	at      sync.Mutex
}

// Stream has files of Python's be an I. as makes one of them an I.
func Stream[I any](as func(*File) I) {
	streams[reflect.TypeFor[I]()] = as
	adapters[reflect.TypeOf(as(nil))] = true
}

// streams are by their interfaces what Stream has got.
var streams = map[reflect.Type]any{}

// What `of` of a Face says beside the class of the interface; C's side of it is in methods.h.
const (
	ofFile = 1 << iota
	ofText
)

func fileOf(what pythons) *File {
	return (*File)(unsafe.Pointer(implementationOf(what, func() *Implementation {
		return &(&File{Implementation: Implementation{nil, what}, isText: what.methods&ofText != 0}).Implementation
	})))
}

// cut are the files of which there is a letter that has come or gone in part: so they are not forgotten before the rest.
var cut = map[*File]bool{}

// remember notes it. The file's lock is held.
func (f *File) remember() {
	implementations.Lock()
	defer implementations.Unlock()
	if len(f.read)+len(f.written) > 0 {
		cut[f] = true
	} else {
		delete(cut, f)
	}
}

// do has Python do something with the file: see streams.h. p: the memory that it is about. What it returns may be none.
func (f *File) do(what word, p []byte, n int64, whence int) (got int64, err error) {
	of := frames.Get().(*frame)
	defer frames.Put(of)
	b := of.block
	b.what, b.object, b.method, b.p = toUse, word(f.object), 0, 0
	if f.isText {
		what |= asText
	}
	use := (*fileUse)(unsafe.Pointer(&b.room))
	use.what, use.whence, use.n = what, word(whence), word(n)
	useFile(b, unsafe.Pointer(unsafe.SliceData(p)))
	runtime.KeepAlive(f)
	if b.how != wentWell {
		return 0, exceptionOf(b).asError()
	}
	return int64(use.got), nil
}

// pause is how long a file is left alone that has nothing now, mostIdle times.
const pause = time.Millisecond

// Read reads what Python gives at once.
func (f *File) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if f.isText {
		f.Lock()
		n := copy(p, f.read)
		f.read = f.read[n:]
		f.remember()
		f.Unlock()
		if n > 0 {
			return n, nil
		}
		if len(p) < utf8.UTFMax {
			return f.readLetter(p)
		}
	}
	for range mostIdle {
		n, err := f.do(toRead, p, int64(len(p)), 0)
		switch {
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		case n != nothingNow:
			return int(n), nil
		}
		time.Sleep(pause)
	}
	return 0, io.ErrNoProgress
}

// readLetter reads where there is perhaps no room for a whole one.
func (f *File) readLetter(p []byte) (int, error) {
	room := make([]byte, utf8.UTFMax)
	n, err := f.Read(room)
	f.Lock()
	defer f.Unlock()
	done := copy(p, room[:n])
	f.read = append(f.read, room[done:n]...)
	f.remember()
	return done, err
}

// ReadByte reads one byte.
func (f *File) ReadByte() (byte, error) {
	one := make([]byte, 1)
	_, err := f.Read(one)
	return one[0], err
}

// ReadAt reads elsewhere, and goes back to where it was.
func (f *File) ReadAt(p []byte, offset int64) (n int, err error) {
	f.at.Lock()
	defer f.at.Unlock()
	was, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	n, err = io.ReadFull(f, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	if _, failed := f.Seek(was, io.SeekStart); failed != nil {
		err = failed
	}
	return n, err
}

// Write writes all of p; of a text file all whole letters, the rest with what follows.
func (f *File) Write(p []byte) (int, error) {
	if !f.isText {
		return f.write(p)
	}
	f.Lock()
	text := p
	if len(f.written) > 0 {
		text = append(f.written, p...)
		f.written = nil
	}
	whole := wholeLetters(text)
	f.written = append(f.written, text[whole:]...)
	f.remember()
	f.Unlock()
	if whole > 0 {
		if _, err := f.write(text[:whole]); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (f *File) write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := f.do(toWrite, p, int64(len(p)), 0)
	if err == nil && int(n) < len(p) {
		err = io.ErrShortWrite
	}
	return int(n), err
}

// wholeLetters is how many bytes of UTF-8 there are without a letter that is cut off at the end.
func wholeLetters(text []byte) int {
	for i := len(text) - 1; i >= 0 && i >= len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}

// WriteString writes the bytes of a text.
func (f *File) WriteString(text string) (int, error) {
	return f.Write(unsafe.Slice(unsafe.StringData(text), len(text)))
}

// WriteByte writes one byte.
func (f *File) WriteByte(b byte) error {
	_, err := f.Write([]byte{b})
	return err
}

// Seek goes elsewhere.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	f.Lock()
	f.read = nil
	f.remember()
	f.Unlock()
	return f.do(toSeek, nil, offset, whence)
}

// Truncate cuts it off.
func (f *File) Truncate(size int64) error {
	_, err := f.do(toTruncate, nil, size, 0)
	return err
}

// Flush brings what is buffered to where it goes.
func (f *File) Flush() error {
	_, err := f.do(toFlush, nil, 0, 0)
	return err
}

// Close closes it, after what is left of a letter.
func (f *File) Close() error {
	f.Lock()
	rest := f.written
	f.read, f.written = nil, nil
	f.remember()
	f.Unlock()
	_, err := f.write(rest)
	if _, failed := f.do(toClose, nil, 0, 0); err == nil {
		err = failed
	}
	return err
}

// Fd is its number.
func (f *File) Fd() uintptr {
	n, err := f.do(toFileno, nil, 0, 0)
	if err != nil {
		panic(err)
	}
	return uintptr(n)
}
