"""What a plain Go cell takes from the packages that it imports: constants, types, names."""

import datetime
import os
import sys

import pytest

import gomagic
from gomagic import GoBuildError

SOURCE = """
//go:debug panicnil=1

import (
	. "math"
	"go-json"
)

const Day = 24 * time.Hour
const ReadOnly = os.O_RDONLY
const side = 1 << 1

var N = len(os.Args)
var Lines, errLines = os.ReadFile("no such file")
var Root = Sqrt(16)
var Cells [side * side]float64
var Named = json.Name()

type Words = []string

// Swallows tells whether panic(nil) is none, as in Go before 1.21.
func Swallows() (ok bool) { defer func() { ok = recover() == nil }(); panic(nil) }
func Count(w Words) int { return len(w) }
func Corner(cells [side * side]float64) float64 { return cells[len(cells)-1] }
func Failed() bool { return errLines != nil }
"""


@pytest.fixture(scope="module")
def go(own_cache, tmp_path_factory):
    """The cell, in a folder of a module with a package `json` at `go-json`."""
    folder = tmp_path_factory.mktemp("module")
    (folder / "go.mod").write_text("module go-json\n\ngo 1.25.0\n")
    (folder / "json.go").write_text('package json\n\nfunc Name() string { return "json" }\n')
    back = os.getcwd()
    os.chdir(folder)
    try:
        yield gomagic.compile(SOURCE, "imports")
    finally:
        os.chdir(back)


def test_constants_of_other_packages_count(go):
    assert (go.Day, go.ReadOnly) == (datetime.timedelta(days=1), os.O_RDONLY)


def test_variables_have_the_type_of_what_they_begin_with(go):
    assert (go.N, go.Lines, go.Root) == (len(sys.orig_argv), b"", 4.0)
    assert go.Failed() is True


def test_the_length_of_an_array_is_a_constant(go):
    assert len(go.Cells) == 4
    assert go.Corner([1.0, 2.0, 3.0, 4.0]) == 4.0


def test_an_alias_is_what_it_stands_for(go):
    assert go.Count(["a", "b"]) == 2


def test_a_package_is_called_what_it_calls_itself(go):
    assert go.Named == "json"


def test_a_go_debug_line_at_the_top_of_a_cell_counts(go):
    assert go.Swallows() is True


def test_a_go_debug_line_that_go_does_not_know_is_shown(own_cache):
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.compile("// Doc.\n//go:debug nosuch=1\nfunc F() {}\n", "debugged")
    assert caught.value.where == "debugged:2:1"


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("func F(s string) string { return strings.Uper(s) }", "did you mean `strings.ToUpper`?"),
        ('import "strings"\nfunc F(s string) string { return strings.Uper(s) }', "did you mean `strings.ToUpper`?"),
        ("func F(b *bytes.Buffer) { b.WriteStrng(``) }", "did you mean `WriteString`?"),
        ("type P struct{ Wide int }\nfunc F() int { return P{Wid: 1}.Wide }", "did you mean `Wide`?"),
        ("func F(s string) string { return strngs.ToUpper(s) }", "the standard library has `strings`"),
    ],
)
def test_a_misspelt_member_is_answered_with_the_nearest_one_that_exists(source, hint):
    with pytest.raises(GoBuildError) as caught:
        gomagic.compile(source, "misspelt")
    assert [fault.hint for fault in caught.value.faults] == [hint]
