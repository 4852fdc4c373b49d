"""Where gomagic keeps things, and what is said where that cannot serve."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from gomagic.build import storage
from gomagic.errors import GoToolchainError


@pytest.fixture
def place(tmp_path, monkeypatch):
    folder = tmp_path / "it's a cache é"
    monkeypatch.setenv("GOMAGIC_CACHE", str(folder))
    return folder


def test_it_is_private_to_the_user(place):
    assert storage.root().stat().st_mode & 0o777 == 0o700


def test_behind_a_link_it_is_the_real_folder(place, tmp_path):
    (tmp_path / "disk").mkdir()
    place.symlink_to(tmp_path / "disk")
    assert storage.root() == tmp_path / "disk"


def test_below_a_link_it_is_the_real_folder(tmp_path, monkeypatch):
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "link" / "below"))
    assert storage.root() == tmp_path / "disk" / "below"


@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_folder_that_others_may_write_is_refused_and_the_cure_works(place, mode):
    place.mkdir()
    (place / "thesis.txt").write_text("mine")
    place.chmod(mode)
    with pytest.raises(GoToolchainError, match="can be written by others") as caught:
        storage.root()
    command = caught.value.hint.removeprefix("run `").removesuffix("`")
    assert command.startswith("chmod go-w ")
    subprocess.run(command, shell=True, check=True)
    assert storage.root() == place
    assert (place / "thesis.txt").read_text() == "mine"


def test_a_folder_of_another_user_is_refused(place, monkeypatch):
    place.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    with pytest.raises(GoToolchainError, match="belongs to another user") as caught:
        storage.root()
    assert caught.value.hint == "set GOMAGIC_CACHE to a folder of your own"


def test_a_relative_setting_of_the_system_counts_as_none(monkeypatch, tmp_path):
    monkeypatch.delenv("GOMAGIC_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert storage.root() == tmp_path / ".cache" / "gomagic"


def test_a_disk_that_runs_no_programs_is_named(place, monkeypatch):
    facts = SimpleNamespace(f_flag=os.ST_NOEXEC)
    monkeypatch.setattr(os, "statvfs", lambda folder: facts)
    with pytest.raises(GoToolchainError, match="runs no programs") as caught:
        storage.root()
    assert caught.value.hint == "set GOMAGIC_CACHE to a folder on another disk"


def test_a_full_disk_is_said_with_its_cure(place):
    error = storage.unusable(OSError(28, "No space left on device"), place / "not" / "there")
    assert str(error).startswith("no space left on the disk that holds")
    assert "%go clean" in error.hint


def test_a_disk_with_too_many_files_is_told_from_a_full_one(place, monkeypatch):
    facts = SimpleNamespace(f_files=100, f_favail=0, f_bavail=100)
    monkeypatch.setattr(os, "statvfs", lambda folder: facts)
    assert "no room for another file" in str(storage.no_space(place))


def test_of_two_full_disks_the_right_one_is_named(place):
    said = "open /home/me/.cache/go-build/ab/cd-d: no space left on device"
    assert storage.filled(said, place, "/home/me/.cache/go-build").hint.endswith("GOCACHE to a folder on another disk")
    said = "fatal error: error writing to /x/tmp/ccX.s: No space left on device"
    assert "GOMAGIC_CACHE" in storage.filled(said, place, "/home/me/.cache/go-build").hint
    assert storage.filled("undefined: space", place, "/home") is None


SPARE = """
import os, sys
from gomagic.build import storage
print(storage.root(), flush=True)
(storage.root() / "go").mkdir()
(storage.root() / "go").chmod(0o500)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
if sys.argv[1] == "forks" and os.fork() == 0:
    sys.exit()
os.wait() if sys.argv[1] == "forks" else None
print(storage.root().is_dir())
"""


def spare(tmp_path, how):
    (tmp_path / "file").write_text("not a folder")
    env = {**os.environ, "GOMAGIC_CACHE": str(tmp_path / "file" / "cache"), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir(exist_ok=True)
    return subprocess.run([sys.executable, "-c", SPARE, how], env=env, capture_output=True, text=True)


@pytest.mark.parametrize("how", ["ends", "forks"])
def test_a_spare_folder_is_gone_when_its_process_ends(tmp_path, how):
    ended = spare(tmp_path, how)
    assert ended.stdout.splitlines()[-1] == "True"
    assert ended.stderr.count("cannot be written (Not a directory)") == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_spare_folder_of_a_killed_process_is_swept_by_a_later_one(tmp_path):
    spare(tmp_path, "killed")
    assert len(list((tmp_path / "tmp").iterdir())) == 2
    spare(tmp_path, "ends")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_where_no_folder_at_all_can_be_written_that_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(storage.tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
    storage._spare.cache_clear()
    with pytest.raises(GoToolchainError, match="no folder can be written") as caught:
        storage.root()
    assert caught.value.hint == "set GOMAGIC_CACHE to a folder that you may write to"
