"""The generator of plain cells is built once, and then found."""

import pytest

from gomagic.build import cache, cellgen, process, toolchain, tools
from gomagic.errors import GoToolchainError


def test_it_is_found_without_starting_a_process(own_cache, monkeypatch):
    chain = toolchain.find()
    built = cellgen.find(chain)
    monkeypatch.setattr(process, "run", None)
    assert cellgen.find(chain) == built
    assert built.is_file()
    monkeypatch.undo()
    settings = process.run([chain.go, "version", "-m", built]).out
    assert ("-tags=cells" in settings) is tools.HAS_PIE  # without packages that cells do not need


def test_where_go_has_other_files_it_is_built_of_these(monkeypatch, tmp_path):
    chain = toolchain.find()
    assert cellgen._overlay(chain, tmp_path).is_file()
    monkeypatch.setattr(cellgen, "_REDUCED", {"go/importer/none.go": ""})
    assert cellgen._overlay(chain, tmp_path) is None


def test_where_what_is_reduced_does_not_build_the_whole_program_serves(own_cache, monkeypatch):
    ways = []

    def build(chain, place, words, **settings):
        ways.append(tuple(words[:2]))
        return process.Ended(1 if words[1] == "-tags=cells" else 0, "")

    monkeypatch.setattr(tools, "HAS_PIE", True)
    monkeypatch.setattr(tools, "build", build)
    assert not cellgen._quick(toolchain.find(), own_cache, own_cache).code
    assert ways == [("install", "-tags=cells"), ("build", "-tags=cells"), ("build", "-o")]


def test_a_generator_that_does_not_build_is_gomagics_own_fault(own_cache, monkeypatch):
    chain = toolchain.find()
    toolchain.check(chain)
    monkeypatch.setattr(cache, "find", lambda key: None)
    monkeypatch.setattr(process, "run", lambda *words, **how: process.Ended(1, "cell.go:1:1: mistake\n"))
    with pytest.raises(GoToolchainError) as caught:
        cellgen.find(chain)
    assert str(caught.value) == "the generator of plain Go cells does not build: cell.go:1:1: mistake"
