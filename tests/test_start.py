"""A plain cell's start, its `init`s and the values of its variables, is run once, by a call: it may fail and wait."""

import json
import os
import signal
import sys
import threading
import time

import pytest

import gomagic
from gomagic import GoBuildError, GoPanic
from gomagic.bind import plain, start
from gomagic.build import compiler, process, toolchain
from gomagic.source import cell

F = "\nfunc F() int { return 3 }\n"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("var X = make([]int, n)\nvar n = -1", "makeslice: len out of range"),
        ("var X = 1 << n\nvar n = -1", "negative shift amount"),
        ("var X = [4]int(xs)\nvar xs []int", "cannot convert slice with length 0 to array"),
        ("var X = p.A\nvar p *struct{ A int }", "invalid memory address or nil pointer dereference"),
        ("var X = a == b\nvar a, b any = []int{}, []int{}", "comparing uncomparable type []int"),
        ("var X = map[any]int{k: 1}\nvar k any = []int{}", "hash of unhashable type []int"),
        ("var X = s.String\nvar s fmt.Stringer", "invalid memory address or nil pointer dereference"),
        ("var X = max(1)\nfunc max(n int) int { panic(n) }", "1"),
        ('var re = regexp.MustCompile("(")', "regexp: Compile(`(`): error parsing regexp: missing closing ): `(`"),
        ('func init() { m[""] = 1 }\nvar m map[string]int', "assignment to entry in nil map"),
    ],
)
def test_a_panic_at_the_start_is_an_exception_at_its_line(own_cache, source, what):
    with pytest.raises(GoPanic) as caught:
        gomagic.compile("\n" + source + F, "plain")
    assert str(caught.value).startswith(what)
    assert str(caught.value).splitlines()[-1] == "  plain:2, in init"


ORDERED = """
var log []string

func say(what string, more ...any) string {
	log = append(log, what)
	return what
}

func init() { say("init 1") }

var first = say("first", second)
var second, third = say("second", fourth()), say("third")

func fourth() string { return fifth }

var (
	fifth    = func() string { return say("fifth") }()
	_        = say("blank")
	six, err = pair("six")
	seven, _ any = pair("seven")
	calm     = map[string][]int{"a": {1}}
)

func pair(what string) (string, error) { return say(what), nil }

func init() {
	say("init 2")
	done := make(chan bool)
	go func() { say("goroutine"); close(done) }()
	<-done
}

var Kept []float64 ; var eight = say("eight"); func Keep(xs []float64, ys []float64) int { Kept = xs; return len(ys) }

func Log() []string { return log }
func Calm() bool { return calm["a"][0] == 1 && six == "six" && seven == "seven" && err == nil }
"""


@pytest.fixture(scope="module")
def ordered(own_cache):
    return gomagic.compile(ORDERED, "ordered")


def test_the_start_keeps_to_gos_order(ordered):  # `go run` prints the same
    assert ", ".join(ordered.Log()) == (
        "third, fifth, second, first, blank, six, seven, eight, init 1, init 2, goroutine"
    )
    assert ordered.Calm() is True


def test_what_go_does_with_a_parameter_is_known_beside_a_start(ordered):
    built = compiler.build(cell.parse("ordered", ORDERED), toolchain.find())
    calls = json.loads(built.path.with_name("manifest.json").read_text())["calls"]
    flags = {call["name"]: [param["flags"] for param in call["params"]] for call in calls if call["role"] == "function"}
    assert flags == {"Keep": [3, 0], "Log": [], "Calm": []}


def test_the_start_is_run_once_and_what_it_prints_is_shown(tmp_path, capfd):
    source = f"""func init() {{
	if err := os.Mkdir("{tmp_path}/made", 0o700); err != nil {{
		panic(err)
	}}
	fmt.Println("made by", os.Getpid())
}}"""
    for _ in range(2):
        assert gomagic.compile(source + F, "maker").F() == 3
    assert capfd.readouterr().out == f"made by {os.getpid()}\n"


def test_other_threads_of_pythons_run_while_the_start_waits(tmp_path):
    source = f'func init() {{ for {{ if _, err := os.Stat("{tmp_path}/go"); err == nil {{ return }} }} }}'
    threading.Timer(0.2, (tmp_path / "go").touch).start()
    assert gomagic.compile(source + F, "waiter").F() == 3


def test_a_start_that_failed_begins_anew_when_the_cell_is_run_again(tmp_path):
    source = f"""
var tries = 1 << 10
var text = read()
func read() string {{
	tries++
	text, err := os.ReadFile("{tmp_path}/text")
	if err != nil {{
		panic(err)
	}}
	return string(text)
}}
func Text() string {{ return text + strconv.Itoa(tries) }}
"""
    for _ in range(2):
        with pytest.raises(GoPanic) as caught:
            gomagic.compile(source, "reader")
        assert isinstance(caught.value.value, FileNotFoundError)
    (tmp_path / "text").write_text("here ")
    assert gomagic.compile(source, "reader").Text() == "here 1025"
    assert gomagic.compile(source, "reader") is gomagic.compile(source, "reader")


def test_ctrl_c_ends_the_wait_for_a_start(tmp_path, capsys):
    source = f'func init() {{ for {{ if _, err := os.Stat("{tmp_path}/go"); err == nil {{ return }} }} }}'
    begun = time.monotonic()
    threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        gomagic.compile(source + F, "endless")
    (tmp_path / "go").touch()
    assert time.monotonic() - begun < 20
    assert capsys.readouterr().err == "note: the start of endless runs on: Go's functions cannot be stopped\n"


def test_a_ctrl_c_that_another_thread_takes_ends_the_wait_too(tmp_path):
    source = f'func init() {{ for {{ if _, err := os.Stat("{tmp_path}/go"); err == nil {{ return }} }} }}'
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # from here on it falls to one of the other threads
    begun = time.monotonic()
    try:
        threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            gomagic.compile(source + F, "taken")
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        (tmp_path / "go").touch()
    assert time.monotonic() - begun < 20


def test_a_start_that_takes_long_is_said(monkeypatch, capsys):
    monkeypatch.setattr(start, "_PATIENCE", 0.1)
    gomagic.compile("func init() { time.Sleep(300 * time.Millisecond) }" + F, "slow")
    assert capsys.readouterr().err == (
        "note: slow has not started after 0.1 s: its `init`s and its variables' values still run\n"
    )


def test_the_name_keeps_what_it_was_bound_to_when_the_start_fails(shell):
    assert shell("%%go steady\nfunc One() int { return 1 }").error is None
    ran = shell('%%go steady\nvar n, _ = strconv.Atoi("x")\nvar one = 1 / n\nfunc One() int { return one }')
    assert isinstance(ran.error, GoPanic)
    assert str(ran.error) == f"integer divide by zero\n  cell[{ran.number}]:3, in init"
    assert "plain.py" not in ran.out
    assert shell("steady.One()").result == 1


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("var X = f()\nfunc f() int { y := 1; return 2 }", "wrong:2:16"),
        ('import "os"\nvar X = f()\nfunc f() int { return 2 }', "wrong:1:8"),
        ("var X = f(); func f() int\n", "wrong:1:19"),
        ("var X = f(); var Y int = g()\nfunc f() int { return 1 }; func g() string { return X }", "wrong:1:26"),
    ],
)
def test_what_does_not_compile_is_said_of_the_text_as_it_was_written(own_cache, source, where):
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile(source + F, "wrong")
    assert caught.value.where == where


def test_a_cell_with_a_start_embeds_files_and_keeps_its_directives(own_cache, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("text")
    source = """import (
	_ "embed"
	_ "unsafe"
)

var (
	length = len(strings.Repeat("x", 3))
	//go:embed text.txt
	text string
)

//go:linkname nanotime runtime.nanotime
func nanotime() int64

var began = nanotime()

type Pair[K comparable, V any] struct { Key K; Value V }

var pairs = swap([]Pair[string, int]{{"a", 1}})

func swap[K, V comparable](all []Pair[K, V]) (found []Pair[V, K]) {
	for _, each := range all {
		found = append(found, Pair[V, K]{each.Value, each.Key})
	}
	return found
}

func Text() string { return text + pairs[0].Value + strconv.Itoa(length) }
func Began() int64 { return began }
"""
    go = gomagic.compile(source, "directed")
    assert go.Text() == "texta3"
    assert go.Began() > 0


def test_a_cell_with_a_start_is_tested_and_saved_as_it_was_written(shell, tmp_path):
    body = """var table = strings.Fields("a b")
func init() { table = append(table, "c") }
func N() int { return len(table) }
"""
    assert shell(f"%%go begun --save {tmp_path}\n{body}").error is None
    ran = shell('%%gotest begun\nfunc TestN(t *testing.T) { if N() != 3 || table[2] != "c" { t.Fail() } }')
    assert ran.error is None
    assert "1 passed, 0 failed" in ran.out
    assert (tmp_path / "begun.go").read_text() == body
    assert "_start" not in (tmp_path / "begun_shims.go").read_text()


def test_a_start_of_which_a_type_cannot_be_written_is_tried_in_another_process(own_cache):
    source = "func same[T any](x T) T { return x }\nvar order = same(binary.LittleEndian)\nvar n = 0\nvar X = 1 / n"
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile(source + F, "unwritable")
    assert caught.value.where == "unwritable:4"
    assert caught.value.faults[0].message == "panic: runtime error: integer divide by zero"


def test_a_cell_without_a_start_is_not_run_in_a_thread(monkeypatch, own_cache):
    monkeypatch.setattr(plain.start, "run", lambda *_: pytest.fail("there is nothing to run"))
    gomagic.compile('var ErrNone = errors.New("none")\nvar Most = 3 // calm' + F, "calm")


def test_what_ends_the_kernel_at_the_start_is_said_before(own_cache):
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gomagic")
shell.run_cell("%%go last\\nfunc init() { os.Exit(7) }\\nfunc F() {}")
"""
    ended = process.run([sys.executable, "-c", code], seconds=120)
    assert ended.code == 7
    assert ":2: `os.Exit` ends the kernel" in ended.out
