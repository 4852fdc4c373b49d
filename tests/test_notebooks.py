"""The notebooks of the course keep the rules: what `build.py check` looks for, and its warnings, too."""

import pytest

from course import hygiene, lint, navigation
from course.chapter import ROOT, read_course

COURSE = read_course(ROOT)


@pytest.fixture(params=COURSE, ids=lambda chapter: chapter.name)
def chapter(request):
    return request.param


def none(findings):
    """Fail on findings and show each with its cure; on warnings, too: they are for a chapter that is being written."""
    assert "\n".join(map(str, findings)) == ""


def test_notebook_keeps_the_rules(chapter):
    none(hygiene.inspect(chapter))


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
