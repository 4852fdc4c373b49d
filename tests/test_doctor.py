import os
import subprocess
import sys

import pytest

from gomagic.build import toolchain
from gomagic.run import doctor, gopls


def ask(**env):
    return subprocess.run(
        [sys.executable, "-m", "gomagic", "doctor"],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_ready_machine_gets_one_line_a_check():
    ended = ask()
    lines = ended.stdout.splitlines()
    assert ended.returncode == 0
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "ok    Python",
        "ok    cache folder",
        "ok    Go",
        "ok    C compiler",
        "ok    Tab in Go cells",
        "ok    build, load, call",
    ]
    assert lines[-1] == "This machine is ready."


def test_a_failure_carries_its_cure():
    ended = ask(CC="nosuchcc")
    assert ended.returncode == 1
    assert (
        "FAIL  toolchain: CC names `nosuchcc`, and there is no such command\n      -> correct or unset CC"
        in ended.stdout
    )
    assert "This machine is ready." not in ended.stdout


def test_a_c_compiler_that_cannot_compile_is_found_out(tmp_path):
    broken = tmp_path / "brokencc"
    broken.write_text(
        '#!/bin/sh\ncase "$*" in *--version*) echo broken 1.0;; *) echo "cannot compile" >&2; exit 1;; esac\n'
    )
    broken.chmod(0o755)
    ended = ask(CC=str(broken))
    assert ended.returncode == 1
    assert "FAIL  build, load, call" in ended.stdout


def test_little_space_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_BYTES", 1 << 60)
    assert doctor._place().cure == "free some space, or set GOMAGIC_CACHE"


@pytest.mark.parametrize(("go", "version"), [("1.25", "v0.21.1"), ("1.26", "v0.23.0"), ("1.27", "latest")])
def test_who_has_no_gopls_is_told_the_newest_that_this_go_compiles(monkeypatch, go, version):
    monkeypatch.setattr(gopls, "find", lambda env: None)
    monkeypatch.setattr(toolchain, "language", lambda chain: go)
    check = doctor._typing(toolchain.find())
    assert check.found.endswith(f" install golang.org/x/tools/gopls@{version}`")
    assert check.cure == ""


def test_gopls_is_named_where_it_is(monkeypatch):
    monkeypatch.setattr(gopls, "find", lambda env: "/bin/gopls")
    assert str(doctor._typing(toolchain.find())) == "ok    Tab in Go cells: gopls at /bin/gopls"
