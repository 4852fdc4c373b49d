"""A panic in a goroutine that a plain cell starts is an exception, in the call in progress or the next one."""

import gc
import subprocess
import sys

import pytest

import gomagic
from gomagic import GoPanic

SOURCE = """
type counter struct{ n int }

func (c *counter) fail(x any, ch <-chan int) { panic(c.n) }

func fail(id int, names ...string) error { panic(fmt.Sprint(id, names)) }

func Share(total int, among []int) {
	var group sync.WaitGroup
	for i := range among {
		group.Add(1)
		go func() {
			defer group.Done()
			among[i] = total / among[i]
		}()
	}
	group.Wait()
}

func Named()    { go fail(3, "a", "b"); rest() }
func Spread()   { go fail(3, []string{"a", "b"}...); rest() }
func Method()   { go (&counter{7}).fail("x", make(chan int)); rest() }
func Generic()  { go generic(3.5); rest() }
func Local()    { type own struct{ n int }; f := func(x own, y string) { panic(x.n) }; go f(own{4}, "x"); rest() }
func Pair()     { go fails(pair()); rest() }
func Inferred() { type own int; go generic(own(5)); rest() }
func Untyped()  {
	type own bool
	f := func(x own, ys ...int) { panic(fmt.Sprint(x, ys)) }
	go f(len("a") == 1, 1, 2)
	rest()
}
func Builtin()  { go panic("built in"); rest() }
func Lines()    { type own int; f := func(x own, y any, z *own) { panic(fmt.Sprint(x, y, z)) }; go f(
	3, // three
	[]int{1,
		2}[0],
	nil,
); rest() }
func Field()    { (&future[int]{func(x int, f func(int)) { panic("field") }}).start(); rest() }
func Group()    { var g sync.WaitGroup; g.Go(func() { var m map[string]int; m["a"] = 1 }); g.Wait(); rest() }
func Timer()    { time.AfterFunc(time.Millisecond, func() { panic(fs.ErrNotExist) }); rest() }
func Address()  { go func(p *counter) { p.n++ }(nil); rest() }
func List() []float64 { go func() { panic("list") }(); rest(); return make([]float64, 1000) }
func Fail() error     { go func() { panic("list") }(); rest(); return errors.New("mine") }
func Both()           { go func() { panic("theirs") }(); rest(); panic("mine") }
func Fine() int       { return 3 }
func Later(ms int)    { go func() { time.Sleep(time.Duration(ms) * time.Millisecond); panic("later") }() }

type future[T any] struct{ cb func(T, func(T)) }

func (f *future[T]) start() { var x T; go f.cb(x, f.keep) }
func (f *future[T]) keep(T) {}
func pair() (int, string)     { return 1, "b" }
func fails(n int, s string)   { panic(s) }

func generic[T any](x T) { panic(fmt.Sprint(x)) }
func rest()              { time.Sleep(50 * time.Millisecond) }

func Evaluated() string {
	n, said := 1, make(chan string, 1)
	go show(said, n, n == 1)
	n = 2
	return <-said
}

func show(said chan<- string, n int, more ...bool) { said <- fmt.Sprint(n, more) }
"""


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "goroutines")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Named", "3 [a b]"),
        ("Spread", "3 [a b]"),
        ("Method", 7),
        ("Generic", "3.5"),
        ("Local", 4),
        ("Pair", "b"),
        ("Inferred", "5"),
        ("Untyped", "true [1 2]"),
        ("Builtin", "built in"),
        ("Lines", "3 1 <nil>"),
        ("Field", "field"),
        ("Group", "assignment to entry in nil map"),
        ("Timer", "file does not exist"),
        ("Address", "runtime error: invalid memory address or nil pointer dereference"),
        ("List", "list"),
        ("Fail", "list"),
    ],
)
def test_a_panic_of_a_goroutine_is_an_exception(go, name, value):
    with pytest.raises(GoPanic) as caught:
        getattr(go, name)()
    assert (str(caught.value.value) if isinstance(caught.value.value, Exception) else caught.value.value) == value
    assert go.Fine() == 3


def test_it_names_the_goroutines_line_and_the_call(go):
    with pytest.raises(GoPanic) as caught:
        go.Share(12, [2, 0, 3])
    lines = str(caught.value).split("\n")
    assert lines[0] == "integer divide by zero"
    assert lines[1] == "  goroutines:14, in Share.func1"
    assert lines[-1] == "  in a goroutine, raised by Share"
    assert isinstance(caught.value.value, gomagic.GoError)


def test_many_at_once_are_raised_once(go):
    with pytest.raises(GoPanic):
        go.Share(12, [0] * 50)
    go.Share(12, [3])
    assert go.Fine() == 3


def test_the_next_call_raises_what_came_after_the_call(go):
    go.Later(20)
    with pytest.raises(GoPanic, match="later"):
        for _ in range(1000):
            go.Share(1, [1] * 1000)
    assert go.Fine() == 3


def test_a_panic_of_the_call_itself_comes_first(go):
    with pytest.raises(GoPanic, match="mine"):
        go.Both()
    with pytest.raises(GoPanic, match="theirs"):
        go.Fine()


def test_arguments_are_worked_out_where_the_go_statement_stands(go):
    assert go.Evaluated() == "1 [true]"


def test_nothing_is_left_behind(go):
    gc.collect()  # exceptions of the tests above
    before = go.__go__.live()
    for _ in range(300):
        with pytest.raises(GoPanic):
            go.Share(12, [0, 1, 0])
    gc.collect()
    assert go.__go__.live() == before


def test_a_call_that_never_ends_for_it_is_told_of():
    source = """
func Wait() {
	answers := make(chan int)
	go func() { panic("no answer"); answers <- 1 }()
	select {
	case <-answers:
	case <-time.After(4 * time.Second):
	}
}
"""
    code = f"import gomagic\ngo = gomagic.compile({source!r}, 'waits')\n"
    code += "try: go.Wait()\nexcept gomagic.GoPanic: print('raised')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.stdout == "raised\n"
    assert ended.stderr == "note: a goroutine has panicked, which the next call raises: no answer\n"


def test_a_goroutine_that_ends_by_goexit_is_no_panic():
    go = gomagic.compile(
        """
func Exit() string {
	done := make(chan string, 1)
	go func() { defer func() { done <- "gone" }(); runtime.Goexit() }()
	return <-done
}
""",
        "exits",
    )
    assert go.Exit() == "gone"
    assert go.Exit() == "gone"


def test_a_compile_error_below_a_go_statement_keeps_its_column(shell):
    ran = shell("%%go wrong\nfunc F(n int) {\n\tgo F(n); go func() {}(); var s string = n\n\t_ = s\n}")
    assert isinstance(ran.error, gomagic.GoBuildError)
    assert ran.error.where == f"cell[{ran.number}]:3:42"


def test_what_the_compiler_says_of_parameters_is_found_beside_goroutines(go, shell):
    shell("%%go beside\nfunc Fill(xs []int, n int) { if n < 0 { go Fill(nil, 0) }; for i := range xs { xs[i] = n } }")
    ran = shell("import numpy as np\nxs = np.zeros(3, int)\nbeside.Fill(xs, 2)\nlist(map(int, xs))")
    assert ran.error is None
    assert ran.result == [2, 2, 2]
