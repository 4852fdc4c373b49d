"""Go's errors as Python's exceptions: text, type, kin, the cell's own classes, what they wrap."""

import gc

import pytest

import gomagic
from gomagic import GoError
from gomagic.bind.goerror import KIN

SOURCE = """
// ErrNegative says that a number is below zero.
var ErrNegative = errors.New("negative")
var ErrLarge = fmt.Errorf("large")
var ErrNil error

// TooLong is an error with fields.
type TooLong struct {
	Limit, Length int
	Name          string
	hidden        bool
}

func (e *TooLong) Error() string { return fmt.Sprintf("%s: %d of %d", e.Name, e.Length, e.Limit) }

type Missing struct {
	Key   string
	Cause error
}

func (e Missing) Error() string { return "no " + e.Key }
func (e Missing) Unwrap() error { return e.Cause }

type Code int

func (c Code) Error() string { return "code " + strconv.Itoa(int(c)) }

type Bare struct{}

func (Bare) Error() string { return "bare" }

type Twin struct{}

func (Twin) Error() string        { return "twin" }
func (Twin) Is(target error) bool { return target == ErrLarge }
func (Twin) As(target any) bool {
	if code, ok := target.(*Code); ok {
		*code = 5
		return true
	}
	return false
}

type Holes struct{}

func (Holes) Error() string   { return "holes" }
func (Holes) Unwrap() []error { return []error{nil, ErrNegative, nil} }

type Nothing struct{ word string }

func (n *Nothing) Error() string { return n.word }

func Root(x float64) (float64, error) {
	if x < 0 {
		return 0, ErrNegative
	}
	return math.Sqrt(x), nil
}
func Check(x int) error {
	if x < 0 {
		return fmt.Errorf("Check(%d): %w", x, ErrNegative)
	}
	return nil
}
var failures = map[string]error{
	"plain": errors.New("plain"),
	"large": ErrLarge,
	"pointer": &TooLong{3, 5, "Ada", true},
	"wrapped pointer": fmt.Errorf("wrapped: %w", &TooLong{3, 5, "Ada", true}),
	"value": Missing{"k", io.EOF},
	"pointer to value": &Missing{"k", nil},
	"code": Code(404),
	"bare": Bare{},
	"joined": errors.Join(ErrNegative, Missing{"j", nil}, fs.ErrNotExist),
	"everything": errors.Join(fs.ErrNotExist, fs.ErrExist, fs.ErrPermission,
		io.EOF, context.DeadlineExceeded, strconv.ErrSyntax, strconv.ErrRange, Bare{}, ErrLarge),
	"twin": Twin{},
	"holes": Holes{},
	"typed nil": (*Nothing)(nil),
	"nul": errors.New("a\\x00\\xffé"),
	"eof": io.EOF,
	"missing": fs.ErrNotExist,
	"unexpected eof": io.ErrUnexpectedEOF,
	"deadline": context.DeadlineExceeded,
	"exists": fmt.Errorf("x: %w", fs.ErrExist),
	"permission": fs.ErrPermission,
	"syntax": second(strconv.Atoi("x")),
	"range": second(strconv.ParseInt("300", 10, 8)),
}

func second[T any](_ T, err error) error { return err }
func Fail(what string) error             { return failures[what] }
func Read(n int) (int, string, error) { return n, "part", io.EOF }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "errors")


def test_an_error_is_raised_and_no_error_is_nothing(go, fail):
    error = fail("plain")
    assert (type(error), str(error), error.go_type, error.results) == (GoError, "plain", "*errors.errorString", ())
    assert go.Fail("") is None
    assert go.Root(4) == 2


def test_the_text_of_an_error_may_hold_any_bytes(fail):
    assert str(fail("nul")) == "a\0\udcffé"


@pytest.mark.parametrize(
    ("what", "kin"),
    [
        ("missing", FileNotFoundError), ("exists", FileExistsError), ("permission", PermissionError), ("eof", EOFError),
        ("unexpected eof", EOFError), ("deadline", TimeoutError), ("syntax", ValueError), ("range", OverflowError),
    ],
)  # fmt: skip
def test_well_known_errors_are_their_python_kin(go, what, kin):
    with pytest.raises(kin) as failed:
        go.Fail(what)
    assert isinstance(failed.value, GoError)
    kins = (OSError, EOFError, ValueError, OverflowError)
    assert [one for one in kins if isinstance(failed.value, one)] == [one for one in kins if issubclass(kin, one)]


def test_an_error_variable_is_an_exception_class(go):
    assert issubclass(go.ErrNegative, GoError)
    with pytest.raises(go.ErrNegative) as failed:
        go.Root(-1)
    assert type(failed.value) is go.ErrNegative
    assert not isinstance(failed.value, go.ErrLarge | go.ErrNil)
    assert (go.ErrNegative.__name__, go.ErrNegative.__module__) == ("ErrNegative", "errors")


def test_except_matches_wrapped_errors_as_errors_is_does(go):
    try:
        go.Check(-3)
    except go.ErrLarge:
        pytest.fail("the wrong branch")
    except go.ErrNegative as error:
        assert str(error) == "Check(-3): negative"
    with pytest.raises(go.ErrLarge, match="twin"):
        go.Fail("twin")


def test_an_error_struct_is_an_exception_class_with_its_fields(go):
    for what in ("pointer", "wrapped pointer"):
        with pytest.raises(go.TooLong) as failed:
            go.Fail(what)
        error = failed.value
        assert (error.Limit, error.Length, error.Name) == (3, 5, "Ada")
        assert not hasattr(error, "hidden")
    assert str(error) == "wrapped: Ada: 5 of 3"
    assert go.ErrNegative.__doc__ == "ErrNegative says that a number is below zero.\n"
    assert go.TooLong.__doc__ == "TooLong is an error with fields.\n"


def test_an_error_struct_with_a_value_receiver_is_matched_by_value_and_pointer(go):
    for what in ("value", "pointer to value"):
        with pytest.raises(go.Missing) as failed:
            go.Fail(what)
        assert failed.value.Key == "k"
    with pytest.raises(EOFError):
        go.Fail("value")


def test_error_types_without_fields_are_exception_classes(go):
    with pytest.raises(go.Code, match="code 404"):
        go.Fail("code")
    with pytest.raises(go.Bare, match="bare"):
        go.Fail("bare")


def test_an_as_method_is_asked(go):
    with pytest.raises(go.Code, match="twin"):
        go.Fail("twin")


def test_joined_errors_match_each_of_them(go, fail):
    for kind in (go.ErrNegative, go.Missing, FileNotFoundError):
        with pytest.raises(kind):
            go.Fail("joined")
    for kind in KIN:
        with pytest.raises(kind):
            go.Fail("everything")
    error = fail("joined")
    assert error.Key == "j"
    assert [str(inner) for inner in error.unwrap()] == ["negative", "no j", "file does not exist"]
    assert isinstance(error.unwrap()[2], FileNotFoundError)


def test_unwrap_gives_the_error_that_is_wrapped(go, fail):
    inner = fail("value").unwrap()
    assert (type(inner.unwrap()), str(inner)) == (type(None), "EOF")
    assert isinstance(inner, EOFError)
    assert fail("plain").unwrap() is None
    assert isinstance(fail("holes").unwrap(), go.ErrNegative)


def test_is_tells_as_errors_is_does(go, fail):
    wrapped, eof = fail("value"), fail("eof")
    assert wrapped.is_(eof)
    assert not eof.is_(wrapped)
    assert wrapped.is_(EOFError)
    assert wrapped.is_(go.Missing)
    assert not wrapped.is_(go.ErrNegative)
    assert not wrapped.is_(GoError("made in Python"))
    assert not GoError("made in Python").is_(wrapped)


def test_errors_of_another_cell_are_others(go, fail):
    other = gomagic.compile("func Fail() error { return io.EOF }", "other")
    with pytest.raises(GoError) as failed:
        other.Fail()
    assert not failed.value.is_(fail("eof"))


def test_other_results_stand_in_the_exception(go):
    with pytest.raises(EOFError) as failed:
        go.Read(7)
    assert failed.value.results == (7, "part")


def test_an_error_whose_own_text_panics_is_an_error_still(fail):
    assert str(fail("typed nil")) == "(*main.Nothing) whose own text panics"


def test_the_class_of_an_error_is_made_once(fail):
    assert type(fail("joined")) is type(fail("joined"))


def test_an_error_keeps_its_go_value_until_it_is_gone(go, fail):
    gc.collect()
    before = go.__go__.live()
    error = fail("value")
    inner = error.unwrap()
    assert go.__go__.live().handles > before.handles
    assert str(inner) == "EOF"
    del error, inner
    gc.collect()
    assert go.__go__.live() == before


def test_the_exception_of_a_caller_stays_its_context(go):
    try:
        raise KeyError("first")
    except KeyError as first:
        with pytest.raises(go.ErrNegative) as failed:
            go.Root(-1)
        assert failed.value.__context__ is first
