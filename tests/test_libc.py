"""The C library without what a cell does not take: the linker makes the same of it, or the whole one is linked."""

import json
import platform
import re
import subprocess
import sys

import pytest

import gomagic
from gomagic.build import cache, cellgen, compiler, libc, linker, process, replay, toolchain
from gomagic.source import cell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Go's linker does it all")

LINK = ["-shared", "-o", linker.MADE, linker.OBJECT, "-O2", "-lpthread"]
TAKES = """
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
extern int of_python(void);
int f(void *p, int (*by)(const void *, const void *)) {
    qsort(p, 2, 8, by);
    return memcpy(p, environ, 8) != 0 && of_python();
}
"""
C_CELL = """
package main

// #include <math.h>
// #include <stdio.h>
// #include <stdlib.h>
// #include <string.h>
// static int of_c(int n) { %s }
import "C"

//export F
func F(n C.int) C.int { return C.of_c(n) }

func main() {}
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A cache in which nothing is known, in a folder whose name has to be quoted."""
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "it's a cache"))


@pytest.fixture
def linked(own, tmp_path):
    """`linked(text, kept)` is a library of C text, linked by a copy that is kept or by the whole C library."""
    env = toolchain.find().env
    (tmp_path / "asking").mkdir()
    words = linker.words(["gcc"], ["gcc", *LINK], tmp_path / "asking", env)
    numbers = iter(range(9))

    def link(text, kept=None, *more):
        place = tmp_path / f"a place {next(numbers)}"
        place.mkdir()
        (place / "f.c").write_text(text)
        subprocess.run(["gcc", "-fPIC", "-O2", "-fno-builtin", "-c", "f.c"], cwd=place, check=True)
        command = [word.replace(linker.OBJECT, "f.o") for word in (libc.way(words, kept) if kept else words)]
        subprocess.run([*command, *more], cwd=place, check=True)
        return place / linker.MADE

    link.words = words
    return link


@pytest.fixture
def made(linked, tmp_path):
    """`made(library)` is the key of the copy for what is linked as a library was."""
    numbers = iter(range(9))

    def make(library, words=None, compiler=("gcc",)):
        place = tmp_path / f"making {next(numbers)}"
        place.mkdir()
        return libc.make(library, compiler, linked.words if words is None else words, place, toolchain.find().env)

    return make


def of_c(library):
    """What a library takes of the C library, by name and version."""
    listed = subprocess.check_output(["nm", "-D", "--undefined-only", library], text=True)
    return sorted(line.split()[-1] for line in listed.splitlines())


def test_the_linker_makes_the_same_of_it(linked, made):
    whole = linked(TAKES)
    kept = libc.find(made(whole))
    lean = linked(TAKES, kept)
    assert of_c(lean) == of_c(whole)
    assert any(re.fullmatch(r"qsort@GLIBC_[\d.]+", name) for name in of_c(lean))
    assert libc.suffices(kept, lean)
    # In another order, but where the linker's table is the same.
    large = "--hash-size=16381"
    assert linked(TAKES, kept, large).read_bytes() == linked(TAKES, None, large).read_bytes()


def test_it_has_no_more_than_is_taken(linked, made):
    kept = libc.find(made(linked(TAKES)))
    listed = subprocess.check_output(["nm", "-D", "--defined-only", kept / "libc.so.6"], text=True)
    assert len(listed.splitlines()) < 60  # of 3,000
    assert "qsort@" in listed and "printf@" not in listed


def test_a_library_of_which_nothing_is_taken_is_left_out_until_something_is(linked, made):
    unwinds = "#include <unwind.h>\n" + TAKES.replace("qsort(", "_Unwind_GetIP(p); qsort(")
    kept = libc.find(made(linked(TAKES)))
    assert "libgcc_s.so.1" not in (kept / "libgcc_s.so").read_text()
    assert not libc.suffices(kept, linked(unwinds, kept))
    kept = libc.find(made(linked(unwinds)))
    lean = linked(unwinds, kept)
    assert "libgcc_s.so.1" in (kept / "libgcc_s.so").read_text() and libc.suffices(kept, lean)
    assert of_c(lean) == of_c(linked(unwinds))
    needed = subprocess.check_output(["readelf", "-d", lean], text=True)
    assert "libgcc_s.so.1" in needed and "libc.so.6" in needed


@pytest.mark.parametrize("more", ["puts(p)", "of_another_python(p)"])
def test_a_library_that_takes_more_is_not_whole(linked, made, more):
    kept = libc.find(made(linked(TAKES)))
    above = "#include <stdio.h>\nint of_another_python(void *);\n"
    assert not libc.suffices(kept, linked(above + TAKES.replace("qsort(", f"{more}; qsort("), kept))


def test_what_names_its_version_and_is_not_there_the_linker_refuses(linked, made):
    kept = libc.find(made(linked(TAKES)))
    text = 'asm(".symver of_old, realpath@GLIBC_2.0");\nint of_old(void *);\n'
    with pytest.raises(subprocess.CalledProcessError):
        linked(text + TAKES.replace("qsort(", "of_old(p); qsort("), kept)


def test_no_library_is_not_whole(linked, made, tmp_path):
    kept = libc.find(made(linked(TAKES)))
    assert not libc.suffices(kept, kept / "libc.so")
    assert not libc.suffices(kept, kept / "nowhere.so")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="others have no second `memcpy`")
def test_each_version_of_what_is_taken_is_there(linked, made):
    kept = libc.find(made(linked(TAKES)))
    text = 'asm(".symver of_old, memcpy@GLIBC_2.2.5");\nint of_old(void *);\n' + TAKES.replace(
        "qsort(", "of_old(p); qsort("
    )
    lean = linked(text, kept)
    assert {"memcpy@GLIBC_2.2.5", "memcpy@GLIBC_2.14"} < {*of_c(lean)}
    assert of_c(lean) == of_c(linked(text))


def test_it_is_made_once(linked, made, monkeypatch):
    key = made(linked(TAKES))
    others = linked("// another\n" + TAKES), linked(TAKES.replace("qsort(p, 2, 8, by);", ""))
    monkeypatch.setattr(process, "run", None)
    assert [made(other) for other in others] == [key, key]
    assert libc.find(key)


def test_it_gets_what_another_library_takes(linked, made):
    key = made(linked(TAKES))
    first = libc.find(key)
    other = linked(TAKES.replace("of_python", "getpid"))
    assert not libc.suffices(first, linked(TAKES.replace("of_python", "getpid"), first))
    assert made(other) == key
    kept = libc.find(key)
    assert kept != first
    for text in (TAKES, TAKES.replace("of_python", "getpid")):
        assert libc.suffices(kept, linked(text, kept))


def test_another_c_library_has_another_copy(linked, made):
    library = linked(TAKES)
    key = made(library)
    kept = libc.find(key)
    facts = json.loads((kept / "libc.json").read_text())
    assert any(file.endswith("libc.so.6") for file in facts["files"])
    facts["files"] = {file: [size, time - 1] for file, (size, time) in facts["files"].items()}
    older = cache.root() / "older"
    older.mkdir()
    for file in ("libc.so", "libc.so.6"):
        (older / file).write_bytes((kept / file).read_bytes())
    (older / "libc.json").write_text(json.dumps(facts))
    cache.keep(key, older)
    assert libc.find(key) is None
    assert made(library) == key
    assert libc.find(key) not in (None, kept)


@pytest.mark.parametrize(
    "what", ["no library", "a library of another kind", "no compiler", "another linker", "a linker that fails", "says"]
)
def test_what_is_not_sure_is_not_made(linked, made, tmp_path, what):
    library, words, cc = linked(TAKES), linked.words, ("gcc",)
    if what == "no library":
        library.write_bytes(b"")
    if what == "a library of another kind":
        library.write_bytes(library.read_bytes()[:4] + b"\1" + library.read_bytes()[5:])
    if what == "no compiler":
        cc = ("false",)
    if what == "another linker":
        words = ["true", *words[1:]]
    if what == "a linker that fails":
        words = [*words, "/no/such.o"]
    if what == "says":  # what it makes is the same
        ld = tmp_path / "ld"
        ld.write_text(f'#!/bin/sh\ncase "$1" in -L*making*) echo a warning;; esac\nexec {words[0]} "$@"\n')
        ld.chmod(0o700)
        words = [str(ld), *words[1:]]
    assert made(library, words, cc) == ""


def test_a_linker_that_makes_something_else_is_not_sure(linked, made, tmp_path):
    ld = tmp_path / "ld"
    other = 'set -- "$@" -soname other'
    ld.write_text(f'#!/bin/sh\ncase "$1" in -L*making*) {other};; esac\nexec {linked.words[0]} "$@"\n')
    ld.chmod(0o700)
    assert made(linked(TAKES), [str(ld), *linked.words[1:]]) == ""
    ld.write_text(ld.read_text().replace(other, ":"))
    assert made(linked("// again\n" + TAKES), [str(ld), "-O1", *linked.words[1:]]) != ""


def recipes():
    return [json.loads(file.read_text()) for file in cache.root().glob(f"built/*/{replay.FILE}")]


@pytest.fixture
def linkers(own, monkeypatch):
    """Of each link its last commands: whether they had a copy."""
    cellgen.find(toolchain.find())
    tried, run = [], process.run

    def watched(command, **options):
        words = [str(word) for word in command]
        if any("/b001/exe/" in word or "/exe/link/" in word for word in words) and "link" not in words[0]:
            tried.append(words[1].startswith("-L"))
        return run(command, **options)

    monkeypatch.setattr(process, "run", watched)
    return tried


def build(text):
    return compiler.build(cell.parse("lib", text), toolchain.find())


def test_plain_cells_are_linked_by_it(linkers):
    build("func One() int { return 1 }\n")
    assert recipes()[0]["libc"]
    linkers.clear()
    text = "func Two() int { return 2 }\n"
    build(text)
    assert linkers == [True]
    assert gomagic.compile(text).Two() == 2
    assert subprocess.check_output(["nm", "-D", build(text).path], text=True).count("@GLIBC") > 50


def test_a_cell_whose_c_takes_more_has_the_whole_library_once(linkers):
    build(C_CELL % "return n;")
    linkers.clear()
    build(C_CELL % "return n + 1;")
    assert linkers == [True]
    linkers.clear()
    text = C_CELL % 'char s[9]; snprintf(s, 9, "%d", n); return strtoul(s, 0, 10);'
    made = build(text)
    assert linkers[:2] == [True, False]
    assert any(re.fullmatch(r"snprintf@GLIBC_[\d.]+", name) for name in of_c(made.path))
    assert gomagic.compile(text).F(42) == 42
    for other in (text.replace("9", "8"), C_CELL % "return n + 2;", C_CELL % 'puts("a"); return n;'):
        linkers.clear()
        build(other)
        assert linkers[:2] == ([True, False] if "puts(" in other else [True])


def test_what_no_library_has_is_open_from_then_on(linkers):
    build(C_CELL % "return n;")
    copies = []
    for number in (1, 2):
        linkers.clear()
        build(C_CELL % f"void *of_nobody(void) __attribute__((weak)); return of_nobody ? {number} : n;")
        copies.append((linkers[0], len(linkers) > 1, len([*cache.root().glob("built/*/libc.so")])))
    assert copies == [(True, True, 2), (True, False, 2)]


def test_a_c_library_that_was_exchanged_is_looked_at_anew(linkers, monkeypatch):
    build("func One() int { return 1 }\n")
    monkeypatch.setattr(libc, "_current", lambda key: None)
    made = build("func Two() int { return 2 }\n")
    assert made.command.split()[1] == "build"
    monkeypatch.undo()


def test_without_it_cells_are_linked_as_ever(linkers, monkeypatch):
    monkeypatch.setattr(libc, "make", lambda *words: "")
    build("func One() int { return 1 }\n")
    linkers.clear()
    text = "func Two() int { return 2 }\n"
    build(text)
    assert linkers == [False]
    assert gomagic.compile(text).Two() == 2
