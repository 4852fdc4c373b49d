"""What is declared is what is read, explained and answered."""

import re

import pytest

from gomagic.errors import GoBuildError
from gomagic.notebook import commands
from gomagic.source import line as lines
from gomagic.source import magics
from gomagic.source.magics import CELL, CELL_MAGICS, QUESTIONS, Check, Go, Gorun, Gotest, Isolated

NAMED = [(kind, "" if kind is Gorun else "lib") for kind in CELL_MAGICS]
OPTIONS = [
    pytest.param(kind, name, word, id=f"{kind.magic} {word}")
    for kind, name in NAMED
    for word in lines.declarations(kind).values()
    if word.option
]
VALUES = {"DIR": "out", "PATTERN": "Add", "NAME": "tool", "SECONDS": "2.5", '"…"': '"-tags x"'}


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        (
            Go,
            '-v --flags "-tags x" lib --save out -f',
            Go(name="lib", verbose=True, force=True, flags=("-tags", "x"), save="out"),
        ),
        (Go, "--expect-error", Go(expect_error=True)),
        (Gorun, "--race --name tool 4 --race", Gorun(race=True, name="tool", arguments=("4", "--race"))),
        (
            Gotest,
            "-run A -v lib --race --bench . --timeout 5",
            Gotest(name="lib", run="A", verbose=True, race=True, bench=".", timeout=5.0),
        ),
        (Isolated, "a --timeout 3 b", Isolated(names=("a", "b"), timeout=3.0)),
        (Check, "--timeout 3 lib", Check(name="lib", timeout=3.0)),
    ],
)
def test_a_line_is_read(kind, written, read):
    assert lines.read(kind, written, "cell[1]") == read


@pytest.mark.parametrize(("kind", "name", "word"), OPTIONS)
def test_an_option_stands_before_a_name_and_behind_it(kind, name, word):
    given = f"{word.option} {VALUES[word.metavar]}" if word.metavar else word.option
    before = lines.read(kind, f"{given} {name}", "cell[1]")
    assert before != lines.read(kind, name, "cell[1]")
    assert before == lines.read(kind, f"{name} {given}", "cell[1]")


@pytest.mark.parametrize(("kind", "name", "word"), OPTIONS)
def test_an_option_without_its_value_or_with_one_too_many_is_refused(kind, name, word):
    with pytest.raises(GoBuildError) as caught:
        lines.read(kind, f"{name} {word.option}" if word.metavar else f"{word.option}=x {name}", "cell[1]")
    assert f"`{word.option}` {'needs a value' if word.metavar else 'takes no value'}" in str(caught.value)


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_an_option_of_nobody_is_refused(kind, name):
    with pytest.raises(GoBuildError, match=r"cell\[1\]: unknown option `--nonsense`"):
        lines.read(kind, f"--nonsense {name}", "cell[1]")


@pytest.mark.parametrize("kind", [Gotest, Check])
def test_a_magic_about_a_cell_needs_its_name(kind):
    with pytest.raises(GoBuildError, match=r"cell\[1\]: the name of a Go cell is missing"):
        lines.read(kind, "--timeout 3", "cell[1]")


@pytest.mark.parametrize("kind", [Go, Gotest, Check])
def test_a_second_name_is_left_over(kind):
    with pytest.raises(GoBuildError, match=r"one name is enough, `b` is left over"):
        lines.read(kind, "a b", "cell[1]")


def test_every_question_has_its_answer():
    of_cells = {question.name for question in QUESTIONS if question.of == CELL}
    assert commands.ABOUT_A_CELL.keys() == of_cells
    assert commands.ABOUT_ALL.keys() == {question.name for question in QUESTIONS if not question.of}


@pytest.mark.parametrize("magic", ["%%go", "%%gorun", "%%gotest", "%%isolated", "%%check"])
def test_help_shows_the_declaration(shell, magic):
    [kind] = [kind for kind in CELL_MAGICS if kind.magic == magic]
    find = shell.ipython.find_cell_magic(magic.strip("%"))
    assert shell.ipython.inspector.info(find, magic)["docstring"].split() == lines.explained(kind).split()


def test_help_of_the_line_magic_lists_the_questions(shell):
    shown = shell.ipython.inspector.info(shell.ipython.find_line_magic("go"), "%go")["docstring"]
    assert re.search(r"^%go header NAME  +the C header of a Go cell$", shown, re.MULTILINE)
    assert shown.split() == magics.explained_questions().split()
