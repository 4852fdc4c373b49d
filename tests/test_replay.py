"""A plain cell is built by the commands of an earlier build, or by `go build`, and nobody can tell."""

import json
import subprocess
from pathlib import Path

import pytest

import gomagic
from gomagic.bind import plain
from gomagic.build import cache, cellgen, compiler, process, replay, toolchain
from gomagic.build.cache import MANIFEST
from gomagic.build.manifest import WRITES
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture
def commands(monkeypatch):
    """The names of the programs that are run: `go`, `compile`, `link` and so on."""
    names, run = [], process.run

    def watched(command, **options):
        names.append(str(command[0]).rsplit("/", 1)[-1])
        return run(command, **options)

    monkeypatch.setattr(process, "run", watched)
    return names


SOURCE = Path("/w/main")


@pytest.fixture(params=["cache", "it's a cache"])
def own_builds(tmp_path, monkeypatch, request):
    """A cache without recipes, also where the folder's name has to be quoted."""
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path / request.param))
    cellgen.find(toolchain.find())


def build(body, folder=None, **options):
    return compiler.build(cell.parse("lib", body, **options), toolchain.find(), folder=folder)


def test_a_cell_with_the_same_imports_needs_no_go_command(own_builds, commands):
    build("func One() string { return strings.ToUpper(`a`) }\n")
    commands.clear()
    made = build("func Two() string { return strings.ToLower(`A`) }\n")
    assert [name for name in commands if name in ("go", "compile", "link")] == ["compile", "link"]
    assert made.command.splitlines()[0].split()[0].endswith("/compile")


def test_a_cell_with_other_imports_is_built_by_go(own_builds, commands):
    build("func One() string { return strings.ToUpper(`a`) }\n")
    commands.clear()
    build("func Two() float64 { return math.Sqrt(2) }\n")
    assert "go" in commands
    assert "link" not in commands


def exports(library):
    listed = subprocess.check_output(["nm", "-D", "--defined-only", library], text=True)
    return [line.split()[-1] for line in listed.splitlines() if "_cgoexp_" not in line]


def test_both_ways_make_the_same_library(own_builds):
    bodies = ["// A\nfunc Twice(xs []float64) { for i := range xs { xs[i] *= 2 } }\n"]
    bodies.append("// B\nfunc Twice(xs []float64) { for i := range xs { xs[i] *= 2 } }\n")
    by_go, replayed = (build(body) for body in bodies)
    assert by_go.command.split()[1] == "build"
    assert "/link " in replayed.command
    exports = [
        subprocess.check_output(["nm", "-D", "--defined-only", made.path], text=True) for made in (by_go, replayed)
    ]
    names = [[line.split()[-1] for line in text.splitlines() if "_cgoexp_" not in line] for text in exports]
    assert names[0] == names[1]
    manifests = [json.loads(made.path.with_name(MANIFEST).read_text()) for made in (by_go, replayed)]
    for manifest in manifests:
        del manifest["calls"][0]["doc"]
    assert manifests[0] == manifests[1]
    assert manifests[0]["calls"][0]["params"][0]["flags"] == WRITES
    xs = [1.0]
    gomagic.compile(bodies[1]).Twice(xs)
    assert xs == [2.0]


def test_a_build_cache_that_is_gone_is_go_builds_business(own_builds, tmp_path, monkeypatch):
    build("func One() int { return 1 }\n")
    [recipe] = cache.root().glob(f"built/*/{replay.FILE}")
    recipe.write_text(recipe.read_text().replace("packagefile runtime=", "packagefile runtime=/nowhere"))
    made = build("func Two() int { return 2 }\n")
    assert made.command.split()[1] == "build"
    assert gomagic.compile("func Two() int { return 2 }\n").Two() == 2


def test_a_mistake_is_explained_as_ever(own_builds):
    build("func One() int { return 1 }\n")
    with pytest.raises(GoBuildError) as caught:
        build("func Two() int { return tw }\n", number=7)
    assert str(caught.value).splitlines()[1] == "  cell[7]:2:25: undefined: tw"


def test_a_changed_package_of_the_readers_is_seen(own_builds, tmp_path):
    folder = tmp_path / "shop"
    (folder / "price").mkdir(parents=True)
    (folder / "go.mod").write_text("module shop\n\ngo 1.25\n")
    body = 'import "shop/price"\n\nfunc Net() int { return price.Net() }\n'
    for answer in (1, 2):
        (folder / "price" / "price.go").write_text(f"package price\n\nfunc Net() int {{ return {answer} }}\n")
        made = build(f"// {answer}\n{body}", folder)
        parsed = cell.parse("lib", f"// {answer}\n{body}")
        assert plain.load(made.path, parsed, {}, {}).module.Net() == answer


def test_a_build_of_more_than_the_cell_is_no_recipe():
    assert replay.read("WORK=/tmp/go-build1\nmkdir -p $WORK/b002/\n", SOURCE) is None


@pytest.mark.parametrize("folder, is_recipe", [(SOURCE, True), (Path("/elsewhere/golib/bridge"), False)])
def test_a_build_that_compiles_another_package_with_import_c_as_well_is_no_recipe(folder, is_recipe):
    configs = ["b001/importcfg", "b001/importcfg.link", "b002/importcfg"]
    lines = ["WORK=/w", *(f"cat >/w/{name} << 'EOF'\npackagefile fmt=/cache/fmt.a\nEOF" for name in configs)]
    lines += [f"cd {folder}", "TERM=dumb /go/cgo -objdir $WORK/b002/ a.go", "cd $WORK/b002", "TERM=dumb gcc -c a.c"]
    lines += ["TERM=dumb gcc -o _cgo_.o a.o", "/go/cgo -dynimport _cgo_.o", "/go/compile -o $WORK/b002/_pkg_.a"]
    lines += ["go tool pack r $WORK/b002/_pkg_.a a.o", "/go/compile -o $WORK/b001/_pkg_.a", "/go/link -o a.out"]
    assert bool(replay.read("\n".join([*lines, ""]), SOURCE)) is is_recipe


def test_what_was_built_in_the_same_breath_is_no_recipe(own_builds):
    text = "WORK=/w\ncat >/w/b001/importcfg << 'EOF'\npackagefile fmt=/w/b007/_pkg_.a\nEOF\n"
    text += "cat >/w/b001/importcfg.link << 'EOF'\npackagefile fmt=/cache/fmt.a\nEOF\n"
    text += "/go/compile -o $WORK/b001/_pkg_.a\nGOROOT='/go' /go/link -o a.out\n"
    assert replay.read(text, SOURCE) is None
    assert replay.read(text.replace("/w/b007/_pkg_.a", "/cache/fmt.a"), SOURCE).steps[1].environment == {
        "GOROOT": "/go"
    }
