"""gomagic in real kernels: restarts, interrupts, deaths, two at once, strange folders."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from kernels import Kernel

from gomagic.bind import crash
from gomagic.build import cache
from gomagic.errors import GoBuildError
from gomagic.notebook import kernel as known_by
from gomagic.source import cell

SPIN = """%%gorun
package main

import "fmt"

func main() {
	fmt.Println("spinning")
	for {
	}
}
"""

PRINTER = """%%go printer
package main

import "C"
import (
	"fmt"
	"strings"
)

//export Print
func Print(lines C.int) {
	for n := range int(lines) {
		fmt.Println(n, strings.Repeat("x", 90))
	}
}

func main() {}
"""


@pytest.fixture
def start(own_cache, tmp_path, monkeypatch):
    """`start()` gives a kernel with gomagic loaded, in a folder of its own."""
    kernels = []
    monkeypatch.chdir(tmp_path)

    def begin(folder=None):
        if folder:
            os.chdir(folder)
        kernel = Kernel(under_pytest=False)
        kernels.append(kernel)
        assert kernel.run("%load_ext gomagic").outputs == []
        return kernel

    yield begin
    for kernel in kernels:
        kernel.stop()


def caught(body, magic="go"):
    """A cell that prints what a `%%go` cell, or another magic's, raises."""
    run = f"get_ipython().run_cell_magic({magic!r}, 'lib', {body!r})"
    return f"try:\n    {run}\nexcept Exception as e:\n    print(type(e).__name__, e)"


def pid(kernel):
    return int(kernel.run("import os; os.getpid()").outputs[0][1])


def children(parent):
    """Those of a kernel, but for the one that builds ahead: Ctrl-C is nothing to that."""
    listed = subprocess.run(["pgrep", "-a", "-P", str(parent)], capture_output=True, text=True).stdout
    return [line.split()[0] for line in listed.splitlines() if "warmup.main()" not in line]


def building(folder):
    """The processes that were started with something in the folder."""
    return subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True).stdout.split()


def test_after_a_restart_an_unchanged_cell_is_not_built_again(start, add):
    first = start()
    assert first.run(f"%%go lib -v\n{add}// restart\n").outputs[0][1].count("built in")
    first.manager.restart_kernel(now=True)
    first.client.wait_for_ready(timeout=60)
    assert first.run("%load_ext gomagic").outputs == []
    assert first.run(f"%%go lib -v\n{add}// restart\n").outputs[0][1].startswith("unchanged: ")
    assert first.run("lib.Add(1, 2)").outputs == [("display", "3")]


def test_an_error_in_a_kernel_has_no_traceback_of_ours(start, add):
    kernel = start()
    request = kernel.client.execute(f"%%go lib\n{add.replace('a + b', 'a + c')}")
    error = None
    while error is None:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == request and message["msg_type"] == "error":
            error = message["content"]
    assert error["ename"] == "GoBuildError"
    assert error["traceback"] == [
        "GoBuildError: cell[2] does not compile",
        "  cell[2]:7:41: undefined: c",
        "      7 | func Add(a, b C.int) C.int { return a + c }",
        "        |                                         ^",
    ]


def test_ctrl_c_ends_a_program_and_the_kernel_goes_on(start):
    kernel = start()
    kernel.run(SPIN.replace("for {\n\t}\n", ""))  # so that the interrupt does not meet the build
    number = pid(kernel)
    timer = threading.Timer(3, kernel.manager.interrupt_kernel)
    timer.start()
    outputs = kernel.run(SPIN).outputs
    assert outputs == [("stdout", "spinning\n"), ("error", "KeyboardInterrupt")]
    assert kernel.run("1 + 1").outputs == [("display", "2")]
    assert children(number) == []


TIDY = """%%gorun
package main

import (
	"fmt"
	"os"
	"os/signal"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	fmt.Println("ready", os.Getpid())
	<-stop
	fmt.Println("tidied up")
}
"""


def test_a_program_that_heeds_ctrl_c_tidies_up_and_its_last_words_are_shown(start):
    kernel = start()
    kernel.run(TIDY.replace("<-stop", ""))  # so that the interrupt does not meet the build
    threading.Timer(3, kernel.manager.interrupt_kernel).start()
    said, error = kernel.run(TIDY).outputs
    assert said[1].splitlines()[1:] == ["tidied up"]
    assert error == ("error", "KeyboardInterrupt")


def test_a_program_in_the_background_leaves_the_notebook_free_and_ends_with_its_kernel(start):
    kernel = start()
    background = TIDY.replace("%%gorun", "%%gorun --background --name server")
    assert kernel.run(background).outputs == []
    ready = "import time\nwhile not server.output: time.sleep(0.05)\nprint(server.state, server.output)"
    state, word, first = kernel.run(ready).outputs[0][1].split()
    assert (state, word) == ("running", "ready")
    assert kernel.run(background).outputs == []  # which stops the first
    state, word, _ = kernel.run(ready).outputs[0][1].split()
    assert (state, word) == ("running", "ready")
    assert not Path(f"/proc/{first}").exists()
    stopped = "print(server.stop(), server.output.splitlines()[1:])"
    assert kernel.run(stopped).outputs == [("stdout", "exit code 0 ['tidied up']\n")]
    kernel.run(background)
    last = kernel.run(ready).outputs[0][1].split()[2]
    os.kill(pid(kernel), signal.SIGKILL)
    for _ in range(100):
        if not Path(f"/proc/{last}").exists():
            return
        time.sleep(0.05)
    pytest.fail("the program is still there after its kernel")


ASK = """%%gorun
package main

import "fmt"

func main() {
	var name string
	fmt.Print("Who is there? ")
	_, err := fmt.Scanln(&name)
	fmt.Println("Hello", name, err)
}
"""


def test_what_a_program_reads_is_asked_for_where_the_notebook_can_ask(start):
    kernel = start()
    assert kernel.run(ASK, answer="Ada").outputs == [("stdout", "Who is there? Hello Ada <nil>\n")]
    note = (
        "note: cell[3]: nobody can be asked for the program's input here, and it finds its end; "
        "give it words behind `%%gorun`\n"
    )
    outputs = kernel.run(ASK).outputs
    assert "".join(text for name, text in outputs if name == "stdout") == "Who is there? Hello  EOF\n"
    assert ("stderr", note) in outputs


def test_ctrl_c_ends_a_program_that_waits_for_an_answer(start):
    kernel = start()
    number = pid(kernel)
    request = kernel.client.execute(ASK, allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=60)
    kernel.manager.interrupt_kernel()
    errors = []
    while not errors:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == request and message["msg_type"] == "error":
            errors.append(message["content"]["ename"])
    assert errors == ["KeyboardInterrupt"]
    assert children(number) == []


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """A file: while it exists, the C compiler of a kernel that is started takes half a minute."""
    switch, compiler = tmp_path / "slow", tmp_path / "slowcc"
    compiler.write_text('#!/bin/sh\n[ -e "$SLOW" ] && sleep 30\nexec gcc "$@"\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    monkeypatch.setenv("SLOW", str(switch))
    return switch


def test_ctrl_c_ends_a_build_and_the_next_run_builds(start, add, slow):
    kernel = start()
    number = pid(kernel)
    slow.touch()
    threading.Timer(2, kernel.manager.interrupt_kernel).start()
    begin = time.monotonic()
    assert kernel.run(f"%%go lib\n{add}").outputs == [("error", "KeyboardInterrupt")]
    assert time.monotonic() - begin < 15
    assert children(number) == []
    slow.unlink()
    assert kernel.run(f"%%go lib\n{add}").outputs == []
    assert kernel.run("lib.Add(1, 2)").outputs == [("display", "3")]


def places_of_builds():
    places = [each for each in (cache.root() / "work").glob("gomagic-*") if each.suffix != ".lock"]
    return [each for each in places if building(each)]


def test_a_kernel_killed_in_a_build_leaves_nothing_in_the_way(start, add, slow):
    first = start()
    number = pid(first)
    slow.touch()
    first.client.execute(f"%%go lib\n{add}// killed\n")
    deadline = time.monotonic() + 30
    while not (found := places_of_builds()) or not building(
        slow.parent
    ):  # cgo may have asked nothing of the compiler yet
        assert time.monotonic() < deadline
        time.sleep(0.1)
    [left] = found
    os.kill(number, signal.SIGKILL)
    while first.manager.is_alive():  # this also reaps it
        time.sleep(0.1)
    time.sleep(1)
    assert building(slow.parent) == building(left) == []
    slow.unlink()
    second = start()
    assert second.run(f"%%go lib\n{add}// killed\n").outputs == []
    assert second.run("lib.Add(1, 2)").outputs == [("display", "3")]
    while left.exists():  # it is swept a moment after the build
        assert time.monotonic() < deadline + 30
        time.sleep(0.01)


def test_two_kernels_build_the_same_and_different_cells_at_once(start, add):
    kernels = [start(), start()]
    found = {}

    def work(which, kernel):
        for n in range(3):
            assert kernel.run(f"%%go lib\n{add}// both {n}\n").outputs == []
            assert kernel.run(f"%%go own\n{add.replace('a + b', f'a + b + {which}')}// {n}\n").outputs == []
            found[which, n] = kernel.run("lib.Add(1, 2), own.Add(1, 2)").outputs

    threads = [threading.Thread(target=work, args=item) for item in enumerate(kernels)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {(which, n): [("display", f"(3, {3 + which})")] for which in range(2) for n in range(3)}


@pytest.mark.parametrize("loader", ["printer", "ctypes.PyDLL(printer._name)"])
def test_ten_megabytes_printed_by_one_call_are_shown_in_order(start, loader):
    kernel = start()
    assert kernel.run(PRINTER).outputs == []
    kernel.run("import ctypes")
    lines = 110_000
    outputs = kernel.run(f"print('before')\n{loader}.Print({lines})\nprint('after')").outputs
    assert [kind for kind, _ in outputs] == ["stdout"]
    shown = outputs[0][1].splitlines()
    assert (shown[0], shown[-1], len(shown)) == ("before", "after", lines + 2)
    assert len(outputs[0][1]) > 10_000_000
    assert [line.split()[0] for line in shown[1:-1]] == [str(n) for n in range(lines)]


def test_an_unchanged_cell_shows_again_what_it_printed_when_it_was_loaded(start):
    kernel = start()
    cell = '%%go said\nvar n = 0\n\nfunc init() { n++; fmt.Println("ready", n); fmt.Fprintln(os.Stderr, "hm") }\n'
    cell += "\nfunc N() int { return n }\n"
    first = kernel.run(cell).outputs
    assert sorted(first) == [("stderr", "hm\n"), ("stdout", "ready 1\n")]
    assert sorted(kernel.run(cell).outputs) == sorted(first)
    assert sorted(kernel.run(cell.replace("%%go said", "%%go said -f")).outputs) == sorted(first)
    assert kernel.run("said.N()").outputs == [("display", "1")]


def test_a_dying_kernel_leaves_its_trace(start):
    kernel = start()
    kernel.run('%%go lib\npackage main\n\nimport "C"\n\n//export Die\nfunc Die() { panic("adieu") }\n\nfunc main() {}')
    number = pid(kernel)
    kernel.client.execute("lib.Die()")
    for _ in range(100):
        if not kernel.manager.is_alive():
            break
        time.sleep(0.1)
    trace = crash.file().with_name(f"{number}.txt").read_text()
    assert trace.startswith("panic: adieu\n")


def test_a_folder_with_spaces_and_letters_from_elsewhere_works(start, add, tmp_path):
    folder = tmp_path / "Übung eins — ß"
    folder.mkdir()
    (folder / "answer.txt").write_text("42")
    kernel = start(folder)
    embed = add.replace(
        'import "C"', 'import "C"\nimport _ "embed"\n\n//go:embed answer.txt\nvar answer string'
    ).replace("a + b", "a + b + C.int(len(answer))")
    assert kernel.run(f"%%go lib\n{embed}").outputs == []
    assert kernel.run("lib.Add(1, 2)").outputs == [("display", "5")]


def test_a_cache_with_spaces_and_letters_from_elsewhere_works(start, add, tmp_path, monkeypatch):
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "Zwischenlager größer — ß"))
    kernel = start()
    assert kernel.run(f"%%go lib\n{add}").outputs == []
    assert kernel.run("lib.Add(1, 2)").outputs == [("display", "3")]


def test_a_folder_that_cannot_be_written_gets_nothing_and_needs_nothing(start, add):
    kernel = start("/proc")  # not even root writes here
    assert kernel.run(f"%%go lib\n{add}").outputs == []
    assert kernel.run("lib.Add(1, 2)").outputs == [("display", "3")]


def test_a_folder_that_is_gone_is_explained(start, add, tmp_path):
    (tmp_path / "gone").mkdir()
    kernel = start(tmp_path / "gone")
    assert kernel.run(f"%%go lib\n{add}").outputs == []
    os.chdir(tmp_path)
    (tmp_path / "gone").rmdir()
    tests = "func TestAdd(t *testing.T) {}"
    for magic, body in (("go", add), ("gotest", tests)):
        [(_, text)] = kernel.run(caught(body, magic)).outputs
        assert "the kernel's folder no longer exists" in text


@pytest.fixture
def little_disk(tmp_path):
    """A disk of one megabyte, mounted for this test."""
    place = tmp_path / "little"
    place.mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "gomagic-test", str(place)]
    if os.getuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_fails_the_cell_with_the_cure(start, add, little_disk, monkeypatch):
    monkeypatch.setenv("GOMAGIC_CACHE", str(little_disk / "cache"))
    kernel = start()
    [(_, text)] = kernel.run(caught(add)).outputs
    assert text.startswith("GoToolchainError no space left on the disk that holds")
    assert "%go clean" in text
    assert kernel.run("1 + 1").outputs == [("display", "2")]


def test_a_disk_that_is_read_only_gets_a_temporary_cache(start, add, little_disk, monkeypatch):
    subprocess.run(["mount", "-o", "remount,ro", str(little_disk)], check=True)
    monkeypatch.setenv("GOMAGIC_CACHE", str(little_disk / "cache"))
    kernel = start()
    [(kind, text)] = kernel.run(f"%%go lib\n{add}").outputs
    assert kind == "stderr" and "cannot be written (Read-only file system)" in text
    assert kernel.run("lib.Add(1, 2)").outputs == [("display", "3")]
    assert kernel.run(f"%%go lib\n{add}// again\n").outputs == []


EDITS = """
import contextlib, io, os, shutil, sys
from pathlib import Path
from gomagic.bind import library
from gomagic.build import compiler, toolchain
from gomagic.source import cell
body = sys.argv[1]
made = compiler.build(cell.parse("lib", body), toolchain.find()).path
said = {}
def taken():
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
before = taken()
for n in range(250):
    path = Path(sys.argv[2]) / f"{n}.so"
    shutil.copyfile(made, path)
    try:
        with contextlib.redirect_stderr(io.StringIO()) as err:
            lib = library.load(path, "cell[1]")
        if err.getvalue():
            said.setdefault("warned", n + 1)
        assert lib.Add(n, 1) == n + 1
    except library.GoBuildError as error:
        said.setdefault("refused", n)
        assert "restart the kernel" in str(error)
    path.unlink()
assert lib.Add(40, 2) == 42
files, threads = (now - was for now, was in zip(taken(), before))
assert files <= 2 * 205, f"{files} files"
assert threads <= (5 + os.cpu_count()) * 205, f"{threads} threads"
print(said, file=sys.stdout)
print(files, threads, file=sys.stderr)
"""


@pytest.mark.proof
def test_two_hundred_and_fifty_versions_warn_then_refuse_and_nothing_crashes(add, tmp_path):
    """Copies of one library stand for the edits, whose builds would take minutes; the soak builds each."""
    import sys

    ended = subprocess.run([sys.executable, "-c", EDITS, add, tmp_path], capture_output=True, text=True, timeout=300)
    assert ended.stdout == "{'warned': 150, 'refused': 205}\n", ended.stderr


@pytest.mark.soak
def test_two_hundred_and_fifty_edits_of_a_cell_in_one_kernel(start, add):
    kernel = start()
    seen = []
    for n in range(250):
        outputs = kernel.run(f"%%go lib\n{add.replace('a + b', f'a + b + {n}')}").outputs
        if outputs:
            seen.append((n, outputs[0][0]))
    assert seen == [(149, "stderr")] + [(n, "error") for n in range(205, 250)]
    assert kernel.run("lib.Add(0, 0)").outputs == [("display", "204")]


# --- What a kernel knows ------------------------------------------------------------------------------------

HERE = Path("/somewhere/cell.so")


def a_library(name):
    return known_by.Library(cell.parse(name, "", number=1), HERE, HERE, object())


@pytest.fixture
def kept(monkeypatch):
    """What is built here is in the cache."""
    monkeypatch.setattr(cache, "holds", lambda path: path == HERE)


def test_a_name_is_a_library_or_a_program_and_never_both(kept):
    known = known_by.Kernel()
    known.hold(a_library("twofold"))
    known.hold_program("twofold", HERE)
    assert (known.names(), known.files(["twofold"], "cell[2]")) == (["twofold"], ({}, {"twofold": HERE}))
    known.hold(a_library("twofold"))
    assert (known.names(), known.files(["twofold"], "cell[2]")) == (["twofold"], ({"twofold": HERE}, {}))


def test_a_name_is_broken_until_it_is_built_again_and_what_was_built_before_stays(kept):
    known = known_by.Kernel()
    assert known.why_not("lib") == "run the cell `lib` first"
    known.hold(a_library("lib"))
    assert known.why_not("lib") == ""
    known.fail(a_library("lib").cell)
    assert known.why_not("lib") == "the Go cell `lib` does not compile"
    assert known.library("lib", "cell[2]").path == HERE
    known.hold_program("lib", HERE)
    assert known.why_not("lib") == ""


def test_a_cell_without_a_name_breaks_none():
    known = known_by.Kernel()
    known.fail(a_library("").cell)
    assert (known.names(), known.why_not("")) == ([], "run the cell `` first")


def test_who_asks_for_a_library_that_is_not_there_learns_why():
    known = known_by.Kernel()
    known.hold_program("tool", HERE)
    known.fail(a_library("wrong").cell)
    for name, message in (
        ("tool", "`tool` is a program of `%%gorun`, no library\n  hint: name a `%%go` cell"),
        ("wrong", "the Go cell `wrong` does not compile\n  hint: mend it and run it again"),
        ("nobody", "no Go cell named `nobody` is built\n  hint: run the `%%go nobody` cell first"),
    ):
        with pytest.raises(GoBuildError) as caught:
            known.library(name, "%go header")
        assert str(caught.value) == f"%go header: {message}"


def test_a_cells_text_is_called_by_its_latest_run_and_counted_as_the_gutter_does(own_cache):
    known = known_by.Kernel()
    first, second = (cell.parse("lib", "one\ntwo", number=number, above=1) for number in (3, 4))
    known.begin(first)
    known.begin(second)
    assert known.labels == {first.token: "cell[4]", "cell[3]": "cell[3]", "cell[4]": "cell[4]"}
    assert known.sources[first.token] == known.sources["cell[4]"] == ["\n", "\n", "one\n", "two"]
