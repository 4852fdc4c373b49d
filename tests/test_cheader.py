from gomagic.build import compiler, toolchain
from gomagic.source import cell, cheader

CELL = """package main

/*
#include <stdbool.h>
#include <stdint.h>
struct point { double x, y; };
*/
import "C"
import "unsafe"

//export Nothing
func Nothing() {}

//export Numbers
func Numbers(a C.int, b int64, c C.double, d bool, e C.size_t, f uint8) C.float { return 0 }

//export Text
func Text(s *C.char, p unsafe.Pointer, xs *C.double) *C.char { return s }

//export Two
func Two() (C.int, C.int) { return 1, 2 }

//export Struct
func Struct(p *C.struct_point, s string, xs []int) {}

func main() {}
"""


def functions(text):
    parsed = cell.parse("lib", text)
    return cheader.functions(compiler.header(parsed, toolchain.find()), parsed.source)


def test_a_bool_is_told_from_a_small_number_and_int_has_64_bits():
    text = """package main

import "C"

//export Between
func Between(low, n, high int, strict bool) bool { return false }

//export Next
func Next(uint8, bool) (uint8, bool) { return 0, false }

func main() {}
"""
    found = {f.name: (f.argtypes, f.fields or f.restype) for f in functions(text)}
    assert found == {
        "Between": ("[c_int64, c_int64, c_int64, c_bool]", "c_bool"),
        "Next": ("[c_uint8, c_bool]", '[("r0", c_uint8), ("r1", c_bool)]'),
    }


def test_functions_are_read_with_what_ctypes_must_be_told():
    found = {f.name: (f.argtypes, f.restype) for f in functions(CELL)}
    assert found == {
        "Nothing": ("[]", "None"),
        "Numbers": ("[c_int, c_int64, c_double, c_bool, c_size_t, c_uint8]", "c_float"),
        "Text": ("[c_char_p, c_void_p, POINTER(c_double)]", "c_void_p"),
        "Two": ("[]", "Two_return"),
        "Struct": ("[POINTER(point), GoString, GoSlice]", "None"),
    }


def test_several_results_are_a_structure_with_their_names():
    results = "func Split(text *C.char) (head *C.char, _ C.int, ok bool) { return nil, 0, true }"
    source = f'package main\n\nimport "C"\n\n//export Split\n{results}\n\nfunc main() {{}}\n'
    [function] = functions(source)
    assert function.restype == "Split_return"
    assert function.fields == '[("head", c_void_p), ("r1", c_int), ("ok", c_bool)]'


def test_every_ctypes_name_exists():
    import ctypes

    for name in set(cheader._CTYPES.values()) - {"None"}:
        assert hasattr(ctypes, name)
