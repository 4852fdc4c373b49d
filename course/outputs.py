"""What of a run is stored: the same text on every run and machine, and measured times until something above changes."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode, from_dict

from course.chapter import MEASURED, ROOT, Chapter, history, is_go, tags

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def tidy(chapter: Chapter) -> Chapter:
    """The chapter with only what is the same on every run and machine: tags, text in one piece, no times."""
    notebook = copy.deepcopy(chapter.notebook)
    notebook.metadata = from_dict(METADATA)
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        metadata = {"tags": tags(cell)} if tags(cell) else {}
        if "setup" in tags(cell):
            metadata["jupyter"] = {"source_hidden": True}  # folded: it is the same in every chapter
        if is_go(cell):
            metadata["magics_language"] = "go"  # nbconvert then colours the cell as Go
        if MEASURED in metadata.get("tags", ()) and "output_of" in cell.metadata:
            metadata["output_of"] = cell.metadata.output_of
        cell.metadata = from_dict(metadata)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
            if MEASURED in tags(cell):
                cell.outputs = [_without_home(output) for output in cell.outputs]
    return replace(chapter, notebook=notebook)


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs with neighbouring pieces of one stream made one: how text is cut differs between runs."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(copy.deepcopy(output))
    return joined


def _without_home(output: NotebookNode) -> NotebookNode:
    """The output without the folders of whoever ran it. Other outputs must not show any: hygiene says so."""

    def shorten(text: str) -> str:
        for folder, name in ((ROOT, "~/gomagic"), (Path.home(), "~")):
            text = re.sub(rf"(?<![\w/.]){re.escape(str(folder))}(?=[/\s:'\"]|$)", name, text)
        return text

    output = copy.deepcopy(output)
    for key in ("text", "evalue"):
        if key in output:
            output[key] = shorten(output[key])
    if "traceback" in output:
        output.traceback = [shorten(line) for line in output.traceback]
    for kind, text in output.get("data", {}).items():
        if kind.startswith("text/"):
            output.data[kind] = shorten(text)
    return output


def keep_measured(fresh: Chapter, stored: Chapter) -> Chapter:
    """The fresh chapter with the stored outputs of those measured cells for which nothing has changed.

    Times differ on every run, and only a cell that has changed, or one below such a cell, is worth a new one.
    To measure again nevertheless, clear the cell's output first.
    """
    notebook = copy.deepcopy(fresh.notebook)
    before = {cell.id: cell for cell in stored.notebook.cells}
    for position, cell in enumerate(notebook.cells):
        if MEASURED in tags(cell):
            old, now = before.get(cell.id), history(notebook, position)
            if old and old.outputs and old.metadata.get("output_of") == now:
                cell.outputs = copy.deepcopy(old.outputs)
            cell.metadata.output_of = now
    return replace(fresh, notebook=notebook)
