"""Every line on the cheat sheet runs, its tables are complete, and all of it is one sheet of paper."""

import ast
import asyncio
import ctypes
import inspect
import io
import re
import subprocess
import sys
from weakref import finalize

import nbformat
import numpy as np
import pytest
from lab import chromium

import gomagic
from course import cheatsheet, lint
from course.chapter import ROOT
from gomagic.build import compiler, toolchain
from gomagic.source import cell, cheader
from gomagic.source.magics import QUESTIONS

SHEET = ROOT / "notebooks/A_cheatsheet.ipynb"
HEADER = """\
package main

// #include <stdlib.h>
// typedef struct { double x, y; } point;
// typedef double (*function)(double);
// static inline double call(function f, double x) { return f(x); }
import "C"

import (
\t"math"
\t"strings"
\t"unsafe"

\t"gomagic/golib/alloc"
\t"gomagic/golib/cstr"
\t"gomagic/golib/errval"
\t"gomagic/golib/handle"
)
"""
SCALE = 0.63  # as the sheet says


def idioms(first="%%go lib"):
    """The two sides of each idiom, as they stand on the sheet, in the table that begins with that line."""
    cells = nbformat.read(SHEET, as_version=4).cells
    [table] = [each.source for each in cells if f"<table>\n<tr><td>\n\n```go\n{first}\n" in each.source]
    return list(
        zip(
            re.findall(r"```go\n(.*?)```", table, re.S),
            re.findall(r"```python\n(.*?)```", table, re.S),
            strict=True,
        )
    )


@pytest.fixture(scope="module")
def library(own_cache):
    """All Go idioms of the sheet as one library."""
    first, *others = [go for go, _ in idioms()]
    magic, package, export, *rest = first.splitlines(keepends=True)
    assert (magic, package, export) == ("%%go lib\n", "package main\n", 'import "C"\n')
    return gomagic.compile("\n".join([HEADER, "".join(rest), *others]), "sheet")


def test_every_idiom_runs_and_gives_what_the_sheet_says(library):
    gives_what_it_says(idioms(), 9, {**vars(ctypes), "np": np, "finalize": finalize, "lib": library})


def test_every_idiom_of_plain_cells_does(own_cache):
    text = "\n".join(go for go, _ in idioms("%%go plain")).removeprefix("%%go plain\n")
    assert lint.gofmt(text) == text
    plain = gomagic.compile(text, "plain")
    gives_what_it_says(idioms("%%go plain"), 10, {"gomagic": gomagic, "io": io, "plain": plain})


def run(node, mode, names):
    """What a statement or expression gives; as in a notebook, it may await."""
    made = eval(compile(node, "sheet", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    if not inspect.isawaitable(made):
        return made

    async def wait():
        return await made

    return asyncio.run(wait())


def gives_what_it_says(pairs, least, names):
    """Run the Python side of each idiom, and compare the values, `least` or more, with what stands behind them."""
    compared = 0
    for _, python in pairs:
        lines = python.splitlines()
        for statement in ast.parse(python).body:
            said = re.search(r"  # (.+)$", lines[statement.end_lineno - 1])
            if isinstance(statement, ast.Expr):
                found = run(ast.Expression(statement.value), "eval", names)
                if said:
                    assert found == ast.literal_eval(said[1]), ast.unparse(statement)
                    compared += 1
            else:
                run(ast.Module([statement], []), "exec", names)
    assert compared == len(re.findall(r"^\S.*\)?  # |^\(.*  # ", "".join(python for _, python in pairs), re.M)) >= least


def test_every_exported_function_on_the_sheet_is_declared_and_called():
    for go, python in idioms():
        for name in re.findall(r"^func ([A-Z]\w*)", go, re.M):
            assert f"lib.{name}.restype" in python
            assert re.search(rf"lib\.{name}(\(|, lib\.)", python)


def test_the_go_side_is_laid_out_by_gofmt():
    for go, _ in idioms():
        text = re.sub(r"^(%%go .*|package main|import .*)\n", "", go, flags=re.M)
        assert lint.gofmt(f"package main\n\n{text}") == f"package main\n\n{text}"


def test_the_stored_tables_are_those_of_the_code():
    [output] = [each.outputs for each in nbformat.read(SHEET, as_version=4).cells if "cheatsheet.show" in each.source]
    assert output[0].data["text/markdown"] == cheatsheet.show().data


def test_the_sheet_names_every_magic_with_every_option():
    lines = cheatsheet.magics().splitlines()
    magics = [re.match(r"- \*\*`(%%?\w+)", line)[1] for line in lines]
    assert magics == ["%%go", "%%gorun", "%%gotest", "%%isolated", "%%check", "%go"]
    for line in lines[:-1]:
        usage, _, rest = line.partition("`** ")
        options = re.findall(r"\[(--?\w[\w-]*)", usage)
        assert options
        assert [option for option in options if f"`{option}" not in rest] == []
    listed = re.findall(r"`(\w+)(?: [^`]+)?`", lines[-1].partition("** ")[2])
    assert sorted(listed) == sorted(question.name for question in QUESTIONS)


def test_the_types_on_the_sheet_are_those_that_cgo_and_symbols_give():
    functions = [f"//export F{i}\nfunc F{i}(x {go}) {go} {{ return x }}" for i, go in enumerate(cheatsheet.TYPES)]
    source = "\n\n".join(['package main\n\n// #include <stddef.h>\nimport "C"\n\nimport "unsafe"', *functions])
    parsed = cell.parse("kinds", source + "\n\nfunc main() {}\n")
    found = cheader.functions(compiler.header(parsed, toolchain.find()), parsed.source)
    types = {go: cheatsheet.ctype(go) for go in cheatsheet.TYPES}
    assert [each.argtypes for each in found] == [f"[{ctype}]" for ctype in types.values()]
    assert [each.restype for each in found] == list((types | {"*C.char": "c_void_p"}).values())
    for function in found:
        eval(function.argtypes, vars(ctypes))  # a type that ctypes has


def test_the_sheet_names_every_function_of_every_lesson_package_at_the_boundary():
    said = cheatsheet.packages()
    for folder in cheatsheet.lessons():
        text = (folder / f"{folder.name}.go").read_text()
        for name in re.findall(r"^func (?:\(\w+ \*?[A-Z].*?\) )?([A-Z]\w*)", text, re.M):
            [line] = [line for line in said.splitlines() if f"golib/{folder.name}`" in line]
            assert re.search(rf"`\.?{name}[(\[]", line)


def test_the_sheet_is_the_two_sides_of_one_paper(tmp_path):
    printed = tmp_path / "sheet.html"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", "--output", printed, SHEET]
    subprocess.run(command, check=True, capture_output=True)
    with chromium() as browser:
        page = browser.new_page()
        page.goto(printed.as_uri(), wait_until="domcontentloaded")
        page.pdf(path=tmp_path / "sheet.pdf", format="A4", scale=SCALE)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "sheet.pdf").read_bytes())) == 2
