"""An exercise is judged by what its check says without and with the solution."""

import pytest
from chapters import chapter, code, exercise, sources, text

from course import solutions
from course.chapter import exercises


def test_solution_and_check_are_repeated_below_each_exercise(tmp_path):
    made = chapter(tmp_path, *exercise("a"), text("and"), *exercise("b"))
    first_lines = [source.split("\n")[0] for source in sources(solutions.with_solutions(made))]
    assert first_lines[:4] == ["%%go a", "%%check a", "%%go a", "%%check a"]
    assert first_lines[7:11] == ["%%go b", "%%check b", "%%go b", "%%check b"]


@pytest.mark.parametrize(
    ("unsolved", "solved", "whats"),
    [
        ("not yet: 4", "passed", []),
        ("passed", "passed", ["unsolved, the check of `a` says `passed`"]),
        ("Traceback", "passed", ["unsolved, the check of `a` says `Traceback`"]),
        ("not yet: 4\nand", "passed", ["unsolved, the check of `a` says `not yet: 4\nand`"]),
        ("not yet: 4", "not yet: 8", ["with the solution in place, the check of `a` says `not yet: 8`"]),
        ("not yet: 4", "", ["with the solution in place, the check of `a` says ``"]),
    ],
)
def test_exercise_is_right_if_its_check_fails_and_then_passes(tmp_path, unsolved, solved, whats):
    made = chapter(tmp_path, *exercise("a"))
    worked = solutions.with_solutions(made)
    for position, said in ((1, unsolved), (3, solved)):
        worked.notebook.cells[position].outputs = code("", out=said).outputs
    [exercised] = exercises(made.notebook)
    assert [finding.what for finding in solutions.judge(made, exercised, worked)] == whats
