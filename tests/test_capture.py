"""Native output in real kernels: written by libc through ctypes, seen in the messages that the kernel sends."""

import subprocess
import sys
import time

import nbformat
import pytest
from kernels import SECONDS, Kernel, environment
from nbclient import NotebookClient

SETUP = """
import contextlib, ctypes, io, os, sys, threading, time
libc, holding = ctypes.CDLL(None), ctypes.PyDLL(None)

def native(text, fd=1, libc=libc):
    data = text if isinstance(text, bytes) else text.encode()
    while data:
        data = data[libc.write(fd, data, len(data)):]
"""


@pytest.fixture(scope="module", params=[False, True], ids=["jupyter", "nbval"])
def kernel(request, own_cache):
    kernel = Kernel(under_pytest=request.param)
    kernel.run("%load_ext gomagic")
    kernel.run(SETUP)
    yield kernel
    kernel.stop()


@pytest.fixture
def show(kernel):
    """`show(code)` runs a cell and returns its outputs."""
    return lambda code, **options: kernel.run(code, **options).outputs


def test_native_text_keeps_its_place_among_prints(show):
    code = """
for i in range(300):
    print("py", i)
    native(f"go {i}\\n")
    print("half", end=" ")
    native("line\\n")
"""
    expected = "".join(f"py {i}\ngo {i}\nhalf line\n" for i in range(300))
    for _ in range(5):
        assert show(code) == [("stdout", expected)]


def test_text_in_c_buffers_keeps_its_place(show):
    code = """
for i in range(50):
    print("py")
    libc.puts(b"puts")
    libc.printf(b"%d ", i)
    sys.stdout.write("write\\n")
"""
    assert show(code) == [("stdout", "".join(f"py\nputs\n{i} write\n" for i in range(50)))]


def test_native_errors_keep_their_place_among_python_errors(show):
    code = """
for i in range(50):
    print("py", i, file=sys.stderr)
    native(f"go {i}\\n", fd=2)
"""
    assert show(code) == [("stderr", "".join(f"py {i}\ngo {i}\n" for i in range(50)))]


def test_a_logger_that_holds_the_stream_keeps_the_order(show):
    code = """
import logging
logger = logging.Logger("held")
logger.addHandler(logging.StreamHandler())
for _ in range(50):
    logger.error("py")
    native("go\\n", fd=2)
"""
    assert show(code) == [("stderr", "py\ngo\n" * 50)]


def test_displays_results_and_errors_come_after_the_text_before_them(show):
    code = """
native("one\\n")
display(1)
native("two\\n", fd=2)
display(2)
native("three\\n")
{}
"""
    before = [("stdout", "one\n"), ("display", "1"), ("stderr", "two\n"), ("display", "2"), ("stdout", "three\n")]
    for _ in range(20):
        assert show(code.format("3")) == [*before, ("display", "3")]
        assert show(code.format("1 / 0")) == [*before, ("error", "ZeroDivisionError")]


def test_text_appears_while_a_long_call_runs(kernel):
    ran = kernel.run("native('early\\n'); libc.usleep(1_500_000); native('late\\n')")
    assert ran.outputs == [("stdout", "early\nlate\n")]
    assert ran.times[0] > 0.8


@pytest.mark.parametrize("library", ["libc", "holding"])
def test_ten_megabytes_in_one_call_come_whole_and_in_order(show, library):
    lines = "".join(f"{i:09}\n" for i in range(1_000_000))
    assert len(lines) == 10_000_000
    code = f"""
text = "".join(f"{{i:09}}\\n" for i in range(1_000_000))
print("before")
native(text, libc={library})
print("after")
"""
    assert show(code) == [("stdout", f"before\n{lines}after\n")]


def test_memory_of_shown_text_is_given_back(show):
    code = """
for _ in range(40):
    native("x" * 1_000_000)
    with contextlib.redirect_stdout(None):
        pass
"""
    shown = show(f"{code}print(os.fstat(1).st_blocks * 512 < 10_000_000 < 40_000_000 <= os.fstat(1).st_size)")
    assert shown == [("stdout", "x" * 40_000_000 + "True\n")]


def test_characters_cut_in_two_are_joined(show):
    code = r"""
text = "Gö 語 🐹\n".encode()
for byte in text:
    native(bytes([byte]))
    sys.stdout.flush()
native(b"caf\xe9\n")
"""
    assert show(code) == [("stdout", "Gö 語 🐹\ncaf\N{REPLACEMENT CHARACTER}\n")]


def test_capture_magic_catches_native_text_in_order(show):
    assert show("%%capture caught\nprint('a'); native('b\\n'); print('c'); native('d\\n'); native('e\\n', fd=2)") == []
    assert show("caught.stdout, caught.stderr") == [("display", r"('a\nb\nc\nd\n', 'e\n')")]


def test_a_cell_in_a_cell_does_not_end_the_outer_one(kernel):
    ran = kernel.run("get_ipython().run_cell('1'); native('go\\n'); libc.usleep(1_500_000); print('py')")
    assert ran.outputs == [("display", "1"), ("stdout", "go\npy\n")]
    assert ran.times[0] > 0.8


def test_redirected_streams_catch_native_text_in_order(show):
    code = """
caught, errors = io.StringIO(), io.StringIO()
native("before\\n")
with contextlib.redirect_stdout(caught), contextlib.redirect_stderr(errors):
    native("1 ")
    print("2", end=" ")
    native("3 ")
    sys.stdout.write("4 ")
    native("5 ")
    native("oops ", fd=2)
    with contextlib.redirect_stdout(errors):
        native("inner")
    native("6")
    same = sys.stdout is caught
native("after\\n")
print(same, sys.stdout is caught, [caught.getvalue(), errors.getvalue()])
"""
    caught = ["1 2 3 4 5 6", "oops inner"]
    for _ in range(20):
        assert show(code) == [("stdout", f"before\nafter\nTrue False {caught}\n")]


def test_a_stream_that_passes_text_on_gets_ten_megabytes_in_order(show):
    code = """
class Tee:
    def __init__(self, stream):
        self.stream = stream
    def write(self, text):
        self.stream.write(text)
    def flush(self):
        self.stream.flush()

text = "".join(f"{i:09}\\n" for i in range(1_000_000))
with contextlib.redirect_stdout(Tee(sys.stdout)):
    native(text)
    print("after")
"""
    assert show(code) == [("stdout", "".join(f"{i:09}\n" for i in range(1_000_000)) + "after\n")]


def test_streams_with_locks_of_their_own_do_not_deadlock(show):
    code = """
class Locked:
    def __init__(self, stream):
        self.stream, self.lock = stream, threading.Lock()
    def write(self, text):
        with self.lock:
            self.stream.write(text)
    def flush(self):
        pass

original, end = sys.stdout, time.monotonic() + 1
def refresh():
    while time.monotonic() < end:
        with locked.lock:
            original.write("")
            native("x")

with contextlib.redirect_stdout(Locked(sys.stdout)):
    locked = sys.stdout
    thread = threading.Thread(target=refresh)
    thread.start()
    while thread.is_alive():
        print(end="y")
print()
print("done")
"""
    assert show(code)[-1][1].endswith("\ndone\n")


def test_text_is_not_lost_in_a_broken_stream(show):
    code = """
broken = io.StringIO()
broken.close()
with contextlib.redirect_stdout(broken):
    native("closed\\n")
with contextlib.redirect_stdout(None):
    native("none\\n")
    print("nowhere")
print("on")
"""
    assert show(code) == [("stdout", "closed\nnone\non\n")]


def test_mock_puts_the_stream_back(show):
    code = """
from unittest import mock
caught, before = io.StringIO(), sys.stdout
with contextlib.redirect_stdout(caught):
    with mock.patch("sys.stdout", io.StringIO()) as inner:
        native("inner")
    print(sys.stdout is caught, end="")
print([caught.getvalue(), inner.getvalue()], sys.stdout is before)
"""
    assert show(code) == [("stdout", "['True', 'inner'] True\n")]


def test_sys_is_still_a_module_that_pickles(show):
    assert show("import pickle; pickle.loads(pickle.dumps(sys)) is sys, sys") == [
        ("display", "(True, <module 'sys' (built-in)>)")
    ]


def test_child_processes_show_their_output_in_order(show):
    code = """
import subprocess
for i in range(5):
    print("py", i)
    subprocess.run(["sh", "-c", f"echo child {i}; echo error >&2"], check=True)
!echo shell
print(subprocess.run(["echo", "caught"], capture_output=True, text=True).stdout)
"""
    outputs = show(code)
    stdout = "".join(text for name, text in outputs if name == "stdout").replace("\r\n", "\n")
    assert stdout == "".join(f"py {i}\nchild {i}\n" for i in range(5)) + "shell\ncaught\n\n"
    assert "".join(text for name, text in outputs if name == "stderr") == "error\n" * 5


def test_a_forked_child_shows_nothing_twice(show):
    code = """
import warnings
native("waiting ")
libc.usleep(100_000)  # so that the live thread has moved it
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: the process has threads
print("py", end=" ")
child = os.fork()
if not child:
    print(end="")
    sys.stdout.flush()
    native("child ")
    os._exit(0)
os.waitpid(child, 0)
print("parent")
"""
    for _ in range(5):
        assert show(code) == [("stdout", "waiting py child parent\n")]


def late(show):
    """Leave a native text waiting that came after the end of its cell."""
    assert show("t = threading.Thread(target=lambda: (libc.usleep(300_000), native('late\\n'))); t.start()") == []
    time.sleep(0.6)


def test_text_written_after_its_cell_opens_the_next_one(show):
    late(show)
    assert show("print('next')") == [("stdout", "late\nnext\n")]


def test_a_completion_between_two_cells_takes_nothing_away(show, kernel):
    late(show)
    kernel.client.complete("nati", reply=True, timeout=SECONDS)
    kernel.client.execute("pass", silent=True, reply=True, timeout=SECONDS)
    assert show("print('next')") == [("stdout", "late\nnext\n")]


def test_a_widget_callback_shows_its_native_text(show, kernel):
    show("""
def opened(comm, message):
    print("py")
    native("go\\n")
    print("py")
get_ipython().kernel.comm_manager.register_target("test", opened)
""")
    client = kernel.client
    message = client.session.msg("comm_open", {"comm_id": "1", "target_name": "test", "data": {}})
    client.shell_channel.send(message)
    text = ""
    while "py\ngo\npy\n" not in text:
        answer = client.get_iopub_msg(timeout=SECONDS)
        if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            text += answer["content"].get("text", "")
    assert text == "py\ngo\npy\n"


def test_input_asks_after_the_text_before_it(show):
    code = "native('before\\n'); name = input('Name? '); native(name + '\\n'); print(name)"
    assert show(code, answer="Ada") == [("stdout", "before\nAda\nAda\n")]


def test_installing_twice_changes_nothing(show):
    code = """
from gomagic.notebook import capture
before = os.fstat(1), type(sys), type(sys.stdout)
capture.install(get_ipython())
print((os.fstat(1), type(sys), type(sys.stdout)) == before)
"""
    show("import gomagic")
    assert show(code)[-1] == ("stdout", "True\n")


def test_uninstalling_shows_the_rest_and_gives_everything_back(show):
    code = """
from gomagic.notebook import capture
from ipykernel.iostream import OutStream
import types
native("rest\\n")
capture.uninstall()
print(type(sys) is types.ModuleType, type(sys.stdout) is type(sys.stderr) is OutStream)
print(os.readlink("/proc/self/fd/1").startswith("/memfd:"))
capture.install(get_ipython())
native("again\\n")
"""
    for _ in range(3):
        assert show(code) == [("stdout", "rest\nTrue True\nFalse\nagain\n")]
    assert show("print('a'); native('b\\n'); print('c')") == [("stdout", "a\nb\nc\n")]


def test_loading_under_the_capture_magic_works_from_the_next_cell_on(show):
    show("from gomagic.notebook import capture\ncapture.uninstall()")
    assert show("%%capture\nfrom gomagic.notebook import capture\ncapture.install(get_ipython())") == []
    assert show("print('a'); native('b\\n'); print('c')") == [("stdout", "a\nb\nc\n")]
    late(show)
    assert show("pass") == [("stdout", "late\n")]


def test_a_kernel_that_is_asked_to_stop_shows_the_rest_and_ends_by_itself():
    kernel = Kernel(under_pytest=False)
    kernel.run("%load_ext gomagic")
    kernel.run(SETUP)
    kernel.run("import atexit; atexit.register(native, 'rest\\n')")
    kernel.client.shutdown()
    text = ""
    while "rest\n" not in text:
        text += kernel.client.get_iopub_msg(timeout=SECONDS)["content"].get("text", "")
    for _ in range(100):
        if not kernel.manager.is_alive():
            break
        time.sleep(0.1)
    alive = kernel.manager.is_alive()
    kernel.stop()
    assert not alive


def test_a_notebook_stores_the_same_outputs_each_time(tmp_path):
    cells = [
        "%load_ext gomagic",
        SETUP,
        "for i in range(100):\n    print('py')\n    native('go\\n')\n    native('error\\n', fd=2)",
        "native('live\\n'); libc.usleep(200_000); display(1); native('end\\n')",
        "native('before\\n'); 1 / 0",
    ]
    stored = []
    for _ in range(3):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(notebook, allow_errors=True, coalesce_streams=True, timeout=SECONDS)
        client.execute(env=environment(under_pytest=True))
        outputs = [cell.outputs for cell in notebook.cells[:-1]]
        stored.append((outputs, notebook.cells[-1].outputs[0], notebook.cells[-1].outputs[-1].ename))
    assert stored[0][0][2][0]["text"] == "py\ngo\n" * 100
    assert stored[0][1]["text"] == "before\n"
    assert stored[0] == stored[1] == stored[2]


def test_outside_a_kernel_whole_lines_keep_their_order():
    code = """
import ctypes, os
from gomagic.notebook import capture
libc, before = ctypes.CDLL(None), os.fstat(1)
print("waiting")
capture.install(None)
for _ in range(3):
    print("py")
    libc.puts(b"c")
    libc.write(1, b"go\\n", 3)
print(os.fstat(1) == before)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment(under_pytest=False), capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == ("waiting\n" + "py\nc\ngo\n" * 3 + "True\n", "")


def test_outside_a_kernel_c_is_told_when_the_first_go_cell_is_loaded():
    cell = '%%go c\npackage main\n\n// #include <stdio.h>\nimport "C"\n\n//export Say\n'
    cell += 'func Say() { C.puts(C.CString("c")) }\n\nfunc main() {}\n'
    code = f"""
import os, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gomagic")
print("ctypes" in sys.modules)
shell.run_cell({cell!r})
for _ in range(2):
    shell.user_ns["c"].Say()
    os.write(1, b"go\\n")
shell.run_line_magic("unload_ext", "gomagic")
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment(under_pytest=False), capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == ("False\n" + "c\ngo\n" * 2, "")


def test_outside_a_kernel_loading_works_under_the_capture_magic():
    code = "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    %load_ext gomagic\n%go version"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code],
        env=environment(under_pytest=False),
        capture_output=True,
        text=True,
    )
    assert ran.stdout.startswith("gomagic "), ran.stdout + ran.stderr
