"""The world of somebody who has never run anything here, for tests that start programs in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap

ROOT = Path(__file__).resolve().parents[1]
UNPACKED = ROOT / "build" / "pythons" / "usr"
SET_BY_US = ("XDG_", "JUPYTER", "IPYTHON", "PYTEST", "PYTHON", "GO", "CGO_", "MAKE", "VIRTUAL_ENV", "PLAYWRIGHT", "UV_")
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""
UNIX = ("sh", "bash", "env", "git", "ls", "cat", "uname", "mkdir", "rm", "dirname", "make", "sed", "grep")
C_COMPILER = ("gcc", "as", "ld", "ar")


def environment(**changes):
    """This process's environment without what a test run or a developer sets, and without `.venv` on PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SET_BY_US)}
    folders = [each for each in kept["PATH"].split(os.pathsep) if Path(each) != Path(sys.prefix) / "bin"]
    return kept | {"PATH": os.pathsep.join(folders)} | {name: str(value) for name, value in changes.items()}


def path_of(folder, programs):
    """Make `folder` hold links to `programs` and nothing else, to be a whole PATH. Returns it."""
    folder.mkdir()
    for name in programs:
        (folder / name).symlink_to(os.path.realpath(shutil.which(name)))
    return folder


def repository(folder):
    """Make `folder` a git repository of the files here as they are now, committed or not. Returns it."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    for words in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--message", "The course"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def interpreter(version):
    """The path of Python `version` (such as "3.12") on PATH, beside this one or where .ci/pythons put it, or None."""
    beside = Path(sys.base_prefix).parent.glob(f"{version}.*/bin/python{version}")
    unpacked = (UNPACKED / "bin").glob(f"python{version}")
    on_path = shutil.which(f"python{version}")
    for python in [*([on_path] if on_path else []), *beside, *unpacked]:
        # A version manager's shim may lead nowhere.
        if subprocess.run([python, "-c", ""], capture_output=True).returncode == 0:
            return str(python)
    return None


def run_by(python):
    """Flags of `go test`: the libpython of a Python from .ci/pythons can be loaded by programs with its C library."""
    if not python.startswith(str(UNPACKED)):
        return []
    [loader], [libc] = UNPACKED.glob("lib*/ld-linux-*"), UNPACKED.glob("lib/*/libc.so.6")
    return ["-ldflags", f"-I {loader} -r {libc.parent}"]


def make_venv(folder, python, *requirements):
    """Make a venv with pip and `requirements` in it; returns its Python. uv keeps what it downloaded."""
    uv = [*bootstrap.uv(sys.executable), "--quiet", "--no-progress"]
    subprocess.run([*uv, "venv", "--seed", "--python", python, folder], check=True)
    made = folder / "bin" / "python"
    if requirements:
        subprocess.run([*uv, "pip", "install", "--python", made, *requirements], check=True)
    return made


def run_notebook(python, notebook, **variables):
    """Run `notebook` in its own folder with `python`'s kernel; returns what it became. No cell may fail."""
    done = notebook.with_name("done.ipynb")
    ended = subprocess.run(
        [python, "-c", RUN, notebook.name, done.name],
        cwd=notebook.parent,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return done
