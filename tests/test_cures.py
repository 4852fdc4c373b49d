"""What the tools say of a beginner's mistake, from the cell to the message: where it points, what to do."""

import pytest

from gomagic.build import compiler, cures, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell

HEAD = 'package main\n\nimport "C"\n\n'
MAIN = "\n\nfunc main() {}\n"


def failure(body):
    with pytest.raises(GoBuildError) as caught:
        compiler.build(cell.parse("lib", body, number=7), toolchain.find())
    return caught.value


TOLD = {
    "another name": (HEAD + "//export G\nfunc F() {}" + MAIN, "cell[7]:6:1", "wrong name", "write `//export F`"),
    "an array": (HEAD + "//export F\nfunc F(x [3]int) {}" + MAIN, "cell[7]:7:10", "[3]int", "pass a pointer"),
    "a Go struct": (
        HEAD + "type P struct{ X int }\n\n//export F\nfunc F(p P) {}" + MAIN,
        "cell[7]:6:8",
        "struct{ X int }",
        "declared in the C comment",
    ),
    "a C function defined": (
        'package main\n\n/*\nint twice(int x) { return 2 * x; }\n*/\nimport "C"\n\n'
        "//export F\nfunc F() C.int { return C.twice(2) }" + MAIN,
        "cell[7]:5:5",
        "multiple definition of `twice'",
        "declare twice as `static inline`",
    ),
    "a name of libc's": (
        'package main\n\n/*\n#include <unistd.h>\n*/\nimport "C"\n\n'
        "//export read\nfunc read(n C.int) C.int { return n }" + MAIN,
        "cell[7]:10:6",
        "conflicting types for",
        "give the Go function another name, as in `Goread`",
    ),
    "a parameter called r": (
        HEAD + "//export Div\nfunc Div(n, r C.int) (C.int, C.int) { return n / r, n % r }" + MAIN,
        "cell[7]:7:6",
        "redeclared",
        "give the parameter `r` another name",
    ),
    "a method": (
        HEAD + "type T int\n\n//export Hi\nfunc (t T) Hi() {}" + MAIN,
        "cell[7]:9:12",
        "undeclared",
        "export a function that takes the value",
    ),
    "a blank line below the C comment": (
        'package main\n\n/*\n#include <stdlib.h>\n*/\n\nimport "C"\n\n//export F\nfunc F() { C.free(nil) }' + MAIN,
        "cell[7]:11:12",
        "could not determine what C.free refers to",
        "remove the blank line between the comment",
    ),
    "a missing header line": (
        HEAD + "//export F\nfunc F() { C.free(nil) }" + MAIN,
        "cell[7]:7:12",
        "could not determine what C.free refers to",
        "write `#include <stdlib.h>`",
    ),
    "a header that is not there": (
        'package main\n\n/*\n#include <nosuch.h>\n*/\nimport "C"' + MAIN,
        "cell[7]:5:10",
        "nosuch.h: No such file or directory",
        "install the development package",
    ),
    "a forgotten import": (
        HEAD + "//export F\nfunc F(s *C.char) *C.char {\n\treturn C.CString(strings.ToUpper(C.GoString(s)))\n}" + MAIN,
        "cell[7]:8:19",
        "undefined: strings",
        'add `import "strings"`',
    ),
    "a misspelt package": (
        HEAD + "func f() string { return strngs.ToUpper(`a`) }" + MAIN,
        "cell[7]:6:26",
        "undefined: strngs",
        "the standard library has `strings`",
    ),
    "a misspelt function": (
        HEAD + "func total() int { return 1 }\n\nfunc f() int { return totl() }" + MAIN,
        "cell[7]:8:23",
        "undefined: totl",
        "did you mean `total`?",
    ),
    "a misspelt import": (
        'package main\n\nimport "C"\nimport "string"' + MAIN,
        "cell[7]:5:8",
        "package string is not in std",
        "did you mean `strings`?",
    ),
    "a misspelt golib": (
        'package main\n\nimport "C"\nimport "gomagic/golib/nope"' + MAIN,
        "cell[7]:5:8",
        "package gomagic/golib/nope is not in std",
        "gomagic/golib has",
    ),
    "an unused import": (
        'package main\n\nimport "C"\nimport "os"' + MAIN,
        "cell[7]:5:8",
        '"os" imported and not used',
        "delete the import of `os`",
    ),
    "an unused variable": (
        HEAD + "func f() {\n\tx := 1\n}" + MAIN,
        "cell[7]:7:2",
        "declared and not used: x",
        "use `x`, or delete it",
    ),
    "a file for another system": (
        "//go:build windows\n\npackage lib\n\nfunc F() {}",
        "cell[7]:2:3",
        "misplaced compiler directive",
        "remove the line",
    ),
    "C's int as Go's": (
        HEAD + "func f(x C.int) int {\n\treturn x\n}" + MAIN,
        "cell[7]:7:9",
        "cannot use x (variable of int32 type C.int) as int value",
        "convert it: `int(x)`",
    ),
    "two C types": (
        HEAD + "func f(a C.int, b C.long) C.long { return a + b }" + MAIN,
        "cell[7]:6:43",
        "mismatched types C.int and C.long",
        "convert one side",
    ),
    "a C string's length": (
        HEAD + "func f(s *C.char) int { return len(s) }" + MAIN,
        "cell[7]:6:36",
        "invalid argument: s (variable of type *C.char)",
        "`C.GoString(s)`",
    ),
    "a C function pointer called": (
        'package main\n\n// typedef void (*visit)(int);\nimport "C"\n\nfunc f(g C.visit) { g(1) }' + MAIN,
        "cell[7]:7:21",
        "cannot call g",
        "call g in a `static inline` C function",
    ),
    "printf": (
        'package main\n\n/*\n#include <stdio.h>\n*/\nimport "C"\n\nfunc f() { C.printf(C.CString("x")) }' + MAIN,
        "cell[7]:9:12",
        "unexpected type: ...",
        "wrap it in a `static inline` C function",
    ),
    "a result that is not returned": (
        HEAD + "func f() int {\n}" + MAIN,
        "cell[7]:7:1",
        "missing return",
        "a function with a result ends in `return`",
    ),
    "a broken expression": (HEAD + "func f() int {\n\treturn 1 +\n}" + MAIN, "cell[7]:8:1", "expected operand", ""),
    "an error in C": (
        'package main\n\n/*\nstatic int bad(int x) { return y; }\n*/\nimport "C"' + MAIN,
        "cell[7]:5:32",
        "'y' undeclared",
        "",
    ),
    "an error in C behind a tab": (
        'package main\n\n/*\nstatic int bad(int x) {\n\treturn y;\n}\n*/\nimport "C"' + MAIN,
        "cell[7]:6:9",
        "'y' undeclared",
        "",
    ),
    "a module that is not there": (
        'package main\n\nimport "C"\nimport "example.com/x/y"' + MAIN,
        "cell[7]:5:8",
        "no required module provides package example.com/x/y\n",
        "run `%go get example.com/x/y`",
    ),
}


@pytest.mark.parametrize(("body", "where", "words", "cure"), TOLD.values(), ids=TOLD)
def test_a_loud_mistake_is_placed_and_cured(body, where, words, cure):
    error = failure(body)
    assert (error.where, len(error.faults)) == (where, 1), str(error)
    assert words in str(error) and cure in str(error)
    assert "_Ctype_" not in str(error) and "/gomagic/" not in str(error).replace("/gomagic/golib", "")


WRONG = """package main

// #include <stdlib.h>
// struct point { int x; };
import "C"
import "strings"

func count(n C.int, text *C.char) {}

func a(n int)                    { count(n, nil) }
func b(x, y C.int) int           { return x + y }
func c(s string)                 { count(1, s) }
func d(s *C.char) string         { return s + "!" }
func e(x C.long) bool            { return x }
func f(p C.struct_point) int     { return p }
func g(s *C.char) *C.uchar       { return s }
func h(s string) string          { return strings.Uper(s) }

func main() {}
"""


def test_a_hint_is_right_as_it_stands_or_there_is_none():
    error = failure(WRONG)
    assert [fault.hint for fault in error.faults] == [
        "convert it: `C.int(n)`",
        "convert it: `int(x + y)`",
        "make it a C string first: `C.CString(s)`, which `C.free` has to free",
        "make it a Go string first: `C.GoString(s)`",
        "",
        "",
        "",
        "",
    ]
    right = WRONG.replace("count(n, nil)", "count(C.int(n), nil)").replace("{ return x + y }", "{ return int(x + y) }")
    right = right.replace("count(1, s)", "count(1, C.CString(s))").replace('s + "!"', 'C.GoString(s) + "!"')
    right = right.replace("return x }", "return x != 0 }").replace("return p }", "return int(p.x) }")
    right = right.replace("*C.uchar       { return s }", "*C.char { return s }").replace("Uper", "ToUpper")
    assert compiler.build(cell.parse("lib", right), toolchain.find()).path.is_file()


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("undefined: strings", 'add `import "strings"`'),
        ("undefined: strings.Uper", ""),
        ("undefined: time", ""),
        ("undefined: rand", 'add `import "math/rand"`'),
        ("undefined: strngs", ""),
        ('"os" imported as foo and not used', "delete the import of `os`"),
        ("package foo/bar is not in std", "correct the path"),
    ],
)
def test_an_import_is_advised_only_for_what_is_used_as_a_package(message, hint):
    body = "func f() int { time := strings.ToUpper(rand.Text()); return time + strngs }"
    assert cures.explain(message, cell.parse("lib", body))[1] == hint


def test_of_golib_only_what_can_be_imported_is_named():
    _, hint = cures.explain("package gomagic/golib/nope is not in std", cell.parse("lib", ""))
    assert "`alloc`" in hint and "`cellgen`" not in hint


def test_a_struct_of_c_is_named_with_its_prefix():
    body = '/*\nstruct explorer { int n; };\n*/\nimport "C"\nfunc f(e C.explorer) {}'
    note, hint = cures.explain("could not determine what C.explorer refers to", cell.parse("lib", body))
    assert (note, hint) == ("C's structs have a name space of their own", "write `C.struct_explorer`")
