"""What a plain cell reads as its standard input: from the notebook's reader, where there is one, else the process's."""

import builtins
import io
import sys
import threading
import time

import chapters
import pytest
from test_sanitizers import ASAN, CHECKPTR, findings

import gomagic
from gomagic.bind.stdin import Stdin
from tests.kernels import Kernel
from tests.terminal import Terminal

SOURCE = """
var words = bufio.NewScanner(os.Stdin)

func Word() string {
	words.Scan()
	return words.Text()
}
func Ask() (name string, err error) {
	_, err = fmt.Scanln(&name)
	return name, err
}
func Pair() (n int, x float64, err error) {
	_, err = fmt.Scanf("%d,%g\\n", &n, &x)
	return n, x, err
}
func All() (string, error) {
	all, err := io.ReadAll(os.Stdin)
	return string(all), err
}
func Elsewhere() (text string) {
	var group sync.WaitGroup
	group.Go(func() { fmt.Scanln(&text) })
	group.Wait()
	return text
}
func Waiting(ctx context.Context) (string, error) { return Ask() }
"""
NOTE = "note: {}: nobody can be asked for input here, and os.Stdin finds its end; take the text as a parameter\n"


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "stdin")


@pytest.fixture
def give(monkeypatch):
    """`give(text)` has the process's standard input be that."""

    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


@pytest.fixture
def asked(monkeypatch):
    """`asked(*answers)` has `input` give them, or raise what is none, as in a kernel; returns the threads asked."""

    def answer_by(*answers):
        left, threads = [*answers], []

        def ask():
            threads.append(threading.current_thread())
            answer = left.pop(0) if left else EOFError()
            if isinstance(answer, BaseException):
                raise answer
            return answer

        monkeypatch.setattr(builtins, "input", ask)
        return threads

    return answer_by


def test_the_process_reads_what_comes_in_and_shares_it_with_python(go, give):
    give("Ada\nof Python\nstill Python's\nBob\n3,0.5\nof Python\nrest\nmore")
    assert go.Ask() == "Ada"
    assert input() == "of Python" and sys.stdin.readline() == "still Python's\n"  # which have read on
    assert go.Ask() == "Bob"
    assert go.Pair() == (3, 0.5)
    assert sys.stdin.readline() == "of Python\n"
    assert go.All() == "rest\nmore"
    with pytest.raises(EOFError):
        go.Ask()


@pytest.mark.parametrize(
    ("stdin", "read"),
    [
        (None, ""),
        (io.StringIO("of an editor\n"), "of an editor\n"),
        (io.TextIOWrapper(io.BytesIO(b"\xff\0")), "\udcff\0"),
    ],
)
def test_what_else_stands_for_the_standard_input(go, monkeypatch, stdin, read):
    monkeypatch.setattr(sys, "stdin", stdin)
    assert go.All() == read


def test_where_somebody_answers_each_line_is_asked_for(go, asked):
    threads = asked("Ada", "3,0.5", "two words", "")
    assert go.Ask() == "Ada"
    assert go.Pair() == (3, 0.5)
    assert [go.Word(), go.Word()] == ["two words", ""]
    assert threads == [threading.main_thread()] * 4
    asked("é" * 40_000, "b")
    assert go.All() == "é" * 40_000 + "\nb\n"
    threads = asked("Ada")
    assert go.Elsewhere() == "Ada"
    assert len(threads) == 1 and threads[0] is not threading.main_thread()


def test_an_exception_in_the_answer_is_the_calls(go, asked):
    mine = KeyboardInterrupt("Interrupted by user")
    for call in go.Ask, go.All, go.Waiting, go.Elsewhere:
        asked(mine)
        with pytest.raises(KeyboardInterrupt) as raised:
            call()
        assert raised.value is mine
    asked("Ada")
    assert go.Ask() == "Ada"


def test_where_nobody_can_be_asked_it_is_the_end_and_that_is_said_once_a_cell(go, asked, capsys):
    for call in go.All, go.Elsewhere:
        asked(*[NotImplementedError()] * 2)  # another function for each cell of a kernel's
        assert call() == call() == ""
        assert capsys.readouterr().err == NOTE.format("stdin")
    asked()
    assert go.All() == "" and capsys.readouterr().err == ""  # who answers has ended it


def test_one_question_is_asked_after_the_other(asked):
    running = []

    def slowly():
        running.append(1)
        time.sleep(0.05)
        assert len(running) == 1
        return str(running.pop())

    builtins.input, was = slowly, builtins.input
    try:
        file, got = Stdin("cell[1]"), []
        threads = [threading.Thread(target=lambda: got.append(file.read1(100))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        builtins.input = was
    assert got == [b"1\n"] * 3


def test_in_a_terminal_a_line_is_read_and_ctrl_c_ends_the_call():
    script = f"""import gomagic
go = gomagic.compile({SOURCE!r}, "stdin")
print(go.Ask() + "!", flush=True)
for call in go.Waiting, go.Ask:
    try:
        print("waiting", flush=True)
        call()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""
    with Terminal(script) as terminal:
        terminal.type("Ada\n")
        terminal.until("Ada!\r\n")
        for _ in range(2):
            terminal.until("waiting\r\n")
            time.sleep(0.2)
            terminal.type("\x03")
            terminal.until("^Cinterrupted\r\n")
        assert terminal.child.wait(10) == 0


def test_a_notebook_asks_by_its_input_box():
    kernel = Kernel(under_pytest=False)
    try:
        kernel.run("%load_ext gomagic")
        assert kernel.run(f"%%go stdin\n{SOURCE}").outputs == []
        assert kernel.run("stdin.Ask()", answer="Ada").outputs == [("display", "'Ada'")]
        assert kernel.run("stdin.Elsewhere()", answer="Bob").outputs == [("display", "'Bob'")]
        assert kernel.run("stdin.All()").outputs == [("stderr", NOTE.format("cell[2]")), ("display", "''")]
        assert kernel.run("stdin.Ask()").outputs == [("stderr", NOTE.format("cell[2]")), ("error", "GoError")]
        request = kernel.client.execute("stdin.Ask()", allow_stdin=True)
        kernel.client.get_stdin_msg(timeout=60)
        begun = time.monotonic()
        kernel.manager.interrupt_kernel()
        while True:
            message = kernel.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") == request and message["msg_type"] == "error":
                break
        assert message["content"]["ename"] == "KeyboardInterrupt" and time.monotonic() - begun < 5
    finally:
        kernel.stop()


ANSWERED = """import builtins
was, builtins.input = builtins.input, lambda: "é" * 3000
try:
    for _ in range(5):
        assert stdin.Ask() == stdin.Elsewhere() == stdin.Waiting() == "é" * 3000
finally:
    builtins.input = was"""


@pytest.mark.proof
@pytest.mark.needs("gcc", "libasan.so", "libstdc++.so.6")
@pytest.mark.parametrize("flag", [ASAN, CHECKPTR], ids=["asan", "checkptr"])
def test_it_uses_memory_rightly(flag, tmp_path):
    cells = [chapters.code(source) for source in ("%load_ext gomagic", f"%%go stdin{SOURCE}", ANSWERED)]
    assert list(findings(cells, flag, tmp_path)) == []
