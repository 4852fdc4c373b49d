"""What a notebook says about itself: title, minutes, exercises, the history of a cell."""

import pytest
from chapters import DOUBLE, PYTHON, chapter, code, exercise, python_exercise, text

from course.chapter import choose, exercise_faults, exercises, history, includes_python, read, shown, words, write

NO_EXERCISE = "an exercise is a `%%go NAME`, a `%%gorun --name NAME` or an `%%isolated … --name NAME` cell"


def test_title_is_the_first_heading_of_the_text(tmp_path):
    cells = [text("# Bar", "nav"), text("hello\n\n# The smallest library\n\n## Why"), text("# Another")]
    assert chapter(tmp_path, *cells).title == "The smallest library"


def test_title_leaves_out_the_chapter_s_number(tmp_path):
    assert chapter(tmp_path, text("# 01 · Hello")).title == "Hello"


def test_title_without_a_heading_is_the_name_of_the_file(tmp_path):
    assert chapter(tmp_path, text("hello")).title == "01_greeting"


def test_minutes_come_from_words_and_lines_of_code(tmp_path):
    made = chapter(tmp_path, text("word " * 2000), code("x = 1\n\n" * 60))
    assert made.minutes == 20  # 2000 words at 200 a minute, 60 lines at 10 s


def test_minutes_leave_out_what_is_generated_or_folded(tmp_path):
    many = "word " * 2000
    made = chapter(tmp_path, text(many, "nav"), text(many, "solution"), code("x = 1\n" * 200, "setup"))
    assert made.minutes == 5


def test_words_leave_out_tags_comments_and_the_table_of_chapters():
    table = "<!-- chapters -->\n| 01 | [Hello](01_greeting.ipynb) |\n<!-- /chapters -->"
    assert words(f"one <b>two</b> <!-- three --> — four\n{table}") == 3


def test_exercise_gives_its_cell_with_the_solution_in_place(tmp_path):
    [found] = exercises(chapter(tmp_path, text("# Hello"), *exercise()).notebook)
    assert (found.position, found.name, found.line) == (1, "double", "%%go double")
    assert found.solved(found.solution) == f"%%go double\n{DOUBLE}"


def test_exercise_can_be_a_python_cell_with_a_name(tmp_path):
    [found] = exercises(chapter(tmp_path, *python_exercise()).notebook)
    assert (found.name, found.solved(found.solution)) == ("double", f"%%isolated a --name double\n{PYTHON}")
    cells = python_exercise()
    cells[3].source = cells[3].source.replace("```python", "```go")
    assert exercise_faults(cells) == ["the solution has 0 fences of python, not one"]
    cells[0].source = cells[0].source.replace("--name double", "")
    assert exercise_faults(cells) == [NO_EXERCISE]


def test_an_appendix_has_no_minutes(tmp_path):
    assert chapter(tmp_path, text("word " * 2000), name="B_what_kills").minutes == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda cells: cells[0].update(source="double = 2"),
            NO_EXERCISE,
        ),
        (lambda cells: cells.pop(1), "the cell below the exercise is not `%%check double`"),
        (
            lambda cells: cells[1].update(source="%%check other\nassert True"),
            "the cell below the exercise is not `%%check double`",
        ),
        (lambda cells: cells.pop(2), "the cell below the check is not a hint in `<details><summary>Hint</summary>`"),
        (lambda cells: cells.pop(3), "the cell below the hint is not tagged `solution`"),
        (
            lambda cells: cells[3].update(source=f"```go\n{DOUBLE}\n```"),
            "the solution is not in `<details><summary>Solution</summary>`",
        ),
        (
            lambda cells: cells[3].update(source=cells[3].source + "\n```go\nvar x int\n```"),
            "the solution has 2 fences of go, not one",
        ),
        (
            lambda cells: cells[3].update(source=cells[3].source.replace("```go", "```")),
            "the solution has 0 fences of go, not one",
        ),
    ],
)
def test_exercise_out_of_shape_is_named(change, fault):
    cells = exercise()
    change(cells)
    assert exercise_faults(cells) == [fault]


def test_exercise_can_be_a_program_with_a_name(tmp_path):
    cells = exercise()
    for cell in cells[:2]:
        cell.source = cell.source.replace("%%go double", "%%gorun --race --name double 4")
    (found,) = exercises(chapter(tmp_path, *cells).notebook)
    assert (found.name, found.line) == ("double", "%%gorun --race --name double 4")
    cells[0].source = cells[0].source.replace("--name double ", "")
    assert exercise_faults(cells) == [NO_EXERCISE]


def test_hint_of_more_than_sixty_words_is_a_fault():
    assert exercise_faults(exercise(hint="word " * 60)) == []
    assert exercise_faults(exercise(hint="word " * 61)) == ["the hint has 61 words, more than 60"]


def test_history_changes_with_a_code_cell_above(tmp_path):
    before = history(chapter(tmp_path, code("x = 1"), code("x")).notebook, 1)
    assert history(chapter(tmp_path, code("x = 2"), code("x")).notebook, 1) != before


def test_history_does_not_change_with_text_setup_or_cells_below(tmp_path):
    before = history(chapter(tmp_path, code("a", "setup"), text("one"), code("x = 1"), code("y")).notebook, 2)
    assert history(chapter(tmp_path, code("b", "setup"), text("two"), code("x = 1"), code("z")).notebook, 2) == before


def test_shown_text_has_no_colours():
    [output] = code("", out="\x1b[31mred\x1b[0m").outputs
    assert shown(output) == "red"


def test_write_leaves_an_equal_file_alone(tmp_path):
    made = chapter(tmp_path, text("# Hello"))
    assert write(made) is True
    assert write(read(made.path)) is False


@pytest.fixture
def course(tmp_path):
    return [chapter(tmp_path, text("# A"), name=name) for name in ("00_welcome", "01_greeting", "03_rows")]


@pytest.mark.parametrize("name", ["03", "03_rows", "notebooks/03_rows.ipynb"])
def test_chapter_is_chosen_by_number_name_or_path(course, name):
    assert choose(course, [name]) == [course[2]]


def test_all_chapters_are_chosen_without_a_name(course):
    assert choose(course, []) == course


@pytest.mark.parametrize("line", ["// #include <Python.h>", "#include <Python.h>", '// #include "data/embed.h"'])
def test_go_that_includes_pythons_headers_is_known(line):
    assert includes_python(f'package main\n\n{line}\nimport "C"\n')
    assert not includes_python(f'package main\n\nimport "C"\n\nvar text = `see {line}`\n')
