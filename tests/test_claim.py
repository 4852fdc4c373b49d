"""Folders that one process holds: no other removes them, and they do not outlive it for long."""

import os
import subprocess
import sys

import pytest

from gomagic.build import claim

HOLD = "from gomagic.build import claim; from pathlib import Path; import sys\n"
HOLD += "print(claim.make(Path(sys.argv[1])).folder, flush=True); sys.stdin.read()\n"


@pytest.fixture
def other(tmp_path):
    """Another process that holds a folder: (process, folder)."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process, tmp_path / os.path.basename(process.stdout.readline().strip())
    process.kill()
    process.communicate()


def test_a_claimed_folder_is_private_and_empty(tmp_path):
    held = claim.make(tmp_path)
    assert held.folder.stat().st_mode & 0o777 == 0o700
    assert list(held.folder.iterdir()) == []


def test_a_released_folder_leaves_nothing(tmp_path):
    held = claim.make(tmp_path)
    (held.folder / "deep").mkdir()
    (held.folder / "deep" / "file").write_text("x")
    (held.folder / "deep").chmod(0o500)  # as Go leaves the folders of modules
    claim.release(held)
    assert list(tmp_path.iterdir()) == []


def test_what_this_process_holds_is_not_swept(tmp_path):
    held = claim.make(tmp_path)
    claim.sweep(tmp_path)
    assert held.folder.is_dir()


def test_what_another_process_holds_is_swept_when_it_has_died(tmp_path, other):
    process, folder = other
    claim.sweep(tmp_path)
    assert folder.is_dir()
    process.kill()
    process.wait()
    claim.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_process_numbers_do_not_matter(tmp_path, other, monkeypatch):
    _, folder = other
    monkeypatch.setattr(os, "getpid", lambda: other[0].pid)
    assert claim.make(tmp_path).folder != folder
    monkeypatch.setattr(os, "kill", None)  # nobody is asked whether it lives
    claim.sweep(tmp_path)
    assert folder.is_dir()


def test_what_another_machine_holds_is_left_for_a_day(tmp_path, monkeypatch):
    held = claim.make(tmp_path)
    os.close(held.descriptor)  # its lock is not seen here
    monkeypatch.setattr(claim, "_machine", lambda: b"another")
    claim.sweep(tmp_path)
    assert held.folder.is_dir()
    os.utime(f"{held.folder}.lock", (1, 1))
    claim.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_on_a_disk_without_locks_a_folder_is_left_for_a_day(tmp_path, monkeypatch):
    def refuse(descriptor, how):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(claim.fcntl, "flock", refuse)
    held = claim.make(tmp_path)
    claim.sweep(tmp_path)
    assert held.folder.is_dir()
    os.utime(f"{held.folder}.lock", (1, 1))
    claim.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_strangers_files_are_left_alone(tmp_path):
    (tmp_path / "my-thing").mkdir()
    (tmp_path / "999999999-0").mkdir()
    (tmp_path / "gomagic-notes").mkdir()
    (tmp_path / "thesis.lock").write_text("x")
    (tmp_path / "gomagic-a-folder.lock").mkdir()
    (tmp_path / "gomagic-notes.lock").write_text("x")
    os.utime(tmp_path / "gomagic-notes.lock", (1, 1))
    (tmp_path / "gomagic-link.lock").symlink_to(tmp_path / "thesis.lock")
    before = sorted(tmp_path.iterdir())
    claim.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_is_not_there_has_nothing_to_sweep(tmp_path):
    claim.sweep(tmp_path / "nowhere")
