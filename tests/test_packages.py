"""Where the types of a cell's imports are: Go is asked once for a package, and again when they are gone."""

import hashlib
import threading
from pathlib import Path

import pytest

import gomagic
from gomagic.build import packages, toolchain


@pytest.fixture
def listing(tmp_path, own_cache):
    """`listing()` begins a list in a folder of its own, as each build does; all know the same."""
    folders, key = iter(range(9)), hashlib.sha256(bytes(tmp_path)).hexdigest()[:32]

    def begin():
        place = tmp_path / str(next(folders))
        place.mkdir()
        chain = toolchain.find()
        return packages.Packages(key, place, chain, ["-gcflags=-m", "-tags=x"], chain.env)

    return begin


def rows(listing):
    return {line.split("\t")[0]: line.split("\t")[1:] for line in listing.file.read_text().splitlines()}


def test_a_package_is_listed_for_later_builds_too(listing):
    listing().add(["unicode/utf8"])
    listing().add(["math/rand/v2"])
    found = rows(listing())
    assert {path: row[0] for path, row in found.items()} == {"unicode/utf8": "utf8", "math/rand/v2": "rand"}
    assert all(Path(row[1]).is_file() for row in found.values())


def test_what_does_not_exist_is_listed_for_this_build_alone(listing):
    first = listing()
    first.add(["unicode/utf8", "no/such/package", "-json", "fmt/...", "a b"])
    assert (
        rows(first)["no/such/package"]
        == rows(first)["-json"]
        == rows(first)["fmt/..."]
        == rows(first)["a b"]
        == ["", "", ""]
    )
    assert list(rows(listing())) == ["unicode/utf8"]


def test_what_does_not_exist_stays_known_to_its_build_and_is_never_kept(listing):
    first = listing()
    assert first.add(["no/such/package", "unicode/utf8"]) == {"unicode/utf8"}
    first.add(["math/rand/v2"])
    assert rows(first)["no/such/package"] == ["", "", ""]
    assert set(rows(listing())) == {"unicode/utf8", "math/rand/v2"}


def test_what_two_builds_add_at_the_same_time_is_kept(listing):
    first, second = listing(), listing()
    first.add(["unicode/utf8"])
    second.add(["math/rand/v2"])
    assert set(rows(second)) == set(rows(listing())) == {"unicode/utf8", "math/rand/v2"}


def test_threads_list_packages_in_one_folder_and_the_file_is_whole_at_any_time(listing, monkeypatch):
    first = listing()
    first.add(["strings"])
    both = threading.Barrier(9)

    def answer(command, **_):
        both.wait()
        [path] = command[command.index("--") + 1 :]
        return packages.process.Ended(0, f"{path}\t{path}\t/there\ttrue\n" + "other\tother\t\ttrue\n" * 10_000)

    monkeypatch.setattr(packages.process, "run", answer)
    paths = [f"p{n}" for n in range(8)]
    threads = [threading.Thread(target=first.add, args=([path],)) for path in paths]
    for thread in threads:
        thread.start()
    both.wait()
    while any(thread.is_alive() for thread in threads):
        assert "strings" in rows(first)
        first._write(packages._kept(first.key))  # as each question does
    assert set(rows(listing())) == {"strings", *paths}


def test_a_go_that_does_not_end_is_said_to_hang_and_nothing_to_be_missing(listing, monkeypatch):
    monkeypatch.setattr(packages.process, "run", lambda *_, **__: packages.process.Ended(-9, "", timed_out=True))
    with pytest.raises(gomagic.GoToolchainError, match=r"`go list` did not end within .*\n  hint: run `%go doctor`"):
        listing().add(["unicode/utf8"])


def test_flags_of_the_cell_alone_compile_no_package_anew(listing):
    assert listing().flags == ["-tags=x"]


def test_a_cell_lists_what_it_imports_and_what_is_missing(monkeypatch, own_cache):
    asked = []
    add = packages.Packages.add
    monkeypatch.setattr(packages.Packages, "add", lambda self, paths: asked.append(paths) or add(self, paths))
    source = 'import "index/suffixarray"\nvar _ = suffixarray.New\nfunc F() string { return pem.EncodeToMemory == nil }'
    with pytest.raises(gomagic.GoBuildError):
        gomagic.compile(source, "wrong")
    gomagic.compile(source.replace("string", "bool"), "right")
    assert asked == [["encoding/pem", "index/suffixarray"]]
