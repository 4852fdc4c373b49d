"""Lists of Go's structs in a notebook: tables, and lists all the same."""

import html
import re

import pytest

SOURCE = """
type Trade struct { Name string; Price float64; Hot bool; Raw []byte }
type Other struct { N int }
func Load(n int) []Trade {
	all := make([]Trade, n)
	for i := range all {
		all[i] = Trade{"a<b", float64(i) / 4, true, make([]byte, 1000)}
	}
	return all
}
func Held() []*Other { return []*Other{{1}, {2}} }
"""


@pytest.fixture
def page(interactive_shell):
    """The HTML that a notebook gets of an object; None if there is none."""
    interactive_shell.display_formatter.format(None)  # what is shown first
    return interactive_shell.display_formatter.formatters["text/html"]


@pytest.fixture(scope="module")
def go(interactive_shell):
    interactive_shell.run_cell_magic("go", "trades", SOURCE)
    return interactive_shell.user_ns["trades"]


def cells(page):
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall("<tr>(.*?)</tr>", page)]


def test_a_list_of_structs_is_a_table_and_stays_a_list(go, page):
    trades = go.Load(2)
    shown = page(trades)
    assert type(trades) is list
    assert cells(shown)[0] == ["", "Name", "Price", "Hot", "Raw"]
    assert cells(shown)[2][:4] == ["1", "a&lt;b", "0.25", "True"]
    assert len(html.unescape(cells(shown)[2][4])) == 61 and shown.endswith("2 Trade</div>")
    assert cells(page(go.Held()))[1:] == [["0", "1"], ["1", "2"]]


def test_a_long_list_is_cut_and_counted(go, page):
    shown = page(go.Load(1234))
    assert len(cells(shown)) == 21
    assert shown.endswith("1,234 Trade, the first 20 of them here</div>")


def test_other_lists_are_shown_as_ever(go, page, interactive_shell):
    mixed = [*go.Load(1), go.Other(1)]
    assert [page(thing) for thing in ([], [1], mixed, [None, *mixed], [*mixed[:1], None])] == [None] * 5

    class Own(list):
        def _repr_html_(self):
            return "own"

    assert page(Own(go.Load(1))) == "own"


def test_who_had_shown_lists_before_goes_on_and_gets_them_back(go, page, interactive_shell):
    from gomagic.notebook import lists

    lists.uninstall(interactive_shell)
    assert page(go.Load(1)) is None
    page.for_type(list, lambda items: "theirs")
    lists.install(interactive_shell)
    assert page(go.Load(1)) == "theirs"
    lists.uninstall(interactive_shell)
    assert page([1]) == "theirs"
    page.pop(list)
    lists.install(interactive_shell)
    assert page([1]) is None
