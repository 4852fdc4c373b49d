import multiprocessing
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from gomagic.bind import crash, library
from gomagic.build import compiler, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell


def build(body):
    return compiler.build(cell.parse("lib", body), toolchain.find()).path


def python(code, *arguments):
    """Run code in a fresh process; returns its output, stderr included."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120).stdout


def test_the_same_path_is_the_same_object(add):
    path = build(add)
    lib = library.load(path, "lib")
    assert library.load(path, "lib") is lib


def test_a_missing_c_function_is_named():
    body = 'package main\n\n/*\nint nowhere(int);\n*/\nimport "C"\n\n'
    body += "//export F\nfunc F() C.int { return C.nowhere(2) }\n\nfunc main() {}\n"
    with pytest.raises(GoBuildError) as caught:
        library.load(build(body), "cell[3]")
    assert str(caught.value).startswith("cell[3] calls the C function `nowhere`, and no library defines it")


def test_a_damaged_library_says_what_to_do(tmp_path):
    (tmp_path / "cell.so").write_bytes(b"\x7fELF")
    with pytest.raises(GoBuildError, match="cannot be loaded: file too short") as caught:
        library.load(tmp_path / "cell.so", "cell[3]")
    assert "`-f`" in caught.value.hint


def test_where_musl_loads_libraries_a_python_with_glibc_is_named(add, monkeypatch):
    def refuse(path, *how, **named):  # as musl 1.2.3 says it of a library of Go 1.26
        raise OSError(f"Error relocating {path}: : initial-exec TLS resolves to dynamic definition in {path}")

    monkeypatch.setattr(library, "open_anew", refuse)
    with pytest.raises(GoBuildError) as caught:
        library.load(build(f"// not loaded before\n{add}"), "cell[1]")
    assert (caught.value.note, caught.value.hint) == (library.WITHOUT_GLIBC, library.USE_GLIBC)


def test_a_kernel_full_of_libraries_warns_then_refuses(add, monkeypatch, capsys):
    monkeypatch.setattr(library, "WARN_AT", len(library.loaded()) + 1)
    monkeypatch.setattr(library, "REFUSE_AT", len(library.loaded()) + 2)
    first = library.load(build(add + "// 1\n"), "cell[1]")
    assert re.search(r" \(\d+ files open, \d+ threads\)\n  hint: restart the kernel soon", capsys.readouterr().err)
    library.load(build(add + "// 2\n"), "cell[1]")
    with pytest.raises(GoBuildError, match="not loaded: this kernel holds") as caught:
        library.load(build(add + "// 3\n"), "cell[1]")
    assert caught.value.hint == "restart the kernel"
    assert library.load(build(add + "// 1\n"), "cell[1]") is first
    assert first.Add(1, 1) == 2


FEW_FILES = """
import os, resource, sys
from pathlib import Path
from gomagic.bind import library
used = len(os.listdir("/dev/fd"))
soft, hard = used + int(sys.argv[1]), used + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
try:
    for path in sys.argv[3:]:
        print(library.load(Path(path), "cell[3]").Add(1, 2), flush=True)
except Exception as error:
    print(str(error).replace(str(hard), "HARD").replace("\\n", " | "))
"""


def test_where_few_files_may_be_open_a_library_is_refused_before_go_dies_of_it(add):
    paths = [build(add + f"// file {n}\n") for n in range(3)]
    first, *_, last = python(FEW_FILES, 33, 33, *paths).splitlines()
    assert first == "3"
    assert "cell[3] is built but not loaded: this process has" in last
    assert "and may have HARD | " in last
    assert last.endswith("hint: restart the kernel")


KEPT = """
import os, sys
from pathlib import Path
from gomagic.bind import library
def files():
    found = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    return [os.readlink(file) for file in found if os.path.exists(file) and "cgroup" not in os.readlink(file)]
before = files()
for path in sys.argv[1:]:
    library.load(Path(path), "cell[3]").Add(1, 2)
print([file for file in files() if file not in before])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc")
def test_a_library_keeps_no_file_open_but_gos_own_of_its_control_group(add):
    assert python(KEPT, *[build(add + f"// file {n}\n") for n in range(3)]) == "[]\n"


def test_the_number_of_open_files_is_raised_as_far_as_it_may_be(add):
    paths = [build(add + f"// file {n}\n") for n in range(3)]
    assert python(FEW_FILES, 10, 100, *paths) == "3\n" * 3


FORK = """
import os, sys
from pathlib import Path
from gomagic.bind import library
library.load(Path(sys.argv[1]), "lib")
for _ in range(2):
    {fork}
"""


def test_a_fork_is_warned_of_once(add):
    said = python(FORK.format(fork="os.waitpid(os.fork() or os._exit(0), 0)"), build(add))
    assert said.count("has loaded Go and forks") == 1
    assert '"spawn"' in said


def test_without_go_a_fork_is_nobodys_business():
    assert python("import os, gomagic.bind.library\nos.waitpid(os.fork() or os._exit(0), 0)") == ""


@pytest.mark.parametrize("fork", ["import subprocess; subprocess.run(['true'])", "import pty; pty.spawn('true')"])
def test_a_program_that_is_started_is_no_fork(add, fork):
    assert "forks" not in python(FORK.format(fork=fork), build(add))


def test_spawned_workers_call_go(add):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.starmap(_add, [(str(build(add)), n) for n in range(4)]) == [1, 2, 3, 4]


def _add(path, n):
    return library.load(Path(path), "lib").Add(n, 1)


def test_a_panic_is_kept_in_the_crash_file():
    body = 'package main\n\nimport "C"\n\n//export Crash\nfunc Crash() { panic("last words") }\n\nfunc main() {}\n'
    code = (
        "import sys\nfrom pathlib import Path\nfrom gomagic.bind import crash, library\n"
        "lib = library.load(Path(sys.argv[1]), 'lib')\nprint(crash.file(), flush=True)\nlib.Crash()"
    )
    file = Path(python(code, build(body)).splitlines()[0])
    assert "panic: last words" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_panic_in_the_cells_own_init_is_kept_too():
    body = 'package main\n\nimport "C"\n\nfunc init() { panic("too early") }\n\nfunc main() {}\n'
    code = (
        "import sys\nfrom pathlib import Path\nfrom gomagic.bind import crash, library\n"
        "import time\nprint(crash.file(), flush=True)\nlibrary.load(Path(sys.argv[1]), 'lib')\ntime.sleep(30)"
    )
    assert "panic: too early" in Path(python(code, build(body)).splitlines()[0]).read_text()


def test_a_child_that_dies_leaves_the_parents_file_alone():
    body = 'package main\n\nimport "C"\n\n//export Crash\nfunc Crash() { panic("child") }\n\nfunc main() {}\n'
    path = build(body)
    library.load(path, "lib")
    python("import ctypes, sys; ctypes.CDLL(sys.argv[1]).Crash()", path)
    assert crash.file().read_text() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other libraries")
def test_a_plain_cell_takes_no_more_thread_local_storage_than_go_itself():
    path = build("func F(g func(int) int) int { return g(1) }")
    assert thread_local_bytes(path) == 8  # of the 1,664 there are for all libraries: REFUSE_AT counts on it


PT_TLS = 7


def thread_local_bytes(path):
    """The size of a library's thread-local storage, from its ELF program headers."""
    data = path.read_bytes()
    start, size, count = *struct.unpack_from("<Q", data, 32), *struct.unpack_from("<HH", data, 54)
    headers = (struct.unpack_from("<IIQQQQQQ", data, start + i * size) for i in range(count))
    return sum(header[6] for header in headers if header[0] == PT_TLS)
