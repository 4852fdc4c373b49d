"""The types of the manifest are those of what golib/cellgen writes."""

import json
import runpy
import typing

import pytest

from gomagic.build import compiler, toolchain
from gomagic.build import manifest as types
from gomagic.build.cache import MANIFEST
from gomagic.source import cell

SOURCE = """
// Limit is how many there may be.
const Limit = 3

// ErrFull says that there are more.
var ErrFull = errors.New("full")

var Count int

func Put(xs []int, by float64) (int, error) {
	if len(xs) > Limit {
		return 0, ErrFull
	}
	return len(xs) * int(by), nil
}

func Later(c *unsafe.Pointer) {}

func Quit() { os.Exit(1) }
"""


@pytest.fixture(scope="module")
def manifest(own_cache):
    built = compiler.build(cell.parse("lib", SOURCE), toolchain.find())
    return json.loads(built.path.with_name(MANIFEST).read_text(encoding="utf-8"))


@pytest.fixture
def fits(monkeypatch):
    """`fits(found, declared)`: whether a JSON object has the keys of the TypedDict of that name, and maybe more."""
    monkeypatch.setattr(typing, "TYPE_CHECKING", True)  # so mypy reads them
    read = runpy.run_path(types.__file__)
    return lambda found, declared: read[declared].__required_keys__ <= found.keys()


def test_a_manifest_has_what_its_type_declares(manifest, fits):
    assert fits(manifest, "Manifest")
    parts = {"calls": "Call", "constants": "Constant", "left_out": "Remark", "dangers": "Remark"}
    for key, declared in parts.items():
        assert manifest[key], f"the cell has no {key}"
        assert [item for item in manifest[key] if not fits(item, declared)] == []


def test_parameters_and_results_have_what_their_type_declares(manifest, fits):
    values = [value for call in manifest["calls"] for value in [*call["params"], *call["results"]]]
    assert [value for value in values if not fits(value, "Value")] == []


def test_the_compiler_has_judged_each_parameter(manifest):
    [put] = [call for call in manifest["calls"] if call["name"] == "Put"]
    assert [param["flags"] for param in put["params"]] == [0, 0]


def test_roles_are_those_that_are_declared(manifest):
    roles = {call["name"]: call["role"] for call in manifest["calls"]}
    assert roles.keys() >= {"Put", "Quit", "Count", "ErrFull"}
    assert {call["role"] for call in manifest["calls"]} == {"function", "get", "set", "sentinel"}
