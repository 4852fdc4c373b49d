"""Error variables and constants of a cell as exception classes: its own, those of packages, and what wraps them."""

import pytest

import gomagic
from gomagic import GoError

SOURCE = """
var (
	ErrNegative = errors.New("negative")
	EOF         = io.EOF
	ErrNoRows   = sql.ErrNoRows
	ErrNotExist = fs.ErrNotExist
	ErrClosed   = os.ErrClosed
	// ErrGone wraps what another package has.
	ErrGone  = fmt.Errorf("gone: %w", fs.ErrNotExist)
	ErrBoth  = errors.Join(ErrNegative, io.EOF)
	ErrBusy  = syscall.EBUSY
	ErrNil   error
	ErrLater error
	ErrTyped = &Typed{3}
	ErrCode  = Code(7)
)

func init() { ErrLater = errors.New("later") }

// Typed is an error by its pointers.
type Typed struct{ N int }

func (t *Typed) Error() string { return "typed " + strconv.Itoa(t.N) }

type Code int

func (c Code) Error() string { return "code " + strconv.Itoa(int(c)) }

const Teapot Code = 418

// Text is how errors are constants.
type Text string

func (t Text) Error() string { return string(t) }

const (
	ErrFull  = Text("full")
	ErrEmpty = Text("empty")
	Large    = "large"
)

type Funcs []func()

func (Funcs) Error() string { return "funcs" }

var ErrFuncs = Funcs{nil}

func Fail(what string) error {
	err := map[string]error{
		"negative": ErrNegative, "eof": io.EOF, "no rows": sql.ErrNoRows, "not there": fs.ErrNotExist, "gone": ErrGone,
		"both": ErrBoth, "busy": syscall.EBUSY, "later": ErrLater, "typed": ErrTyped, "like typed": &Typed{3},
		"code": ErrCode,
		"other code": Code(8), "teapot": Teapot, "full": ErrFull, "like full": Text("full"), "closed": net.ErrClosed,
		"really closed": os.ErrClosed, "funcs": ErrFuncs,
	}[what]
	if err == nil {
		_, err = os.Open(what)
	}
	return err
}
func Wrapped(what string) error { return fmt.Errorf("w: %w", fmt.Errorf("v: %w", Fail(what))) }
func Joined(what string) error {
	return fmt.Errorf("%w and %w", errors.New("first"), errors.Join(io.ErrShortWrite, Fail(what)))
}
func Swap()                     { ErrLater, ErrNil = errors.New("another"), ErrLater }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "sentinels")


NAMES = [
    "ErrNegative", "EOF", "ErrNoRows", "ErrNotExist", "ErrClosed", "ErrGone", "ErrBoth", "ErrBusy", "ErrNil",
    "ErrLater",
    "ErrTyped", "ErrCode", "Teapot", "ErrFull", "ErrEmpty", "ErrFuncs",
]  # fmt: skip


def caught(go, function, what):
    """Of which of the cell's variables and constants an error is, and the exception."""
    with pytest.raises(GoError) as failed:
        function(what)
    return [name for name in NAMES if isinstance(failed.value, getattr(go, name))], failed.value


def test_a_variable_of_an_imported_package_is_an_exception_class(go):
    for what, name in (("eof", "EOF"), ("no rows", "ErrNoRows"), ("not there", "ErrNotExist")):
        for function in (go.Fail, go.Wrapped, go.Joined):
            with pytest.raises(getattr(go, name)):
                function(what)
            assert caught(go, function, what)[0] == [name]
    assert (go.EOF.__name__, go.EOF.__module__, go.EOF.__mro__[1]) == ("EOF", "sentinels", GoError)


def test_it_is_its_python_kin_as_well(go):
    assert isinstance(caught(go, go.Wrapped, "eof")[1], EOFError)
    assert isinstance(caught(go, go.Joined, "not there")[1], FileNotFoundError)


def test_what_another_package_returns_is_matched(go):
    names, error = caught(go, go.Fail, "/no/such")
    assert (names, error.errno, error.filename) == (["ErrNotExist"], 2, "/no/such")


def test_two_variables_are_two_errors(go):
    assert caught(go, go.Fail, "closed")[0] == []
    assert caught(go, go.Fail, "really closed")[0] == ["ErrClosed"]


def test_a_variable_that_wraps_another_is_both(go):
    names, error = caught(go, go.Wrapped, "gone")
    assert names == ["ErrNotExist", "ErrGone"]
    assert isinstance(error, FileNotFoundError)
    assert caught(go, go.Fail, "both")[0] == ["ErrNegative", "EOF", "ErrBoth"]
    assert caught(go, go.Fail, "negative")[0] == ["ErrNegative"]
    assert go.ErrGone.__doc__ == "ErrGone wraps what another package has.\n"


def test_a_number_of_the_system_is_matched_by_its_variable(go):
    names, error = caught(go, go.Wrapped, "busy")
    assert (names, error.errno) == (["ErrBusy"], 16)


def test_a_variable_is_matched_by_what_it_holds_now():
    go = gomagic.compile(SOURCE, "sentinels that change")
    assert caught(go, go.Fail, "later")[0] == ["ErrLater"]
    with pytest.raises(go.ErrLater) as failed:
        go.Fail("later")
    go.Swap()
    assert caught(go, go.Fail, "later")[0] == ["ErrLater"]
    assert not isinstance(caught(go, go.Fail, "negative")[1], go.ErrNil)
    assert isinstance(failed.value, go.ErrLater)


def test_a_variable_of_an_error_type_is_matched_by_identity_as_in_go(go):
    names, error = caught(go, go.Wrapped, "typed")
    assert (names, error.N, isinstance(error, go.Typed)) == (["ErrTyped"], 3, True)
    names, error = caught(go, go.Fail, "like typed")
    assert (names, error.N, isinstance(error, go.Typed)) == ([], 3, True)


def test_a_constant_of_an_error_type_is_an_exception_class(go):
    for what, names in (
        ("full", ["ErrFull"]),
        ("like full", ["ErrFull"]),
        ("teapot", ["Teapot"]),
        ("code", ["ErrCode"]),
    ):
        assert caught(go, go.Joined, what)[0] == names
    assert caught(go, go.Fail, "other code")[0] == []
    assert isinstance(caught(go, go.Fail, "full")[1], go.Text)
    assert go.Large == "large"


def test_a_value_that_go_cannot_compare_is_matched_by_nothing(go):
    names, error = caught(go, go.Fail, "funcs")
    assert (names, isinstance(error, go.Funcs)) == ([], True)


def test_an_error_type_of_an_imported_package_is_an_exception_class_by_another_name():
    go = gomagic.compile(
        "type PathError = fs.PathError\ntype Errno = syscall.Errno\ntype Any = error\n"
        "type Self = Own\ntype Own struct{}\n"
        'func (Own) Error() string { return "own" }\n'
        'func Open(path string) error { _, err := os.Open(path); return fmt.Errorf("w: %w", err) }'
    )
    with pytest.raises(go.PathError) as failed:
        go.Open("/no/such")
    assert isinstance(failed.value, go.Errno)
    assert (failed.value.Op, failed.value.Path, failed.value.Err.errno) == ("open", "/no/such", 2)
    assert not hasattr(go, "Any")
    assert not hasattr(go, "Self")
