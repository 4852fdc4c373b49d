"""How long handles live, who else may use them meanwhile, and that nothing of them stays behind."""

import gc
import os
import subprocess
import sys
import threading
import time

import pytest
from load import MIB, at_once, live, resident

import gomagic
from gomagic import GoForkError

SOURCE = """
type Node struct {
	Name string
	Next *Node
	Xs   []float64
}

func New(name string) *Node                  { return &Node{Name: name} }
func (n *Node) Self() *Node                  { return n }
func (n *Node) Pair() (a, b *Node)           { return n, &Node{} }
func (n *Node) Fail() (*Node, error)         { return n, errors.New("failed") }
func (n *Node) Panic(m *Node) *Node          { panic("panic") }
func (n *Node) Link(next *Node) *Node        { n.Next = next; return next }
func (n *Node) Wait(ms int) string           { time.Sleep(time.Duration(ms) * time.Millisecond); return n.Name }

type Counter struct {
	mu sync.Mutex
	n  int
}

func (c *Counter) Inc() int { c.mu.Lock(); defer c.mu.Unlock(); c.n++; return c.n }

var shared = make([]*Node, 8)

func Shared(i int) *Node {
	if shared[i] == nil {
		shared[i] = &Node{Name: strconv.Itoa(i)}
	}
	return shared[i]
}

var freed atomic.Int64

func Watched() *Node {
	n := &Node{}
	runtime.SetFinalizer(n, func(*Node) { freed.Add(1) })
	return n
}
func Freed() int { runtime.GC(); time.Sleep(10 * time.Millisecond); return int(freed.Load()) }
func Settle()    { runtime.GC(); debug.FreeOSMemory() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "lives")


@pytest.mark.proof
def test_a_million_handles_made_and_dropped_leave_nothing(go):
    before = live(go)
    for _ in range(1_000_000):
        go.New("a")
    assert live(go) == before


@pytest.mark.proof
def test_many_handles_at_once_leave_nothing(go):
    def made():
        held = [go.New("a") for _ in range(200_000)]
        assert go.__go__.live().handles == before.handles + 200_000
        assert held[77].Self() is held[77]

    before = live(go)
    for _ in range(2):
        made()
        assert live(go) == before
    go.Settle()
    at_rest = resident()
    made()
    go.Settle()
    assert live(go) == before
    assert resident() - at_rest < 16 * MIB


def once(go, name):
    node = go.New("a")
    match name:
        case "fields":
            node.Name, node.Xs, node.Next = "b", [1.0], node
            assert (node.Name, node.Next.Xs[0]) == ("b", 1)
            node.Next = None
        case "results":
            assert node.Pair()[0] is node.Self()
        case "errors":
            with pytest.raises(gomagic.GoError) as failed:
                node.Fail()
            assert failed.value.results == (node,)
        case "panics":
            with pytest.raises(gomagic.GoPanic):
                node.Panic(go.New("b"))
        case "refusals":
            for wrong in (lambda: node.Link(3), lambda: node.Link(), lambda: setattr(node, "name", 1)):
                with pytest.raises((TypeError, AttributeError)):
                    wrong()
        case "chains":
            for _ in range(3):
                node = node.Link(go.Node())


@pytest.mark.proof
@pytest.mark.parametrize("name", ["fields", "results", "errors", "panics", "refusals", "chains"])
def test_ten_thousand_rounds_of_each_leave_nothing(go, name):
    for rounds in (200, 10_000):
        gc.collect()
        before, blocks = live(go), sys.getallocatedblocks()
        for _ in range(rounds):
            once(go, name)
        assert live(go) == before
    assert sys.getallocatedblocks() - blocks < 2000


def test_go_frees_what_python_has_dropped(go):
    held = [go.Watched() for _ in range(100)]
    begun = go.Freed()
    del held
    go.New("a").Self()  # the next call that has to do with handles
    end = time.monotonic() + 20
    while go.Freed() < begun + 99 and time.monotonic() < end:
        pass
    assert go.Freed() >= begun + 99


def test_go_keeps_what_python_has(go):
    held = [go.Watched() for _ in range(100)]
    before = go.Freed()
    for _ in range(3):
        assert go.Freed() == before
    assert len(held) == 100


def test_a_handle_works_without_the_cells_name(shell):
    assert shell("%%go gone\ntype T struct{ N int }\nfunc (t *T) Inc() int { t.N++; return t.N }").error is None
    shell("kept = gone.T(); kept.Inc(); method = kept.Inc; del gone; import gc; gc.collect()")
    assert shell("kept.Inc(), kept.N, method(), type(kept)().Inc()").result == (2, 2, 3, 1)


def test_a_handle_of_a_cells_earlier_version_works_and_is_refused_by_the_new_one(shell):
    text = """%%go again
type T struct{ N int }

func (t *T) Inc() int { t.N++; return t.N }
func Of(t *T) int     { return t.N }"""
    shell(text)
    shell("old = again.T()")
    shell(f"{text}\n// another version")
    assert shell("old.Inc()").result == 1
    refused = shell("again.Of(old)").error
    assert str(refused).splitlines()[0] == "Of(t): `t` is again.T, Go wants *T"
    assert "an earlier version" in str(refused)


def test_threads_that_share_a_handle_do_as_goroutines_would(go):
    counter = go.Counter()
    threads = [threading.Thread(target=lambda: [counter.Inc() for _ in range(2000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.Inc() == 16_001


def test_a_waiting_method_lets_other_threads_run(go):
    node, rounds = go.New("a"), 0
    thread = threading.Thread(target=lambda: node.Wait(300))
    thread.start()
    while thread.is_alive():
        rounds += len(node.Name)
    assert rounds > 100


@pytest.mark.parametrize("seconds", [2, pytest.param(30, marks=pytest.mark.soak)])
def test_threads_that_drop_and_get_the_same_pointers_never_see_another(go, seconds):
    before, end = live(go), time.monotonic() + seconds

    def work(number):
        while time.monotonic() < end:
            for i in range(8):
                node = go.Shared((i + number) % 8)
                assert node.Name == str((i + number) % 8)
                assert node.Self() is node
                del node

    assert at_once(4, work, seconds) == []
    assert live(go) == before


def test_in_a_forked_child_methods_are_refused_and_drops_do_no_harm(go):
    held = [go.New("a") for _ in range(3000)]
    read, write = os.pipe()
    child = os.fork()
    if not child:
        said = b"nothing"
        try:
            held[0].Self()
        except GoForkError as refused:
            said = str(refused).encode()
        held.clear()
        os.write(write, said)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        assert said.read().startswith(b"Node.Self: this process was forked from one that had loaded Go")
    assert os.waitpid(child, 0)[1] == 0
    assert held[0].Self() is held[0]


AT_THE_END = """
import gomagic, sys
go = gomagic.compile(sys.argv[1], "lives")
held = [go.New("a") for _ in range(5000)]
go.Node.held = held
"""


def test_handles_may_live_to_the_end_of_the_process(go):
    command = [sys.executable, "-X", "faulthandler", "-c", AT_THE_END, SOURCE]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")


WHILE_AN_OBJECT_IS_MADE = '''
import gc
import gomagic

go = gomagic.compile("""
type Node struct{ Next *Node }
var first = &Node{}
func First() *Node { return first }
func New() *Node   { return &Node{} }
""", "collected")
kept = []


class Garbage:
    def __init__(self):
        self.itself = self

    def __del__(self):
        kept.append([go.New() for _ in range(3000)])


for _ in range(8):
    gc.collect()
    gc.disable()
    Garbage()
    gc.set_threshold(1, 1000, 1000)
    gc.enable()
    one, other = go.First(), go.First()
    gc.disable()
    assert one is other
    del one, other
print(len(kept))
'''


def test_garbage_that_makes_handles_may_be_collected_while_one_is_made():
    ended = subprocess.run([sys.executable, "-c", WHILE_AN_OBJECT_IS_MADE], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("8\n", "")
