import os
import subprocess
import sys

from gomagic.run import doctor


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
