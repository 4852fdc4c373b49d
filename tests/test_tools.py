"""Programs of gomagic's own share with the cells what both import."""

import pytest

from gomagic.build import cache, process, toolchain, tools


@pytest.mark.skipif(not tools.HAS_PIE, reason="elsewhere they are compiled apart")
def test_what_they_import_is_that_of_cells():
    chain = toolchain.find()
    lists = []
    for mode in ("pie", "c-shared"):
        words = [chain.go, "list", "-export", "-f={{.Export}}", f"-buildmode={mode}", tools.COMPILING, "fmt"]
        lists.append(process.run(words, cwd="/", env=chain.env).out)
    assert lists[0] == lists[1] != ""


def test_one_is_built_and_runs(own_cache):
    chain = toolchain.find()
    with cache.workplace() as place:
        ended = tools.build(chain, place, ["build", "-o", str(place / "made"), "./golib/cellgen"])
        assert ended.code == 0, ended.out
        assert process.run([place / "made", "-no-such-flag"]).code != 0
        assert "-buildmode=pie" in process.run([chain.go, "version", "-m", place / "made"]).out or not tools.HAS_PIE


def test_what_the_reader_has_set_does_not_reach_them(own_cache, monkeypatch):
    monkeypatch.setenv("GOFLAGS", "-tags=none")
    seen = {}
    monkeypatch.setattr(process, "run", lambda command, *, env, **how: seen.update(env) or process.Ended(0, ""))
    with cache.workplace() as place:
        tools.build(toolchain.find(), place, ["build"], GOEXPERIMENT="")
    assert (seen["GOFLAGS"], seen["GOWORK"], seen["GOEXPERIMENT"]) == ("-buildvcs=false", "off", "")
