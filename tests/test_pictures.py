"""The README's pictures: small, described, and such as can be taken again."""

import re
from pathlib import Path

import pytest
from PIL import Image

from course import pictures

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "notebooks" / "figures"
FRAMES = {"readme_lab.png": 1, "readme_cell.gif": len(pictures.GO) + len(pictures.PYTHON) + 2}


@pytest.mark.parametrize("name", FRAMES)
def test_the_readme_describes_a_picture_that_is_small(name):
    text = (ROOT / "README.md").read_text()
    assert len(re.search(rf"!\[([^]]+(?:\[[^]]+\][^]]*)?)\]\(notebooks/figures/{name}\)", text)[1]) > 60
    assert (FIGURES / name).stat().st_size < 200_000


@pytest.mark.parametrize(("name", "frames"), FRAMES.items())
def test_a_picture_has_its_steps(name, frames):
    with Image.open(FIGURES / name) as picture:
        assert getattr(picture, "n_frames", 1) == frames


@pytest.mark.proof
@pytest.mark.xdist_group("jupyterlab")
def test_they_can_be_taken_again(tmp_path):
    for path in pictures.take(ROOT, tmp_path):
        with Image.open(path) as taken, Image.open(FIGURES / path.name) as stored:
            assert (taken.size, getattr(taken, "n_frames", 1)) == (stored.size, FRAMES[path.name])
            assert len(taken.convert("RGB").getcolors(1 << 20)) > 8  # it is not blank
