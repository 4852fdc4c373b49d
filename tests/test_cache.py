import builtins
import os
import shutil
import subprocess
import sys
import threading
import time

import pytest
import tidy

from gomagic.build import cache, claim
from gomagic.errors import GoToolchainError

KEY = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    folder = tmp_path / "cache é ü"
    monkeypatch.setenv("GOMAGIC_CACHE", str(folder))
    return folder


def made(text="library"):
    with cache.workplace() as work:
        folder = work / "made"
        folder.mkdir()
        (folder / "cell.so").write_text(text)
        return cache.keep(KEY, folder)


def test_the_cache_is_private_to_the_user():
    assert cache.root().stat().st_mode & 0o777 == 0o700


def test_what_is_kept_is_found():
    assert cache.find(KEY) is None
    kept = made()
    assert cache.find(KEY) == kept
    assert (kept / "cell.so").read_text() == "library"


def test_a_rebuild_gets_a_new_folder_and_is_found_first():
    first = made("old")
    second = made("new")
    assert first != second
    assert (first / "cell.so").read_text() == "old"
    assert cache.find(KEY) == second


def test_the_folder_is_read_once_between_two_changes_and_after_each(monkeypatch):
    kept, listed, reads = made(), os.listdir, []
    monkeypatch.setattr(os, "listdir", lambda path: reads.append(path) or listed(path))
    time.sleep(0.05)  # a change and a look in one tick of the clock are no proof
    assert [cache.find(KEY), cache.find("0" * 32), cache.find(KEY)] == [kept, None, kept]
    assert len(reads) == 1
    theirs = kept.with_name(f"{'0' * 32}-0")
    shutil.copytree(kept, theirs)  # by another kernel
    assert cache.find("0" * 32) == theirs
    shutil.rmtree(theirs)
    assert cache.find("0" * 32) is None


def test_what_was_found_before_is_found_without_reading_the_folder_whatever_else_was_built(monkeypatch):
    kept = made()
    assert cache.find(KEY) == kept
    with cache.workplace() as work:
        (work / "made").mkdir()
        (work / "made" / "cell.so").write_text("")
        cache.keep("0" * 32, work / "made")
    monkeypatch.setattr(os, "listdir", None)
    assert cache.find(KEY) == kept


def test_what_was_just_built_is_found_without_reading_anything(monkeypatch):
    kept = made()
    monkeypatch.setattr(os, "listdir", None)
    monkeypatch.setattr(builtins, "open", None)
    assert cache.find(KEY) == kept


def test_what_is_damaged_since_it_was_built_is_not_found():
    kept = made()
    (kept / "cell.so").write_text("damaged")
    assert cache.find(KEY) is None


def test_what_another_kernel_builds_anew_damages_or_removes_after_it_was_found_is_seen():
    kept = made()
    assert cache.find(KEY) == kept
    number = int(kept.name.rpartition("-")[2])
    theirs = kept.with_name(f"{KEY}-{number + 1}")
    shutil.copytree(kept, theirs)
    assert cache.find(KEY) == theirs
    (theirs / "cell.so").write_text("damaged")
    assert cache.find(KEY) == kept
    shutil.rmtree(kept)
    assert cache.find(KEY) is None


def test_the_tenth_rebuild_is_newer_than_the_ninth():
    for _ in range(11):
        last = made()
    assert cache.find(KEY) == last


def test_no_path_is_used_twice_in_one_process_even_after_clean():
    first = made()
    cache.clean()
    assert made() != first


def test_after_a_number_was_lost_the_newest_is_found_nevertheless():
    """In this kernel, and in one that has found the build before the lost one."""
    first = made("old")
    lost = made("damaged")
    (lost / "cell.so").write_text("no")
    assert cache.find(KEY) == first
    newest = made("new")
    assert cache.find(KEY) == newest
    cache._last[f"{cache.root()}/built/{KEY}-"] = int(first.name.rpartition("-")[2])
    assert cache.find(KEY) == newest


def test_after_all_was_cleaned_what_another_kernel_keeps_first_hides_nothing():
    """It counts from nought on, and this one never uses a number again."""
    made("one")
    made("two")
    cache.clean()
    code = f"""
from gomagic.build import cache
with cache.workplace() as work:
    (work / "made").mkdir()
    (work / "made" / "cell.so").write_text("theirs")
    print(cache.keep({KEY!r}, work / "made").name)
"""
    theirs = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert theirs == f"{KEY}-0" == cache.find(KEY).name
    newest = made("ours")
    assert cache.find(KEY) == newest


def test_a_build_of_another_kernel_under_the_same_number_stays(monkeypatch):
    kept = made("first")
    monkeypatch.setattr(cache, "_builds", lambda key: [])
    monkeypatch.setattr(cache, "_given", {})
    assert made("second") != kept
    assert (kept / "cell.so").read_text() == "first"


def test_a_workplace_is_removed_when_the_cell_has_its_library(monkeypatch):
    monkeypatch.setattr(cache, "_LEFT_SECONDS", 0.5)
    with cache.workplace() as work:
        pass
    assert work.exists()
    tidy.wait()
    assert not work.exists()


def test_a_failed_build_leaves_nothing_behind():
    with pytest.raises(RuntimeError), cache.workplace() as work:
        (work / "half").write_text("x")
        raise RuntimeError
    assert not work.exists()


def test_what_a_build_has_written_is_gone_when_its_process_has_ended(place):
    """It is removed while the process goes on, and the process may end at once."""
    write = "for n in range(300): (work / str(n)).write_text('x' * 9999)"
    code = f"from gomagic.build import cache\nwith cache.workplace() as work:\n    {write}"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert list((place / "work").iterdir()) == []


def test_where_no_thread_can_be_started_it_is_gone_at_once(place, monkeypatch):
    def refused(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with cache.workplace() as work:
        (work / "file").write_text("")
    assert list((place / "work").iterdir()) == []


def test_the_builds_used_longest_ago_go_first(monkeypatch):
    old, new = made("x" * 600), made("y" * 600)
    os.utime(old, (1, 1))
    monkeypatch.setattr(cache, "MOST_BYTES", 1000)
    cache.prune()
    assert not old.exists()
    assert new.exists()


def test_finding_a_build_counts_as_use():
    kept = made()
    os.utime(kept, (1, 1))
    cache.find(KEY)
    assert time.time() - kept.stat().st_mtime < 60


def test_a_deleted_cache_is_made_anew(place):
    made()
    import shutil

    shutil.rmtree(place)
    assert cache.find(KEY) is None
    assert made().is_dir()
    assert place.stat().st_mode & 0o777 == 0o700


def test_where_nothing_can_be_written_a_temporary_folder_serves(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "file" / "cache"))
    kept = made()
    assert kept.is_dir()
    assert cache.root().stat().st_mode & 0o777 == 0o700
    said = capsys.readouterr().err
    assert said.count("cannot be written (Not a directory)") == 1


def test_a_full_disk_is_said_with_its_cure(monkeypatch):
    cache.root()
    with pytest.raises(GoToolchainError, match="no space left") as caught, cache.workplace():
        raise OSError(28, "No space left on device")
    assert "%go clean" in caught.value.hint


def test_what_else_goes_wrong_with_the_disk_is_no_traceback():
    with pytest.raises(GoToolchainError) as caught, cache.workplace():
        raise PermissionError(13, "Permission denied", "/a/file")
    assert caught.value.what == "`/a/file`: Permission denied"


def damage(file, how):
    if how == "deleted":
        file.unlink()
    elif how == "emptied":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        file.write_bytes(bytes(byte ^ 1 for byte in file.read_bytes()))


@pytest.mark.parametrize("how", ["deleted", "emptied", "cut", "changed"])
@pytest.mark.parametrize("name", ["cell.so", cache.RECORD])
def test_a_damaged_build_is_not_found_and_an_older_one_is(name, how):
    older, newer = made(), made()
    assert cache.find(KEY) == newer
    damage(newer / name, how)
    assert cache.find(KEY) == older
    assert not newer.exists()


def test_what_was_not_touched_since_it_was_built_is_not_read_again(monkeypatch):
    kept = made()
    monkeypatch.setattr(cache, "_checksum", None)
    assert cache.find(KEY) == kept


def test_after_the_machine_was_started_anew_it_is_read_once(monkeypatch):
    kept, read = made(), []
    monkeypatch.setattr(claim, "boot", lambda: "another")
    monkeypatch.setattr(cache, "_whole", {})  # of the process that has made it
    monkeypatch.setattr(cache, "_proven", set())
    real = cache._checksum
    monkeypatch.setattr(cache, "_checksum", lambda file: read.append(os.path.basename(file)) or real(file))
    assert cache.find(KEY) == cache.find(KEY) == kept
    assert read == ["cell.so"]


def test_a_system_whose_starts_have_no_names_is_trusted_as_far_as_this_process_has_read(monkeypatch):
    monkeypatch.setattr(claim, "boot", lambda: "")
    monkeypatch.setattr(cache, "_seen", lambda found: [])  # nothing tells that it was touched
    kept = made()
    (kept / "cell.so").write_text("another")
    assert cache.find(KEY) is None


def test_nothing_is_removed_that_gomagic_has_not_made(place, monkeypatch):
    strangers = ["built/thesis-1", "built/my-lib", "work/my-thing", "work/12-0", "photos", f"built/{KEY}-old"]
    made()
    for name in strangers:
        (place / name).mkdir(parents=True)
        (place / name / "file").write_text("x" * 2000)
    (place / "built" / f"{KEY}-77").write_text("a file")
    monkeypatch.setattr(cache, "MOST_BYTES", 0)
    cache.prune()
    assert cache.clean() == 0
    assert cache.find(KEY) is None
    for name in strangers:
        assert (place / name / "file").read_text() == "x" * 2000
    assert (place / "built" / f"{KEY}-77").read_text() == "a file"


def test_clean_works_where_nothing_can_be_made(monkeypatch):
    made("x" * 1000)

    def full(parent):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.claim, "make", full)
    assert cache.clean() > 1000
    assert cache.find(KEY) is None


def test_clean_tells_what_it_freed():
    made("x" * 1000)
    assert 1000 < cache.clean() < 1200  # the record of what is there counts as well
    assert cache.find(KEY) is None


def test_this_process_is_alive_and_an_impossible_one_is_not():
    assert cache.alive(os.getpid())
    assert not cache.alive(999999999)
