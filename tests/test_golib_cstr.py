"""golib/cstr from Python's side: text comes whole, arrays of texts are freed once, and nothing leaks."""

from ctypes import POINTER, c_char, c_char_p, c_int64, create_string_buffer
from itertools import takewhile

import pytest
from load import MIB, growth

import gomagic

WORDS = """package main

import "C"

import (
	"strings"
	"unsafe"

	"gomagic/golib/cstr"
)

//export Upper
func Upper(text, buf *C.char, size int) int {
	return cstr.Copy(unsafe.Pointer(buf), size, strings.ToUpper(C.GoString(text)))
}

//export Split
func Split(text *C.char) unsafe.Pointer {
	array, _ := cstr.New(strings.Fields(C.GoString(text)))
	return array
}

//export Join
func Join(array unsafe.Pointer, n int, buf *C.char, size int) int {
	return cstr.Copy(unsafe.Pointer(buf), size, strings.Join(cstr.Strings(array, n), "+"))
}

//export FreeStrings
func FreeStrings(array unsafe.Pointer) { cstr.Free(array) }

func main() {}
"""
LINE = " ".join(["Grünfink"] * 2_000)  # as an array 20 kB of text and 16 kB of addresses


@pytest.fixture(scope="module")
def lib(own_cache):
    lib = gomagic.compile(WORDS, "words")
    lib.Upper.argtypes, lib.Upper.restype = [c_char_p, POINTER(c_char), c_int64], c_int64
    lib.Split.argtypes, lib.Split.restype = [c_char_p], POINTER(c_char_p)
    lib.Join.argtypes, lib.Join.restype = [POINTER(c_char_p), c_int64, POINTER(c_char), c_int64], c_int64
    lib.FreeStrings.argtypes, lib.FreeStrings.restype = [POINTER(c_char_p)], None
    return lib


def upper(lib, text):
    need = lib.Upper(text.encode(), None, 0)
    buf = create_string_buffer(need)
    assert lib.Upper(text.encode(), buf, need) == need
    return buf.value.decode()


def split(lib, text):
    array = lib.Split(text.encode())
    try:
        return [word.decode() for word in takewhile(lambda word: word is not None, array)]
    finally:
        lib.FreeStrings(array)


def test_text_fills_a_buffer_of_the_size_that_was_asked_for(lib):
    assert upper(lib, "grün") == "GRÜN"


def test_a_small_buffer_gets_whole_characters_and_the_size_that_is_needed(lib):
    buf = create_string_buffer(4)  # room for G, R and half of Ü
    assert lib.Upper("grün".encode(), buf, 4) == 6
    assert buf.value == b"GR"


@pytest.mark.parametrize(("text", "words"), [("a bé c", ["a", "bé", "c"]), ("", [])])
def test_an_array_of_texts_ends_with_a_nil_pointer(lib, text, words):
    assert split(lib, text) == words


def test_go_reads_an_array_that_python_made(lib):
    array, buf = (c_char_p * 3)(b"a", None, "ö".encode()), create_string_buffer(16)
    assert lib.Join(array, 3, buf, 16) == 6
    assert buf.value.decode() == "a++ö"


def test_memory_stays_flat_over_many_texts(lib):
    def work():
        assert len(split(lib, LINE)) == 2_000
        assert len(upper(lib, LINE)) == len(LINE)

    assert growth(work, 800) < 12 * MIB  # a leak would be 27 MiB and more


@pytest.mark.soak
def test_memory_stays_flat_for_minutes(lib):
    assert growth(lambda: (split(lib, LINE), upper(lib, LINE)), 50_000) < 24 * MIB  # a leak would be 1.7 GiB
