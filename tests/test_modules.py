"""`%go get`: modules of others, from a proxy in a folder and, one test, from the real one."""

import json
import os
import pickle
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from gomagic.build import cache, compiler, modules, toolchain
from gomagic.errors import GoBuildError
from gomagic.source import cell

USE = 'import "example.com/square"\n\nfunc F(x int) int { return square.Of(x) }\n'


@pytest.fixture
def proxy(tmp_path, monkeypatch):
    """A module proxy in a folder, and a module cache of its own. `square` of v1.1.0 gives one more than it should;
    `cube` needs it."""
    place = tmp_path / "proxy"
    square = "package square\n\nfunc Of(x int) int { return x*x%s }\n"
    _publish(place, "example.com/square", "v1.0.0", "", square % "")
    _publish(place, "example.com/square", "v1.1.0", "", square % " + 1")
    needs = "require example.com/square v1.1.0\n"
    cube = 'package of\n\nimport "example.com/square"\n\nfunc Of(x int) int { return x * square.Of(x) }\n'
    _publish(place, "example.com/cube", "v1.0.0", needs, cube, "of/")
    known = Path(toolchain.check(toolchain.find())["GOMODCACHE"]) / "cache" / "download"  # what gomagic itself requires
    monkeypatch.setenv("GOPROXY", f"{place.as_uri()},{known.as_uri()},https://proxy.golang.org")
    monkeypatch.setenv("GONOSUMDB", "example.com")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "kept"))
    monkeypatch.setenv("GOFLAGS", "-modcacherw")  # pytest is to remove it
    return place


def _publish(proxy, path, version, requires, text, folder="", go="1.25"):
    place = proxy / path / "@v"
    place.mkdir(parents=True, exist_ok=True)
    mod = f"module {path}\n\ngo {go}\n\n{requires}"
    (place / f"{version}.info").write_text(json.dumps({"Version": version}))
    (place / f"{version}.mod").write_text(mod)
    with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
        archive.writestr(f"{path}@{version}/go.mod", mod)
        archive.writestr(f"{path}@{version}/{folder}code.go", text)
    with (place / "list").open("a") as versions:
        versions.write(f"{version}\n")


@pytest.fixture
def kernel(shell, proxy):
    """The shell, whose kernel has got no modules yet."""
    magics = shell.ipython.magics_manager.registry["GoMagics"]
    before, magics.kernel.modules = magics.kernel.modules, ()
    yield shell
    magics.kernel.modules = before


def test_a_missing_module_fails_the_cell_with_the_one_line_to_run(kernel):
    error = str(kernel(f"%%go squares\n{USE}").error)
    assert "no required module provides package example.com/square\n" in error
    assert "hint: run `%go get example.com/square`" in error
    assert "is called by its path: `%go get golang.org/x/text`" in str(kernel("%go get square").error)
    told = kernel("%go get example.com/square").out
    assert told.startswith("added example.com/square@v1.1.0\n")
    assert "`%go get example.com/square@v1.1.0` gets this version wherever" in told
    assert kernel(f"%%go squares\n{USE}").error is None
    assert kernel("squares.F(3)").result == 10
    assert kernel("%go get example.com/square@v1.1.0").error is None
    kernel(f"%%go squares\n{USE}")
    assert kernel("squares.F(3)").result == 10


def test_a_version_is_exact_and_may_be_changed(kernel):
    assert kernel("%go get example.com/square@v1.0.0").out == "added example.com/square@v1.0.0\n"
    assert kernel(f"%%go squares\n{USE}\nfunc G() {{}}").error is None
    assert kernel("squares.F(3)").result == 9
    assert kernel("%go get example.com/square@v1.1.0").out == "added example.com/square@v1.1.0\n"
    kernel(f"%%go squares\n{USE}\nfunc G() {{}}")
    assert kernel("squares.F(3)").result == 10


def test_what_another_needs_rises_and_is_told(kernel):
    kernel("%go get example.com/square@v1.0.0")
    told = kernel("%go get example.com/cube/of@v1.0.0").out
    assert told == "added example.com/cube@v1.0.0\nadded example.com/square@v1.1.0\n"
    error = str(kernel("%go get example.com/square@v1.0.0").error)
    assert "requires example.com/square@v1.1.0, not" in error
    assert "run `%go get example.com/square@v1.1.0`" in error
    assert kernel("%go get example.com/square@v1.1.0").error is None


def test_an_older_version_of_what_requires_more_is_had(kernel, proxy):
    _publish(proxy, "example.com/cube", "v0.9.0", "require example.com/square v1.0.0\n", "package cube\n")
    kernel("%go get example.com/cube@v1.0.0")
    error = str(kernel("%go get example.com/square@v1.0.0").error)
    assert "or ask for an older version of what requires it" in error
    assert kernel("%go get example.com/cube@v0.9.0").error is None
    assert kernel("%go get example.com/square@v1.0.0").out == "added example.com/square@v1.0.0\n"
    _publish(proxy, "example.com/new", "v1.0.0", "", "package new\n")
    _publish(proxy, "example.com/new", "v1.1.0", "", "package new\n", go="1.99")
    error = str(kernel("%go get example.com/new").error)
    assert "hint: install Go 1.99, or ask for an older version of the module" in error
    assert kernel("%go get example.com/new@v1.0.0").out == "added example.com/new@v1.0.0\n"


def test_what_is_of_the_standard_library_is_imported_as_it_is(kernel):
    (line,) = re.findall("`(import .+)` is enough", str(kernel("%go get strings").error))
    assert kernel(f"%%go upper\n{line}\n\nfunc Upper(s string) string {{ return strings.ToUpper(s) }}").error is None
    assert kernel("upper.Upper('a')").result == "A"


def test_a_cell_that_imports_none_of_them_stays_unchanged(kernel):
    kernel("%%go counter\nvar n int\n\nfunc Next() int { n++; return n }")
    assert kernel("counter.Next()").result == 1
    kernel("%go get example.com/square@v1.0.0")
    kernel("%%go counter\nvar n int\n\nfunc Next() int { n++; return n }")
    assert kernel("counter.Next()").result == 2


def test_programs_and_tests_have_them_too(kernel):
    kernel("%go get example.com/square@v1.0.0")
    main = 'package main\n\nimport (\n\t"example.com/square"\n\t"fmt"\n)\n\nfunc main() { fmt.Println(square.Of(4)) }\n'
    assert kernel(f"%%gorun\n{main}").out == "16\n"
    kernel("%%go plus\nfunc Plus(a, b int) int { return a + b }")
    tests = 'import (\n\t"example.com/square"\n\t"testing"\n)\n\n'
    body = "func TestPlus(t *testing.T) {\n\tif Plus(2, 2) != square.Of(2) {\n\t\tt.Fail()\n\t}\n}\n"
    assert "1 passed" in kernel(f"%%gotest plus\n{tests}{body}").out


def test_their_packages_are_imported_by_their_names(kernel, proxy):
    kernel("%go get example.com/square@v1.0.0")
    _publish(proxy, "example.com/new", "v1.0.0", "", "package new\n")
    kernel("%go get example.com/new@v1.0.0")
    assert kernel("%%gorun\nfmt.Println(square.Of(5))").out == "25\n"
    assert kernel("%%go squared\nfunc Squared(n int) int { return square.Of(n) }").error is None
    assert kernel("squared.Squared(6)").result == 36
    body = "func TestSquared(t *testing.T) {\n\tif Squared(2) != square.Of(2) {\n\t\tt.Fail()\n\t}\n}\n"
    assert "1 passed" in kernel(f"%%gotest squared\n{body}").out


def test_go_mod_tidy_in_the_readers_module_takes_nothing_away(kernel, tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "go.mod").write_text("module own\n\ngo 1.25\n")
    (tmp_path / "own" / "own.go").write_text("package own\n\nfunc One() int { return 1 }\n")
    monkeypatch.chdir(tmp_path / "own")
    kernel("%go get example.com/square@v1.0.0")
    body = 'import (\n\t"example.com/square"\n\t"own"\n)\n\nfunc F() int { return square.Of(2) + own.One() }\n'
    assert kernel(f"%%go both\n{body}").error is None
    assert kernel("both.F()").result == 5
    assert sorted(os.listdir()) == ["go.mod", "own.go"]


def test_a_pickled_function_brings_its_modules(kernel):
    from gomagic.bind.travel import Origin

    kernel("%go get example.com/square@v1.0.0")
    known = kernel.ipython.magics_manager.registry["GoMagics"].kernel.modules
    origin = Origin("cell.so", cell.parse("squares", USE, modules=known))
    assert pickle.loads(pickle.dumps(origin)).cell.modules == ("example.com/square@v1.0.0",)


@pytest.mark.parametrize(
    ("asked", "said", "cure"),
    [
        ("fmt", "`fmt` is of the standard library", '`import "fmt"` is enough'),
        ("square", 'malformed module path "square"', "a module is called by its path: `%go get golang.org/x/text`"),
        ("all", "`all` is no module", "a module is called by its path"),
        ("go@1.20", "`go` is no module", "a module is called by its path"),
        ("internal/abi", "comes with Go, and cannot be imported: it is internal", "import another: `!go list std`"),
        ("internal/abi@latest", "`internal/abi@latest` comes with Go, and cannot be imported", "import another"),
        (
            "vendor/golang.org/x/text/unicode/norm",
            "Go's copy of another",
            "run `%go get golang.org/x/text/unicode/norm`",
        ),
        ("cmd/go", "comes with Go, and cannot be imported: it is a program", "import another"),
        ("cmd/nothing", "cannot be imported: there is no such package", "import another"),
        ("unsafe", "`unsafe` is of the standard library", '`import "unsafe"` is enough'),
        ("C", "`C` is no module of others", '`import "C"` is enough'),
        ("cells/stats", "`cells/stats` is no module of others", '`import "cells/stats"` is enough'),
        ("gomagic/golib/alloc", "is no module of others", '`import "gomagic/golib/alloc"` is enough'),
        ("./square", "`./square` is a folder", "import it by the path that its go.mod gives it"),
        ("/square", "`/square` is a folder", "or load it with `gomagic.load`"),
        ("example.com/tool/run", "cannot be imported: it is a program", "run `%go get example.com/tool` for what"),
        ("...", "wildcard", "a module is called by its path"),
        ("example.com/square@", "invalid module version", "a module is called by its path"),
        ("fmt@v1.2.3", "`fmt@v1.2.3` is of the standard library", '`import "fmt"` is enough'),
        ("example.com/nothing", "https://pkg.go.dev finds those of others by a word", "correct the path"),
        ("example.com/nothing@v1.0.0", "there is no such module where Go looks for it", "correct the path"),
        ("example.com/square@v3.0.0", "its versions are v1.0.0, v1.1.0", "run `%go get example.com/square@v1.1.0`"),
        ("example.com/cube/of@v3.0.0", "its versions are v1.0.0", "run `%go get example.com/cube/of@v1.0.0`"),
        ("example.com/square/nothing", "does not contain package", "run `%go get example.com/square` for what else"),
    ],
)
def test_what_cannot_be_got_is_told_with_a_cure(proxy, monkeypatch, asked, said, cure):
    monkeypatch.setenv("GOPROXY", proxy.as_uri())
    _publish(proxy, "example.com/tool", "v1.0.0", "", "package main\n\nfunc main() {}\n", "run/")
    work = cache.root() / "work"
    before = set(work.glob("tmp"))  # beside the folders that are held, and so for ever
    with pytest.raises(GoBuildError) as refused:
        modules.add((), asked, toolchain.find())
    assert said in str(refused.value)
    assert cure in str(refused.value)
    assert set(work.glob("tmp")) == before


def test_a_folder_is_imported_by_the_path_that_its_go_mod_gives_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chain = toolchain.find()
    with pytest.raises(GoBuildError, match=r"import it by the path that its go\.mod gives it"):
        modules.add((), "./square", chain)
    (tmp_path / "go.mod").write_text("module mine\n\ngo 1.25\n")
    (tmp_path / "square").mkdir()
    (tmp_path / "square" / "square.go").write_text("package square\n\nfunc Of(x int) int { return x * x }\n")
    assert compiler.build(cell.parse("mine", USE.replace("example.com", "mine")), chain).path.is_file()


def test_of_a_module_with_a_program_the_rest_is_had(proxy):
    _publish(proxy, "example.com/tool", "v1.0.0", "", "package main\n\nfunc main() {}\n", "run/")
    with pytest.raises(GoBuildError) as refused:
        modules.add((), "example.com/tool/run", toolchain.find())
    (cure,) = re.findall("run `%go get (.+)` for what else it has", str(refused.value))
    assert modules.add((), cure, toolchain.find()) == ("example.com/tool@v1.0.0",)


def code(error):
    """What a hint says in code."""
    return re.search("hint: .*?`(.+?)`", str(error), re.S)[1]


def test_a_version_that_there_is_not_is_told_with_those_that_there_are(kernel, proxy, monkeypatch):
    monkeypatch.setenv("GOPROXY", proxy.as_uri())
    assert kernel(code(kernel("%go get example.com/square@v3.0.0").error)).out == "added example.com/square@v1.1.0\n"
    asked = str(kernel("%go get example.com/cube/of@v3.0.0").error)
    assert "its versions are v1.0.0" in asked
    assert kernel(code(asked)).error is None
    for n in range(2, 9):
        _publish(proxy, "example.com/square", f"v1.{n}.0", "", "package square\n")
    asked = str(kernel("%go get example.com/square@v3.0.0").error)
    assert "note: its versions are …, v1.4.0, v1.5.0, v1.6.0, v1.7.0, v1.8.0\n" in asked


def test_a_path_that_no_module_has_is_corrected(kernel, proxy, monkeypatch):
    monkeypatch.setenv("GOPROXY", proxy.as_uri())
    assert "correct the path: it is how its go.mod calls it" in str(kernel("%go get example.com/sqare").error)
    assert kernel("%go get example.com/square").error is None
    lacking = str(kernel("%go get example.com/cube/nothing").error)
    assert kernel(code(lacking)).out.startswith("added example.com/cube@v1.0.0\n")


def test_another_package_of_gos_is_among_those_that_go_lists(kernel):
    asked = kernel("%go get internal/abi").error
    listed = subprocess.run(code(asked).removeprefix("!"), shell=True, capture_output=True, text=True).stdout.split()
    others = [path for path in listed if not re.search(r"(^|/)(internal|vendor)(/|$)", path)]
    assert "internal/abi" in listed and "strings" in others
    assert all("is enough" in str(kernel(f"%go get {path}").error) for path in others[::40])


def test_an_unreachable_proxy_is_told(proxy, monkeypatch):
    monkeypatch.setenv("GOPROXY", "off")
    with pytest.raises(GoBuildError, match="set GOPROXY to what it reaches"):
        modules.add((), "example.com/square", toolchain.find())
    monkeypatch.setenv("GOPROXY", proxy.as_uri())
    assert modules.add((), "example.com/square", toolchain.find()) == ("example.com/square@v1.1.0",)


def test_well_known_modules_build(proxy, monkeypatch):
    """Of generics, with assembly, with cgo, and of golang.org/x."""
    for name in ("GOPROXY", "GONOSUMDB", "GOMODCACHE"):
        monkeypatch.delenv(name)
    chain, known = toolchain.find(), ()
    paths = ["github.com/samber/lo@v1.51.0", "github.com/cespare/xxhash/v2@v2.3.0"]
    for asked in [*paths, "github.com/mattn/go-pointer@v0.0.1", "golang.org/x/text@v0.28.0"]:
        known = modules.add(known, asked, chain)
    with pytest.raises(GoBuildError, match=r"its versions are …, v.+\n  hint: run `%go get github.com/samber/lo@v1"):
        modules.add((), "github.com/samber/lo@v99.0.0", chain)
    body = """import (
	"github.com/cespare/xxhash/v2"
	"github.com/mattn/go-pointer"
	"github.com/samber/lo"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

func Uniq(xs []int) []int { return lo.Uniq(xs) }

func Hash(text string) uint64 { return xxhash.Sum64String(text) }

func Title(text string) string { return cases.Title(language.English).String(text) }

func Through(text string) string { return pointer.Restore(pointer.Save(text)).(string) }
"""
    from gomagic.bind import plain

    parsed = cell.parse("known", body, modules=known)
    go = plain.load_alone(compiler.build(parsed, chain).path, parsed).module
    assert go.Uniq([3, 3, 4]).tolist() == [3, 4]
    assert go.Hash("a") == 15154266338359012955  # of XXH64's test vectors
    assert go.Title("hello world") == "Hello World"
    assert go.Through("as it was") == "as it was"
