import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from gomagic.build import process


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


def gone(pid):
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
        if not state or state.startswith("Z"):
            return True
        time.sleep(0.05)
    return False
