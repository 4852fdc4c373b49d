"""The notebooks of the course keep the rules: what `build.py check` looks for."""

import re

import pytest

from course import figures, hygiene, lint, navigation, solutions
from course.chapter import ROOT, exercises, read_course, shown

COURSE = read_course(ROOT)


@pytest.fixture(params=COURSE, ids=lambda chapter: chapter.name)
def chapter(request):
    return request.param


def none(findings):
    """Fail on findings and show each with its cure."""
    assert "\n".join(map(str, findings)) == ""


def test_notebook_keeps_the_rules(chapter):
    none(hygiene.inspect(chapter))


def test_drawings_and_charts_have_the_palette(chapter):
    none(figures.colours(chapter))


def test_every_figure_is_shown():
    none(figures.unused(ROOT, COURSE))


def test_each_exercise_has_wrong_solutions(chapter):
    none(solutions.listed(chapter))


def test_exercises_have_names_of_their_own():
    names = [exercise.name for chapter in COURSE for exercise in exercises(chapter.notebook)]
    assert sorted(names) == sorted(set(names))


def test_generated_cells_are_up_to_date(chapter):
    none(navigation.stale(chapter, COURSE))


def test_cells_are_laid_out_by_gofmt_and_ruff(chapter):
    none(lint.layout(chapter))


def test_ruff_has_nothing_to_say_of_the_python_cells(chapter):
    none(lint.ruff([chapter]))


def test_go_vet_has_nothing_to_say_of_any_go_cell():
    none(lint.vet(COURSE))


def test_table_of_chapters_in_the_readme_is_up_to_date():
    none(navigation.readme_faults((ROOT / "README.md").read_text(encoding="utf-8"), COURSE))


@pytest.mark.parametrize("question", ["%go doctor", "%go version\n%go env"])
def test_what_the_welcome_page_shows_of_a_machine_is_what_is_said_today(question, shell):
    """No run compares these outputs, as each machine has other ones; but their lines begin alike."""
    [cell] = [cell for cell in COURSE[0].notebook.cells if cell.source == question]
    stored = "".join(shown(output) for output in cell.outputs)
    said = "".join(shell(line).out for line in question.split("\n"))
    assert beginnings(stored) == beginnings(said)


def beginnings(text):
    """What each line is about: `ok    C compiler`, `GOROOT`."""
    return [re.match(r"(?:(?:ok|FAIL) +)?\S.*?(?=[:,] | {2}|$)", line)[0] for line in text.strip().split("\n")]


def test_the_version_names_all_that_it_promises():
    [cell] = [cell for cell in COURSE[0].notebook.cells if cell.source == "%go version\n%go env"]
    version = shown(cell.outputs[0]).split("\n")[0]
    assert re.sub(r"\d[\w.]*", "N", version) == "gomagic N, goN, C compiler `gcc`, Python N"
