"""What packages of the reader's own do while a plain cell is loaded is tried in another process: there Go recovers from
no panic, which would end the kernel."""

import pytest

import gomagic
from gomagic import GoBuildError, GoPanic
from gomagic.bind import rehearsal

CELL = 'import _ "mine/{}"\n\nfunc F() int {{ return 3 }}\n'
PACKAGES = {
    "panics": "var table = at(3)\n\nfunc at(i int) int { return []int{1}[i] }",
    "exits": "func init() { os.Exit(0) }",
    "logs": 'func init() { log.SetFlags(0); log.Fatal("no file") }',
    "waits": "func init() { select {} }",
    "prints": 'func init() { fmt.Println("ready") }',
}


@pytest.fixture(autouse=True)
def module(own_cache, tmp_path, monkeypatch):
    """The kernel's folder, in a module with these packages."""
    (tmp_path / "go.mod").write_text("module mine\n\ngo 1.25.0\n")
    for name, body in PACKAGES.items():
        (tmp_path / name).mkdir()
        used = [path for path in ("fmt", "log", "os") if f"{path}." in body]
        imports = "".join(f'import "{path}"\n' for path in used)
        (tmp_path / name / "package.go").write_text(f"package {name}\n\n{imports}\n{body}\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("package", "what"),
    [
        ("panics", "panic: runtime error: index out of range [3] with length 1"),
        ("exits", "it ends the process, exit code 0"),
        ("logs", "it ends the process, exit code 1: no file"),
    ],
)
def test_a_package_that_ends_the_process_when_it_is_loaded_is_an_error(package, what):
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile(CELL.format(package), "plain")
    assert caught.value.faults[0].message == what
    assert "hint: do it in a function, and call that" in str(caught.value)
    assert "" not in str(caught.value).split("\n")


def test_a_package_that_waits_when_it_is_loaded_is_an_error(monkeypatch):
    monkeypatch.setattr(rehearsal, "_SECONDS", 1)
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile(CELL.format("waits"), "plain")
    assert str(caught.value).startswith("plain compiles, but is not ready 1 s after it was loaded")


def test_what_a_package_does_in_a_function_is_no_danger(tmp_path, monkeypatch):
    monkeypatch.setattr(rehearsal, "_SECONDS", 1)
    for package, hint in ("waits", "do in a function what takes long, or waits"), ("panics", "do it in a function"):
        with pytest.raises(GoBuildError, match=hint):
            gomagic.compile(CELL.format(package), "mended")
    (tmp_path / "waits" / "package.go").write_text("package waits\n\nfunc Wait() { select {} }\n")
    (tmp_path / "panics" / "package.go").write_text(
        "package panics\n\nfunc Table() int { return at(3) }\n\nfunc at(i int) int { return []int{1}[i] }\n"
    )
    cell = (
        'import ("mine/panics"; "mine/waits")\n\nvar Wait = waits.Wait\n\nfunc Table() int { return panics.Table() }\n'
    )
    with pytest.raises(GoPanic, match="index out of range"):
        gomagic.compile(cell, "mended").Table()


def test_what_a_package_prints_is_seen_once(capfd):
    assert gomagic.compile(CELL.format("prints"), "plain").F() == 3
    assert capfd.readouterr().out == "ready\n"


def test_only_a_cell_that_imports_other_packages_is_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(rehearsal, "hold", lambda path, cell, *_: tried.append(cell.label))
    gomagic.compile('import "math/rand"\n\nvar n = rand.Intn(3)\n\nfunc init() {}\nfunc F() int { return n }', "alone")
    gomagic.compile(CELL.format("prints"), "importing")
    assert tried == ["importing"]
