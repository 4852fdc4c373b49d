from pathlib import Path

import pytest

from gomagic.build import compiler, toolchain, workspace
from gomagic.errors import GoBuildError
from gomagic.source import cell


@pytest.fixture
def module(tmp_path):
    """A reader's module `example.com/me` with a package `deep`."""
    folder = tmp_path / "my modül"
    (folder / "deep").mkdir(parents=True)
    (folder / "go.mod").write_text("module example.com/me\n\ngo 1.25.0\n")
    (folder / "deep" / "deep.go").write_text("package deep\n\nfunc Answer() int { return 41 }\n")
    return folder


BODY = """package main

import "C"
import "example.com/me/deep"

//export Answer
func Answer() C.int { return C.int(deep.Answer()) }

func main() {}
"""


def build(body, folder):
    import ctypes

    return ctypes.CDLL(str(compiler.build(cell.parse("lib", body), toolchain.find(), folder=folder).path))


def test_gomagic_itself_always_joins(tmp_path):
    space = workspace.find(tmp_path, {})
    assert space.modules == {"gomagic": workspace.GOMAGIC}


def test_gomagic_is_not_joined_twice():
    space = workspace.find(workspace.GOMAGIC / "golib", {})
    assert list(space.modules) == ["gomagic"]


def test_a_cell_imports_the_readers_module_from_a_folder_below(module):
    assert build(BODY, module / "deep").Answer() == 41


def test_an_edit_in_the_readers_module_rebuilds_the_cell(module):
    assert build(BODY, module).Answer() == 41
    (module / "deep" / "deep.go").write_text("package deep\n\nfunc Answer() int { return 42 }\n")
    assert build(BODY, module).Answer() == 42


def test_a_cell_imports_through_the_readers_workspace(module):
    (module / "go.work").write_text("go 1.25.0\n\nuse (\n\t. // mine\n\t./other\n)\n")
    (module / "other").mkdir()
    (module / "other" / "go.mod").write_text("module other\n\ngo 1.25.0\n")
    (module / "other" / "other.go").write_text("package other\n\nconst One = 1\n")
    body = BODY.replace('import "C"\n', 'import "C"\nimport "other"\n').replace(
        "deep.Answer()", "deep.Answer() + other.One"
    )
    assert build(body, module).Answer() == 42


def test_a_local_replacement_is_followed(module, tmp_path):
    (tmp_path / "fork").mkdir()
    (tmp_path / "fork" / "go.mod").write_text("module example.com/dep\n\ngo 1.25.0\n")
    (tmp_path / "fork" / "dep.go").write_text("package dep\n\nfunc One() int { return 1 }\n")
    (module / "go.mod").write_text(
        "module example.com/me\n\ngo 1.25.0\n\nrequire example.com/dep v1.0.0\n\nreplace example.com/dep => ../fork\n"
    )
    body = BODY.replace("example.com/me/deep", "example.com/dep").replace("deep.Answer()", "dep.One()")
    assert build(body, module).Answer() == 1
    (tmp_path / "fork" / "dep.go").write_text("package dep\n\nfunc One() int { return 2 }\n")
    assert build(body, module).Answer() == 2


def test_gowork_names_a_workspace_that_lies_elsewhere(module, tmp_path):
    work = tmp_path / "elsewhere" / "mine.work"
    work.parent.mkdir()
    work.write_text(f'go 1.25.0\n\nuse "{module}"\n')
    below = workspace.find(tmp_path, {"GOWORK": str(work)})
    assert below.modules["example.com/me"] == module
    (module / "go.work").write_text("go 1.25.0\n")  # nearer, and not meant
    assert workspace.find(module, {"GOWORK": str(work)}).modules["example.com/me"] == module


def test_gowork_off_leaves_the_readers_workspace_out(module):
    (module / "go.work").write_text("go 1.25.0\n\nuse ./nowhere\n")
    assert list(workspace.find(module, {"GOWORK": "off"}).modules) == ["example.com/me", "gomagic"]


def test_gowork_auto_looks_above_as_go_does(module):
    (module / "go.work").write_text("go 1.25.8\n\nuse .\n")
    assert workspace.find(module / "deep", {"GOWORK": "auto"}) == workspace.find(module, {})
    assert workspace.find(module / "deep", {"GOWORK": "auto"}).go == "1.25.8"


def test_gowork_names_the_workspace(module, tmp_path):
    (tmp_path / "go.work").write_text("go 1.25.9\n")
    assert workspace.find(module, {"GOWORK": str(tmp_path / "go.work")}).go == "1.25.9"


@pytest.mark.parametrize("named", ["/nowhere/go.work", "go.work", "/"])
def test_a_workspace_that_is_not_there_is_said(module, named):
    with pytest.raises(GoBuildError) as caught:
        workspace.find(module, {"GOWORK": named})
    assert caught.value.what == f"GOWORK names `{named}`, and there is no such file"
    assert caught.value.hint == "correct or unset GOWORK"


@pytest.mark.parametrize("name", ["go.mod", "go.work"])
@pytest.mark.parametrize("text", ["replace a", "replace (\n\ta\n)", "replace a =>", "replace a v1.0.0 ../a"])
def test_a_replacement_without_its_half_is_said(module, name, text):
    (module / name).write_text(f"{'module m' if name == 'go.mod' else ''}\n\ngo 1.25.0\n\n{text}\n")
    with pytest.raises(GoBuildError) as caught:
        workspace.find(module, {})
    assert f"in `{module / name}` is not understood" in caught.value.what
    assert caught.value.hint == "write `replace a => ../folder` there"


def test_the_go_line_is_the_highest_of_all(module):
    (module / "go.mod").write_text("module example.com/me\n\ngo 1.25.7\n")
    assert workspace.find(module, {}).go == "1.25.7"
    (module / "go.mod").write_text("module example.com/me\n\ngo 1.9\n")
    assert workspace.find(module, {}).go == workspace.OLDEST_GO


def test_a_newer_go_line_than_the_installed_go_is_explained(module):
    (module / "go.mod").write_text("module example.com/me\n\ngo 1.99.0\n")
    with pytest.raises(GoBuildError) as caught:
        build(BODY, module)
    assert "requires go >= 1.99" in str(caught.value)
    assert "install Go 1.99" in str(caught.value)


def test_an_embedded_file_is_read_and_an_edit_rebuilds(tmp_path):
    body = """package main

import "C"
import _ "embed"

//go:embed number.txt
var text string

//export Size
func Size() C.int { return C.int(len(text)) }

func main() {}
"""
    (tmp_path / "number.txt").write_text("1234")
    assert build(body, tmp_path).Size() == 4
    (tmp_path / "number.txt").write_text("12345")
    assert build(body, tmp_path).Size() == 5


def test_a_quoted_header_is_read_and_an_edit_of_its_header_rebuilds(tmp_path):
    folder = tmp_path / "heäders here"
    folder.mkdir()
    body = """package main

/*
#include "one.h"
*/
import "C"

//export Number
func Number() C.int { return C.NUMBER }

func main() {}
"""
    (folder / "one.h").write_text('#include "two.h"\n')
    (folder / "two.h").write_text("#define NUMBER 2\n")
    assert build(body, folder).Number() == 2
    (folder / "two.h").write_text("#define NUMBER 3\n")
    assert build(body, folder).Number() == 3


def test_the_oldest_go_is_the_one_that_gomagic_itself_asks_for():
    assert f"\ngo {workspace.OLDEST_GO}\n" in (workspace.GOMAGIC / "go.mod").read_text()


def test_golib_is_at_home_in_the_clone():
    assert (workspace.GOMAGIC / "golib").is_dir()
    assert Path(workspace.GOMAGIC / "go.mod").read_text().startswith("module gomagic\n")


def test_in_the_folder_of_another_clone_a_cell_has_the_golib_that_fits_it(tmp_path):
    for name in ("bridge", "crash", "stats"):
        (tmp_path / "golib" / name).mkdir(parents=True)
        (tmp_path / "golib" / name / "old.go").write_text(f"package {name}\n")
    (tmp_path / "go.mod").write_text("module gomagic\n\ngo 1.25\n")
    (tmp_path / "notebooks").mkdir()
    space = workspace.find(tmp_path / "notebooks", {})
    assert space.modules == {"gomagic": workspace.GOMAGIC}
    made = compiler.build(
        cell.parse("clones", "func Twice(n int) int { return 2 * n }\n"), folder=tmp_path / "notebooks"
    )
    assert made.path.is_file()
