import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import linear
import pytest
import tidy

from gomagic.build import pace, process


def python(code):
    return [sys.executable, "-u", "-c", code]


def test_both_streams_arrive_in_the_order_written():
    ended = process.run(python("import os\nfor n in range(50): os.write(1 + n % 2, b'%d\\n' % n)"))
    assert ended.out == "".join(f"{n}\n" for n in range(50))


def test_status_and_signal_are_told_apart():
    assert process.run(python("raise SystemExit(3)")).manner == "exit code 3"
    assert process.run(python("import os; os.abort()")).manner == "killed by SIGABRT"


def test_text_is_shown_while_the_program_runs():
    arrivals = []
    process.run(
        python("import time\nprint('a')\ntime.sleep(0.6)\nprint('b')"),
        show=lambda text: arrivals.append((time.monotonic(), text)),
    )
    assert [text for _, text in arrivals] == ["a\n", "b\n"]
    assert arrivals[1][0] - arrivals[0][0] > 0.3


def test_an_unfinished_line_is_shown_too():
    pieces = []
    process.run(python("import time\nprint('50%', end='')\ntime.sleep(0.5)\nprint(' 100%')"), show=pieces.append)
    assert pieces == ["50%", " 100%\n"]


def test_half_a_character_waits_for_its_other_half():
    code = "import os, time\nos.write(1, b'\\xc3')\ntime.sleep(0.3)\nos.write(1, b'\\xa9\\n')"
    pieces = []
    process.run(python(code), show=pieces.append)
    assert "".join(pieces) == "é\n"


def test_time_runs_out_for_the_program_and_what_it_started():
    code = "import subprocess, sys\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid)\np.wait()"
    ended = process.run(python(code), seconds=1)
    assert ended.timed_out
    assert gone(int(ended.out))


def test_a_child_left_running_does_not_hold_the_cell():
    start = time.monotonic()
    ended = process.run(python("import subprocess\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid)"))
    assert time.monotonic() - start < 10
    assert gone(int(ended.out))


def test_an_interrupt_ends_the_program():
    pids = []
    threading.Timer(0.7, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        process.run(python("import os, time\nprint(os.getpid())\ntime.sleep(60)"), show=pids.append)
    assert gone(int(pids[0]))


def test_the_program_reads_no_input():
    assert process.run(python("import sys; print(repr(sys.stdin.read()))")).out == "''\n"


def test_ten_megabytes_arrive_whole():
    assert len(process.run(python("print('x' * 10_000_000)")).out) == 10_000_001


def test_half_a_character_at_the_end_is_marked():
    assert process.run(python("import os; os.write(1, b'caf\\xc3')")).out == "caf\ufffd"


def test_time_runs_out_for_a_program_that_has_closed_its_output():
    begin = time.monotonic()
    ended = process.run(python("import os, time\nos.close(1)\nos.close(2)\ntime.sleep(60)"), seconds=0.7)
    assert ended.timed_out
    assert time.monotonic() - begin < 5


def test_what_it_left_running_may_write_for_ever():
    code = "import subprocess\nsubprocess.Popen(['sh', '-c', 'while :; do echo more; done'])\nprint('mine')"
    begin = time.monotonic()
    ended = process.run(python(code), seconds=30)
    assert (ended.code, ended.timed_out) == (0, False)
    assert "mine" in ended.out
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("show", [None, len], ids=["kept", "shown"])
def test_text_without_a_newline_costs_no_more_than_lines(show):
    def seconds(piece):
        program = python(f"import sys\nfor _ in range(300): sys.stdout.write({piece} * 4)")
        return linear.seconds(lambda: process.run(program, show=show))

    lines, line = "('x' * 9_999 + '\\n')", "('x' * 10_000)"
    assert seconds(line) < 4 * seconds(lines) + 0.1


def test_what_is_shown_is_not_kept():
    sizes = []
    tracemalloc.start()
    code = "import sys\nfor n in range(200): sys.stdout.write('x' * 99_999 + '\\n' * (n % 2))"
    ended = process.run(python(code), show=lambda text: sizes.append(len(text)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (ended.out, sum(sizes)) == ("", 200 * 99_999 + 100)
    assert most < 2_000_000


def test_of_endless_output_the_beginning_and_the_end_are_kept():
    code = "print('first')\nfor _ in range(1000): print('x' * 9_999)\nprint('last')"
    out = process.run(python(code), keep=200_000).out
    assert out.startswith("first\nxxx") and out.endswith("xxx\nlast\n")
    [gap] = [line for line in out.splitlines() if line.startswith("[")]
    assert gap == f"[{10_000_000 + 11 - (len(out) - len(gap) - 2)} characters are left out here]"
    assert len(out) < 400_000


DEAF = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint(os.getpid())\ntime.sleep(60)"
TELLS = "import time\nprint(os.getpid())\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('goodbye')"


def interrupted(code, *after):
    """What a program shows that is interrupted so many seconds after it has spoken, and how long that took."""
    pieces, begin = [], 0.0

    def show(text):
        nonlocal begin
        if not pieces:
            begin = time.monotonic()
            for seconds in after:
                threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        pieces.append(text)

    with pytest.raises(KeyboardInterrupt):
        process.run(python(f"import os\n{code}"), show=show)
    took = time.monotonic() - begin
    assert gone(int(pieces[0]))
    return pieces[1:], took


def test_an_interrupted_program_may_say_goodbye():
    assert interrupted(TELLS, 0.1)[0] == ["goodbye\n"]


def test_a_program_deaf_to_interrupts_ends_after_a_grace(monkeypatch):
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.6)
    assert 0.6 < interrupted(DEAF, 0.1)[1] < 5


def test_a_second_interrupt_ends_a_deaf_program_at_once(monkeypatch):
    monkeypatch.setattr(process, "GRACE_SECONDS", 30)
    assert interrupted(DEAF, 0.1, 0.4)[1] < 10


def test_an_interrupt_while_the_program_starts_ends_it(monkeypatch):
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, *words, **options):
            super().__init__(*words, **options)
            started.append(self)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    with pytest.raises(KeyboardInterrupt):
        process.run(python("import time; time.sleep(60)"))
    assert [program.poll() is None for program in started] == [False] * len(started) != []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_kernel_that_ignores_interrupts_goes_on_ignoring_them():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        assert process.run(["sleep", "0.8"]).code == 0
    finally:
        signal.signal(signal.SIGINT, before)


KILLED = """
import sys
from gomagic.build import pace, process
deaf = "sh -c 'trap : INT TERM HUP; sleep 62; :'"
process.run(["sh", "-c", f"sleep 61 & {deaf} & echo $$; wait"], show=sys.stdout.write)
"""


SHARED = """
import contextlib, sys
from gomagic.build import process
shown = contextlib.ExitStack()
shown.enter_context(process.one_watch())
process.run(["true"])
"""


@pytest.mark.parametrize("code", [KILLED, SHARED + KILLED], ids=["one program", "the second of two"])
def test_nothing_goes_on_when_the_kernel_is_killed(code):
    kernel = subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        group = kernel.stdout.readline().strip()
        assert soon(lambda: len(members(group)), 4, 10) == 4
    finally:
        kernel.kill()
        kernel.wait()
        kernel.stdout.close()
    assert soon(lambda: members(group), [], 2) == []


def test_one_watch_is_told_of_each_program_and_of_its_end(monkeypatch, tmp_path):
    monkeypatch.setattr(process, "_WATCH", ["/bin/sh", "-c", f"exec tee {tmp_path}/$$"])
    groups = []

    def told():
        return sorted(([*map(str.strip, file.open())] for file in tmp_path.iterdir()), key=len)

    def show(text):
        groups.append(text.strip())
        if len(groups) == 1:
            process.run(["sh", "-c", "echo $$"], show=show)  # meanwhile, so it has a watch of its own
        elif len(groups) == 2:
            soon(lambda: [groups[1]] in told(), True, 5)  # which is killed as soon as the program has ended

    with process.one_watch():
        for _ in range(2):
            process.run(["sh", "-c", "echo $$"], show=show)
        first, inner, second = groups
        wanted = [[inner], [first, "", second, ""]]
        assert soon(told, wanted, 2) == wanted


def test_a_program_that_raises_through_what_shows_it_is_ended():
    pids = []

    def show(text):
        pids.append(int(text))
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        process.run(python("import os, time\nprint(os.getpid())\ntime.sleep(60)"), show=show)
    assert gone(pids[0])


def test_no_descriptor_reaches_the_program_and_nothing_of_it_stays():
    tidy.wait()
    with open(__file__):
        before = os.listdir("/proc/self/fd"), own_children()
        ended = process.run(python("import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))"))
        with contextlib.suppress(OSError):
            process.run(["/nonexistent/program"])
        assert (os.listdir("/proc/self/fd"), own_children()) == before
    assert ended.out == "[0, 1, 2, 3]\n"  # the last is that of listdir


def soon(what, wanted, seconds):
    """What `what` says when it says what is wanted, or when the time is up."""
    deadline = time.monotonic() + seconds
    while what() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return what()


def own_children():
    return [task.read_text() for task in Path("/proc/self/task").glob("*/children")]


def members(group):
    """The processes of a group that are alive."""
    listed = subprocess.run(["ps", "-e", "-o", "pgid=,stat="], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if line.split()[0] == group and line.split()[1][0] != "Z"]


def gone(pid):
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
        if not state or state.startswith("Z"):
            return True
        time.sleep(0.05)
    return False


def test_who_asks_to_be_called_while_a_program_runs_is():
    looked = []
    with pace.watched(lambda: looked.append(1)):
        process.run([sys.executable, "-c", "import time; time.sleep(0.4)"])
    assert len(looked) >= 2
    process.run([sys.executable, "-c", "import time; time.sleep(0.2)"])
    assert len(looked) < 20


def waiting(code):
    """A program that does `code` once it has a line."""
    return process.waiting(python(f"import os, time\nline = input()\n{code}"), cwd=Path("/"), env=os.environ)


def test_a_program_that_waits_does_the_rest_at_a_word():
    done = []
    with waiting("print(repr(line))\nraise SystemExit(4)") as program:
        ended = program.finish(done="done\n", seconds=30, meanwhile=lambda: done.append("meanwhile"))
    assert (ended, done) == (process.Ended(4, "''\n"), ["meanwhile"])


def test_what_has_said_that_it_is_done_is_not_waited_for():
    begin = time.monotonic()
    with waiting("print('text\\ndone')\nos.close(1)\nos.close(2)\ntime.sleep(60)") as program:
        assert program.finish(done="done\n", seconds=30) == process.Ended(0, "text\n")
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("code", ["time.sleep(60)", "print('text')\nos.close(1)\nos.close(2)\ntime.sleep(60)"])
def test_what_does_not_say_so_is_waited_for(code):
    with waiting(code) as program:
        ended = program.finish(done="done\n", seconds=0.5)
    assert ended.timed_out and ended.code == -signal.SIGKILL


def test_a_program_that_is_given_no_word_is_gone_in_the_end():
    with waiting("time.sleep(60)") as program:
        pid = program._program.pid
    assert gone(pid)


def test_an_interrupt_ends_a_program_that_was_given_the_word():
    with pytest.raises(KeyboardInterrupt), waiting("time.sleep(60)") as program:
        pid = program._program.pid
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        program.finish(done="done\n", seconds=30)
    assert gone(pid)


def test_a_program_that_is_gone_before_the_word_has_failed():
    with process.waiting(python("raise SystemExit(3)"), cwd=Path("/"), env=os.environ) as program:
        program._program.wait()
        assert program.finish(done="done\n", seconds=30).code == 3


@pytest.mark.skipif(sys.platform != "linux", reason="as it is told of by Linux")
def test_a_program_that_waits_ends_with_a_process_that_is_killed():
    """It sees the end of its input, with and without others that have it watched."""
    code = """
import os, signal, sys
from pathlib import Path
from gomagic.build import process
with process.one_watch(), process.waiting(["sh", "-c", "read line"], cwd=Path("/"), env=os.environ) as program:
    process.run(["true"])
    print(program._program.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run(python(code), capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while not gone(int(ended.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(int(ended.stdout))
