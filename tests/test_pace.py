"""How far a build is."""

from gomagic.build import cache, pace, storage


def test_the_folders_of_a_build_tell_how_many_packages_it_has_begun_and_how_many_there_are(own_cache):
    with cache.workplace() as place:
        for name in ("b001", "b030", "b101", "other"):
            (place / "tmp" / "go-build1" / name).mkdir(parents=True)
        (place / "tmp" / "go-build2" / "b900").mkdir(parents=True)
        assert pace.packages() == (3, 101)


def test_there_may_be_no_build(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "place", lambda: tmp_path)
    assert pace.packages() == (0, 0)
