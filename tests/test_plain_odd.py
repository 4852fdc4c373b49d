"""Odd plain cells: names and texts that Go allows, and what Python makes of them."""

import pytest

import gomagic
from gomagic import GoBuildError, GoPanic

SOURCE = """
// A line that another file's text claims to be.
func Reserved(self, args, lambda, print, __debug__ int) int { return lambda }
func Ligatures(ͺ, ำ, ﷺ int) int                             { return ﷺ }
func Underscores(a_, _b, __c, __ int) int                     { return _b }
func Å() int                                                  { return 1 }

const Ω = 3

var Ǆ int

type ErrÅ struct{ Å int }

func (e ErrÅ) Error() string { return "" }
func FailÅ() error           { return ErrÅ{7} }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE.replace("func Å", "func \u212b").replace("const Ω", "const \u2126"), "odd")


def test_parameters_that_no_python_function_could_have_get_other_names(go):
    with pytest.raises(TypeError, match=r"^Reserved\(\) missing 4 required positional arguments: 'args', 'lambda_', "):
        go.Reserved(1)
    assert go.Reserved(1, 2, 3, print=4, __debug___=5) == 3
    with pytest.raises(TypeError, match=r"^Ligatures\(\) missing 2 required positional arguments: 'arg2' and 'arg3'"):
        go.Ligatures(1)
    assert go.Underscores(1, 2, 3, arg4=4) == 2


def test_names_are_found_by_the_letters_that_python_makes_of_them(go):
    assert eval("go.\u212b()", {"go": go}) == 1
    assert eval("go.\u2126", {"go": go}) == 3
    go.Ǆ = 5
    assert eval("go.Ǆ", {"go": go}) == 5
    with pytest.raises(go.ErrÅ) as failed:
        go.FailÅ()
    assert eval("error.Å", {"error": failed.value}) == 7


def test_what_the_compiler_says_nothing_of_is_copied_and_written_back():
    odd = gomagic.compile(
        "var kept []float64\n//line other.go:7\nfunc Keep(xs []float64) { kept = xs; xs[0] = 5 }\n"
        "func Kept() []float64 { return kept }"
    )
    xs = [1.0, 2.0]
    odd.Keep(xs)
    del xs[1]
    assert (xs, odd.Kept().tolist()) == ([5], [5, 2])


def test_nothing_of_a_cell_can_be_deleted(go):
    with pytest.raises(AttributeError, match=r"^odd.Underscores cannot be deleted: the Go cell has it$"):
        del go.Underscores
    assert go.Underscores(1, 2, 3, 4) == 2


def test_functions_with_too_many_parameters_or_results_are_left_out():
    most = ", ".join(f"p{i}" for i in range(24))
    odd = gomagic.compile(
        f"func Most({most} int) int {{ return p23 }}\nfunc More({most}, p24 int) {{}}\n"
        f"func Results() ({', '.join(['int'] * 13)}) {{ return {', '.join('0' * 13)} }}"
    )
    assert odd.Most(*range(24)) == 23
    for name in ("More", "Results"):
        with pytest.raises(AttributeError, match=r"it has more than 24 parameters or 12 results$"):
            getattr(odd, name)


def test_an_error_whose_own_methods_panic_is_raised_all_the_same():
    odd = gomagic.compile(
        "type ErrFile struct { *fs.PathError; Line int }\n"
        'func (ErrFile) Error() string { return "no file" }\nfunc Fail() error { return ErrFile{Line: 3} }\n'
        'var ErrOther = errors.New("other")'
    )
    with pytest.raises(odd.ErrFile, match=r"^no file$") as failed:  # the nil PathError has the method Unwrap
        odd.Fail()
    error = failed.value
    assert (error.PathError, error.Line, error.unwrap(), error.is_(odd.ErrOther)) == (None, 3, None, False)
    assert not error.is_(ValueError("no error of Go's"))


def test_a_type_whose_error_method_is_another_one_is_no_error():
    odd = gomagic.compile(
        'type Odd struct{}\nfunc (Odd) Error(n int) string { return "" }\nfunc One() int { return 1 }'
    )
    assert odd.One() == 1
    assert odd.Odd().Error(3) == ""


def test_a_source_of_random_numbers_is_imported_from_where_all_of_it_is():
    odd = gomagic.compile("func Old() int { return rand.New(rand.NewSource(1)).Intn(1) }")
    assert odd.Old() == 0
    assert len(gomagic.compile("func Key() []byte { b := make([]byte, 3); rand.Read(b); return b }").Key()) == 3


@pytest.mark.parametrize("body", ["", " \n"])
def test_a_cell_without_anything_is_a_build_error(shell, body):
    assert isinstance(shell(f"%%go odd\n{body}").error, GoBuildError)


def test_text_that_no_go_file_can_hold_is_a_build_error(shell):
    ran = shell('%%go odd\nfunc F() string { return "\ud800" }')
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where == f"cell[{ran.number}]:2:27"


def test_a_byte_order_mark_does_not_matter(shell):
    assert shell("%%go odd\n\ufefffunc F() int { return 1 }").error is None


def test_a_variable_may_be_called_c():
    odd = gomagic.compile("type mat struct{ n int }\nfunc F(n int) int { C := mat{n}; return C.n }")
    assert odd.F(2) == 2
    with pytest.raises(GoBuildError, match=r'`C.int` needs `import "C"` in the same cell'):
        gomagic.compile("func F(n int) int { return int(C.int(n)) }")


def test_line_ends_of_other_systems_do_not_matter():
    odd = gomagic.compile("//gomagic:borrow xs\r\nfunc First(xs []float64) float64 {\r\n\treturn xs[0]\r\n}\r\n")
    assert odd.First([2.0]) == 2


def test_a_panic_with_an_argument_that_cannot_be_shown_is_that_panic():
    odd = gomagic.compile('func Fail(xs []float64) { panic("failed") }')
    with pytest.raises(GoPanic, match="failed"):
        odd.Fail(type("array", (list,), {})([1.0]))
