import pytest

from gomagic.errors import GoBuildError
from gomagic.source import cell
from gomagic.source.magics import Go


def test_name_and_options_are_read():
    parsed = cell.parse('lib -v -f --flags "-tags x -trimpath" --expect-error --save out', "", number=3)
    assert parsed.name == "lib"
    assert parsed.options == Go(
        name="lib", verbose=True, force=True, flags=("-tags=x", "-trimpath"), expect_error=True, save="out"
    )


def test_a_cell_is_called_by_its_number_or_outside_a_notebook_by_its_name():
    assert cell.parse("lib", "", number=7).label == "cell[7]"
    assert cell.parse("lib", "").label == "lib"


def test_equal_texts_have_equal_tokens_whatever_their_name_and_number():
    assert cell.parse("a", "x", number=1).token == cell.parse("b", "x", number=2).token
    assert cell.parse("a", "x").token != cell.parse("a", "y").token


def test_lines_count_from_the_magic_and_the_blank_lines_above_it():
    parsed = cell.parse("lib", "one\ntwo\n", number=1, above=2)
    assert parsed.text_of(4) == "one"
    assert parsed.line_of(2) == 5
    assert parsed.text_of(2) == parsed.text_of(99) == ""
    assert parsed.file.split("\n")[3] == "one"  # gcc counts physical lines, from 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lib --foo", "cell[2]: unknown option `--foo`"),
        ("lib other", "cell[2]: one name is enough, `other` is left over"),
        ("1lib", "cell[2]: `1lib` cannot be a Python name"),
        ("class", "cell[2]: `class` cannot be a Python name"),
        ('lib --flags "-x', "cell[2]: a quote is opened and not closed"),
        ("lib --save", "cell[2]: `--save` needs a value"),
        ("lib --flags", "cell[2]: `--flags` needs a value"),
        ("lib --flags -race", "cell[2]: `-race` does not work in a library"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(line, words):
    with pytest.raises(GoBuildError) as caught:
        cell.parse(line, "", number=2)
    assert words in str(caught.value)
