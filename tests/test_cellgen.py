"""The generator of plain cells is built once, and then found."""

import pytest

from gomagic.build import cache, cellgen, process, toolchain
from gomagic.errors import GoToolchainError


def test_it_is_found_without_starting_a_process(own_cache, monkeypatch):
    chain = toolchain.find()
    built = cellgen.find(chain)
    monkeypatch.setattr(process, "run", None)
    assert cellgen.find(chain) == built
    assert built.is_file()


def test_a_generator_that_does_not_build_is_gomagics_own_fault(own_cache, monkeypatch):
    chain = toolchain.find()
    toolchain.check(chain)
    monkeypatch.setattr(cache, "find", lambda key: None)
    monkeypatch.setattr(process, "run", lambda *words, **how: process.Ended(1, "cell.go:1:1: mistake\n"))
    with pytest.raises(GoToolchainError) as caught:
        cellgen.find(chain)
    assert str(caught.value) == "the generator of plain Go cells does not build: cell.go:1:1: mistake"
