"""Each word of the glossary is met where it says."""

import re

import pytest

from course.chapter import ROOT, read

FOLDER = ROOT / "notebooks"
ROW = re.compile(r"^\| \*\*(.+?)\*\* \| .+ \| (.+) \|$", re.MULTILINE)
ROWS = [
    (word, name)
    for cell in read(FOLDER / "C_glossary.ipynb").notebook.cells
    for word, places in ROW.findall(cell.source)
    for name in re.findall(r"\]\((\w+)\.ipynb\)", places)
]


def test_there_are_words():
    assert len(ROWS) > 60


@pytest.mark.parametrize(("word", "name"), ROWS)
def test_a_word_is_met_in_the_chapters_that_are_named(word, name):
    text = "\n".join(cell.source for cell in read(FOLDER / f"{name}.ipynb").notebook.cells).lower()
    assert any(part.strip().lower() in text for part in re.split(r"[,:] ?", word)), f"{name} does not speak of {word}"
