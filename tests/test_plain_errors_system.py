"""Errors of the system, wherever Go wraps them: the class, errno, strerror and filename that Python gives itself."""

import errno
import os

import pytest

import gomagic
from gomagic import GoError

SOURCE = """
func second[T any](_ T, err error) error { return err }

func Number(n int) error     { return syscall.Errno(n) }
func Open(path string) error { return second(os.Open(path)) }
func Read(path string) error { return second(os.ReadFile(path)) }
func Remove(path string) error { return os.Remove(path) }
func Rename(from, to string) error { return os.Rename(from, to) }
func Dial(address string) error { return second(net.Dial("tcp", address)) }
func Run(path string) error { return exec.Command(path).Run() }

type Loading struct {
	Name string
	Err  error
}

func (l *Loading) Error() string { return l.Name + ": " + l.Err.Error() }
func (l *Loading) Unwrap() error { return l.Err }

type Is struct{}

func (Is) Error() string        { return "is" }
func (Is) Is(target error) bool { return target == fs.ErrNotExist }

type As struct{}

func (As) Error() string { return "as" }
func (As) As(target any) bool {
	number, ok := target.(*syscall.Errno)
	if ok {
		*number = syscall.EPIPE
	}
	return ok
}

type Slow struct{}

func (Slow) Error() string { return "slow" }
func (Slow) Timeout() bool { return true }

func Fail(what string) error {
	switch what {
	case "wrapped":
		return fmt.Errorf("a: %w", &Loading{"b", second(os.Open("/no/such"))})
	case "joined":
		return errors.Join(io.EOF, second(os.Open("/no/such")), second(net.Dial("tcp", "127.0.0.1:1")), syscall.ENOENT)
	case "joined with its base":
		return errors.Join(syscall.ENOTEMPTY, second(os.Open("/no/such")))
	case "two files":
		return errors.Join(&fs.PathError{Op: "open", Path: "first", Err: io.EOF}, second(os.Open("/no/such")))
	case "is":
		return Is{}
	case "as":
		return As{}
	case "zero":
		return syscall.Errno(0)
	case "syscall":
		return os.NewSyscallError("epoll", syscall.EPERM)
	case "deadline":
		listener, _ := net.Listen("tcp", "127.0.0.1:0")
		defer listener.Close()
		listener.(*net.TCPListener).SetDeadline(time.Now())
		return second(listener.Accept())
	case "slow":
		return fmt.Errorf("w: %w", Slow{})
	case "nil file":
		return fmt.Errorf("w: %w", (*fs.PathError)(nil))
	case "in memory":
		return second(fs.ReadFile(fstest.MapFS{}, "x"))
	}
	return nil
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "system")


def raised(function, *args):
    with pytest.raises(Exception) as failed:
        function(*args)
    return failed.value


def told(error):
    """All that an OSError tells, and the class of Python's that it is of."""
    [kin] = [base for base in type(error).__mro__ if base.__module__ == "builtins"][:1]
    return kin, error.errno, error.strerror, error.filename, error.filename2


def test_every_number_of_the_system_is_of_the_class_that_python_gives_it(go):
    for number in errno.errorcode:
        error, python = raised(go.Number, number), OSError(number, os.strerror(number))
        assert isinstance(error, GoError)
        assert told(error) == told(python)
        assert error.go_type == "syscall.Errno"
    assert told(raised(go.Number, 9999)) == (OSError, 9999, os.strerror(9999), None, None)


def test_a_directory_read_as_a_file_is_an_error_as_of_python(go, tmp_path):
    path = str(tmp_path)
    assert told(raised(go.Read, path)) == told(raised(open, path)) == (
        IsADirectoryError, errno.EISDIR, "Is a directory", path, None,
    )  # fmt: skip


def test_a_file_that_is_not_there_is_an_error_as_of_python(go, tmp_path):
    for path in (str(tmp_path / "none"), str(tmp_path / "é\udcff"), ""):
        assert told(raised(go.Open, path)) == told(raised(open, path))
    (tmp_path / "file").touch()
    path = str(tmp_path / "file" / "x")
    assert told(raised(go.Open, path)) == told(raised(open, path))
    assert str(raised(go.Open, "/no/such")) == "open /no/such: no such file or directory"


def test_a_folder_that_is_not_empty_is_a_plain_os_error(go, tmp_path):
    (tmp_path / "x").touch()
    error = raised(go.Remove, str(tmp_path))
    assert told(error) == told(raised(os.rmdir, str(tmp_path)))
    assert not isinstance(error, FileExistsError)


def test_both_names_of_a_rename_come_along(go, tmp_path):
    names = str(tmp_path / "a"), str(tmp_path / "b")
    assert told(raised(go.Rename, *names)) == told(raised(os.rename, *names))


def test_a_refused_connection_is_as_of_python(go):
    error = raised(go.Dial, "127.0.0.1:1")
    assert told(error) == (ConnectionRefusedError, errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED), None, None)
    assert (error.go_type, isinstance(error, ConnectionError)) == ("*net.OpError", True)


def test_a_program_that_is_not_there_is_as_of_python(go):
    assert told(raised(go.Run, "/no/such")) == (FileNotFoundError, 2, "No such file or directory", "/no/such", None)


def test_what_the_cell_wraps_keeps_class_and_number(go):
    error = raised(go.Fail, "wrapped")
    assert isinstance(error, go.Loading)
    assert told(error) == (FileNotFoundError, 2, "No such file or directory", "/no/such", None)
    assert str(error) == "a: b: open /no/such: no such file or directory"


def test_of_several_numbers_each_counts_and_the_first_is_errno(go):
    error = raised(go.Fail, "joined")
    assert [kind for kind in (FileNotFoundError, ConnectionRefusedError, EOFError) if isinstance(error, kind)] == [
        FileNotFoundError, ConnectionRefusedError, EOFError,
    ]  # fmt: skip
    assert (error.errno, error.filename) == (errno.ENOENT, "/no/such")
    error = raised(go.Fail, "joined with its base")
    assert isinstance(error, FileNotFoundError)
    assert (error.errno, error.filename) == (errno.ENOTEMPTY, None)


def test_the_file_is_the_one_of_the_number(go):
    assert raised(go.Fail, "two files").filename == "/no/such"


def test_well_known_errors_without_a_number_have_none(go):
    error = raised(go.Fail, "is")
    assert isinstance(error, FileNotFoundError)
    assert (error.errno, error.strerror, error.filename) == (None, None, None)
    error = raised(go.Fail, "in memory")
    assert isinstance(error, FileNotFoundError)
    assert (error.errno, error.filename) == (None, "x")
    assert type(raised(go.Fail, "zero")) is GoError


def test_as_and_unwrap_of_other_packages_are_asked_for_the_number(go):
    assert told(raised(go.Fail, "as"))[:2] == (BrokenPipeError, errno.EPIPE)
    assert told(raised(go.Fail, "syscall"))[:2] == (PermissionError, errno.EPERM)


def test_what_calls_itself_a_timeout_is_one_unless_it_has_a_number(go):
    assert isinstance(raised(go.Fail, "slow"), TimeoutError)
    assert isinstance(raised(go.Fail, "deadline"), TimeoutError)
    assert told(raised(go.Number, errno.ETIMEDOUT))[0] is TimeoutError
    assert not isinstance(raised(go.Number, errno.EAGAIN), TimeoutError)


def test_a_nil_error_of_a_file_hides_nothing(go):
    error = raised(go.Fail, "nil file")
    assert (type(error), error.go_type) == (GoError, "*fmt.wrapError")
