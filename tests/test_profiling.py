"""`%go profile` through a real IPython shell: what it runs, what it looks into, what it says."""

import re
import signal

import pytest

from gomagic.errors import GoBuildError, GoPanic

CELL = """%%go prof
type Heap struct{ rows [][]byte }

var Calls int

func spin(n int) float64 {
	sum := 0.0
	for i := range n {
		sum += float64(i % 7)
	}
	return sum
}

func Work(n int) float64 { return spin(n) + spin(n) }

func Boom(n int) float64 { return spin(n) + [1]float64{}[Calls] }

func NewHeap() *Heap { return &Heap{} }

func (h *Heap) Grow(n int) {
	for range n {
		h.rows = append(h.rows, make([]byte, 1000))
	}
	Calls++
}
"""
NAMELESS = "%%go\nfunc Spin(n int) (sum int) {\n\tfor i := range n {\n\t\tsum += i % 7\n\t}\n\treturn sum\n}\n"
LONG = 100_000_000  # 0.1 s or so


@pytest.fixture
def prof(shell):
    """Runs a line of `%go profile` beside the cell `prof`; returns what is shown, with the cell's number as N."""
    cell = shell(CELL)
    assert cell.error is None

    def profile(line):
        ran = shell(f"%go profile {line}")
        return ran.error, ran.out.replace(f"cell[{cell.number}]", "cell[N]")

    return profile


def share(text, row):
    """The share of its own in percent, and that with what it calls, of a row of the tables."""
    found = re.search(rf"^ *(\d+) % +(\d+) %  {row}", text, re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def test_time_is_told_by_functions_and_by_lines_of_the_cell(prof):
    error, text = prof(f"prof.Work({2 * LONG})")
    assert error is None
    assert re.match(r"processors worked \d\.\d\d s in \d+\.\d\d s, \d+ samples\n +\d+ %  Go\n", text)
    assert share(text, r"spin +cell\[N\]")[0] > 70
    assert share(text, r"Work +cell\[N\]")[0] < 20 < 70 < share(text, r"Work +cell\[N\]")[1]
    loop = [share(text, rf"cell\[N\]:{row}")[0] for row in ("8 .*for i := range n", r"9 .*sum \+= float64")]
    assert sum(loop) > 60  # which of the two an instruction belongs to, the processor tells as it likes
    assert share(text, r"cell\[N\]:14 .*func Work")[1] > 70
    assert "init" not in text and "shims" not in text and "bridge" not in text


def test_python_stands_beside_it(prof):
    error, text = prof("sum(range(30_000_000)); prof.Work(3)")
    assert error is None
    assert int(re.search(r"^ +(\d+) %  Python", text, re.MULTILINE)[1]) > 50


def test_threads_of_pythons_are_seen_from_their_first_call(prof, shell):
    shell("import concurrent.futures, gomagic")
    shell(f"def each():\n    with concurrent.futures.ThreadPoolExecutor(2) as pool:\n        "
          f"list(pool.map(prof.Work, [{LONG // 2}] * 4))")  # fmt: skip
    error, text = prof("each()")  # Go stands in the function
    assert error is None
    assert share(text, r"Work +cell\[N\]")[1] > 60


def test_each_allocation_counts_in_the_loaded_library(prof, shell):
    shell("heap = prof.NewHeap(); prof.Calls = 0")
    error, text = prof("--mem heap.Grow(1000)")
    assert error is None
    assert re.search(r"^Go allocated 1\.\d MiB in 1,0\d\d pieces\n", text)
    assert re.search(r"^ *1\.\d MiB +1,0\d\d +1\.\d MiB  \(\*Heap\)\.Grow +cell\[N\]$", text, re.MULTILINE)
    assert re.search(r"^ *1\.\d MiB +1,0\d\d +1\.\d MiB  cell\[N\]:22  h\.rows = append", text, re.MULTILINE)
    assert shell("prof.Calls").out.endswith("1\n")


def test_an_exception_comes_after_what_was_seen_until_then(prof):
    error, text = prof(f"prof.Calls = 1; prof.Boom({LONG})")
    assert isinstance(error, GoPanic)
    assert share(text, r"spin +cell\[N\]")[0] > 50
    assert text.index("samples") < text.index("GoPanic")
    assert "in measure" not in text  # nor anything else of ours
    error, text = prof(f"prof.Work({LONG}); raise KeyboardInterrupt")
    assert isinstance(error, KeyboardInterrupt)
    assert share(text, r"spin +cell\[N\]")[0] > 50


def test_too_few_samples_are_said_and_the_hint_cures_it(prof):
    error, text = prof("prof.Work(3)")
    assert error is None
    assert "note: so few samples tell little" in text and "hint: `%go profile --seconds 3 CODE` repeats" in text
    error, text = prof("--seconds 1.5 prof.Work(1_000_000)")
    assert error is None
    assert re.match(r"\d+ runs, processors worked ", text)
    assert share(text, r"spin +cell\[N\]")[0] > 50
    assert "tell little" not in text


def test_the_code_is_pythons_to_the_letter(prof, shell):
    error, _ = prof("""x = {'a  "b"': [prof.Work(n) for n in range(2)]}; y = f"{len(x)}  $HOME" """)
    assert error is None
    assert shell("x, y").out.endswith("""({'a  "b"': [0.0, 0.0]}, '1  $HOME')\n""")
    assert isinstance(prof("1 +")[0], SyntaxError)


def test_which_cell_is_looked_into(prof, shell):
    spin = shell(NAMELESS)
    shell("heap = prof.NewHeap()\ndef deep(): return (lambda: Spin(3))()")
    assert "Spin" in prof(f"Spin({LONG})")[1]
    error, text = prof("deep(), heap.Grow(1)")
    assert error is None
    assert f"note: `cell[{spin.number}]` is looked into; `prof` has a Go runtime of its own: `--cell NAME`" in text
    error, text = prof(f"--cell prof eval('prof.Work({LONG})')")
    assert share(text, r"Work +cell\[N\]")[1] > 50
    shell(CELL.replace("%%go prof", "%%go other"))
    error, text = prof("len('')")
    assert str(error).startswith("%go profile: no function of a plain Go cell stands in the code\n  hint: ")
    assert "`%go profile --cell NAME CODE` says which to look into: " in str(error) and "`prof`" in str(error)
    assert isinstance(prof("--cell nobody 1")[0], GoBuildError)
    assert spin.error is None


def test_a_cell_that_imports_c_is_profiled_by_benchmarks(prof, shell, add):
    shell(f"%%go adder\n{add}")
    for line in ("adder.Add(1, 2)", "--cell adder adder.Add(1, 2)"):
        error, _ = prof(line)
        assert str(error).startswith('%go profile: `adder` imports "C", and what takes the samples is in plain cells')
    assert error.hint == "write benchmarks of it, which `%%gotest adder --bench . --profile` looks into"


def test_what_cannot_be_measured_says_what_to_do(prof, shell):
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_PROF, 1000.0)
    try:
        error, _ = prof("prof.Work(3)")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    assert (str(error).split("\n")[0], error.hint) == (
        "%go profile: another profiler of this process uses its timer (ITIMER_PROF)",
        "stop that one first",
    )
    go = shell.ipython.user_ns["prof"].__go__
    assert go.begin_profile(memory=True)
    try:
        error, _ = prof("--mem prof.Work(3)")
    finally:
        go.end_profile(memory=True)
    assert error.hint == "wait until that one has ended"
    assert prof("--mem prof.Work(3)")[0] is None
    assert str(prof("")[0]).startswith("%go profile: the code is missing\n  hint: write `%go profile [--mem] ")
