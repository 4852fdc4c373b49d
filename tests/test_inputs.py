"""What a build depends on, and what it does not."""

import os
from pathlib import Path

import pytest

from gomagic.build import embedded, inputs, look, process, reached, toolchain, workspace
from gomagic.errors import GoBuildError
from gomagic.source import cell, embed, gosource


@pytest.fixture(scope="module")
def chain():
    return toolchain.find()


@pytest.fixture
def shop(tmp_path):
    """A reader's module whose root package lies beside the notebook."""
    folder = tmp_path / "shop"
    (folder / "deep").mkdir(parents=True)
    (folder / "go.mod").write_text("module shop\n\ngo 1.25\n")
    (folder / "shop.go").write_text('package shop\n\nimport "shop/deep"\n\nfunc Price() int { return deep.One }\n')
    (folder / "deep" / "deep.go").write_text("package deep\n\nconst One = 1\n")
    return folder


CELL = 'import "shop"\n\nfunc Price() int { return shop.Price() }\n'


def key(chain, folder, body=CELL, kind=inputs.LIBRARY, line="lib"):
    return inputs.find(cell.parse(line, body), chain, folder, kind).key


@pytest.mark.parametrize(
    "name",
    ["nb.ipynb", "data.csv", "README.md", "shop_test.go", "_draft.go", ".#shop.go", ".ipynb_checkpoints/shop.go"],
)
def test_what_go_does_not_read_changes_nothing(chain, shop, name):
    before = key(chain, shop)
    (shop / name).parent.mkdir(exist_ok=True)
    (shop / name).write_text("package shop\n\nfunc broken( {\n")
    assert key(chain, shop) == before


@pytest.mark.parametrize("name", ["more.go", "more.c", "more.h", "more.s", "more.S", "more.cc", "more.m", "more.syso"])
def test_what_go_compiles_counts(chain, shop, name):
    before = key(chain, shop)
    (shop / name).write_text("\n")
    found = key(chain, shop)
    assert found != before
    (shop / name).write_text("\n\n")
    assert key(chain, shop) != found


def test_what_an_imported_package_imports_counts(chain, shop):
    before = key(chain, shop)
    (shop / "deep" / "deep.go").write_text("package deep\n\nconst One = 2\n")
    assert key(chain, shop) != before


def test_an_import_below_what_looks_like_a_declaration_counts(chain, shop):
    text = "package shop\n\n/* */\n/*\nconst char *name;\nvar x\n*/\n// /*\n"
    text += 'import "C"\nimport "shop/deep"\n\nvar X = deep.One\n'
    (shop / "shop.go").write_text(text)
    before = key(chain, shop)
    (shop / "deep" / "deep.go").write_text("package deep\n\nconst One = 2\n")
    assert key(chain, shop) != before


def test_what_an_imported_package_embeds_counts_and_what_lies_beside_it_does_not(chain, shop):
    (shop / "deep" / "more.go").write_text(
        'package deep\n\nimport _ "embed"\n\n//go:embed "a price.txt" rates\nvar Text string\n'
    )
    (shop / "deep" / "rates").mkdir()
    for name in ("a price.txt", "other.txt", "rates/x", "rates/.hidden"):
        (shop / "deep" / name).write_text("1")
    before = key(chain, shop)
    (shop / "deep" / "other.txt").write_text("2")
    (shop / "deep" / "rates" / ".hidden").write_text("2")
    assert key(chain, shop) == before
    (shop / "deep" / "a price.txt").write_text("2")
    found = key(chain, shop)
    assert found != before
    (shop / "deep" / "rates" / "y").write_text("")
    assert key(chain, shop) != found


@pytest.mark.parametrize("name", ["go.mod", "go.sum", "go.work", "go.work.sum"])
def test_the_files_that_choose_modules_count(chain, shop, name):
    (shop / "go.work").write_text("go 1.25\n\nuse .\n")
    before = key(chain, shop)
    (shop / name).write_text((shop / name).read_text() + "\n" if (shop / name).exists() else "\n")
    assert key(chain, shop) != before


def test_headers_and_the_headers_that_they_include_count(chain, tmp_path):
    (tmp_path / "a.h").write_text('#include "below/b.h"\n')
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.h").write_text('#include "c.h"\n')
    (tmp_path / "below" / "c.h").write_text("\n")
    body = 'package main\n/*\n#include "a.h"\n*/\nimport "C"\n'
    found = inputs.find(cell.parse("lib", body), chain, tmp_path, inputs.LIBRARY)
    assert [path.name for path in found.headers] == ["a.h", "b.h", "c.h"]
    (tmp_path / "below" / "c.h").write_text("#define X\n")
    assert key(chain, tmp_path, body) != found.key


def test_gos_version_counts(chain, tmp_path):
    """Where Go is put in place anew, the binary may have the size and the time of the old one."""
    for name in ("bin/go", "VERSION"):
        (tmp_path / "go" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "go" / name).write_text("go1.25.1\n")
    mine = toolchain.Toolchain(tmp_path / "go" / "bin" / "go", chain.cc, chain.env)
    before = key(mine, tmp_path, "func F() int { return 1 }\n")
    (tmp_path / "go" / "VERSION").write_text("go1.25.2\n")
    assert key(mine, tmp_path, "func F() int { return 1 }\n") != before


def test_a_go_without_its_version_beside_it_is_asked(chain, tmp_path):
    shim = tmp_path / "bin" / "go"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{chain.go}" "$@"\n')
    shim.chmod(0o755)
    mine = toolchain.Toolchain(shim, chain.cc, chain.env)
    assert toolchain.facts(mine)[-1] == toolchain.check(chain)["GOVERSION"]


def test_every_module_that_decides_what_a_build_makes_counts(monkeypatch):
    """Those of source/ and build/, and of golib what joins a cell: golib/bridge and golib/crash, and golib/cellgen."""
    before = inputs._itself()
    read = reached._facts
    for name in ("gosource.py", "replay.py", "cell.py", "embed.py", "mistakes.py"):

        def edited(path, name=name):
            facts = read(path)
            return facts._replace(hash=facts.hash[::-1]) if Path(path).name == name else facts

        monkeypatch.setattr(reached, "_facts", edited)
        assert inputs._itself() != before, name


def test_what_joins_a_plain_cell_is_among_its_files(chain, tmp_path):
    space = workspace.find(tmp_path, {})
    joined = {Path(path).name for path in reached.files(space, ["gomagic/golib/bridge", "gomagic/golib/crash"])}
    assert {"bridge.go", "call.c", "call.h", "crash.go"} <= joined
    made_by = {Path(path).parent.name for path in reached.files(workspace.alone(), ["gomagic/golib/cellgen"])}
    assert made_by == {"cellgen"}


def test_an_unchanged_file_is_read_once_and_one_beside_never(chain, shop, monkeypatch):
    (shop / "deep" / "more.go").write_text('package deep\n\nimport _ "embed"\n\n//go:embed big\nvar Text string\n')
    for name in ("big", "beside"):
        (shop / "deep" / name).write_text("x")
    monkeypatch.setattr(look, "_SETTLED_SECONDS", 0)
    key(chain, shop)
    read = []
    monkeypatch.setattr(reached.cache, "digest", lambda path: read.append(path.name) or b"")
    key(chain, shop)
    assert read == []
    (shop / "deep" / "big").write_text("y")
    key(chain, shop)
    assert read == ["big"]


def test_a_file_that_a_flag_names_counts(chain, tmp_path):
    profile = tmp_path / "cpu.pprof"
    keys = set()
    for text in ("one", "two"):
        profile.write_text(text)
        keys.add(key(chain, tmp_path, "func F() int { return 1 }\n", line=f'lib --flags "-pgo={profile}"'))
    assert len(keys) == 2


def test_nothing_is_started_for_it(chain, shop, monkeypatch):
    monkeypatch.setattr(process, "run", None)
    key(chain, shop)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_named_unless_root(chain, shop):
    (shop / "shop.go").chmod(0)
    with pytest.raises(GoBuildError, match=r"shop.go` cannot be read: Permission denied"):
        key(chain, shop)


def test_a_file_that_cannot_be_read_is_named(chain, shop, monkeypatch):
    def refused(*paths):
        raise PermissionError(13, "Permission denied", str(shop / "shop.go"))

    monkeypatch.setattr(reached, "digest", refused)
    with pytest.raises(GoBuildError, match=r"lib: `.*shop.go` cannot be read: Permission denied"):
        key(chain, shop)


def names(tmp_path, words):
    patterns = embed.patterns(gosource.scan(f"package p\n\n//go:embed {words}\nvar x string\n"))
    return sorted(embedded.files(patterns, tmp_path))


def test_patterns_match_as_go_matches_them(tmp_path):
    for name in (
        "a.txt",
        "b.txt",
        "c d.txt",
        "e[1].txt",
        ".dot",
        "sub/x",
        "sub/.y",
        "sub/deep/z",
        "mod/go.mod",
        "mod/q",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert names(tmp_path, "*.txt") == ["a.txt", "b.txt", "c d.txt", "e[1].txt"]
    assert names(tmp_path, "[^a].txt") == ["b.txt"]
    assert names(tmp_path, "[a-b].txt") == ["a.txt", "b.txt"]
    assert names(tmp_path, '"c d.txt" `e\\[1].txt`') == ["c d.txt", "e[1].txt"]
    assert names(tmp_path, '"\\x61.txt"') == ["a.txt"]
    assert names(tmp_path, "**/x") == ["sub/x"]
    assert names(tmp_path, "sub") == ["sub/deep/z", "sub/x"]
    assert names(tmp_path, "all:sub") == ["sub/.y", "sub/deep/z", "sub/x"]
    assert names(tmp_path, "mod") == ["mod/go.mod"]
    assert names(tmp_path, "mod/q") == ["mod/go.mod", "mod/q"]
    assert names(tmp_path, ".*") == [".dot"]


@pytest.mark.parametrize(
    "words", ['""', "``", ".", "all:.", "..", "../x", "/etc/passwd", "[", "a\\", 'x"', '"x', "a//b"]
)
def test_patterns_that_go_refuses_match_nothing(tmp_path, words):
    (tmp_path / "a").write_text("")
    assert names(tmp_path, words) == []
