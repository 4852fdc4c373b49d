"""What is built without `go build` is what `go build` makes of it, or is left to it: for many kinds of cells."""

import re
import subprocess
import sys
import time
from collections import Counter

import pytest

from gomagic.build import ahead, cache, cellgen, compiler, process, standby, toolchain, warmup
from gomagic.source import cell

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere `nm` shows other things"),
]

GO, REPLAY = "build", "commands"
ORDERED = ("runtime.gcbss", "runtime.gcdata")
TEXT = """
package main

%above
import "C"

%below

//export F
func F(x C.int) C.int { return x + %d }

func main() {}
"""
SHOP = """\
package shop

import "slices"

func One() int { return 1 }

func Sorted(xs []int) []int {
	slices.Sort(xs)
	return xs
}
"""
PLAIN = {  # kind: (text, flags, how a later cell is built)
    "numbers": ("func F(x int) int { return x + %d }\n", "", REPLAY),
    "generics": ("func F[T int | string](xs []T) T { return xs[%d] }\n", "", REPLAY),
    "imports": ("func F(s string) bool { return sort.IsSorted(nil) || strings.ToUpper(s) == `%d` }\n", "", REPLAY),
    "cgo in the standard library": ('func F() ([]string, error) { return net.LookupHost("h%d") }\n', "", REPLAY),
    "structs and methods": ("type P struct{ X int }\n\nfunc (p *P) F() int { return p.X + %d }\n", "", REPLAY),
    "goroutines": ("func F() { go println(%d) }\n", "", REPLAY),
    "a setting": ("//go:debug panicnil=1\n\nfunc F() int { return %d }\n", "", REPLAY),
    "tags": ("func F() int { return %d }\n", '--flags "-tags purego"', REPLAY),
    "the linker's flags": (
        "var V string\n\nfunc F() string { return V[%d:] }\n",
        '--flags "-ldflags=-X=main.V=v"',
        REPLAY,
    ),
    "an embedded file": ('import _ "embed"\n\n//go:embed text\nvar Text string\n\nconst N = %d\n', "", GO),
    "the reader's module": ('import "shop"\n\nfunc F() int { return shop.One() + %d }\n', "", REPLAY),
    "what another package makes, too": (
        'import "shop"\n\nfunc F() []int {\n\txs := []int{%d, 1}\n\tslices.Sort(xs)\n\treturn shop.Sorted(xs)\n}\n',
        "",
        REPLAY,
    ),
    "assembly": ('import "shop/quick"\n\nfunc F() int64 { return quick.Two() + %d }\n', "", REPLAY),
}
C = {  # kind: (what stands above `import "C"`, what below it, how a later cell is built)
    "nothing but Go": ("", "", REPLAY),
    "C above": ("// static int two(void) { return 2; }", "var N = C.two()", REPLAY),
    "a library": ("// #cgo LDFLAGS: -lm\n// #include <math.h>", "var N = C.sqrt(2)", REPLAY),
    "imports of C": ("", 'import ("net"; "unsafe")\n\nvar N, P = net.IPv4len, unsafe.Pointer(nil)', REPLAY),
    "generics of C": ("", 'func id[T any](x T) T { return x }\n\nvar N = id(1) + len(id(""))', REPLAY),
    "the reader's header": ('// #include "own.h"', "var N C.own", REPLAY),
    "a callback": (
        "// typedef int (*f)(int);\n// static int call(f g, int x) { return g(x); }",
        "//export G\nfunc G(g C.f) C.int { return C.call(g, 1) }",
        REPLAY,
    ),
    "C's flags": ("// #cgo CFLAGS: -DN=3", "var N C.int = C.N", REPLAY),
    "an embedded file of C": ("", 'import _ "embed"\n\n//go:embed text\nvar Text string', GO),
    "what tells its package": ("", 'import "fmt"\n\nvar N = fmt.Sprintf("%T", struct{}{})', GO),
    "the reader's module of C": ("", 'import "shop"\n\nvar N = shop.One()', REPLAY),
}
KINDS = PLAIN | {
    kind: (TEXT.replace("%above", above).replace("%below", below), "", how) for kind, (above, below, how) in C.items()
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader's module, and a cache of its own."""
    made = tmp_path_factory.mktemp("shop")
    (made / "quick").mkdir()
    (made / "go.mod").write_text("module shop\n\ngo 1.25\n")
    (made / "shop.go").write_text(SHOP)
    (made / "quick" / "quick.go").write_text("package quick\n\nfunc Two() int64\n")
    amd64 = '#include "textflag.h"\n\nTEXT ·Two(SB), NOSPLIT, $0-8\n\tMOVQ $2, ret+0(FP)\n\tRET\n'
    (made / "quick" / "quick_amd64.s").write_text(amd64)
    (made / "quick" / "quick_arm64.s").write_text(amd64.replace("MOVQ $2, ret", "MOVD $2, R0\n\tMOVD R0, ret"))
    (made / "text").write_text("text")
    (made / "own.h").write_text("typedef int own;\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOMAGIC_CACHE", str(made / "cache"))
        cellgen.find(toolchain.find())
        warmup.quicken()
        yield made


def build(text, flags, number, folder, force=""):
    parsed = cell.parse(f"lib {force} {flags}", text.replace("%d", str(number)))
    return compiler.build(parsed, toolchain.find(), folder=folder)


def symbols(library):
    """The names and sizes of what there is.

    In some names a hash of the package's text stands. Of equal constants one is named, after where it was read first,
    and in what order they lie tells in the size of what the garbage collector is told.
    """
    listed = subprocess.check_output(["nm", "-S", "--defined-only", library], text=True)
    rows = [line.split() for line in listed.splitlines()]
    names = [(row[-1] if len(row) < 4 else re.sub(r"_[0-9a-f]{12}", "", row[3]), row[1]) for row in rows if row[1:3]]
    return Counter(each for each in names if ".stmp_" not in each[0] and each[0] not in ORDERED)


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_cell_is_the_program_that_go_build_makes_of_it(folder, kind, monkeypatch):
    ends, finish = [], process.Waiting.finish
    monkeypatch.setattr(process.Waiting, "finish", lambda *of, **how: ends.append(finish(*of, **how)) or ends[-1])
    text, flags, how = KINDS[kind]
    for number in (0, 1):  # packages that are new are no recipe
        build(text, flags, number, folder)
    made = build(text, flags, 2, folder)
    assert (GO if made.command.split()[1] == GO else REPLAY) == how
    assert [ended.code for ended in ends[-1:]] == ([0] if how == REPLAY and "-ldflags" not in flags else [])
    by_go = build(text, flags, 2, folder, force="-f")
    assert by_go.command.split()[1] == GO
    assert_same(made.path, by_go.path)


@pytest.mark.parametrize("kind", [kind for kind, (_, flags, how) in PLAIN.items() if how == REPLAY])
def test_and_where_a_linker_waited_that_had_read_what_all_cells_have(folder, kind, monkeypatch):
    taken, take = [], standby.take
    monkeypatch.setattr(standby, "take", lambda *given: taken.append(take(*given)) or taken[-1])
    monkeypatch.setattr(standby, "_AFTER_SECONDS", 0.0)
    text, flags, _ = KINDS[kind]
    for number in (0, 1):
        build(text, flags, number, folder)
    monkeypatch.setattr(standby, "_wanted", None)  # as if these had been another kernel's
    monkeypatch.setattr(standby, "_common", {})
    monkeypatch.setattr(ahead, "is_on", True)
    for number in range(2):
        build(*PLAIN["numbers"][:2], f"1{number}{[*PLAIN].index(kind)}", folder)
    deadline = time.monotonic() + 10
    try:
        while not standby.is_there() and time.monotonic() < deadline:
            time.sleep(0.01)
        taken.clear()
        made = build(text, flags, 3, folder)
    finally:
        ahead.is_on = False
        standby.stop()
    fits = kind not in ("tags", "a setting", "the linker's flags")
    assert any(taken) == fits
    assert_same(made.path, build(text, flags, 3, folder, force="-f").path)


def assert_same(made, by_go):
    ours, gos = symbols(made), symbols(by_go)
    assert sum(ours.values()) > 1000
    assert ours == gos
    assert {file.name for file in made.parent.iterdir()} == {file.name for file in by_go.parent.iterdir()}
    assert cache.holds(made)
