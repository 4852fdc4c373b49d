"""The notebooks of the course keep the rules: what `build.py check` looks for."""

import pytest

from course import figures, hygiene, lint, navigation, solutions
from course.chapter import ROOT, exercises, read_course

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
