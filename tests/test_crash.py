import json
import os
import subprocess
import sys

import pytest

from gomagic.bind import crash
from gomagic.build import claim

DEADLY = """%%go deadly
import "runtime/debug"

func Deep(n int) int { debug.SetMaxStack(1 << 20); return deeper(n) }

func deeper(n int) int { return deeper(n+1) + 1 }

func Big(n int) int { return len(make([]byte, n)) }

func Leave() { runtime.Goexit() }
"""


def in_a_shell(cells, **env):
    """Run cells in an IPython shell of their own; returns what they print."""
    code = "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
    code += "shell = InteractiveShell.instance()\nshell.run_line_magic('load_ext', 'gomagic')\n"
    code += f"for cell in {cells!r}:\n    shell.run_cell(cell, store_history=True)"
    ended = subprocess.run([sys.executable, "-c", code], env={**os.environ, **env}, capture_output=True, text=True)
    return ended.stdout


@pytest.mark.parametrize(
    ("call", "reason", "frames"),
    [
        ("Deep(0)", "stack overflow", ["cell[1]:6, in deeper", "… and so on", "cell[1]:4, in Deep"]),
        ("Big(1 << 45)", "runtime: out of memory", ["cell[1]:8, in Big"]),
        ("Leave()", "runtime.Goexit called in a thread that was not created by the Go runtime", []),
    ],
)
def test_a_post_mortem_begins_with_the_reason_and_shows_the_readers_lines(own_cache, call, reason, frames):
    in_a_shell([DEADLY, f"deadly.{call}"])
    shown = in_a_shell(["%go postmortem"]).splitlines()
    assert shown[0].startswith("a kernel died on 2")
    assert shown[1:] == [f"fatal error: {reason}", *(f"  {frame}" for frame in frames)]


def test_empty_files_of_the_dead_are_swept_and_traces_stay():
    folder = crash.file().parent
    empty, full = folder / "999999998.txt", folder / "999999999.txt"
    empty.write_text("")
    full.write_text("panic: x\n")
    crash.sweep()
    assert not empty.exists()
    assert full.read_text() == "panic: x\n"
    full.unlink()


def test_of_those_who_left_no_trace_the_last_is_kept():
    folder = crash.file().parent
    old, new = folder / "999999997.json", folder / "999999998.json"
    for seconds, place in enumerate((old, new), start=2_000_000_000):
        place.write_text('{"/gomagic/abc": "cell[4]"}')
        os.utime(place, (seconds, seconds))
    crash.sweep()
    assert (old.exists(), new.exists()) == (False, True)
    assert (crash.latest().text, crash.latest().labels) == ("", {"/gomagic/abc": "cell[4]"})
    new.unlink()


@pytest.mark.parametrize("lost", [False, True])
def test_the_latest_name_of_each_cell_counts_also_where_the_file_was_lost_meanwhile(monkeypatch, lost):
    monkeypatch.setattr(crash, "_remembered", {})
    names = crash.file().with_suffix(".json")
    names.unlink(missing_ok=True)
    crash.remember({"/gomagic/abc": "cell[1]", "/gomagic/def": "cell[2]"})
    if lost:
        names.unlink()
    crash.remember({"/gomagic/def": "cell[3]"})
    left = names.rename(names.with_name("999999998.json"))
    os.utime(left, (2_000_000_000, 2_000_000_000))
    assert crash.latest().labels == {"/gomagic/abc": "cell[1]", "/gomagic/def": "cell[3]"}
    left.unlink()


def test_each_run_adds_its_own_names_alone_and_those_that_could_not_be_written(monkeypatch):
    """A notebook of a thousand cells is not written down anew at each of them."""
    monkeypatch.setattr(crash, "_remembered", {})
    names = crash.file().with_suffix(".json")
    names.unlink(missing_ok=True)
    crash.remember({"/gomagic/abc": "cell[1]"})
    with monkeypatch.context() as full:
        full.setattr(crash, "_place", lambda: f"{names.parent}/none")
        crash.remember({"/gomagic/def": "cell[2]"})
    crash.remember({"/gomagic/ghi": "cell[3]"})
    lines = [json.loads(line) for line in names.read_text().splitlines()]
    assert lines == [{"/gomagic/abc": "cell[1]"}, {"/gomagic/def": "cell[2]", "/gomagic/ghi": "cell[3]"}]
    names.unlink()


def test_a_file_left_under_this_process_number_goes():
    crash.file().write_text("panic of another process\n")
    crash.clear()
    assert not crash.file().exists()


def test_another_container_has_the_same_numbers_and_its_traces_are_kept(own_cache, monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path))
    monkeypatch.setattr(claim, "numbering", lambda: "one")
    crash.file().write_text("panic: in another container\n")
    monkeypatch.setattr(claim, "numbering", lambda: "two")
    crash.sweep()
    assert crash.latest().text == "panic: in another container\n"


def test_a_strangers_file_there_is_no_matter():
    folder = crash.file().parent
    strangers = [folder / name for name in (".DS_Store", "notes.txt", "1.2.txt", "a.json")]
    for file in strangers:
        file.write_text("")
    crash.sweep()
    crash.latest()
    for file in strangers:
        file.unlink()
