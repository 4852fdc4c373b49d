"""A plain cell becomes a library with its manifest and its shims; the next one with its imports is made by replay."""

import json

import pytest

from gomagic.build import gobuild, inputs, plainway, toolchain
from gomagic.build.cache import MANIFEST, SHIMS
from gomagic.errors import GoBuildError
from gomagic.source import cell

# No other test has these imports, so that nothing can be repeated yet.
BODY = """import (
	"encoding/ascii85"
	"strings"
)

func Loud(s string) string { return strings.ToUpper(s) }

func most() int { return ascii85.MaxEncodedLen(4) }
"""


@pytest.fixture
def make(tmp_path, own_cache):
    """`make(body)` builds in an empty workplace; returns what is told and the folder of what was made."""
    count = iter(range(10))

    def build(body):
        place = tmp_path / str(next(count))
        made = place / "made"
        made.mkdir(parents=True)
        found = inputs.find(cell.parse("lib", body), toolchain.find(), tmp_path, inputs.LIBRARY)
        return plainway.make(found, place, made, str), made

    return build


def test_library_manifest_and_shims_are_made_and_the_next_is_made_without_go_build(make, monkeypatch):
    told, made = make(BODY)
    assert sorted(path.name for path in made.iterdir()) == sorted([inputs.LIBRARY, MANIFEST, SHIMS])
    [loud] = json.loads((made / MANIFEST).read_text())["calls"]
    assert (loud["name"], loud["params"][0]["type"]) == ("Loud", "string")
    assert " build " in told.command
    monkeypatch.setattr(gobuild, "run", None)
    _, made = make(BODY.replace("ToUpper", "ToTitle"))
    assert (made / inputs.LIBRARY).is_file()


def test_a_mistake_has_its_line_and_nothing_of_the_commands_that_are_traced(make):
    with pytest.raises(GoBuildError) as caught:
        make(BODY.replace("strings.ToUpper(s)", "strings.ToUpper(t)"))
    assert [(fault.message, fault.where) for fault in caught.value.faults] == [("undefined: t", "lib:7:53")]
    assert "WORK=" not in str(caught.value)
