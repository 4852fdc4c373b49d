"""golib/errval from Python's side: errors and panics arrive as exceptions, are freed once, and leave nothing behind."""

from contextlib import suppress
from ctypes import POINTER, Structure, c_bool, c_char_p, c_int32, c_int64, c_void_p

import pytest
from load import MIB, growth

import gomagic

DIVISION = """package main

import "C"

import (
	"errors"
	"runtime/debug"
	"strings"
	"unsafe"

	"gomagic/golib/errval"
	"gomagic/golib/malloc"
)

var errZero = errval.Coded(1, errors.New("division by zero"))

//export Divide
func Divide(a, b int) (quotient int, failure unsafe.Pointer) {
	defer errval.Catch(&failure)
	switch b {
	case 0:
		return 0, errval.New(errZero)
	case 1:
		return 0, errval.New(errors.New("ein Gr\\xc3\\xb6\\xc3\\x9fer\\x00es " + strings.Repeat("x", 10_000)))
	}
	return a / b, nil
}

//export Careless
func Careless(a, b int) (quotient int, failure unsafe.Pointer) {
	defer errval.Catch(&failure)
	return a / b, nil
}

//export Peek
func Peek(p *int) (x int, failure unsafe.Pointer) {
	defer errval.Catch(&failure)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return *p, nil
}

//export FreeError
func FreeError(e unsafe.Pointer) bool { return errval.Free(e) }

//export Live
func Live() int { return malloc.Live() }

func main() {}
"""


class Error(Structure):
    _fields_ = [("code", c_int32), ("text", c_char_p), ("trace", c_char_p)]


class Quotient(Structure):
    _fields_ = [("value", c_int64), ("error", POINTER(Error))]


class GoPanic(RuntimeError):
    pass


@pytest.fixture(scope="module")
def lib(own_cache):
    lib = gomagic.compile(DIVISION, "division")

    def checked(result, function, arguments):
        if not result.error:
            return result.value
        try:
            error = result.error.contents
            kind = {1: ZeroDivisionError, -2: GoPanic}.get(error.code, RuntimeError)
            raise kind(error.text.decode(), error.trace)
        finally:
            assert lib.FreeError(result.error)

    for function in (lib.Divide, lib.Careless):
        function.argtypes, function.restype, function.errcheck = [c_int64, c_int64], Quotient, checked
    lib.Peek.argtypes, lib.Peek.restype, lib.Peek.errcheck = [c_void_p], Quotient, checked
    lib.FreeError.argtypes, lib.FreeError.restype = [POINTER(Error)], c_bool
    lib.Live.argtypes, lib.Live.restype = [], c_int64
    return lib


def fail(lib):
    for function, b in ((lib.Divide, 0), (lib.Divide, 1), (lib.Careless, 0)):
        with suppress(ZeroDivisionError, RuntimeError):
            function(7, b)
    assert lib.Divide(7, 2) == 3


def test_code_chooses_the_exception(lib):
    with pytest.raises(ZeroDivisionError) as caught:
        lib.Divide(7, 0)
    assert caught.value.args == ("division by zero", None)
    assert lib.Live() == 0


def test_long_text_arrives_whole_with_its_nul_made_visible(lib):
    with pytest.raises(RuntimeError) as caught:
        lib.Divide(7, 1)
    assert caught.value.args == ("ein Größer\\x00es " + "x" * 10_000, None)


def test_panic_becomes_an_exception_with_the_lines_of_the_cell(lib):
    with pytest.raises(GoPanic) as caught:
        lib.Careless(7, 0)
    text, trace = caught.value.args
    line = DIVISION[: DIVISION.rindex("return a / b")].count("\n") + 1
    assert text == "runtime error: integer divide by zero"
    assert trace.decode().endswith(f".Careless, line {line}")
    assert lib.Live() == 0


@pytest.mark.parametrize("address", [None, 0xDEAD0000])
def test_wild_address_becomes_an_exception(lib, address):
    with pytest.raises(GoPanic, match="invalid memory address"):
        lib.Peek(address)
    assert lib.Peek((c_int64 * 1)(42)) == 42


def test_error_is_read_any_number_of_times_and_freed_once(lib):
    check, lib.Divide.errcheck = lib.Divide.errcheck, lambda result, function, arguments: result
    try:
        error = lib.Divide(7, 0).error
    finally:
        lib.Divide.errcheck = check
    assert [error.contents.text for _ in range(3)] == [b"division by zero"] * 3
    assert lib.Live() == 1
    assert [lib.FreeError(error), lib.FreeError(error)] == [True, False]
    assert lib.Live() == 0


def test_memory_stays_flat_over_many_errors(lib):
    assert growth(lambda: fail(lib), 3000) < 12 * MIB  # a leak would be 29 MiB
    assert lib.Live() == 0


@pytest.mark.soak
def test_memory_stays_flat_for_minutes(lib):
    assert growth(lambda: fail(lib), 300_000) < 24 * MIB  # a leak would be 3 GiB
    assert lib.Live() == 0
