"""`python -m gomagic` from a shell."""

import os
import subprocess
import sys

import gomagic


def ask(*words, **environment):
    command = [sys.executable, "-m", "gomagic", *words]
    env = {**os.environ, **environment}
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    return ended.returncode, ended.stdout, ended.stderr


def test_version_is_the_packages():
    assert ask("--version") == (0, f"gomagic {gomagic.__version__}\n", "")


def test_without_a_command_the_usage_is_shown():
    code, out, err = ask()
    assert (code, out) == (2, "")
    assert err.startswith("usage: python -m gomagic ")


def test_a_doctor_who_finds_something_missing_says_so_and_fails(tmp_path):
    code, out, err = ask("doctor", PATH=str(tmp_path), HOME=str(tmp_path), GOROOT=str(tmp_path / "none"))
    assert code == 1
    assert out.endswith("Cure what failed, restart the kernel, and ask again.\n")
    assert err == ""
