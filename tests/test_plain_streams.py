"""A file of Python's is what a plain cell takes as an io.Reader, io.Writer or another interface of these methods."""

import codecs
import contextlib
import gc
import gzip
import http.client
import io
import mmap
import os
import pathlib
import socket
import sys
import tempfile
import threading
import zipfile
import zlib

import pytest

import gomagic
from gomagic import GoError

SOURCE = """
func ReadAll(r io.Reader) (string, error) { b, err := io.ReadAll(r); return string(b), err }
func ReadBy(r io.Reader, n int) (pieces []string, err error) {
	p := make([]byte, n)
	for {
		n, err := r.Read(p)
		if n > 0 {
			pieces = append(pieces, string(p[:n]))
		}
		if err == io.EOF {
			return pieces, nil
		}
		if err != nil {
			return pieces, err
		}
	}
}
func Write(w io.Writer, parts ...string) (all int, err error) {
	for _, part := range parts {
		n, err := w.Write([]byte(part))
		if all += n; err != nil {
			return all, err
		}
	}
	return all, nil
}
func Copy(w io.Writer, r io.Reader) (int64, error) { return io.Copy(w, r) }
func Checksum(r io.Reader) (uint32, error) {
	h := crc32.NewIEEE()
	_, err := io.Copy(h, r)
	return h.Sum32(), err
}
func Lines(r io.Reader) (n int, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		n++
	}
	return n, lines.Err()
}
func Finish(w io.WriteCloser, text string) error {
	_, err := w.Write([]byte(text))
	return errors.Join(err, w.Close())
}
func Drain(r io.ReadCloser) (string, error) {
	b, err := io.ReadAll(r)
	return string(b), errors.Join(err, r.Close())
}
func Close(c io.Closer) error { return c.Close() }
func Size(s io.Seeker) (int64, error) { return s.Seek(0, io.SeekEnd) }
func Tail(r io.ReadSeeker, n int64) (string, error) {
	if _, err := r.Seek(-n, io.SeekEnd); err != nil {
		return "", err
	}
	return ReadAll(r)
}
func At(r io.ReaderAt, n int, at int64) (string, error) {
	p := make([]byte, n)
	n, err := r.ReadAt(p, at)
	if err == io.EOF {
		err = nil
	}
	return string(p[:n]), err
}
func Bytes(r io.ByteReader, n int) (b []byte, err error) {
	for range n {
		one, err := r.ReadByte()
		if err != nil {
			return b, err
		}
		b = append(b, one)
	}
	return b, nil
}
func Text(w io.StringWriter, text string) (int, error) { return w.WriteString(text) }
func Echo(rw io.ReadWriter) error {
	p := make([]byte, 5)
	n, err := rw.Read(p)
	if err == nil {
		_, err = rw.Write(p[:n])
	}
	return err
}

type Sink interface {
	io.Writer
	Flush() error
	Truncate(size int64) error
	WriteByte(b byte) error
	Fd() uintptr
}

func Flushed(s Sink) (uintptr, error) {
	err := errors.Join(s.Truncate(0), s.WriteByte('x'), s.Flush())
	return s.Fd(), err
}

type Named interface {
	io.Reader
	Name() string
}

func NameOf(n Named) string { return n.Name() }

type Other interface{ Read(p string) (int, error) }

func Use(o Other) {}

type Pair struct {
	R io.Reader
	W io.Writer
}

func Run(p *Pair) error                  { _, err := io.Copy(p.W, p.R); return err }
func Join(all []io.Reader) (string, error) { return ReadAll(io.MultiReader(all...)) }
func Tee(r io.Reader, w io.Writer) io.Reader { return io.TeeReader(r, w) }
func Pass(r io.Reader) io.Reader         { return r }
func AsAny(r io.Reader) any              { return r }
func Same(a, b io.Reader) bool           { return a == b }
func NewReader(text string) *strings.Reader { return strings.NewReader(text) }
func IsCloser(r io.Reader) bool          { _, ok := r.(io.Closer); return ok }
func Asked(r io.Reader) (text string) {
	_, err := io.ReadAll(r)
	return fmt.Sprint(err, " ", errors.Is(err, io.EOF))
}
func Elsewhere(w io.Writer, n int) {
	var group sync.WaitGroup
	for i := range n {
		group.Add(1)
		go func() { defer group.Done(); fmt.Fprintf(w, "%d\\n", i) }()
	}
	group.Wait()
}

var Out io.Writer = io.Discard

func Say(text string) error { _, err := fmt.Fprintln(Out, text); return err }
func Settle()               { runtime.GC(); runtime.GC() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "streams")


def refused(function, *args):
    with pytest.raises(TypeError) as raised:
        function(*args)
    return str(raised.value)


class Duck:
    """Reads and writes, and is of no class of io's."""

    def __init__(self, data=b""):
        self.data, self.put = data, []

    def read(self, size):
        got, self.data = self.data[:size], self.data[size:]
        return got

    def write(self, data):
        self.put.append(data)


class Raw(io.RawIOBase):
    """Gives these pieces, and takes so many bytes at once."""

    def __init__(self, *pieces, takes=()):
        self.pieces, self.takes, self.put = list(pieces), list(takes), b""

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self.pieces.pop(0) if self.pieces else b""
        if piece is None:
            return None
        buffer[: len(piece)] = piece
        return len(piece)

    def write(self, data):
        n = self.takes.pop(0) if self.takes else len(data)
        if n is not None:
            self.put += bytes(data[:n])
        return n


@contextlib.contextmanager
def readable(kind, path):
    data = path.read_bytes()
    with contextlib.ExitStack() as stack:
        match kind:
            case "BytesIO":
                yield io.BytesIO(data)
            case "file":
                yield stack.enter_context(path.open("rb"))
            case "raw file":
                yield stack.enter_context(path.open("rb", buffering=0))
            case "gzip":
                yield gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(data)))
            case "zip":
                archive = io.BytesIO()
                with zipfile.ZipFile(archive, "w") as packed:
                    packed.writestr("x", data)
                yield stack.enter_context(zipfile.ZipFile(archive).open("x"))
            case "socket":
                ours, theirs = socket.socketpair()
                with ours, theirs:
                    theirs.sendall(data)
                    theirs.shutdown(socket.SHUT_WR)
                    yield ours.makefile("rb")
            case "http":
                ours, theirs = socket.socketpair()
                with ours, theirs:
                    theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
                    response = http.client.HTTPResponse(ours)
                    response.begin()
                    yield response
            case "temporary":
                file = stack.enter_context(tempfile.NamedTemporaryFile())
                file.write(data)
                file.seek(0)
                yield file
            case "mapped":
                file = stack.enter_context(path.open("rb"))
                yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            case "text":
                yield stack.enter_context(path.open(encoding="utf-8"))
            case "StringIO":
                yield io.StringIO(data.decode())
            case "decoded":
                yield codecs.getreader("utf-8")(io.BytesIO(data))
            case "duck":
                yield Duck(data)
            case "raw":
                yield Raw(data[:7], data[7:])


KINDS = [
    "BytesIO", "file", "raw file", "gzip", "zip", "socket", "http", "temporary", "mapped", "text", "StringIO",
    "decoded", "duck", "raw",
]  # fmt: skip


def test_all_files_of_pythons_are_read(go, tmp_path):
    path = tmp_path / "x"
    path.write_text("first\nzwölf 𝄞\nlast", "utf-8")
    read = {}
    for kind in KINDS:
        with readable(kind, path) as file:
            read[kind] = go.ReadAll(file)
    assert read == dict.fromkeys(KINDS, path.read_text("utf-8"))


def test_all_files_of_pythons_are_written(go, tmp_path, capsys):
    buffer, text, duck, path = io.BytesIO(), io.StringIO(), Duck(), tmp_path / "x"
    assert [go.Write(file, "zwölf ", "𝄞\n") for file in (buffer, text, duck)] == [12, 12, 12]
    assert buffer.getvalue().decode() == text.getvalue() == "zwölf 𝄞\n"
    assert duck.put == ["zwölf ".encode(), "𝄞\n".encode()]
    with path.open("wb") as file, gzip.open(tmp_path / "y", "wb") as packed, path.with_name("z").open("w") as said:
        assert [go.Write(file, "abc") for file in (file, packed, said)] == [3, 3, 3]
    assert (path.read_bytes(), path.with_name("z").read_text()) == (b"abc", "abc")
    assert gzip.decompress((tmp_path / "y").read_bytes()) == b"abc"
    go.Write(sys.stdout, "shown\n")
    go.Out = sys.stdout
    go.Say("again")
    go.Out = None
    assert capsys.readouterr().out == "shown\nagain\n"


def test_a_read_gives_what_there_is_at_once(go):
    assert go.ReadBy(Raw(b"ab", b"c", b"def"), 3) == ["ab", "c", "def"]
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as file:
        theirs.sendall(b"now")
        timer = threading.Timer(0.05, lambda: (theirs.sendall(b"late"), theirs.close()))
        timer.start()
        assert go.ReadBy(file, 100) == ["now", "late"]
        timer.join()


def test_text_is_read_as_utf8_however_little_is_wanted(go):
    text = "zwölf 𝄞 \udcff"
    encoded = text.encode("utf-8", "surrogateescape")
    for n in range(1, 9):
        pieces = go.ReadBy(io.StringIO(text), n)
        assert b"".join(piece.encode("utf-8", "surrogateescape") for piece in pieces) == encoded
        assert max(map(len, pieces)) <= n
    assert go.Lines(io.StringIO("a\nb\nc")) == 3
    assert go.Bytes(io.StringIO("é"), 2) == "é".encode()


def test_a_letter_that_is_cut_by_writes_stays_whole(go):
    text, data = io.StringIO(), "zwölf 𝄞".encode()
    pieces = [data[i : i + 1].decode("utf-8", "surrogateescape") for i in range(len(data))]
    assert go.Write(text, *pieces) == len(data)
    assert text.getvalue() == "zwölf 𝄞"
    for piece in pieces:  # each by a call of its own
        go.Write(text, piece)
        go.Settle()
    assert text.getvalue() == "zwölf 𝄞" * 2
    go.Write(text, "\udcff", "x")
    assert text.getvalue().endswith("\udcffx")


def test_half_a_letter_is_written_before_a_file_closes(go):
    class Kept(io.StringIO):
        def close(self):
            self.all = self.getvalue()
            super().close()

    kept = Kept()
    go.Finish(kept, "a\udcc3")
    assert (kept.closed, kept.all) == (True, "a\udcc3")


def test_close_is_called_where_go_calls_it_and_nowhere_else(go):
    file = io.BytesIO(b"abc")
    assert (go.ReadAll(file), file.closed, go.IsCloser(file)) == ("abc", False, False)
    assert go.Drain(io.BytesIO(b"abc")) == "abc"
    go.Close(file)
    assert file.closed
    ours, theirs = socket.socketpair()
    go.Close(ours)
    go.Close(theirs)
    assert ours.fileno() == -1


def test_a_file_seeks_for_go(go, tmp_path):
    file = io.BytesIO(b"0123456789")
    assert (go.Size(file), file.tell(), go.Tail(file, 3)) == (10, 10, "789")
    file.seek(2)
    assert [go.At(file, 3, at) for at in (0, 5, 8, 10)] == ["012", "567", "89", ""]
    assert file.tell() == 2

    class Silent(Duck):
        def seek(self, offset, whence):
            self.place = offset

        def tell(self):
            return self.place + 100

    assert go.Size(Silent()) == 100
    with (tmp_path / "x").open("w+b") as file:
        file.write(b"old")
        assert go.Flushed(file) == file.fileno()
        assert (tmp_path / "x").read_bytes() == b"\0\0\0x"
    with pytest.raises(ValueError, match="negative seek value"):
        go.At(io.BytesIO(b"abc"), 1, -1)


def test_one_file_is_read_and_written(go):
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rwb", buffering=0) as file:
        theirs.sendall(b"hello")
        go.Echo(file)
        assert theirs.recv(10) == b"hello"
    text = io.StringIO()
    assert (go.Text(text, "äb"), go.Text(Duck(), "a"), text.getvalue()) == (3, 1, "äb")


def test_a_file_is_in_fields_slices_and_variables_what_it_is(go):
    source, target = io.BytesIO(b"abc"), io.BytesIO()
    pair = go.Pair(source, target)
    go.Run(pair)
    assert (target.getvalue(), pair.R is source, pair.W is target) == (b"abc", True, True)
    assert go.Join([io.BytesIO(b"a"), go.NewReader("b"), io.StringIO("ç")]) == "abç"
    go.Out = target
    go.Say("x")
    assert (go.Out is target, target.getvalue()) == (True, b"abcx\n")
    go.Out = None


def test_what_comes_out_of_go_is_the_same_file(go):
    file, other = io.BytesIO(), io.BytesIO()
    assert go.Pass(file) is file
    assert go.AsAny(file) is file
    assert (go.Same(file, file), go.Same(file, other)) == (True, False)
    reader = go.NewReader("abc")
    assert go.Pass(reader) is reader


def test_a_reader_of_gos_over_a_file_of_pythons_is_a_file_again(go):
    seen = io.BytesIO()
    tee = go.Tee(io.BytesIO(b"first\nsecond"), seen)
    assert (tee.readline(), seen.getvalue()) == (b"first\n", b"first\n")
    gc.collect()
    go.Settle()
    assert (go.ReadAll(tee), seen.getvalue()) == ("second", b"first\nsecond")


def test_a_reader_of_another_cells_go_is_a_file(go):
    other = gomagic.compile("func NewReader(text string) *strings.Reader { return strings.NewReader(text) }", "other")
    assert go.ReadAll(other.NewReader("abc")) == "abc"


def test_an_exception_of_a_file_arrives_as_itself(go):
    failure = KeyError("x")

    class Failing(Duck):
        def read(self, size):
            raise failure

        write = read

    for use in (go.ReadAll, go.Checksum, go.Write):
        with pytest.raises(KeyError) as raised:
            use(Failing(), *(["a"] if use is go.Write else []))
        assert raised.value is failure
    assert go.Asked(Failing()) == "KeyError: 'x' false"
    with pytest.raises(KeyError) as raised:
        go.Tee(Failing(), Duck()).read()
    assert raised.value is failure
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(ValueError, match="I/O operation on closed file"):
        go.ReadAll(closed)
    with pytest.raises(io.UnsupportedOperation, match="read"), open(os.devnull, "wb") as file:
        go.ReadAll(file)
    with pytest.raises(io.UnsupportedOperation, match="write"), open(os.devnull, "rb") as file:
        go.Write(file, "a")
    with pytest.raises(UnicodeEncodeError):
        go.Write(io.TextIOWrapper(io.BytesIO(), "ascii"), "é")


def test_an_interrupt_in_a_file_ends_the_call(go):
    class Interrupted(Duck):
        def read(self, size):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go.ReadAll(Interrupted())


def test_a_file_that_has_nothing_now_is_asked_again_and_not_for_ever(go):
    assert go.ReadAll(Raw(None, b"ab", None, None, b"c")) == "abc"
    with pytest.raises(GoError, match="multiple Read calls return no data or error"):
        go.ReadAll(Raw(*[None] * 1000))


def test_a_file_that_takes_less_is_given_the_rest(go):
    raw = Raw(takes=[1, None, 2, 0, 1])
    assert (go.Write(raw, "abcdef"), raw.put) == (6, b"abcdef")
    with pytest.raises(GoError, match="short write"):
        go.Write(Raw(takes=[1, *[None] * 1000]), "abcdef")


@pytest.mark.parametrize(
    ("of", "error", "said"),
    [
        ({"read": lambda self, size: bytes(size + 1)}, ValueError, r"Wrong\.read\(512\) has returned 513 bytes"),
        ({"read": lambda self, size: 3}, TypeError, r"Wrong\.read\(512\) has returned int, Go wants bytes"),
        ({"read": lambda self: b""}, TypeError, "positional argument"),
        (
            {"read": lambda self, size: 3, "encoding": "utf-8"},
            TypeError,
            r"Wrong\.read\(\d+\) has returned int, Go wants",
        ),
    ],
)
def test_what_reads_otherwise_than_a_file_is_an_error(go, of, error, said):
    with pytest.raises(error, match=said):
        go.ReadAll(type("Wrong", (), of)())


def test_what_writes_otherwise_than_a_file_is_an_error(go):
    for n in (-1, 4):
        wrong = type("Wrong", (), {"write": lambda self, data, n=n: n})()
        with pytest.raises(ValueError, match=rf"Wrong\.write\(3 bytes\) has returned {n}$"):
            go.Write(wrong, "abc")


def test_what_is_no_file_is_refused_with_the_cure(go):
    assert refused(go.ReadAll, "data.csv") == (
        "ReadAll(r): `r` is str, Go wants io.Reader\n"
        "  note: str has no method Read(p []byte) (n int, err error), and is no file: it has no method `read`\n"
        '  hint: pass the file of that name: `open(r, "rb")`'
    )
    assert refused(go.Write, pathlib.Path("x"), "").endswith('hint: pass the file of that name: `open(w, "wb")`')
    assert refused(go.Echo, "x").endswith('hint: pass the file of that name: `open(rw, "r+b")`')
    assert refused(go.ReadAll, b"abc").endswith("hint: pass `io.BytesIO(r)`")
    assert refused(go.Drain, Duck()).endswith("and is no file: it has no method `close`")
    assert "hint" not in refused(go.Write, 3, "")
    assert "and is no file: it is a class" in refused(go.ReadAll, io.BytesIO)
    assert refused(go.Join, [io.BytesIO(), "x"]).startswith("Join(all): `all[1]` is str, Go wants io.Reader\n")
    assert "has no method Name() string" in refused(go.NameOf, io.BytesIO())
    assert "has no method Read(p string) (int, error)" in refused(go.Use, io.BytesIO())
    assert "*strings.Reader has no method Close() error" in refused(go.Drain, go.NewReader(""))
    with pytest.raises(TypeError, match="`R` is str, Go wants io\\.Reader"):
        go.Pair(R="x")


def test_what_a_file_keeps_is_its_own(go):
    duck = Duck()
    go.Write(duck, "abc", "def")
    gc.collect()
    go.Settle()
    assert duck.put == [b"abc", b"def"]

    class Reused(Duck):
        """Gives the same memory each time."""

        def __init__(self):
            self.memory, self.left = bytearray(b"aaaa"), 3

        def read(self, size):
            self.memory[:] = bytes([ord("a") + self.left] * 4)
            self.left -= 1
            return memoryview(self.memory) if self.left >= 0 else b""

    assert go.ReadAll(Reused()) == "ddddccccbbbb"


def test_files_are_used_from_goroutines_and_threads(go):
    text = io.StringIO()
    go.Elsewhere(text, 50)
    assert sorted(map(int, text.getvalue().split())) == list(range(50))
    data, found = os.urandom(100_000), []
    threads = [threading.Thread(target=lambda: found.append(go.Checksum(io.BytesIO(data)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [zlib.crc32(data)] * 4


def test_a_file_that_calls_go_with_itself_does_not_wait_for_itself(go):
    class Noting(io.StringIO):
        def write(self, text):
            if text == "outer":
                go.Write(self, "inner ")
            return super().write(text)

    noting = Noting()
    go.Write(noting, "outer")
    assert noting.getvalue() == "inner outer"

    class Endless(Duck):
        def read(self, size):
            return go.ReadAll(self).encode()

    with pytest.raises(RecursionError):
        go.ReadAll(Endless())


def live(go):
    gc.collect()
    for _ in range(5):
        go.Settle()
        go.ReadAll(io.BytesIO())  # which drops what waits
    return go.__go__.live()


def test_nothing_is_left_of_ten_thousand_files(go):
    before = live(go)
    for i in range(10_000):
        file = io.BytesIO(b"abc")
        assert go.ReadBy(file, 8) == ["abc"]
        if i % 100 == 0:
            go.Write(io.StringIO(), "é")
            assert go.Pass(file) is file
            with contextlib.suppress(ValueError):
                file.close()
                go.ReadAll(file)
            with contextlib.suppress(KeyError):
                go.ReadAll(type("Failing", (Duck,), {"read": lambda self, size: {}["x"]})())
    del file
    after = live(go)
    assert after.handles <= before.handles + 1
    assert (after.arrays, after.bytes) == (before.arrays, before.bytes)
