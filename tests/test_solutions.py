"""An exercise is judged by what its check says without, with the wrong and with the right solutions."""

import nbformat
import pytest
from chapters import PYTHON, chapter, code, exercise, python_exercise, sources, text

from course import solutions
from course.chapter import exercises

WRONG = """# Wrong solutions of 01_greeting

## a
Adds.

```go
n + 2
```

Squares.

```go
n * n
```

## b

```python
double = lambda n: n + 2
```
"""


@pytest.fixture
def wrong(tmp_path):
    (tmp_path / "course" / "wrong").mkdir(parents=True)
    (tmp_path / "course" / "wrong" / "01_greeting.md").write_text(WRONG)


def test_solutions_and_checks_are_repeated_below_each_exercise(tmp_path, wrong):
    made = chapter(tmp_path, *exercise("a"), text("and"), *python_exercise("b"))
    worked = sources(solutions.with_solutions(made, solutions.wrong(made)))
    firsts = [source.split("\n")[0] for source in worked]
    assert firsts[:8] == ["%%go a", "%%check a"] * 4
    assert firsts[11:17] == ["%%isolated a --name b", "%%check b"] * 3
    assert worked[2:8:2] == ["%%go a\nn + 2", "%%go a\nn * n", f"%%go a\n{exercises_of(made)[0].solution}".rstrip()]
    assert worked[13:17:2] == [
        "%%isolated a --name b\ndouble = lambda n: n + 2",
        f"%%isolated a --name b\n{PYTHON}",
    ]


def exercises_of(made):
    return list(exercises(made.notebook))


def judged(made, **said):
    """The findings when the checks have said this: unsolved, wrong_0, …, solved."""
    known = solutions.wrong(made)
    worked = solutions.with_solutions(made, known)
    [exercised] = exercises_of(made)
    checks = [cell for cell in worked.notebook.cells if cell.source.startswith("%%check")]
    for cell, out in zip(checks, said.values(), strict=True):
        cell.outputs = code("", out=out).outputs
    return [finding.what for finding in solutions.judge(made, exercised, worked, known)]


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
    assert judged(chapter(tmp_path, *exercise("a")), unsolved=unsolved, solved=solved) == whats


@pytest.mark.parametrize("answer", ["passed", "", "not yet: the Go cell `a` does not compile"])
def test_a_wrong_solution_that_the_check_lets_pass_is_told(tmp_path, wrong, answer):
    made = chapter(tmp_path, *exercise("a"))
    good = {"unsolved": "not yet: 4", "first": "not yet: 6", "second": "not yet: 16", "solved": "passed"}
    assert judged(made, **good) == []
    [what] = judged(made, **good | {"second": answer})
    assert what.startswith(f"for wrong solution 2, the check of `a` says `{answer}`\nn * n")


def test_each_exercise_has_two_wrong_solutions_and_each_heading_an_exercise(tmp_path, wrong):
    made = chapter(tmp_path, *python_exercise("b"), *exercise("c"))
    assert [finding.what for finding in solutions.listed(made)] == [
        "`b` has 1 wrong solutions, and needs 2",
        "`c` has 0 wrong solutions, and needs 2",
        "course/wrong/01_greeting.md speaks of `a`, which is no exercise",
    ]
    assert list(solutions.listed(chapter(tmp_path, *exercise("a"), *python_exercise("b")))) != []


def test_a_line_that_comes_in_pieces_is_one_line():
    pieces = [nbformat.v4.new_output("stream", text=text) for text in ("not yet: ", "too few", "\n")]
    assert solutions._said(nbformat.v4.new_code_cell("", outputs=pieces)) == "not yet: too few"
