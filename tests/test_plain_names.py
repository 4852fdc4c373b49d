"""Names that a plain cell may have though the generated files have them, too, and those that are Go's own."""

import pytest

import gomagic
from gomagic.errors import GoBuildError

# What needs each part of the generated files: shims, probes, types of other packages, a start, goroutines, errors.
USES_ALL = """
var ErrEmpty = errors.New("empty")

type Broken struct{ N int }

func (b *Broken) Error() string { return "broken" }

type Stack struct{ Name string }

func (s *Stack) Push(xs ...float64) (int, error) { return len(xs), &Broken{len(xs)} }

func Sum(xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return total
}
func Largest[T cmp.Ordered](xs []T) (T, error) { return slices.Max(xs), nil }
func Buffer() *bytes.Buffer                    { return new(bytes.Buffer) }
func Fail() error                              { return ErrEmpty }
func Start(n int)                              { done := make(chan bool); go finish(done, n); <-done }
func finish(done chan bool, n int)             { done <- n > 0 }

var Table = load("x")

func load(s string) []string { return []string{s, fmt.Sprint(len(s))} }
"""
# The generated files' own names, as the cell's variable, function, type, constant or import.
_NAMES = "_bridge _shims _probe0 _probe3 unsafe _of1 _of _start1 _start _start_1 block a p0 r0 e is"
NAMES = _NAMES.split()
DECLARED = {
    "variables": "".join(f"var {name} = {i}\n" for i, name in enumerate(NAMES)),
    "functions": "".join(f"func {name}(a int) int {{ return a }}\n" for name in NAMES),
    "types": "".join(f"type {name} int\n" for name in NAMES),
    "constants": "".join(f"const {name} = {i}\n" for i, name in enumerate(NAMES)),
}
IMPORTED = "".join(f'import {name} "math"\n' for name in NAMES)
IMPORTED += "".join(f"var V{i} = {name}.Pi\n" for i, name in enumerate(NAMES))


def hold(go):
    assert (go.Sum([1, 2]), go.Largest([3, 1]), go.Largest(["a"]), go.Table) == (3, 3, "a", ["x", "1"])
    go.Buffer().WriteString("x")
    go.Start(1)
    with pytest.raises(go.ErrEmpty):
        go.Fail()
    with pytest.raises(go.Broken) as failed:
        go.Stack().Push(1, 2)
    assert (failed.value.N, failed.value.results) == (2, (2,))


@pytest.mark.parametrize("what", DECLARED)
def test_a_cell_may_declare_what_the_generated_files_do(what):
    hold(gomagic.compile(USES_ALL + DECLARED[what], f"names {what}"))


def test_a_cell_may_import_by_a_name_of_the_generated_files():
    go = gomagic.compile(IMPORTED + USES_ALL, "names imports")
    hold(go)
    assert 3 < go.V0 < 4


_PREDECLARED = "uint64 bool error new nil true false len append make panic recover any uintptr copy byte"
PREDECLARED = _PREDECLARED.split()
USES_SOME = """
import "errors"

var ErrEmpty = errors.New("empty")

type Stack struct{ Name string }
type Failed struct{ N int }

func (*Failed) Error() string      { return "failed" }
func (s *Stack) Push(x int) int    { return x }
func One() int                     { return 1 }
func Word(s string) string         { return s }
"""


@pytest.mark.parametrize("what", ["var {} = 1", "func {}() int {{ return 1 }}", "const {} = 1"])
def test_a_cell_may_have_names_of_gos_own_for_other_things(what):
    go = gomagic.compile(USES_SOME + "\n".join(what.format(name) for name in PREDECLARED), f"names {what}")
    assert (go.One(), go.Word("a"), go.Stack().Push(3)) == (1, "a", 3)
    assert (go.ErrEmpty.__name__, go.Failed.__name__) == ("ErrEmpty", "Failed")


def test_a_cell_may_have_a_uint64_of_its_own():
    go = gomagic.compile(
        'type uint64 struct{ high, low int }\ntype bool int8\nvar ErrEmpty = errors.New("empty")\n'
        "type Stack struct{ N int }\nfunc (s *Stack) Fail(n int) error { return &Failed{n, uint64{}} }\n"
        'type Failed struct{ N int; Wide uint64 }\nfunc (*Failed) Error() string { return "failed" }\n'
        "func Wide() uint64 { return uint64{} }\nfunc Bits() any { return math.Float64bits(1) }"
    )
    with pytest.raises(go.Failed) as failed:
        go.Stack().Fail(3)
    assert (failed.value.N, type(failed.value.Wide).__name__, type(go.Wide()).__name__) == (3, "uint64", "uint64")


WRONG = [
    'var x int = "a"\nvar _bridge, unsafe, _shims int',
    "func _shims() { return 1 }",
    'import unsafe "math"',
]


@pytest.mark.parametrize("declared", WRONG)
def test_what_is_wrong_is_said_of_the_cell_alone(shell, declared):
    ran = shell(f"%%go names\n{declared}\nfunc One() int {{ return 1 }}")
    assert isinstance(ran.error, GoBuildError)
    assert all(fault.where.startswith(f"cell[{ran.number}]:2:") for fault in ran.error.faults)
    assert not [word for word in ("shims.go", "start.go", "cell.go", 'bridge"') if word in str(ran.error)]


def test_two_fields_that_are_one_name_to_python_are_an_error_that_says_so():
    with pytest.raises(GoBuildError) as refused:
        gomagic.compile("type Step struct{ \u00c5\u00b5, \u00c5\u03bc float64 }\nfunc One() int { return 1 }", "alike")
    assert str(refused.value) == (
        "alike:1: Python cannot tell two fields of Step apart\n"
        "  note: `\u00c5\u00b5` (U+00C5 U+00B5) and `\u00c5\u03bc` (U+00C5 U+03BC) are one name to Python, "
        "which normalizes them (NFKC)\n"
        "  hint: rename one of them"
    )
    renamed = gomagic.compile("type Step struct{ \u00c5\u00b5, Other float64 }\nfunc One() int { return 1 }", "alike")
    assert renamed.Step(1.0, 2.0).Other == 2
