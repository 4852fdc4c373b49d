"""The C half of a link is done as in the first build, or by Go's linker, and nobody can tell but by the clock."""

import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

import gomagic
from gomagic.build import cache, cellgen, compiler, hostlink, process, replay, toolchain
from gomagic.source import cell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Go's linker does it all")

SAID = """\
host obj copy: /cache/a-d(_x001.o) from pkg gomagic/golib/bridge -> /tmp/go-link-1/000000.o
host link: "gcc" "-m64" "-shared" "-Wl,--build-id=0x12" "-o" "a.out" "/tmp/go-link-1/go.o" "/tmp/go-link-1/000000.o"
137648 symbols, 39264 reachable
"""


def build(body):
    return compiler.build(cell.parse("lib", body), toolchain.find())


@pytest.fixture
def programs(monkeypatch):
    """What is run: the commands."""
    commands, run = [], process.run

    def watched(command, **options):
        commands.append([str(word) for word in command])
        return run(command, **options)

    monkeypatch.setattr(process, "run", watched)
    return commands


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A cache in which one cell was built, by `go build`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOMAGIC_CACHE", str(tmp_path_factory.mktemp("first") / "it's a cache"))
        cellgen.find(toolchain.find())
        build("func One() int { return 1 }\n")
        yield patch


def names(commands):
    """Of the programs that build; Go's settings are asked for by `go env` now and then."""
    found = [command for command in commands if "cellgen" not in command[0] and command[1] != "env"]
    return [command[0].rsplit("/", 1)[-1] for command in found]


def identity(library):
    return re.search(r"Build ID: (\w+)", subprocess.check_output(["readelf", "-n", library], text=True))[1]


def test_the_last_command_of_a_link_is_what_the_linker_says():
    words = hostlink.command(SAID)
    assert words[:4] == ["gcc", "-m64", "-shared", "-Wl,--build-id=0x12"]
    assert words[4:] == ["-o", "a.out", "$LINK/go.o", "$LINK/000000.o"]
    assert hostlink.command("137648 symbols, 39264 reachable\n") == []
    assert hostlink.command('host link: "gcc" "-m64" "-o" "a.out"\n') == []


def test_objects_are_joined_once_and_the_compiler_is_asked_nothing(first, programs):
    made = build("func Two() int { return 2 }\n")
    assert names(programs) == ["compile", "link", "ld"]
    host = programs[-1]
    assert [word for word in host if re.search(r"/\d{6}\.o$", word)] != []
    assert sum(bool(re.search(r"/link/\w+\.o$", word)) for word in host) < 6
    other = build("func Three() int { return 3 }\n")
    assert identity(made.path) != identity(other.path)  # perf and gdb tell libraries by it
    assert gomagic.compile("func Two() int { return 2 }\n").Two() == 2


@pytest.mark.parametrize(
    ("what", "ways"),
    [
        ("no `true`", ["compile", "link"]),
        ("a linker that fails", ["compile", "link", "link"]),
        ("another linker", ["compile", "link", "ld", "ld", "gcc"]),
        ("a linker that says something", ["compile", "link", "ld", "ld", "gcc"]),
        ("no linker", ["compile", "link", "ld", "ld", "gcc"]),
        ("another last command", ["compile", "link", "ld", "ld", "gcc", "link"]),
    ],
)
def test_where_it_cannot_be_done_gos_linker_does_it(first, programs, monkeypatch, what, ways):
    find = {"no `true`": None, "a linker that fails": "/bin/false"}.get(what, "/bin/true")
    monkeypatch.setattr(hostlink, "shutil", SimpleNamespace(which=lambda name: find))
    link = hostlink.link

    def changed(words, ways, *rest, **more):
        last, host = ways
        if what in ("another linker", "another last command"):
            last = [*last, "/no/such.o"]
        if what == "a linker that says something":
            last = [*last, "--verbose"]
        if what == "no linker":
            last = ["/no/such/ld", *last[1:]]
        if what == "another last command":
            host = [*host, "/no/such.o"]
        return link(words, [last, host], *rest, **more)

    monkeypatch.setattr(hostlink, "link", changed)
    body = f"// {what}\nfunc F() int {{ return 4 }}\n"
    made = build(body)
    assert names(programs) == ways
    monkeypatch.undo()
    assert "/link " in made.command
    assert gomagic.compile(body).F() == 4


def test_the_linker_gets_its_memory_in_large_pieces_and_what_the_reader_has_set(first, monkeypatch):
    given, run = [], process.run

    def watched(command, **options):
        if str(command[0]).endswith("/ld"):
            given.append(options["env"]["GLIBC_TUNABLES"])
        return run(command, **options)

    monkeypatch.setattr(process, "run", watched)
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.check=0")
    build("func Tuned() int { return 7 }\n")
    assert len(given) == 1
    assert given[0].startswith("glibc.malloc.hugetlb=1:") and given[0].endswith(":glibc.malloc.check=0")


def test_what_was_joined_is_kept_for_all(first, programs):
    """Other imports have a recipe of their own, and the same C code."""
    before = len([*cache.root().glob("built/*/joined.a")])
    build("func Root(x float64) float64 { return math.Sqrt(x) }\n")
    assert "gcc" not in names(programs)
    assert len([*cache.root().glob("built/*/joined.a")]) == before == 3
    programs.clear()
    build("func Root(x float64) float64 { return math.Sqrt(x + 1) }\n")
    assert names(programs) == ["compile", "link", "ld"]


def test_what_was_joined_and_is_damaged_is_made_anew(first, programs):
    for file in cache.root().glob("built/*/joined.a"):
        file.write_bytes(file.read_bytes()[:-100])
    made = build("func Five() int { return 5 }\n")
    assert made.command.split()[1] == "build"
    programs.clear()
    build("func Six() int { return 6 }\n")
    assert names(programs) == ["compile", "link", "ld"]


def test_what_the_compiler_cannot_join_stays_as_it_is(first, tmp_path):
    recipe = next(cache.root().glob(f"built/*/{replay.FILE}"))
    kept = json.loads(recipe.read_text())
    env = toolchain.find().env
    config = kept["configs"]["$WORK/b001/importcfg.link"]
    assert kept["joined"]
    assert hostlink.joined(config, {}) == config
    assert hostlink.join(config, ["link", "-extld=false"], tmp_path, env) == {}
    assert hostlink.join(config, ["link"], tmp_path, env) == {}
    assert hostlink.join("packagefile fmt=/nowhere.a\n", ["link", "-extld=gcc"], tmp_path, env) == {}
