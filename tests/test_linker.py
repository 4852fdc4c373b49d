"""The linker that a C compiler runs: its words are known from the compiler, or not at all."""

import json
import os
import subprocess
import sys

import pytest

from gomagic.build import cache, linker, toolchain

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Go's linker does it all")

LINK = ["-shared", "-Wl,-z,relro", "-Wl,--build-id=0x12", "-o", "a.out", linker.OBJECT, "-O2", "-lpthread"]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A cache in which nothing is known, and a folder to work in."""
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / "it's a cache"))
    places = iter(range(9))

    def asked(compiler, link=LINK):
        place = tmp_path / f"a place {next(places)}"
        place.mkdir()
        return linker.words([compiler], [compiler, *link], place, toolchain.find().env)

    return asked


@pytest.fixture
def gcc(tmp_path):
    """`gcc(script)` is a compiler that is gcc but for what the script does before."""

    def compiler(script):
        file = tmp_path / "mycc"
        file.write_text(f'#!/bin/sh\n{script}\nexec gcc "$@"\n')
        file.chmod(0o700)
        return str(file)

    return compiler


def test_the_linker_makes_what_gcc_makes(own, tmp_path):
    words = own("gcc")
    assert words[0].startswith("/") and linker.OBJECT in words and "-v" not in words
    (tmp_path / "f.c").write_text("int f(void) { return 42; }\n")
    subprocess.run(["gcc", "-c", "f.c"], cwd=tmp_path, check=True)
    made = []
    for command in (words, ["gcc", *LINK]):
        subprocess.run([word.replace(linker.OBJECT, "f.o") for word in command], cwd=tmp_path, check=True)
        made.append((tmp_path / "a.out").read_bytes())
    assert made[0] == made[1]


def test_a_compiler_is_asked_once_until_another_takes_its_place(own, gcc, tmp_path):
    compiler = gcc(f"echo >> '{tmp_path}/asked'")

    def times():
        return len((tmp_path / "asked").read_text())

    assert own(compiler) == own(compiler) != []
    assert times() == 2  # to compile nothing, and to link it
    gcc(f"echo >> '{tmp_path}/asked' # another")
    assert own(compiler) != []
    assert times() == 4


def test_where_another_linker_or_other_libraries_are_found_the_compiler_is_asked_anew(own, tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    assert f"-L{tmp_path}/lib/." not in own("gcc")
    monkeypatch.setenv("LIBRARY_PATH", f"{tmp_path}/lib/.")
    assert f"-L{tmp_path}/lib/." in own("gcc")
    assert linker.is_first(own("gcc"), toolchain.find().env)
    other = tmp_path / "lib" / "ld"
    other.write_text('#!/bin/sh\nexec ld.bfd "$@"\n')
    other.chmod(0o700)
    before = own("gcc")
    monkeypatch.setenv("PATH", f"{other.parent}:{os.environ['PATH']}")
    assert not linker.is_first(before, toolchain.find().env)
    assert own("gcc")[0] == str(other)


@pytest.mark.parametrize(
    "script",
    [
        "echo a warning",  # of each file
        "exit 1",
        'case "$*" in *-Wl,-v*) exit 1;; esac',
        'case "$*" in *-Wl,-v*) exec gcc "$@" 2>/dev/null;; esac',  # it does not say what it calls
        'case "$*" in *-Wl,-v*) echo /bin/true -v go.o; exec gcc "$@" 2>/dev/null;; esac',  # which makes nothing
        'case "$*" in *-Wl,-v*) echo /bin/true -v go.o; exit;; esac',
        'case "$*" in *-Wl,-v*) echo /no/such/ld -v go.o; exec gcc "$@" 2>/dev/null;; esac',
        'case "$*" in *-Wl,-v*) set -- "$@" -Wl,-soname,x; gcc "$@" | sed "s/-soname x//"; exit;; esac',
    ],
)
def test_what_is_not_sure_is_not_known(own, gcc, script):
    if "-soname" in script:
        script = script.replace('gcc "$@" | sed', 'gcc "$@" 2>&1 | sed')
    assert own(gcc(script)) == []


def test_a_library_that_is_not_there_is_not_known(own):
    assert own("gcc", [*LINK, "-lnosuchlibrary"]) == []


def test_what_is_kept_is_whole(own):
    own("gcc")
    [file] = cache.root().glob("built/*/linker.json")
    file.write_text(json.dumps(["/bin/true"]))
    assert own("gcc")[0] != "/bin/true"
