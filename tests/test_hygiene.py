"""Each rule is seen to find its fault, and to be content without it."""

import inspect

import pytest
from chapters import chapter, code, exercise, text
from nbformat.v4 import new_output

from course import hygiene
from course.chapter import MEASURED, history, write


def found(rule, made):
    return [finding.what for finding in rule(made)]


def test_missing_execution_count_is_found(tmp_path):
    made = chapter(tmp_path, code("x = 1", count=1), code("x"))
    assert found(hygiene.counts, made) == ["the execution count is missing, not 2"]


def test_execution_out_of_order_is_found(tmp_path):
    made = chapter(tmp_path, code("x = 1", count=2), code("x", count=1))
    assert found(hygiene.counts, made) == ["the execution count is 2, not 1"]


def test_cells_executed_top_to_bottom_are_fine(tmp_path):
    assert found(hygiene.counts, chapter(tmp_path, code("x", count=1), text("so"), code("x", count=2))) == []


def test_unknown_tag_is_found(tmp_path):
    assert found(hygiene.known_tags, chapter(tmp_path, code("x", "exercize"))) == ["unknown tag `exercize`"]


def test_setup_cell_that_shows_something_is_found(tmp_path):
    made = chapter(tmp_path, code("%load_ext gomagic", "setup", out="fatal: no network"))
    assert found(hygiene.silent_setup, made) == ["the setup cell shows something"]


def test_trailing_semicolon_is_found_in_python_and_not_in_go(tmp_path):
    made = chapter(tmp_path, code("plt.plot(x);\n"), code("%%go x\nvar a = 1;"))
    assert [finding.cell for finding in hygiene.semicolons(made)] == [1]


@pytest.mark.parametrize("image", ["![](a.svg)", '<img src="a.svg">', '<img src="a.svg" alt=" ">'])
def test_image_without_alt_text_is_found(tmp_path, image):
    made = chapter(tmp_path, text(image))
    (made.path.parent / "a.svg").touch()
    assert found(hygiene.images, made) == ["the image `a.svg` has no alt text"]


@pytest.mark.parametrize("link", ["![A slice](b.svg)", '<img src="b.svg" alt="A slice">', "[next](b.svg#top)"])
def test_link_to_a_missing_file_is_found(tmp_path, link):
    assert found(hygiene.images, chapter(tmp_path, text(link)))[0].startswith("there is no file `b.svg")


def test_links_elsewhere_and_code_are_left_alone(tmp_path):
    source = "[Go](https://go.dev) [up](#top) `[n](x)`\n\n```go\nf[T](n)\n```"
    assert found(hygiene.images, chapter(tmp_path, text(source))) == []


@pytest.mark.parametrize("link", ["[b](02_b.ipynb#A-Go-pointer)", "[b](02_b.ipynb#A%20b)", "[here](#Here)"])
def test_link_to_a_heading_that_is_not_there_is_found(tmp_path, link):
    write(chapter(tmp_path, text("# B\n\n## A `Go` *pointer*!"), name="02_b"))
    assert [each.cell for each in hygiene.anchors(chapter(tmp_path, text(link)))] == [1]


def test_link_to_a_heading_is_found_as_jupyterlab_calls_it(tmp_path):
    write(chapter(tmp_path, text("# B\n\n## A `Go` *pointer*!"), name="02_b"))
    made = chapter(
        tmp_path, text("## Here\n\n[b](02_b.ipynb#A-Go-pointer!) [c](02_b.ipynb#A-Go-pointer%21) [d](#Here)")
    )
    assert found(hygiene.anchors, made) == []


def asked(*questions):
    return text("".join(f"<details><summary>{q}</summary>\n\nSo.\n\n</details>\n\n" for q in questions), "questions")


@pytest.mark.parametrize(
    ("cells", "whats"),
    [
        ([asked("A?", "B?", "C?", "D?")], []),
        ([asked("A?", "B?", "C?")], ["3 questions for the reader, 4 or 5 are right"]),
        ([asked("A?", "B?", "C?", "D")], ["`D` is no question with an answer"]),
        ([asked("A?", "B?", "C?", "`D`?")], ["``D`?` would show its backquotes"]),
        ([asked("A?")] * 2, ["2 cells are tagged `questions`, and one has to be"]),
    ],
)
def test_a_lesson_asks_the_reader(tmp_path, cells, whats):
    assert found(hygiene.questions, chapter(tmp_path, *cells)) == whats
    assert found(hygiene.questions, chapter(tmp_path, text("So."), name="00_welcome")) == []


def test_a_lesson_says_where_to_read_on(tmp_path):
    one = "**Read on:** [a](https://go.dev)"
    assert found(hygiene.reading_on, chapter(tmp_path, text(f"{one} and\n[b](https://python.org)."))) == []
    assert found(hygiene.reading_on, chapter(tmp_path, text(f"{one}."))) == [
        "the last cell does not say where to read on"
    ]
    assert found(hygiene.reading_on, chapter(tmp_path, text("So."), name="B_page")) == []


@pytest.mark.parametrize(
    ("out", "what"),
    [
        ("built /usr/lib/libc.so.6", "an absolute path, `/usr/lib/libc.so.6`"),
        ("<CDLL '/home/ada/x.so'>", "an absolute path, `/home/ada/x.so'>`"),
        ("took 12.5 ms", "a time, `12.5 ms`"),
        ("took 1.25 s", "a time, `1.25 s`"),
        ("3 µs per call", "a time, `3 µs`"),
        ("at 12:30:59", "a time, `12:30:59`"),
        ("<lib at 0x7f1234567890>", "an address, `0x7f1234567890`"),
    ],
)
def test_compared_output_that_changes_between_runs_is_found(tmp_path, out, what):
    assert found(hygiene.compared_outputs, chapter(tmp_path, code("f()", out=out))) == [f"the output shows {what}"]


@pytest.mark.parametrize(
    "out",
    [
        "[child process: stopped after 10 s]",
        "https://go.dev/doc/faq",
        "1/2 and a/b/c",
        "cell[3]:4:2",
        "0xff",
        "3 max",
        "<td>1</td></tr>",
    ],
)
def test_output_that_is_the_same_everywhere_is_fine(tmp_path, out):
    assert found(hygiene.compared_outputs, chapter(tmp_path, code("f()", out=out))) == []


def test_changing_output_is_fine_where_it_is_not_compared(tmp_path):
    assert found(hygiene.compared_outputs, chapter(tmp_path, code("f()", MEASURED, out="took 12.5 ms"))) == []


def test_measured_output_of_an_older_source_is_found(tmp_path):
    made = chapter(tmp_path, code("x = 1"), code("f(x)", MEASURED, out="2 ms"))
    made.notebook.cells[1].metadata.output_of = history(made.notebook, 1)
    assert found(hygiene.measured_outputs, made) == []
    made.notebook.cells[0].source = "x = 2"
    assert found(hygiene.measured_outputs, made) == ["the stored output is older than this cell or one above it"]


def test_error_is_found_unless_it_is_the_lesson(tmp_path):
    cells = [code("1 / 0"), code("1 / 0", "raises-exception")]
    for cell in cells:
        cell.outputs = [new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])]
    assert found(hygiene.errors, chapter(tmp_path, *cells)) == ["the cell fails: ZeroDivisionError: division by zero"]


def test_exercise_without_a_check_is_found(tmp_path):
    cells = exercise()
    del cells[1]
    made = chapter(tmp_path, *cells)
    assert found(hygiene.exercises, made) == ["the cell below the exercise is not `%%check double`"]


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        (text("word " * 121), "121 words of text, at most 120 read well"),
        (code("x = 1\n" * 16), "16 lines of code, at most 15 read well"),
        (code("%%go x\n" + "var x int\n" * 40), "41 lines of code, at most 40 read well"),
        (code("f()", out="line\n" * 16), "16 lines of output, at most 15 read well"),
    ],
)
def test_long_cell_is_found(tmp_path, cell, what):
    assert found(hygiene.sizes, chapter(tmp_path, cell)) == [what]


def test_cells_of_good_size_are_fine(tmp_path):
    closing = text("word " * 140 + "\n\n**Read on:** [a](https://go.dev), [b](https://python.org)")
    folded = text("word " * 200, "questions")
    cells = [text("word " * 120), folded, closing, code("x = 1\n" * 15), code("f()", out="line\n" * 15)]
    assert found(hygiene.sizes, chapter(tmp_path, *cells)) == []


def test_amounts_outside_what_reads_well_are_found(tmp_path):
    made = chapter(tmp_path, text("word " * 131), code("f()"), code("f()"), code("f()\n" * 300))
    assert found(hygiene.numbers, made) == [
        "minutes: 51, at most 40 reads well",
        "cells: 4, 25 to 65 reads well",
        "words: 131, 900 to 1800 reads well",
        "median words of a text cell: 131, 20 to 60 reads well",
        "exercises: 0, 2 to 4 reads well",
        "headings: 0, 5 to 12 reads well",
        "words before the first code: 131, at most 130 reads well",
        "code cells in a row: 3, at most 2 reads well",
        "percent of cells that show something: 0, 60 to 100 reads well",
    ]


def test_a_page_that_is_no_lesson_may_be_short(tmp_path):
    assert found(hygiene.numbers, chapter(tmp_path, text("hello"), code("1", out="1"), name="00_welcome")) == []


def test_a_table_to_look_things_up_in_may_be_long(tmp_path):
    made = chapter(tmp_path, text("word " * 300), code("1", out="1"), name="A_cheatsheet")
    assert list(hygiene.inspect(made)) == list(hygiene.counts(made))


def test_finding_says_where_what_and_how_to_cure_it(tmp_path):
    [finding] = hygiene.inspect(chapter(tmp_path, text("hi"), code("f();", count=1, out="1"), name="A_page"))
    assert str(finding) == (
        "A_page:2: the cell ends with `;`\n    | f();\n  hint: assign the result to a name, as in `_ = …`"
    )


def all_faults(folder):
    """A lesson with a fault for each rule, and each rule's name with what it says of that fault."""
    failing = code("1 / 0", count=9)
    failing.outputs = [new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])]
    cells = [
        code("", "setup", count=1, out="fatal"),
        text("word " * 120 + "![](a.svg) [x](#Nowhere)", "exercize"),
        code("x;", count=2, out="took 3 ms"),
        code("y", MEASURED, count=3, out="3 ms"),
        code("z", "exercise", count=4),
        failing,
    ]
    return chapter(folder, *cells), {
        "counts": "the execution count is 9, not 5",
        "known_tags": "unknown tag `exercize`",
        "silent_setup": "the setup cell shows something",
        "semicolons": "the cell ends with `;`",
        "images": "the image `a.svg` has no alt text",
        "compared_outputs": "the output shows a time, `3 ms`",
        "measured_outputs": "the stored output is older than this cell or one above it",
        "errors": "the cell fails: ZeroDivisionError: division by zero",
        "exercises": "an exercise is a `%%go NAME`, a `%%gorun --name NAME` or an `%%isolated … --name NAME` cell",
        "sizes": "122 words of text, at most 120 read well",
        "anchors": "no heading of 01_greeting.ipynb has the anchor `Nowhere`",
        "questions": "0 cells are tagged `questions`, and one has to be",
        "reading_on": "the last cell does not say where to read on",
        "numbers": "cells: 5, 25 to 65 reads well",
    }


def test_inspection_asks_every_rule(tmp_path):
    made, expected = all_faults(tmp_path)
    whats = [finding.what for finding in hygiene.inspect(made)]
    assert [name for name, what in expected.items() if what not in whats] == []


def test_every_rule_has_its_fault_above(tmp_path):
    takes_a_chapter = {
        name
        for name, function in vars(hygiene).items()
        if inspect.isgeneratorfunction(function) and function.__module__ == hygiene.__name__ and name[0] != "_"
    }
    assert takes_a_chapter == set(all_faults(tmp_path)[1])
