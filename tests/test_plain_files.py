"""What reads or writes in Go is a file in Python, as far as its methods go."""

import csv
import gc
import gzip
import io
import json
import os
import pickle
import shutil
import tarfile
import threading
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gomagic
from gomagic import GoError, GoPanic
from gomagic.bind import files

SOURCE = """
import "errors"

func NewBuffer(b []byte) *bytes.Buffer        { return bytes.NewBuffer(b) }
func NewReader(b []byte) *bytes.Reader        { return bytes.NewReader(b) }
func NewStrings(s string) *strings.Reader     { return strings.NewReader(s) }
func Open(path string) (*os.File, error)      { return os.Open(path) }
func OpenReader(path string) (io.ReadCloser, error) { return os.Open(path) }
func Create(path string) (*os.File, error)    { return os.Create(path) }
func Body(b []byte) io.ReadCloser             { return io.NopCloser(bytes.NewReader(b)) }
func Gunzip(r io.Reader) (*gzip.Reader, error) { return gzip.NewReader(r) }
func NewGzip(w io.Writer) *gzip.Writer        { return gzip.NewWriter(w) }
func Buffered(w io.Writer) *bufio.Writer      { return bufio.NewWriter(w) }
func Sum(r io.Reader) (string, error) {
	h := sha256.New()
	_, err := io.Copy(h, r)
	return fmt.Sprintf("%x", h.Sum(nil)), err
}

type Ends struct{ R, W *os.File }

func Pipe() (*Ends, error) {
	r, w, err := os.Pipe()
	return &Ends{r, w}, err
}

// Countdown gives one byte at a time and says nothing now and then.
type Countdown struct {
	N     int
	Calls int
	left  []byte
}

func (c *Countdown) Read(p []byte) (int, error) {
	c.Calls++
	if c.N == 0 {
		return 0, io.EOF
	}
	if c.Calls%2 == 0 {
		return 0, nil
	}
	c.N--
	p[0] = byte('0' + c.N%10)
	return 1, nil
}

// Plain is all exported, and lies in Python until it is read.
type Plain struct{ Text string }

func (p *Plain) Read(b []byte) (int, error) {
	n := copy(b, p.Text)
	if p.Text = p.Text[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Broken gives bytes and an error at once.
type Broken struct{ N int }

var ErrBroken = errors.New("broken")

func (b *Broken) Read(p []byte) (int, error) {
	if b.N--; b.N < 0 {
		return 0, io.EOF
	}
	return copy(p, "ab\\nc"), ErrBroken
}

// Keeper keeps what it is given.
type Keeper struct {
	kept [][]byte
}

func (k *Keeper) Read(p []byte) (int, error)  { k.kept = append(k.kept, p); return copy(p, "xyz"), nil }
func (k *Keeper) Write(p []byte) (int, error) { k.kept = append(k.kept, p); return len(p), nil }
func (k *Keeper) Scribble() {
	for _, p := range k.kept {
		for i := range p {
			p[i] = '#'
		}
	}
}
func (k *Keeper) Kept() string { return string(bytes.Join(k.kept, nil)) }

type Wrong struct{ How string }

func (w *Wrong) Read(p []byte) (int, error) {
	switch w.How {
	case "panic":
		panic("out of paper")
	case "count":
		return len(p) + 1, nil
	}
	return 0, nil
}
func (w *Wrong) Write(p []byte) (int, error) {
	if w.How == "error" {
		return 2, ErrBroken
	}
	return len(p) - 1, nil
}

// Log embeds a file.
type Log struct {
	*bytes.Buffer
	Count int
}

func NewLog() *Log { return &Log{Buffer: new(bytes.Buffer)} }

// Hidden has methods of these names, and of other types.
type Hidden struct{ *bytes.Buffer }

func (h Hidden) Read() string        { return "read" }
func (h Hidden) Write(s string) int  { return len(s) }
func NewHidden() *Hidden             { return &Hidden{new(bytes.Buffer)} }

type Reading struct{}

func (Reading) Read(p []byte) (int, error) { return 0, io.EOF }
func (Reading) Close() error               { return ErrBroken }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "files")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b"first\nsecond\nlast")
    return path


def test_a_reader_is_read_as_a_file(go):
    file = go.NewBuffer(b"first\nsecond\nthird\nfourth\nfifth")
    assert (file.readline(), file.readline(3), file.read(2), file.read1(2)) == (b"first\n", b"sec", b"on", b"d\n")
    into = bytearray(4)
    assert (file.readinto(into), into) == (4, b"thir")
    assert file.readlines(1) == [b"d\n"]
    assert next(file) == b"fourth\n"
    assert list(file) == [b"fifth"]
    assert (file.read(), file.readline(), file.readinto(into), file.readlines()) == (b"", b"", 0, [])
    assert (file.readable(), file.writable(), file.seekable(), file.isatty()) == (True, True, False, False)
    assert isinstance(file, io.RawIOBase)


def test_read_gives_as_many_bytes_as_are_wanted_and_the_others_what_there_is_at_once(go):
    countdown = go.Countdown(N=8)
    assert (countdown.read(3), countdown.read1(3), countdown.readinto(bytearray(3))) == (b"765", b"4", 1)
    assert countdown.readinto(bytearray()) == 0
    assert (countdown.read(None), countdown.N, countdown.readall()) == (b"210", 0, b"")
    assert go.Countdown(N=3).readline() == b"210"


def test_what_python_reads_ahead_of_a_line_go_still_reads(go, path):
    ends = go.Pipe()
    os.write(ends.W.Fd(), b"head\nrest")
    ends.W.close()
    gunzip = go.Gunzip(go.NewReader(gzip.compress(b"head\nrest")))
    plain = go.Plain("head\nrest")
    path.write_bytes(b"head\nrest")
    rest = go.Sum(go.NewReader(b"rest"))
    for file in (go.NewStrings("head\nrest"), go.Open(str(path)), ends.R, gunzip, plain):
        assert (file.readline(), go.Sum(file)) == (b"head\n", rest)


def test_lines_of_any_length_are_read(go, path):
    lines = [b"x" * n + b"\n" for n in (0, 1, 1022, 1023, 1024, 1025, 5000)]
    path.write_bytes(b"".join(lines))
    assert list(go.Open(str(path))) == lines
    assert list(go.NewReader(path.read_bytes())) == lines
    assert go.Open(str(path)).readline(1) == b"\n"
    file = go.Open(str(path))
    assert [len(file.readline(2)) for _ in range(4)] == [1, 2, 2, 2]
    assert file.tell() == 7


def test_a_large_file_is_read_whole(go, path):
    data = np.random.default_rng(1).bytes(1_000_003)
    path.write_bytes(data)
    file = go.Open(str(path))
    assert file.read() == data
    assert (file.seek(3), file.read(200_000)) == (3, data[3:200_003])
    assert go.Gunzip(go.NewReader(gzip.compress(data))).read() == data


def test_a_writer_is_written_as_a_file(go, path):
    with go.Create(str(path)) as file:
        parts = b"abc", memoryview(b"defg")[::2], np.arange(2, dtype="int16"), np.zeros(1, "u1,u2")
        assert [*map(file.write, parts)] == [3, 2, 4, 3]
        file.writelines([b"x", bytearray(b"y")])
        assert file.write(b"") == 0
        file.flush()
        assert (file.tell(), file.seek(-2, os.SEEK_END), file.truncate(), file.writable()) == (14, 12, 12, True)
    assert file.closed
    assert path.read_bytes() == b"abcdf\0\0\1\0\0\0\0"
    large = os.urandom(300_000)
    buffer = go.NewBuffer(b"")
    assert (buffer.write(large), buffer.Bytes() == large) == (300_000, True)
    with pytest.raises(TypeError, match="a bytes-like object is required, not 'str'"):
        buffer.write("text")


def test_a_file_seeks_as_far_as_go_can(go, path):
    file = go.Open(str(path))
    assert (file.seek(6), file.readline(), file.tell(), file.seek(-4, os.SEEK_END), file.read()) == (
        6, b"second\n", 13, 13, b"last",
    )  # fmt: skip
    assert file.seekable()
    ends = go.Pipe()
    assert not ends.R.seekable()
    with pytest.raises(OSError, match="illegal seek"):
        ends.R.tell()
    assert not hasattr(go.NewBuffer(b""), "seek")
    assert os.fstat(file.fileno()).st_size == 17
    with pytest.raises(io.UnsupportedOperation, match="fileno"):
        go.NewBuffer(b"").fileno()


def test_only_what_go_has_is_there(go):
    assert not hasattr(go.Countdown(), "write")
    assert not hasattr(go.NewGzip(go.NewBuffer(b"")), "read")
    assert not hasattr(go.Ends(), "close")
    hidden = go.NewHidden()
    assert (hidden.Read(), hidden.Write("abc")) == ("read", 3)
    with pytest.raises(AttributeError, match=r"Hidden.read is left out: Hidden has no method Read as package io"):
        hidden.read()
    with pytest.raises(TypeError, match="not iterable"):
        iter(hidden)
    assert "readline" not in dir(hidden)


def test_what_go_calls_otherwise_keeps_its_name(go):
    buffer = go.NewBuffer(b"abc")
    into = bytearray(2)
    assert (buffer.Read(into), buffer.Write(b"d"), buffer.Len(), len(buffer)) == (2, 1, 2, 2)
    with pytest.raises(EOFError):
        go.NewBuffer(b"").Read(into)
    plain = go.Plain("ab")
    assert (list(plain), plain.read(1), list(plain)) == (["ab"], b"a", ["b"])  # a struct's fields
    assert "read" not in repr(plain)


def test_what_embeds_a_file_is_one(go):
    log = go.NewLog()
    assert (log.write(b"ab\nc"), log.readline(), log.Count, log.read()) == (4, b"ab\n", 0, b"c")


def test_an_interface_is_a_file_by_its_methods(go, path):
    body = go.Body(b"first\nsecond")
    assert type(body).__name__ == "ReadCloser"
    with body:
        assert list(body) == [b"first\n", b"second"]
    with pytest.raises(ValueError, match="I/O operation on closed file"):
        body.read()
    file = go.OpenReader(str(path))
    assert (type(file).__name__, file.read(5), file.seekable()) == ("File", b"first", True)


@pytest.mark.parametrize("how", ["text", "ahead", "two ways"])
def test_files_of_pythons_stand_on_one_of_gos(go, path, how):
    if how == "text":
        with io.TextIOWrapper(go.Open(str(path)), "utf-8") as text:
            assert (text.readline(), text.read()) == ("first\n", "second\nlast")
        out = go.NewBuffer(b"")
        text = io.TextIOWrapper(out, "utf-8", write_through=True)
        assert (text.write("é"), str(out), text.detach() is out) == (1, "é", True)
    elif how == "ahead":
        ahead = io.BufferedReader(go.Open(str(path)))
        assert (ahead.readline(), ahead.peek()[:3], ahead.read()) == (b"first\n", b"sec", b"second\nlast")
        with io.BufferedWriter(go.Create(str(path))) as ahead:
            ahead.write(b"abc")
        assert path.read_bytes() == b"abc"
    else:
        both = io.BufferedRandom(go.Create(str(path)))
        both.write(b"abc")
        assert (both.seek(1), both.read()) == (1, b"bc")


def test_libraries_take_a_file_of_gos(go, path):
    def copy_of(data):
        return go.NewReader(data)

    assert json.load(copy_of(b'{"a": [1]}')) == {"a": [1]}
    assert list(csv.reader(io.TextIOWrapper(copy_of(b"a,b\n1,2\n")))) == [["a", "b"], ["1", "2"]]
    with gzip.open(copy_of(gzip.compress(b"abc"))) as unpacked:
        assert unpacked.read() == b"abc"
    assert pickle.load(copy_of(pickle.dumps({"a": bytearray(100_000)}))) == {"a": bytearray(100_000)}
    packed = io.BytesIO()
    np.save(packed, np.arange(5))
    assert np.load(copy_of(packed.getvalue())).tolist() == [0, 1, 2, 3, 4]
    assert np.loadtxt(copy_of(b"1 2\n3 4\n")).tolist() == [[1, 2], [3, 4]]
    for engine in ("c", "python"):
        assert pd.read_csv(copy_of(b"a,b\n1,x\n"), engine=engine).to_dict("list") == {"a": [1], "b": ["x"]}
    out = go.NewBuffer(b"")
    pd.DataFrame({"a": [1]}).to_csv(out, index=False)
    shutil.copyfileobj(go.Open(str(path)), out)
    assert str(out) == "a\n1\nfirst\nsecond\nlast"


def test_archives_are_read_and_written_in_a_file_of_gos(go, path):
    with zipfile.ZipFile(go.Create(str(path)), "w") as archive:
        archive.writestr("inside", "abc")
    assert zipfile.ZipFile(go.Open(str(path))).read("inside") == b"abc"
    with tarfile.open(fileobj=go.Create(str(path)), mode="w:gz") as archive:
        archive.add(__file__, "packed")
    with tarfile.open(fileobj=go.NewReader(path.read_bytes())) as archive:
        assert archive.extractfile("packed").read() == Path(__file__).read_bytes()


def test_close_closes_in_go_once(go, path):
    file = go.Open(str(path))
    assert not file.closed
    file.close()
    file.close()
    assert file.closed
    for use in (file.read, file.readline, file.tell, file.flush, file.readable, file.fileno, lambda: list(file)):
        with pytest.raises(ValueError, match=r"^I/O operation on closed file$"):
            use()
    with pytest.raises(ValueError, match="closed file"), file:
        pass
    with pytest.raises(GoError, match="file already closed"):
        file.Close()
    reading = go.Reading()
    with pytest.raises(GoError, match="broken"):
        reading.close()
    assert reading.closed


def test_what_cannot_be_closed_in_go_is_closed_for_python(go):
    buffer = go.NewBuffer(b"abc")
    with buffer:
        assert buffer.read(1) == b"a"
    with pytest.raises(ValueError, match="closed file"):
        buffer.read()
    assert str(buffer) == "bc"


def test_close_and_flush_reach_what_is_buffered(go):
    out = go.NewBuffer(b"")
    buffered = go.Buffered(out)
    buffered.write(b"ab")
    assert len(out) == 0
    buffered.flush()
    buffered.write(b"c")
    assert str(out) == "ab"
    buffered.close()
    assert str(out) == "abc"
    out.Reset()
    with go.NewGzip(out) as packed:
        packed.write(b"abc")
    assert gzip.decompress(out.Bytes()) == b"abc"


def test_bytes_that_come_with_an_error_come_first(go):
    for read in ("read", "read1", "readall"):
        broken = go.Broken(1)
        assert getattr(broken, read)() == b"ab\nc"
        with pytest.raises(go.ErrBroken):
            broken.read()
        assert broken.read() == b""
    broken = go.Broken(2)
    into = bytearray(9)
    assert (broken.readinto(into), into[:4]) == (4, b"ab\nc")
    with pytest.raises(go.ErrBroken):
        broken.readinto(into)
    assert io.BufferedReader(go.Broken(1)).read1() == b"ab\nc"


def test_errors_and_panics_are_those_of_go(go, path):
    out = go.Open(str(path))
    with pytest.raises(OSError, match="bad file descriptor") as raised:
        out.write(b"x")
    assert isinstance(raised.value, GoError)
    with pytest.raises(GoPanic, match=r"^out of paper\n  files:\d+, in \(\*Wrong\).Read$"):
        go.Wrong("panic").read()
    with pytest.raises(GoPanic, match=r"\*main\.Wrong\.Read has returned 4 for 3 bytes"):
        go.Wrong("count").readinto(bytearray(3))
    with pytest.raises(GoError, match="multiple Read calls return no data or error"):
        go.Wrong("").read(1)
    with pytest.raises(GoError, match="short write"):
        go.Wrong("").write(b"abc")
    with pytest.raises(go.ErrBroken) as raised:
        go.Wrong("error").write(b"abc")
    assert raised.value.results == (2,)
    with pytest.raises(TypeError, match="readinto\\(\\) wants memory that can be written, not bytes"):
        out.readinto(b"abc")
    with pytest.raises(AttributeError, match="closed cannot be set"):
        out.closed = True


def test_what_keeps_its_memory_has_memory_of_gos(go):
    keeper = go.Keeper()
    into, data = bytearray(3), b"abc"
    assert (keeper.readinto(into), keeper.write(data), into) == (3, 3, b"xyz")
    keeper.Scribble()
    assert (into, data) == (b"xyz", b"abc")
    del into
    gc.collect()
    keeper.Scribble()
    assert set(keeper.Kept()) == {"#"}


def test_python_goes_on_while_a_pipe_is_read(go):
    ends = go.Pipe()
    writer = threading.Timer(0.05, lambda: (ends.W.write(b"late"), ends.W.close()))
    writer.start()
    assert ends.R.read() == b"late"
    writer.join()


def test_files_leave_nothing_behind(go):
    def use():
        file = go.NewReader(b"ab\ncd")
        with file:
            file.readline(), file.read1(1), file.readinto(bytearray(2))
        go.Broken(1).read1()
        go.NewBuffer(b"").write(b"abc")

    use()
    gc.collect()
    before, states = go.__go__.live(), len(files._states)
    for _ in range(10_000):
        use()
    gc.collect()
    assert (go.__go__.live(), len(files._states)) == (before, states)
