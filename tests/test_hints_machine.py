"""Hints that ask for another kernel, machine, disk, Python or processor: each is followed here as it is written.

The kernel is a real one, and so are the disk, the processes and what may be read. Of another machine there is what it
would show: its C library's message, its processor in the header of a library, memory on a card. tests/test_hints.py has
the others.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import stranger
from kernels import Kernel
from processes import for_another_user
from test_foreign import Tensor

import gomagic
from gomagic.bind import library
from gomagic.build import compiler, toolchain
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.run import doctor
from gomagic.source import cell

ROOT = Path(__file__).parents[1]


@pytest.fixture
def kernel(own_cache, tmp_path, monkeypatch):
    """A kernel with gomagic loaded."""
    monkeypatch.chdir(tmp_path)
    started = Kernel(under_pytest=False)
    assert started.run("%load_ext gomagic").outputs == []
    yield started
    started.stop()


def said(kernel, cell):
    """What a cell writes, and what it raises."""
    code = f"try:\n    get_ipython().run_cell_magic('go', 'lib', {cell!r})\nexcept Exception as e:\n    print(e)"
    return "".join(text for _, text in kernel.run(code).outputs)


def works(kernel, cell):
    return said(kernel, cell) == "" and kernel.run("lib.Add(1, 2)").outputs == [("display", "3")]


# What a kernel has done to itself, and what it then says of the next cell.
WORN = {
    "files": (
        "import os, resource\nn = len(os.listdir('/dev/fd')) + 20\nresource.setrlimit(resource.RLIMIT_NOFILE, (n, n))",
        r"this process has \d+ files open.*hint: restart the kernel\n$",
    ),
    "libraries": (
        "from gomagic.bind import library\nlibrary.REFUSE_AT = 0",
        r"this kernel holds 0 Go libraries.*hint: restart the kernel\n$",
    ),
    "soon": (
        "from gomagic.bind import library\nlibrary.WARN_AT = 1",
        r"hint: restart the kernel soon; from 205 on no further one is loaded\n$",
    ),
}


@pytest.mark.parametrize("how", WORN)
def test_a_kernel_that_is_restarted_goes_on(kernel, add, how):
    wear, message = WORN[how]
    kernel.run(wear)
    assert re.search(message, said(kernel, f"{add}// {how}\n"), re.S)
    kernel.restart()
    kernel.run("%load_ext gomagic")
    assert works(kernel, f"{add}// {how}\n")


@pytest.mark.parametrize("place", ["COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE"])
def test_a_session_that_is_restarted_sees_what_has_been_cured(kernel, place):
    kernel.restart(CC="nosuchcc", **{place: "x"})
    kernel.run("%load_ext gomagic")
    [(_, report)] = kernel.run("%go doctor").outputs
    assert "-> correct or unset CC\n" in report
    assert report.endswith("Cure what failed, restart the session, and ask again.\n")
    kernel.restart(CC=None, **{place: "x"})
    kernel.run("%load_ext gomagic")
    [(_, report)] = kernel.run("%go doctor").outputs
    assert report.endswith("This machine is ready.\n")


IN_MARIMO = """
import sys, types
sys.modules["marimo"] = types.SimpleNamespace(running_in_notebook=lambda: True)
from gomagic.run import doctor
doctor.report()
"""


def test_a_notebook_of_marimo_as_well():
    def report(**changes):
        env = {**os.environ, **changes}
        return subprocess.run([sys.executable, "-c", IN_MARIMO], env=env, capture_output=True, text=True).stdout

    assert report(CC="nosuchcc").endswith("Cure what failed, restart the notebook, and ask again.\n")
    assert report().endswith("This machine is ready.\n")


CROWDED = """
import os, resource, signal, sys, threading, time
from pathlib import Path
from gomagic.bind import library
from gomagic.build import room
os.setuid(65534)
reading, writing = os.pipe()
others = os.fork()
if not others:
    for _ in range(80):
        threading.Thread(target=time.sleep, args=(60,)).start()
    os.write(writing, b"x")
    time.sleep(60)
os.read(reading, 1)
most = room._of(65534) + 30
resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
for _ in range(2):
    try:
        print(library.load(Path(sys.argv[1]), "cell[3]").Add(1, 2), flush=True)
    except Exception as error:
        print(error, flush=True)
        os.kill(others, signal.SIGKILL)
        os.waitpid(others, 0)
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be another user")
def test_where_others_that_run_are_ended_there_are_threads_again(add):
    built = compiler.build(cell.parse("lib", add), toolchain.find()).path
    with for_another_user(built) as (copied, env):
        command = [sys.executable, "-c", CROWDED, copied]
        ended = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    assert ended.stdout.endswith("hint: restart the kernel, or end what else runs there\n3\n"), ended.stderr


KILLED_GO = """#!/bin/sh
case "$*" in build*) if [ -e "$0.short" ]; then kill -9 $$; fi;; esac
exec {go} "$@"
"""


def test_a_build_that_was_killed_builds_when_the_cell_is_run_again(add, tmp_path, monkeypatch):
    go = tmp_path / "go"
    go.write_text(KILLED_GO.format(go=toolchain.find().go))
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(toolchain, "_USUAL_PLACES", ())
    monkeypatch.setattr(toolchain, "site_packages", lambda: tmp_path / "none")
    (tmp_path / "go.short").touch()  # of memory: then the system kills
    with pytest.raises(GoBuildError) as killed:
        gomagic.compile(f"{add}// killed once\n", "killed")
    assert killed.value.hint == "run the cell again"
    (tmp_path / "go.short").unlink()
    assert gomagic.compile(f"{add}// killed once\n", "killed").Add(1, 2) == 3


READS = """
import os, sys
from pathlib import Path
from gomagic.build import inputs, toolchain
from gomagic.source import cell
folder, files = sys.argv[1:]
os.environ["GOMAGIC_CACHE"] = f"{folder}/cache"
chain = toolchain.find()
if os.getuid() == 0:  # who may read everything
    os.setuid(65534)
try:
    inputs.find(cell.parse("lib", f"//go:embed {files}\\nvar texts embed.FS\\n"), chain, Path(folder), inputs.LIBRARY)
    print("read")
except Exception as error:
    print(error)
"""


def test_a_file_that_is_made_readable_or_left_out_is_no_obstacle():
    def read(folder, files):
        command = [sys.executable, "-c", READS, folder, files]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    with tempfile.TemporaryDirectory() as folder:  # tmp_path is root's alone
        os.chmod(folder, 0o777)
        for name in "ab":
            (Path(folder) / f"{name}.txt").write_text("text")
        (Path(folder) / "a.txt").chmod(0)
        assert read(folder, "*.txt") == (
            f"lib: `{folder}/a.txt` cannot be read: Permission denied\n"
            "  note: the cell imports, includes or embeds it\n  hint: make it readable, or leave it out\n"
        )
        assert read(folder, "b.txt") == "read\n"
        (Path(folder) / "a.txt").chmod(0o644)
        assert read(folder, "*.txt") == "read\n"


FULL = """
import os, subprocess, sys
from pathlib import Path
import gomagic
disk, kept = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,nr_inodes=20000", "gomagic-test", disk], check=True)
print("mounted", flush=True)
def answer(cache):
    os.environ["GOCACHE"] = cache
    try:
        print(gomagic.compile(f"func Answer() int {{ return {os.getpid()} + 1 }}", "full").Answer() - os.getpid())
    except Exception as error:
        print(error)
others = []
try:
    while True:
        others.append(Path(disk, str(len(others))))
        others[-1].touch()
except OSError:
    others.pop()
answer(f"{disk}/cache")
if sys.stdin.read() == "space":
    for file in others:
        file.unlink()
    answer(f"{disk}/cache")
else:
    answer(kept)
"""


@pytest.mark.parametrize("cure", [pytest.param("space", marks=pytest.mark.proof), "another disk"])
def test_where_the_disk_of_gos_own_cache_is_full_space_or_another_disk_helps(tmp_path, cure):
    kept = toolchain.check(toolchain.find())["GOCACHE"]
    if not shutil.which("unshare"):
        pytest.skip("there is no `unshare`, which makes a disk for one process")
    alone = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]
    command = [*alone, sys.executable, "-c", FULL, tmp_path, kept]
    env = {**os.environ, "GOMAGIC_CACHE": str(tmp_path.with_name("own"))}
    ended = subprocess.run(command, input=cure, capture_output=True, text=True, timeout=240, env=env)
    if not ended.stdout.startswith("mounted"):
        pytest.skip(f"this system mounts no small disk for a process: {ended.stderr.strip().splitlines()[-1:]}")
    assert ended.stdout == (
        f"mounted\nno space left on the disk that holds `{tmp_path}/cache`\n"
        "  note: Go keeps there what it has compiled\n"
        "  hint: free some space, or set GOCACHE to a folder on another disk\n1\n"
    ), ended.stderr


def test_a_python_that_is_new_enough_is_well(monkeypatch):
    assert doctor._python().cure == ""
    python = stranger.interpreter("3.9") or stranger.interpreter("3.8")
    code = "import sys; sys.version_info = {}; from gomagic.run import doctor; print(doctor._python().cure)"
    old = (
        subprocess.check_output([python, "-c", "import sys; print(tuple(sys.version_info))"], text=True)
        if python
        else "(3, 9)"
    )
    told = subprocess.check_output([sys.executable, "-c", code.format(old.strip())], text=True)
    assert told == "install Python 3.11 or newer\n"


def test_a_c_compiler_that_is_installed_is_well(tmp_path, monkeypatch):
    (tmp_path / "gcc").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "gcc").chmod(0o755)
    monkeypatch.setenv("CC", "")
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{path}")
    assert doctor._c_compiler(toolchain.find()).cure == "install gcc (`apt install gcc`)"
    chain = toolchain.find()
    (tmp_path / "gcc").unlink()
    assert doctor._c_compiler(chain).cure == ""
    monkeypatch.setenv("PATH", path)
    assert doctor._c_compiler(toolchain.find()).cure == ""


OTHERS = {62: 183, 183: 62}  # by what a library is of x86-64, and of arm64


def test_a_python_and_a_go_for_one_processor_answer(shell, monkeypatch, tmp_path):
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "cache"))
    build = compiler.build

    def for_another_processor(*given, **named):
        made = build(*given, **named)
        head = bytearray(made.path.read_bytes())
        (machine,) = struct.unpack_from("<H", head, 18)
        struct.pack_into("<H", head, 18, OTHERS[machine])
        made.path.write_bytes(head)
        return made

    chain = toolchain.find()
    monkeypatch.setattr(compiler, "build", for_another_processor)
    told = doctor._whole_way(chain)
    assert told.cure == "install a Python and a Go for the same processor, and run `%go clean`"
    monkeypatch.setattr(compiler, "build", build)
    assert shell("%go clean").error is None
    assert doctor._whole_way(chain).cure == ""


def test_a_cell_with_the_boundary_written_by_hand_works_on_every_python(monkeypatch, add):
    monkeypatch.setattr(sys, "abiflags", "t", raising=False)
    with pytest.raises(GoToolchainError) as refused:
        gomagic.compile("func Add(a, b int) int { return a + b }", "nogil")
    assert 'or write the boundary yourself in a cell with `import "C"`' in refused.value.hint
    assert gomagic.compile(add, "nogil").Add(1, 2) == 3
    monkeypatch.undo()
    assert gomagic.compile("func Add(a, b int) int { return a + b }", "nogil").Add(1, 2) == 3


def test_a_python_for_glibc_loads_what_one_for_musl_does_not(add, monkeypatch):
    def refuse(path, *how, **named):  # as musl 1.2.3 says it of a library of Go 1.26
        raise OSError(f"Error relocating {path}: : initial-exec TLS resolves to dynamic definition in {path}")

    monkeypatch.setattr(library, "open_anew", refuse)
    with pytest.raises(GoBuildError) as refused:
        gomagic.compile(f"{add}// for glibc\n", "musl")
    assert refused.value.hint == library.USE_GLIBC
    monkeypatch.undo()
    assert gomagic.compile(f"{add}// for glibc\n", "musl").Add(1, 2) == 3


class OnCard(Tensor):
    """What lies on a graphics card, and gives a copy that does not, as the protocol has it."""

    def __dlpack__(self, *, dl_device=None, copy=None, **options):
        if dl_device != (1, 0) or not copy:
            raise BufferError("it is on a graphics card")
        return self.array.copy().__dlpack__(**options)


def test_a_copy_in_the_machines_own_memory_is_taken():
    go = gomagic.compile("func Sum(xs []float64) (t float64) { for _, x := range xs { t += x }; return }", "card")
    x = OnCard(np.ones(3), device=2)
    with pytest.raises(TypeError) as refused:
        go.Sum(x)
    (code,) = re.findall("hint: pass a copy that is: `(.+)`", str(refused.value))
    assert go.Sum(eval(code.replace("…", "x"), {"numpy": np, "x": x})) == 3
