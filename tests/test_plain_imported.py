"""Pointers to types of imported packages: handles as those of the cell's own."""

import pytest

import gomagic

SOURCE = """
func NewBuffer(text string) *bytes.Buffer          { return bytes.NewBufferString(text) }
func NewFloat(text string) *big.Float             { x, _ := new(big.Float).SetString(text); return x }
func NewRand(seed int64) *rand.Rand                { return rand.New(rand.NewSource(seed)) }
func Compile(expr string) (*regexp.Regexp, error)  { return regexp.Compile(expr) }
func Length(b *bytes.Buffer) int                   { return b.Len() }
func Create(folder string) (*os.File, error)       { return os.CreateTemp(folder, "x") }
func Command(name string) *exec.Cmd                { return exec.Command(name) }
func NewLogger() *log.Logger                       { return log.Default() }
func Value() *atomic.Pointer[int]                  { return nil }
func Reader(r *strings.Reader, f func(*unsafe.Pointer)) int       { return 0 }
func Wrong(text string) *strconv.NumError          { _, err := strconv.Atoi(text); return err.(*strconv.NumError) }

type Log struct {
	*bytes.Buffer
	Count int
}

func NewLog() *Log { return &Log{Buffer: &bytes.Buffer{}} }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "imported")


def test_a_buffer_is_written_and_read(go):
    buffer = go.NewBuffer("ab")
    assert buffer.Write(b"cd") == 2
    assert (str(buffer), len(buffer), go.Length(buffer), buffer.Bytes()) == ("abcd", 4, 4, b"abcd")
    into = bytearray(3)
    assert (buffer.Read(into), into, buffer.ReadByte()) == (3, b"abc", ord("d"))
    with pytest.raises(EOFError):
        buffer.ReadByte()


def test_a_class_is_named_by_its_package_and_makes_zero_values(go):
    kind = type(go.NewBuffer(""))
    assert (kind.__module__, kind.__name__) == ("bytes", "Buffer")
    assert kind.WriteString.__doc__ == "func (*bytes.Buffer) WriteString(s string) (n int, err error)"
    assert kind().WriteString("a") == 1
    assert kind.__doc__ == "A pointer to Go's bytes.Buffer."
    assert not hasattr(go, "Buffer")


def test_numbers_are_computed_with(go):
    n = go.NewFloat("1.5")
    assert n.Mul(n, n) is n
    assert str(n) == "2.25"
    assert n.Cmp(go.NewFloat("1")) == 1
    assert n.Text(101, 3) == "2.250e+00"


def test_a_source_of_random_numbers_goes_on(go):
    a, b = go.NewRand(1), go.NewRand(1)
    assert [a.Intn(100) for _ in range(5)] == [b.Intn(100) for _ in range(5)]
    assert sorted(a.Perm(4)) == [0, 1, 2, 3]


def test_an_expression_finds(go):
    found = go.Compile("(b+)a")
    assert found.FindString("xxbba") == "bba"
    assert found.FindStringSubmatch("xxbba") == ["bba", "bb"]
    assert found.FindStringIndex("xxbba").tolist() == [2, 5]
    with pytest.raises(gomagic.GoError, match="missing closing"):
        go.Compile("(")


def test_a_file_is_a_context_manager_whose_errors_are_pythons(go, tmp_path):
    with go.Create(str(tmp_path)) as file:
        file.WriteString("a")
    with pytest.raises(gomagic.GoError, match="file already closed"):
        file.WriteString("b")
    assert len(list(tmp_path.iterdir())) == 1


def test_fields_are_read_and_written(go):
    command = go.Command("sh")
    command.Args = ["sh", "-c", "echo a; exit 3"]
    command.Env = ["A=1"]
    with pytest.raises(gomagic.GoError, match="exit status 3"):
        command.Output()
    assert command.ProcessState.ExitCode() == 3
    failed = go.Wrong("x")
    assert (failed.Func, failed.Num) == ("Atoi", "x")


def test_a_method_of_another_package_takes_a_callback(go):
    xs = list(range(20))
    go.NewRand(1).Shuffle(20, lambda i, j: xs.__setitem__(slice(None), swapped(xs, i, j)))
    assert sorted(xs) == list(range(20)) != xs


def swapped(xs, i, j):
    xs = xs[:]
    xs[i], xs[j] = xs[j], xs[i]
    return xs


def test_a_method_that_ends_the_kernel_is_left_out(go):
    with pytest.raises(AttributeError, match="is left out: it ends the kernel; return an error, or panic"):
        go.NewLogger().Fatal  # noqa: B018


def test_an_instance_of_an_imported_type_has_a_class(go):
    assert go.Value() is None
    assert go.Value.__doc__.startswith("func Value() *atomic.Pointer[int]")


def test_arguments_are_refused_by_the_name_of_the_package(go):
    with pytest.raises(TypeError) as refused:
        go.NewFloat("1").SetUint64(1.5)
    assert str(refused.value) == (
        "big.Float.SetUint64(x): `x` is float, Go wants uint64\n  hint: convert it: `int(…)` cuts, `round(…)` rounds"
    )


def test_a_type_of_the_cell_may_embed_one(go):
    log = go.NewLog()
    assert log.WriteString("abc") == 3
    assert (len(log), go.Length(log), log.Buffer.String()) == (3, 3, "abc")
    assert isinstance(log, type(go.NewBuffer("")))


def test_a_function_that_is_left_out_brings_no_import(go):
    with pytest.raises(AttributeError, match=r"Reader is left out: gomagic does not bind `\*unsafe.Pointer` yet"):
        go.Reader  # noqa: B018


def test_a_cell_is_built_by_the_commands_of_one_with_the_same_imports_in_its_shims(own_cache):
    without = gomagic.compile(
        'import "os/exec"\n\nfunc Found(name string) bool { _, err := exec.LookPath(name); return err == nil }'
    )
    assert without.Found("sh")
    given = gomagic.compile('import "os/exec"\n\nfunc Command(name string) *exec.Cmd { return exec.Command(name) }')
    assert given.Command("true").Run() is None
