"""What of a cell Go is given to build, and what its words become for the reader."""

import pytest

from gomagic.build import inputs, sources, toolchain
from gomagic.source import cell


@pytest.fixture(scope="module")
def chain():
    return toolchain.find()


def found(chain, folder, body, line="lib"):
    return inputs.find(cell.parse(line, body), chain, folder, inputs.LIBRARY)


def test_a_cell_is_a_package_below_a_constant_main(chain, tmp_path, add):
    place = tmp_path / "cell"
    sources.write(place, found(chain, tmp_path, add), package="cell")
    assert sorted(str(path.relative_to(place)) for path in place.rglob("*.*")) == [
        *["cell.go", "go.mod", "go.work", "lib/main.go"]
    ]
    text = (place / "cell.go").read_text()
    assert text.endswith(add.replace("package main", "package cell"))
    assert (place / "lib" / "main.go").read_text().endswith("func main() {}\n")


def test_a_recorded_cell_brings_what_writes_its_last_words(chain, tmp_path, add):
    sources.write(tmp_path / "main", found(chain, tmp_path, add), package="main", recorded=True)
    assert (tmp_path / "main" / "crash.go").read_text().startswith("package main\n")


@pytest.mark.parametrize(
    ("line", "more", "must"),
    [
        ("lib", "", False),
        ("lib", 'var s = "%T"\n', True),
        ("lib", 'import "runtime"\nvar a, b, c, d = runtime.Caller(0)\n', True),
        ("lib", "// runtime.Caller(0) in a comment\n", False),
        ("lib", "//go:build linux\n", True),
        ("lib --flags \"'-ldflags=-X main.V=1'\"", "var V string\n", True),
    ],
)
def test_a_cell_that_could_tell_is_built_as_main(chain, tmp_path, add, line, more, must):
    body = f"{more}\n{add}" if more.startswith("//go:build") else add.replace('import "C"\n', f'import "C"\n{more}')
    assert sources.must_be_main(found(chain, tmp_path, body, line)) is must


def test_embedded_files_lie_where_nothing_of_ours_is_but_marked_files(chain, tmp_path):
    (tmp_path / "cell.go").write_text("no Go")
    body = 'import _ "embed"\n\n//go:embed *.go\nvar text string\n'
    given, place = found(chain, tmp_path, body), tmp_path / "work" / "main"
    sources.write(place, given, package="main")
    [named] = sources.target(place, given)
    assert named.endswith("_cell.go")
    assert (place / "beside" / "cell.go").read_text() == "no Go"
    assert sources.as_written(f"{place}/{named.removeprefix('./')}:3:1: x", given, place) == "cell.go:3:1: x"


def test_a_cell_that_embeds_nothing_is_built_as_its_package(chain, tmp_path, add):
    assert sources.target(tmp_path, found(chain, tmp_path, add)) == ["."]


def test_a_header_has_the_name_that_the_reader_has_given_it(chain, tmp_path, add):
    said = "../gomagic_headers/my.h:2:1: error: x"
    assert sources.as_written(said, found(chain, tmp_path, add), tmp_path / "main") == "my.h:2:1: error: x"
