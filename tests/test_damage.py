"""What is damaged, cut, empty or missing in the cache is built anew: the next run of a cell is right."""

import os
import subprocess
import sys

import pytest

from gomagic.build import cache

PLAIN = "func Twice(x int) int { return 2 * x }\n"
C = 'package main\n\nimport "C"\n\n//export Six\nfunc Six() C.int { return 6 }\n\nfunc main() {}\n'
PROGRAM = 'package main\n\nfunc main() { print("hi") }\n'

# A new kernel: a plain cell, one like it that has been edited, so that generator and recipe are needed, a cell with
# `import "C"`, and a program.
RUN = f"""
import subprocess, sys
import gomagic
from gomagic.build import compiler, toolchain
from gomagic.source import cell
plain, edited, c = [gomagic.compile(text) for text in ({PLAIN!r}, {PLAIN!r} + "// " + sys.argv[1], {C!r})]
made = compiler.build_program(cell.parse("", {PROGRAM!r}), toolchain.find())
print(plain.Twice(4), edited.Twice(5), c.Six(), subprocess.run([made.path], capture_output=True).stderr)
"""
RIGHT = "8 10 6 b'hi'\n"
HOW = ["cut", "emptied", "changed", "deleted"]  # the last: nobody builds the first edited cell again


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A cache with a build of each kind: (its folder, what runs all cells in a new kernel, its first files).

    The files are named by the key of their build, without the number that each build of a key has, and their own name.
    """
    folder, runs = tmp_path_factory.mktemp("damaged"), iter(range(1000))

    def run():
        env = {**os.environ, "GOMAGIC_CACHE": str(folder)}
        ended = subprocess.run([sys.executable, "-c", RUN, str(next(runs))], env=env, capture_output=True, text=True)
        return ended.stdout + ended.stderr

    assert run() == RIGHT
    first = sorted({(file.parent.name.rpartition("-")[0], file.name) for file in files(folder)})
    return folder, run, first


def damage(file, how):
    content = file.read_bytes()
    file.unlink()
    if how != "deleted":
        file.write_bytes({"cut": content[: len(content) // 2], "emptied": b"", "changed": content[:-1] + b"?"}[how])
        file.chmod(0o700)


def files(folder, name="*"):
    return sorted(folder.glob(f"built/*/{name}"))


def names(folder):
    return sorted({file.name for file in files(folder)})


def test_all_files_at_once(built):
    folder, run, _ = built
    kinds = names(folder)
    assert {"cell.exe", "cell.so", "cellgen", cache.RECORD, "manifest.json", "recipe.json", "shims.go"} <= {*kinds}
    for number, file in enumerate(files(folder)):
        damage(file, HOW[number % len(HOW)])
    assert run() == RIGHT
    assert run() == RIGHT
    assert names(folder) == kinds


def test_strangers_files_in_it(built):
    folder, run, _ = built
    for place in ("", "built", "work", "crash"):
        (folder / place).mkdir(exist_ok=True)
        for name in (".DS_Store", "notes.txt", "my-thing.json", "gomagic-x.lock", "a-b"):
            (folder / place / name).write_text("")
    assert run() == RIGHT


@pytest.mark.proof
@pytest.mark.parametrize("how", HOW)
def test_each_file_in_turn(built, how):
    folder, run, first = built
    assert len(first) > len(names(folder))
    for key, name in first:
        damage(max(folder.glob(f"built/{key}-*/{name}"), key=lambda file: file.stat().st_mtime_ns), how)
        assert run() == RIGHT, name


@pytest.mark.proof
@pytest.mark.parametrize("name", ["built", "work", "crash"])
def test_a_folder_of_the_cache_that_is_gone(built, name):
    folder, run, _ = built
    (folder / name).rename(folder / f"{name} elsewhere")
    assert run() == RIGHT
