"""Which files Go reads for an import, and how they are told apart."""

import os

import pytest

from gomagic.build import reached, workspace


@pytest.fixture
def shop(tmp_path):
    """A module of two packages that import each other's module, one of which embeds a text."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.25\n")
    (tmp_path / "shop.go").write_text('package shop\n\nimport (\n\t"fmt"\n\t"shop/deep"\n)\n')
    (tmp_path / "shop_test.go").write_text('package shop\n\nimport "shop/other"\n')
    (tmp_path / "deep" / "deep.go").write_text('package deep\n\nimport _ "embed"\n\n//go:embed text\nvar Text string\n')
    (tmp_path / "deep" / "text").write_text("1")
    (tmp_path / "deep" / "beside").write_text("1")
    return tmp_path


def names(folder, *imports):
    found = reached.files(workspace.find(folder, {}), imports)
    return sorted(os.path.relpath(path, folder) for path in found)


def test_an_import_reaches_what_it_imports_and_embeds(shop):
    assert names(shop, "shop") == ["deep/deep.go", "deep/text", "shop.go"]
    assert names(shop, "shop/deep", "shop/deep") == ["deep/deep.go", "deep/text"]


@pytest.mark.parametrize("path", ["fmt", "example.com/elsewhere", "shop/none"])
def test_what_is_of_no_module_here_reaches_nothing(shop, path):
    assert names(shop, path) == []


def test_a_circle_of_imports_ends(shop):
    (shop / "deep" / "back.go").write_text('package deep\n\nimport "shop"\n')
    assert names(shop, "shop") == ["deep/back.go", "deep/deep.go", "deep/text", "shop.go"]


def test_a_digest_tells_paths_and_contents_apart_and_not_the_order(shop):
    one, two = shop / "shop.go", shop / "deep" / "text"
    before = reached.digest([one, two])
    assert reached.digest([two, one, one]) == before
    assert reached.digest([one]) != before
    two.write_text("2")
    assert reached.digest([one, two]) != before


def test_a_file_that_another_takes_the_place_of_is_read_anew(shop):
    file, other = shop / "deep" / "text", shop / "deep" / "beside"
    before = reached.digest([file])
    other.write_text("2")
    other.replace(file)  # as many bytes, and a time that may be the same
    assert reached.digest([file]) != before
