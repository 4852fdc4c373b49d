"""The chapters use memory rightly: their cells run on libraries that watch each access and report a wrong one.

Built with `-asan`, Go's code reports memory that C has freed or never gave out. By PYTHONMALLOC=malloc Python's objects
count, too; of what NumPy allocates, arrays under 1 KB escape after their end: it keeps their memory for the next ones.
Built with `-d=checkptr` (of which `-asan` makes use as well), Go ends the process at a pointer that breaks the rules
of package unsafe. Leaks are the business of golib's own tests.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import chapters
import pytest

from course import chapter
from course.chapter import first_line, magic, shown, tags
from course.solutions import Wrong, with_solutions

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
ASAN, CHECKPTR = "-asan", "-gcflags=all=-d=checkptr"
WRONG_AS_GIVEN = {"herald", "owner", "suspects"}  # exercises in which a use of freed memory is to be found
# Cells that cannot be watched, by what stands in them.
NOT_WATCHED = {
    'mode="c-archive"': "gcc links by hand there, without ASan's library",
    "2**60": "asks for more than ASan can tell of, which ends the process",
    "0xDEAD0000": "faults on purpose; checkptr lets nobody recover from a wrong pointer",
}
SECONDS = 600  # a chapter takes 10, on a busy machine a few times that
CHECK_SECONDS = 120  # a check takes 2
# A nil pointer in Go is a panic that can be recovered from; with ASan's own handlers it would be a report.
SIGNALS_ARE_GOS = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:use_sigaltstack=0"

pytestmark = pytest.mark.needs("gcc", "libasan.so", "libstdc++.so.6")


def findings(cells, flag, folder):
    """Run code cells in one process on libraries built with `flag`; yield what it reports, or what went wrong.

    A report from a child process of `%%isolated` is what the cell is there to show. folder: for what arises.
    """
    ended, ran, left = watch([patient(cell) for cell in cells], flag, folder)
    for cell, line in zip(cells, ran, strict=False):
        if line["error"] and "raises-exception" not in tags(cell):
            yield f"{first_line(cell)}\nraised {line['error']}"
        if magic(cell)[0] == "check":
            yield from wrong_verdicts(cell, line)
        elif magic(cell)[0] != "isolated":
            yield from (f"{first_line(cell)}\n{report}" for report in line["reports"])
    if ended.returncode != 0 or left or len(ran) < len(cells):
        last = cells[len(ran)].source if len(ran) < len(cells) else "after the last cell:"
        yield "\n".join([last, f"ended the process: {ended.returncode}", *left, ended.stderr[:3000]])


def watch(sources, flag, folder):
    """Run sources in a new process; returns how it ended, a dict for each cell that did, and the reports of no cell."""
    folder = Path(folder)
    (folder / "reports").mkdir()
    (folder / "cells.json").write_text(json.dumps(sources), encoding="utf-8")
    command = [sys.executable, ROOT / "tests" / "plain_shell.py"]
    command += [folder / name for name in ("cells.json", "ledger", "reports")]
    env = {**os.environ, "CC": "gcc", "GOFLAGS": flag, "MPLBACKEND": "Agg", "IPYTHONDIR": str(folder)}
    env["GOMAGIC_BENCH_SECONDS"] = "0.1"  # for each chart of measurements: nobody looks at them
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    if flag == ASAN:
        # Both first of all libraries: ASan wants to find the functions behind its own, also C++'s.
        env["LD_PRELOAD"] = f"{library('libasan.so')} {library('libstdc++.so.6')}"
        env["PYTHONMALLOC"] = "malloc"
        env["ASAN_OPTIONS"] = f"detect_leaks=0:{SIGNALS_ARE_GOS}:log_path={folder / 'reports' / 'process'}"
    ended = subprocess.run(command, env=env, cwd=NOTEBOOKS, capture_output=True, text=True, timeout=SECONDS)
    reports = {file.name: file.read_text(errors="replace") for file in (folder / "reports").iterdir()}
    shortened = {name: text.partition("\nShadow bytes")[0] for name, text in reports.items()}
    ran = [json.loads(line) for line in (folder / "ledger").read_text(encoding="utf-8").splitlines()]
    for line in ran:
        line["reports"] = [shortened.pop(name) for name in line["reports"]]
    return ended, ran, list(shortened.values())


def library(name):
    """The path at which gcc finds a library."""
    return subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()


def patient(cell):
    """A cell's source; checks, whose Python starts slowly when it is watched, get more time."""
    first = first_line(cell)
    hurried = magic(cell)[0] == "check" and ("--timeout" not in first or is_solved(cell))
    patience = f"{re.sub(r' --timeout +[^ ]+', '', first)} --timeout {CHECK_SECONDS}"
    return cell.source.replace(first, patience, 1) if hurried else cell.source


def is_solved(check):
    """Whether the check is the one that `with_solutions` has put below a solution."""
    return check.id.endswith("-solved-check")


def wrong_verdicts(check, line):
    """What is reported of a check, and what it says other than what is stored or, once solved, "passed"."""
    if line["reports"] and magic(check)[1].split()[0] in WRONG_AS_GIVEN and not is_solved(check):
        return
    yield from (f"{first_line(check)}\n{report}" for report in line["reports"])
    stored = "".join(shown(output) for output in check.get("outputs", [])).strip()
    said, wanted = line["out"].strip(), "passed" if is_solved(check) else stored
    if said != wanted:
        yield f"{first_line(check)}\nsaid `{said}`, not `{wanted}`"


@pytest.mark.proof
@pytest.mark.parametrize("flag", [ASAN, CHECKPTR], ids=["asan", "checkptr"])
@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_cell_of_a_chapter_uses_memory_wrongly(notebook, flag, tmp_path):
    worked = with_solutions(chapter.read(notebook), Wrong({})).notebook
    cells = [cell for cell in worked.cells if cell.cell_type == "code"]
    cells = [cell for cell in cells if not any(words in cell.source for words in NOT_WATCHED)]
    if flag == ASAN:
        cells = [cell for cell in cells if "--race" not in magic(cell)[1]]  # Go cannot do both at once
    assert "\n\n".join(findings(cells, flag, tmp_path)) == ""


PLANTED = """%%go planted
package main

// #include <stdlib.h>
import "C"
import "unsafe"

var small *[2]int32

//export UseAfterFree
func UseAfterFree() int32 {
	p := (*int32)(C.calloc(10, 4))
	C.free(unsafe.Pointer(p))
	return *p
}

//export Fill
func Fill(out *int64, n int) {
	for i := range unsafe.Slice(out, n) {
		unsafe.Slice(out, n)[i] = 7
	}
}

//export Straddle
func Straddle() int64 {
	small = new([2]int32)
	return (*[4]int64)(unsafe.Pointer(small))[0]
}

func main() {}"""
USE_AFTER_FREE = "planted.UseAfterFree()"
OVERFLOW = """import ctypes

planted.Fill.argtypes, planted.Fill.restype = [ctypes.c_void_p, ctypes.c_int64], None
room = (ctypes.c_int64 * 4)()
planted.Fill(room, 5)"""


def planted(call, flag, folder):
    """What is found of a chapter whose last cell is `call`."""
    cells = [chapters.code(source) for source in ("%load_ext gomagic", PLANTED, call)]
    return list(findings(chapters.chapter(folder, *cells).notebook.cells, flag, folder))


@pytest.mark.parametrize(
    ("call", "flag", "report"),
    [
        (USE_AFTER_FREE, ASAN, "AddressSanitizer: heap-use-after-free"),
        (OVERFLOW, ASAN, "AddressSanitizer: heap-buffer-overflow"),
        ("planted.Straddle()", ASAN, "checkptr: converted pointer straddles multiple allocations"),
        ("planted.Straddle()", CHECKPTR, "checkptr: converted pointer straddles multiple allocations"),
    ],
)
def test_a_wrong_access_ends_the_chapter_and_is_reported(call, flag, report, tmp_path):
    [finding] = planted(call, flag, tmp_path)
    assert finding.startswith(f"{call}\nended the process: ")
    assert report in finding


def test_a_wrong_access_is_reported_in_a_check(tmp_path):
    found = planted(f"%%check planted\n{USE_AFTER_FREE}", ASAN, tmp_path)
    assert [text for text in found if "AddressSanitizer: heap-use-after-free" in text]
    assert "%%check planted\nsaid `not yet: the process died`, not ``" in found


def test_a_wrong_access_in_isolation_is_meant(tmp_path):
    assert planted(f"%%isolated planted\n{USE_AFTER_FREE}", ASAN, tmp_path) == []
    assert "heap-use-after-free" in next((tmp_path / "reports").iterdir()).read_text()
