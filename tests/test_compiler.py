import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gomagic.bind import library, plain
from gomagic.build import cache, compiler, golink, process, sources, toolchain
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.source import cell


def build(body, line="lib", **options):
    return compiler.build(cell.parse(line, body, **options), toolchain.find())


def symbols(path):
    lines = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1] for line in lines.splitlines() if " T " in line and "cgo" not in line}


def test_a_cell_becomes_a_library(add):
    assert ctypes.CDLL(str(build(add).path)).Add(1, 2) == 3


def test_an_unchanged_cell_is_found_without_starting_a_process(add, monkeypatch):
    first = build(add)
    monkeypatch.setattr(process, "run", None)
    again = build(add)
    assert again.path == first.path
    assert not again.fresh


def test_name_and_number_do_not_matter_but_flags_and_text_do(add):
    path = build(add).path
    assert build(add, "other", number=9).path == path
    assert build(add, 'lib --flags "-tags x"').path != path
    assert build(add + "\n").path != path


def test_force_builds_again_under_a_new_name(add):
    first = build(add).path
    second = build(add, "lib -f")
    assert second.fresh
    assert second.path != first
    assert build(add).path == second.path


def test_a_library_that_was_removed_is_built_again(add):
    path = build(add).path
    path.unlink()
    assert build(add).path.is_file()


def test_both_ways_to_build_export_the_same(add, monkeypatch):
    below = build(add + "\n// below a constant main\n").path
    monkeypatch.setattr(sources, "must_be_main", lambda inputs: True)
    plain = build(add + "\n// as package main\n").path
    assert symbols(below) == symbols(plain)
    assert "Add" in symbols(below)


@pytest.mark.parametrize(
    "statement",
    [
        'fmt.Sprintf("%T", point{})',
        'fmt.Sprintf("%#v", point{})[:10]',
        "reflect.TypeOf(point{}).String()",
    ],
)
def test_a_cell_that_shows_its_package_is_main(statement):
    imported = "reflect" if "reflect" in statement else "fmt"
    body = f"""package main

import "C"
import "{imported}"

type point struct{{ X int }}

//export IsMain
func IsMain() bool {{ return {statement} == "main.point" }}

func main() {{}}
"""
    library = ctypes.CDLL(str(build(body).path))
    library.IsMain.restype = ctypes.c_bool
    assert library.IsMain()


def test_flags_that_name_main_reach_it():
    body = """package main

import "C"

var version = "none"

//export Length
func Length() C.int { return C.int(len(version)) }

func main() {}
"""
    assert ctypes.CDLL(str(build(body).path)).Length() == 4
    set_by_flag = build(body, """lib --flags '-ldflags="-X=main.version=1.2.3-rc4"'""")
    assert ctypes.CDLL(str(set_by_flag.path)).Length() == 9


def test_the_first_build_of_two_at_once_stays_and_both_work(add):
    body = add + f"\n// {time.time()}\n"
    script = (
        "import sys, ctypes\nfrom gomagic.build import compiler, toolchain; from gomagic.source import cell\n"
        "made = compiler.build(cell.parse('lib', sys.argv[1]), toolchain.find())\n"
        "print(made.path, ctypes.CDLL(str(made.path)).Add(20, 22))"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, body], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [process.communicate(timeout=120)[0].split() for process in both]
    assert [answer[1] for answer in answers] == ["42"] * 3
    assert build(body).path.is_file()


def test_different_cells_build_at_once(add):
    script = (
        "import sys, ctypes\nfrom gomagic.build import compiler, toolchain; from gomagic.source import cell\n"
        "for n in range(3):\n"
        "    made = compiler.build(cell.parse('lib', sys.argv[1] + f'// {n} {sys.argv[2]}'), toolchain.find())\n"
        "    assert ctypes.CDLL(str(made.path)).Add(1, 2) == 3\n"
        "print('well')"
    )
    mark = str(time.time())
    started = [
        subprocess.Popen([sys.executable, "-c", script, add, f"{mark} {n}"], stdout=subprocess.PIPE, text=True)
        for n in range(2)
    ]
    assert [process.communicate(timeout=180)[0] for process in started] == ["well\n"] * 2


def test_an_interrupted_build_leaves_nothing_and_can_be_repeated(add, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    body = add + "\n// interrupted\n"
    toolchain.check(toolchain.find())
    work = cache.root() / "work"
    work.mkdir(exist_ok=True)
    before = set(work.iterdir())  # what a kernel left that a test has killed
    monkeypatch.setattr(process, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(body)
    assert set(work.iterdir()) == before
    monkeypatch.undo()
    assert build(body).path.is_file()


def test_a_killed_build_is_said(add, tmp_path, monkeypatch):
    go = tmp_path / "go"
    go.write_text('#!/bin/sh\n[ "$1" = build ] && kill -9 $$\nexec "$REAL_GO" "$@"\n')
    go.chmod(0o755)
    real = toolchain.find()
    chain = toolchain.Toolchain(go, real.cc, {**real.env, "REAL_GO": str(real.go)})
    with pytest.raises(GoBuildError, match="the build was killed by SIGKILL"):
        compiler.build(cell.parse("lib", add), chain)


def test_a_build_that_hangs_is_ended(add, tmp_path, monkeypatch):
    go = tmp_path / "go"
    go.write_text('#!/bin/sh\n[ "$1" = build ] && exec sleep 60\nexec "$REAL_GO" "$@"\n')
    go.chmod(0o755)
    real = toolchain.find()
    chain = toolchain.Toolchain(go, real.cc, {**real.env, "REAL_GO": str(real.go)})
    monkeypatch.setattr(toolchain, "BUILD_SECONDS", 1)
    with pytest.raises(GoBuildError, match="did not end within"):
        compiler.build(cell.parse("lib", add), chain)


def test_a_disk_that_fills_during_a_build_is_said(add, tmp_path):
    go = tmp_path / "go"
    go.write_text(
        '#!/bin/sh\n[ "$1" = build ] && { echo "write /x: no space left on device"; exit 1; }\nexec "$REAL_GO" "$@"\n'
    )
    go.chmod(0o755)
    real = toolchain.find()
    chain = toolchain.Toolchain(go, real.cc, {**real.env, "REAL_GO": str(real.go)})
    with pytest.raises(GoToolchainError, match="no space left on the disk"):
        compiler.build(cell.parse("lib", add), chain)


def test_what_was_built_while_a_file_was_edited_is_not_found_again(tmp_path, monkeypatch):
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.25\n")
    (tmp_path / "shop.go").write_text("package shop\n\nconst One = 1\n")
    program = cell.parse("", 'package main\n\nimport "shop"\n\nfunc main() { println(shop.One) }\n')
    run = process.run

    def edited(command, **options):
        ended = run(command, **options)
        (tmp_path / "shop.go").write_text("package shop\n\nconst One = 2\n")
        return ended

    monkeypatch.setattr(process, "run", edited)
    compiler.build_program(program, toolchain.find(), folder=tmp_path)
    monkeypatch.undo()
    (tmp_path / "shop.go").write_text("package shop\n\nconst One = 1\n")
    again = compiler.build_program(program, toolchain.find(), folder=tmp_path)
    assert again.fresh
    assert not compiler.build_program(program, toolchain.find(), folder=tmp_path).fresh


PLAIN_SHOP = 'import "shop"\n\nfunc NAME() int { return shop.One }\n'
C_SHOP = """\
package main

import "C"
import "shop"

//export NAME
func NAME() C.int { return shop.One }

func main() {}
"""


@pytest.mark.parametrize("step", ["compile", "link", "link that fails"])
@pytest.mark.parametrize("text", [PLAIN_SHOP, C_SHOP], ids=["plain", "C"])
def test_nor_is_what_was_built_so_by_the_commands_of_another_cell(tmp_path, monkeypatch, own_cache, step, text):
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.25\n")

    def write(number):
        (tmp_path / "shop.go").write_text(f"package shop\n\nconst One = {number}\n")

    def answer(name):
        made = cell.parse("lib", text.replace("NAME", name))
        path = compiler.build(made, toolchain.find(), folder=tmp_path).path
        bound = library.load(path, "lib") if made.source.uses_c else plain.load_alone(path, made).module
        return getattr(bound, name)()

    write(1)
    assert answer("First") == answer("Other") == 1  # with the first one, Go compiles the package as well
    run, steps = process.run, []

    def edited(command, **options):
        ended, name = run(command, **options), Path(command[0]).name
        steps.append("compile" if name == "sh" else name)
        if steps[-1] != step.split()[0]:
            return ended
        write(2)
        return process.Ended(1, "") if "fails" in step else ended

    monkeypatch.setattr(process, "run", edited)
    monkeypatch.setattr(golink, "kept", lambda chain: None)  # another program would link
    assert answer("Second") == (2 if "fails" in step else 1)
    assert ("go" in steps, "link" in steps) == ("fails" in step, True)
    monkeypatch.setattr(process, "run", run)
    assert answer("Second") == 2
    write(1)
    assert answer("Second") == 1


def test_files_from_the_future_do_not_disturb(add):
    """A clock that was set back leaves files with times to come."""
    future = time.time() + 10 * 365 * 86400
    path = build(add + "\n// future\n").path
    for place in (path, path.parent, path.parent.parent):
        os.utime(place, (future, future))
    assert build(add + "\n// future\n").path == path
    assert build(add + "\n// future, edited\n").path.is_file()
    assert build(add + "\n// future\n", "lib -f").fresh


def test_warnings_of_the_c_compiler_are_kept():
    body = 'package main\n\n/*\nstatic int f(char *s) { int *p = s; return *p; }\n*/\nimport "C"\n\n'
    body += "//export F\nfunc F() C.int { return C.f(nil) }\n\nfunc main() {}\n"
    assert "incompatible pointer type" in build(body).warnings


def test_the_header_declares_what_is_exported(add):
    header = compiler.header(cell.parse("lib", add), toolchain.find())
    assert "extern int Add(int a, int b);" in header


def test_a_program_is_built_and_kept():
    parsed = cell.parse("", 'package main\n\nfunc main() { println("hi") }\n')
    made = compiler.build_program(parsed, toolchain.find())
    assert subprocess.run([made.path], capture_output=True, text=True).stderr == "hi\n"
    assert not compiler.build_program(parsed, toolchain.find()).fresh


@pytest.mark.parametrize(
    ("body", "words"),
    [("package main\n", "no `func main`"), ("package x\n", "`package x`")],
)
def test_a_program_without_its_frame_is_explained(body, words):
    with pytest.raises(GoBuildError, match="does not compile") as caught:
        compiler.build_program(cell.parse("", body), toolchain.find())
    assert words in str(caught.value)


def test_nothing_is_written_beside_the_notebook(add, tmp_path):
    tmp_path.chmod(0o555)
    compiler.build(cell.parse("lib", add + "\n// read-only\n"), toolchain.find(), folder=tmp_path)
    assert list(Path(tmp_path).iterdir()) == []
