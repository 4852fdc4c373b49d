"""What Tab offers, through a real shell's completer."""

import pytest
from IPython.core.completer import provisionalcompleter

from gomagic.source import line as lines
from gomagic.source.magics import CELL_MAGICS

PROGRAM = '%%gorun --name tool\npackage main\n\nfunc main() { print("hi") }'


@pytest.fixture
def tab(shell, add):
    """`tab(typed)`: the words that Tab offers behind it, in a kernel with a library `lib` and a program `tool`."""
    shell(f"%%go lib\n{add}")
    shell(PROGRAM)
    del shell.names["lib"], shell.names["tool"]  # so that it is not Python's completion that offers them
    with provisionalcompleter():
        yield lambda typed: [each.text for each in shell.ipython.Completer.completions(typed, len(typed))]


OPTIONS = [
    (kind.magic, word.option) for kind in CELL_MAGICS for word in lines.declarations(kind).values() if word.option
]


@pytest.mark.parametrize(("magic", "option"), OPTIONS)
def test_every_option_is_offered(tab, magic, option):
    assert option in tab(f"{magic} ")
    assert option in tab(f"{magic} {option[:-1]}")


@pytest.mark.parametrize("typed", ["%%gotest ", "%%check ", "%%isolated ", "%%isolated tool ", "%%check --timeout 3 "])
def test_names_of_libraries_are_offered(tab, typed):
    assert "lib" in tab(typed)


@pytest.mark.parametrize(("typed", "offered"), [("%%check to", True), ("%%isolated to", True), ("%%gotest to", False)])
def test_names_of_programs_are_offered_where_they_can_be_used(tab, typed, offered):
    assert ("tool" in tab(typed)) is offered


@pytest.mark.parametrize(
    "typed",
    [
        "%%go --save ",
        "%%gorun --name tool x ",
        "%%gorun one --",
        "%%gotest lib -run ",
        "%%check --timeout 3 tool ",
        "%go version ",
    ],
)
def test_no_option_is_offered_where_none_can_stand(tab, typed):
    assert {text for text in tab(typed) if text.startswith("-") or text in ("lib", "doctor")} == set()


def test_a_second_name_is_offered_only_where_there_can_be_one(tab):
    assert "lib" not in tab("%%check tool l")
    assert "lib" in tab("%%isolated tool l")


@pytest.mark.parametrize("question", ["header", "symbols", "source"])
def test_questions_about_a_cell_offer_libraries(tab, question):
    assert question in tab("%go ")
    assert tab(f"%go {question} l")[:1] == ["lib"]


def test_the_question_with_options_offers_them_and_names_of_python(tab):
    assert {"--mem", "--seconds", "--cell"} <= {*tab("%go profile ")}
    assert tab("%go profile --mem --sec") == ["--seconds"]
    assert not {"--mem", "doctor"} & {*tab("%go profile li")}
