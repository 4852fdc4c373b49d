"""Libraries that `--save` and `python -m gomagic build` have written, loaded by `gomagic.load`."""

import json
import subprocess
import sys

import pytest

import gomagic

SOURCE = """type Point struct{ X, Y int }

func Add(a, b int) int { return a + b }

func At(xs []int, i int) int { return xs[i] }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    (folder / "sums.go").write_text(SOURCE)
    command = [sys.executable, "-m", "gomagic", "build", folder / "sums.go", "-o", folder / "out"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{folder / 'out' / 'sums.so'}\n"
    return folder / "out"


def test_a_saved_cell_is_the_cell_also_without_go(folder, tmp_path):
    code = (
        f"import gomagic; sums = gomagic.load({str(folder / 'sums.so')!r}); print(sums, sums.Add(1, 2), sums.Point(3))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": "", "HOME": str(tmp_path), "GOROOT": "/none"},
        capture_output=True,
        text=True,
    )
    assert (ended.stdout, ended.stderr) == ("<Go cell 'sums'> 3 Point(X=3, Y=0)\n", "")


def test_it_keeps_its_lines_and_is_one_object(folder):
    sums = gomagic.load(folder / "sums.so")
    assert gomagic.load(folder / "sums.so") is sums
    with pytest.raises(gomagic.GoPanic, match="sums:5, in At, called with"):
        sums.At([], 1)


def test_a_file_that_was_put_in_its_place_is_another_library(folder, tmp_path):
    for name in ("sums.so", "sums_manifest.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert gomagic.load(tmp_path / "sums.so").Add(1, 2) == 3
    gomagic.compile("func Add(a, b int) int { return a - b }", "sums")
    (tmp_path / "sums.go").write_text("func Add(a, b int) int { return a - b }\n")
    command = [sys.executable, "-m", "gomagic", "build", tmp_path / "sums.go", "-o", tmp_path]
    subprocess.run(command, capture_output=True, check=True)
    assert gomagic.load(tmp_path / "sums.so").Add(1, 2) == -1


def test_what_is_not_whole_or_not_of_this_version_is_refused(folder, tmp_path):
    (tmp_path / "sums.so").write_bytes((folder / "sums.so").read_bytes())
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.load(tmp_path / "sums.so")
    assert "`sums_manifest.json` is not beside it\n  hint: copy `sums_manifest.json` there" in str(caught.value)
    manifest = json.loads((folder / "sums_manifest.json").read_text())
    manifest["saved"]["by"] = "another"
    (tmp_path / "sums_manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(gomagic.GoBuildError, match="was saved by another version of gomagic"):
        gomagic.load(tmp_path / "sums.so")
    (tmp_path / "sums_manifest.json").write_bytes((folder / "sums_manifest.json").read_bytes())
    assert gomagic.load(tmp_path / "sums.so").Add(1, 2) == 3
