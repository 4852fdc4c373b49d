"""The notebooks of the course keep the rules; sizes outside what reads well are warnings."""

import warnings

import pytest

import build
from course import hygiene, lint

COURSE = build.read_course(build.ROOT)


@pytest.fixture(params=COURSE, ids=lambda chapter: chapter.name)
def chapter(request):
    return request.param


def none(findings):
    """Fail on errors, showing each with its cure; pass warnings on."""
    errors = []
    for finding in findings:
        if finding.warning:
            warnings.warn(str(finding), stacklevel=2)
        else:
            errors.append(str(finding))
    assert not errors, "\n".join(errors)


def test_notebook_keeps_the_rules(chapter):
    none(hygiene.inspect(chapter))


def test_generated_cells_are_up_to_date(chapter):
    none(build.stale(chapter, COURSE))


def test_cells_are_laid_out_by_gofmt_and_ruff(chapter):
    none(lint.layout(chapter))


def test_ruff_has_nothing_to_say_of_the_python_cells(chapter):
    none(lint.ruff([chapter]))


def test_go_vet_has_nothing_to_say_of_any_go_cell():
    none(lint.vet(COURSE))


def test_table_of_chapters_in_the_readme_is_up_to_date():
    none(build.readme_table(build.ROOT, COURSE))
