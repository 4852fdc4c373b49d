"""Whether a Go library finds descriptors and threads; of descriptors tests/test_library.py has what happens."""

import os
import re
import subprocess
import sys

import pytest
from processes import for_another_user

from gomagic.build import compiler, room, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture
def system(tmp_path, monkeypatch):
    """`system(file, text)` writes a file of /proc or /sys/fs/cgroup as the system shows it; there are no others."""
    monkeypatch.setattr(room, "_PROC", tmp_path / "proc")
    monkeypatch.setattr(room, "_GROUPS", tmp_path / "sys/fs/cgroup")

    def write(file, text):
        place = tmp_path / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    return write


@pytest.mark.parametrize(
    ("groups", "folder"),
    [("0::/docker/one\n", "docker/one"), ("0::/docker/one\n", "docker"), ("9:cpu:/\n8:pids:/x\n0::/\n", "pids/x")],
)
def test_where_a_control_group_has_few_threads_left_a_library_is_refused(system, groups, folder):
    system("proc/self/cgroup", groups)
    system(f"sys/fs/cgroup/{folder}/pids.current", "90\n")
    system(f"sys/fs/cgroup/{folder}/pids.max", "max\n")
    room.check("cell[3] is not built")
    system(f"sys/fs/cgroup/{folder}/pids.max", "122\n")
    room.check("cell[3] is not built")
    system(f"sys/fs/cgroup/{folder}/pids.max", "121\n")
    with pytest.raises(GoBuildError) as caught:
        room.check("cell[3] is not built")
    what = "cell[3] is not built: its control group has 90 threads, and may have 121"
    assert str(caught.value).split("\n")[0] == what
    assert caught.value.hint == "restart the kernel, or end what else runs there"


BUILD = """
import os, resource, sys
from gomagic.build import compiler, toolchain
from gomagic.source import cell
chain = toolchain.find()
used = len(os.listdir("/dev/fd"))
resource.setrlimit(resource.RLIMIT_NOFILE, (used + 2, used + int(sys.argv[2])))
try:
    print(compiler.build(cell.parse("lib", sys.argv[1]), chain).path.name)
except Exception as error:
    print(str(error).replace("\\n", " | "))
"""


def test_where_few_files_may_be_open_no_build_is_begun(add):
    command = [sys.executable, "-c", BUILD, f"{add}// with few files\n"]
    refused = subprocess.run([*command, "4"], capture_output=True, text=True, timeout=60).stdout
    assert re.match(r"lib is not built: this process has \d+ files open, and may have \d+ \| ", refused)
    assert refused.endswith("hint: restart the kernel\n")
    assert subprocess.run([*command, "90"], capture_output=True, text=True, timeout=60).stdout == "cell.so\n"


LOAD = """
import os, resource, sys
from pathlib import Path
from gomagic.bind import library
os.setuid(65534)
resource.setrlimit(resource.RLIMIT_NPROC, (int(sys.argv[2]), int(sys.argv[2])))
try:
    print(library.load(Path(sys.argv[1]), "cell[3]").Add(1, 2), flush=True)
except Exception as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be another user")
def test_where_a_user_may_have_few_threads_a_library_is_refused_before_go_dies_of_it(add):
    built = compiler.build(cell.parse("lib", add), toolchain.find()).path
    with for_another_user(built) as (copied, env):

        def load(most):
            command = [sys.executable, "-c", LOAD, copied, str(most)]
            return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60).stdout

        assert load(4000) == "3\n"
        assert re.match(r"cell\[3\] is built but not loaded: its user has \d+ threads, and may have 20\n", load(20))


def test_what_a_process_has_taken_is_counted(system, tmp_path):
    assert room.taken() == ""
    (tmp_path / "proc/self/task/1").mkdir(parents=True)
    assert re.fullmatch(r"\d+ files open, 1 threads", room.taken())
