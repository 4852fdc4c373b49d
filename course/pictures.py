"""The README's pictures, taken of JupyterLab in Chromium: a chapter, and a cell that becomes a function."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

CHAPTER, HEADING = "01_plain_go.ipynb", "A Go function is a Python function"
GO = [
    "%%go stats\n",
    "func Mean(xs []float64) float64 {\n",
    "\ttotal := 0.0\n\tfor _, x := range xs {\n\t\ttotal += x\n\t}\n",
    "\treturn total / float64(len(xs))\n}",
]
PYTHON = ["stats.Mean", "([1, 2, 4.5])"]
STEP, REST = 700, 2500  # milliseconds that a picture of the animation stays
_COLOURS = 128  # more would be no more legible
# The line of a cursor blinks, and the mark of a cell that is ready comes and goes.
_STILL = ".cm-cursor, .jp-Notebook-ExecutionIndicator { visibility: hidden !important }"


def take(root: Path, folder: Path) -> Iterator[Path]:
    """Write the pictures into a folder; yields each. They are the same as long as JupyterLab and the course are."""
    for name, frames in (("readme_lab.png", _chapter(root)), ("readme_cell.gif", _cell())):
        first, *others = _few_colours(frames)
        # A still one is a picture without further ones; both kinds are written without a date.
        more: dict[str, Any] = {}
        if others:
            more = {"save_all": True, "append_images": others, "loop": 0, "disposal": 1}
            more["duration"] = [*[STEP] * len(others), REST]
        first.save(folder / name, optimize=True, **more)
        yield folder / name


def _few_colours(frames: list[Image.Image]) -> list[Image.Image]:
    """The pictures in few colours, the same in all: those of a sheet of them, as the palette of one fits no other."""
    width, height = frames[0].size
    sheet = Image.new("RGB", (width, height * len(frames)))
    for number, frame in enumerate(frames):
        sheet.paste(frame, (0, number * height))
    few = sheet.quantize(_COLOURS, dither=Image.Dither.NONE)
    return [few.crop((0, top, width, top + height)) for top in range(0, sheet.height, height)]


def _chapter(root: Path) -> list[Image.Image]:
    """JupyterLab with a chapter, as it is stored."""
    with _page(root, width=1000, height=680) as (server, page):
        page.goto(f"{server.address}lab/tree/notebooks/{CHAPTER}?reset")
        notebook = _opened(page)
        heading = page.get_by_role("heading", name=HEADING)
        heading.evaluate("each => each.closest('.jp-Cell').scrollIntoView({ block: 'start' })")
        notebook.cells.get_by_text("func", exact=True).first.wait_for()  # a word that has a colour of its own
        return [_picture(page)]


def _cell() -> list[Image.Image]:
    """A Go cell while it is written, run and called."""
    frames = []
    with _page(None, width=1000, height=440) as (server, page):
        server.write("mean.ipynb", "", "")
        page.goto(f"{server.address}lab/tree/mean.ipynb?reset")
        notebook = _opened(page)
        notebook.run("%load_ext")
        go, python = notebook.cells.nth(1), notebook.cells.nth(2)
        # Its left part: all lines are short, and in a narrow window JupyterLab has another layout.
        box = notebook.panel.locator(".jp-WindowedPanel-outer").first.bounding_box() | {"width": 620}
        for cell, parts in ((go, GO), (python, PYTHON)):
            cell.locator(".cm-line").first.click()
            for part in parts:
                page.keyboard.insert_text(part)
                frames.append(_picture(page, box))
            page.keyboard.press("Control+Enter")
            cell.locator(".jp-InputPrompt").get_by_text("[*]:").wait_for(state="detached")
            notebook.wait_for_kernel()
            frames.append(_picture(page, box))
    return frames


@contextmanager
def _page(root: Path | None, *, width: int, height: int) -> Iterator[tuple[Any, Any]]:
    """JupyterLab in a folder of its own, with the notebooks if a root is given, and an empty page, finely drawn."""
    from tests import lab

    with tempfile.TemporaryDirectory() as place:
        folder, private = Path(place, "course"), Path(place, "private")
        folder.mkdir()
        private.mkdir()
        if root:
            shutil.copytree(root / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
        with lab.chromium() as browser, lab.serve(folder, private) as server:
            page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5)
            page.set_default_timeout(lab.PATIENCE)
            yield server, page


def _opened(page: Any) -> Any:
    """The notebook on the page, alone."""
    from tests import lab

    notebook = lab.Notebook(page, Path())
    page.add_style_tag(content=_STILL)
    page.keyboard.press("Control+b")
    page.locator("#jp-left-stack").wait_for(state="hidden")
    return notebook


def _picture(page: Any, box: dict[str, float] | None = None) -> Image.Image:
    page.wait_for_timeout(400)  # for what moves to come to rest
    return Image.open(io.BytesIO(page.screenshot(clip=box, animations="disabled"))).convert("RGB")
