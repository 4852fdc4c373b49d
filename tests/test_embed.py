"""The `//go:embed` lines of a text, read and written anew."""

import linear
import pytest

from gomagic.source import embed, gosource

TEXT = """package p

//go:embed a.txt "b c.txt" `d`
// go:embed not.this
var x string

var y = 1 //go:embed nor.this
"""


def test_patterns_are_those_of_lines_that_begin_with_the_directive():
    assert embed.patterns(gosource.scan(TEXT)) == ["a.txt", "b c.txt", "d"]


def test_what_follows_a_word_that_go_refuses_is_left_out():
    assert embed.patterns(gosource.scan('package p\n\n//go:embed a "b c\nvar x string\n')) == ["a"]


@pytest.mark.parametrize(
    ("pattern", "wild"), [("a*", True), ("a?", True), ("[a]", True), ("a\\b", True), ("a/b", False)]
)
def test_a_pattern_is_wild_if_it_can_match_more_than_its_name(pattern, wild):
    assert embed.is_wild(pattern) is wild


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [("a/b*", ["a", "b*"]), ("all:a", ["a"]), ("", []), ("a//b", []), ("../a", []), ("a/[", []), ("a\\", [])],
)
def test_a_pattern_that_go_refuses_has_no_parts(pattern, parts):
    assert embed.parts(pattern) == parts


@pytest.mark.parametrize("name", ["*", "a?", "[x]", "back\\slash", "plain.txt", "größer"])
def test_a_literal_matches_its_name_alone(name):
    assert embed.matches(embed.literal(name), name)
    assert not embed.matches(embed.literal(name), f"{name}x")


def test_patterns_are_replaced_where_they_stand_and_nothing_else_is():
    source = gosource.scan(TEXT)
    text = embed.renamed(source, {"d": ["one*", "two"]})
    assert text == TEXT.replace('a.txt "b c.txt" `d`', '"a.txt" "b c.txt" "one\\\\*" "two"')
    assert embed.patterns(gosource.scan(text)) == ["a.txt", "b c.txt", "one\\*", "two"]
    assert embed.renamed(source, {"other": ["x"]}) == TEXT


def test_a_directive_knows_where_its_patterns_stand():
    text = "package p\n\n\t//go:embed a b\nvar x string\n//go:embed c\nvar y string\n"
    assert [text[d.start : d.end].strip() for d in embed.directives(gosource.scan(text))] == ["a b", "c"]


def test_four_times_as_many_lines_take_about_four_times_as_long():
    def seconds(count):
        source = gosource.scan("//go:embed a\n" * count)
        assert len(embed.patterns(source)) == count
        return linear.seconds(lambda: embed.patterns(source))

    assert seconds(8000) < 8 * seconds(2000) + 0.05
