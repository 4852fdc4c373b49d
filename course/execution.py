"""A chapter's cells at work: its Go cells built, the whole notebook executed."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course.chapter import Chapter, body, includes_python, is_to_build, magic
from course.finding import Finding, at
from gomagic.build import compiler, toolchain
from gomagic.errors import GoBuildError
from gomagic.run import program
from gomagic.source import cell as cells

CELL_SECONDS = 600  # the first Go cell on a cold cache builds the standard library


class CellFailed(Exception):
    """A cell that stops a notebook: its position and why."""

    def __init__(self, position: int, why: str):
        super().__init__(why)
        self.position, self.why = position, why


def execute(chapter: Chapter, folder: Path) -> Chapter:
    """Run all cells in a new kernel that works in `folder`; raises CellFailed."""
    notebook = copy.deepcopy(chapter.notebook)
    reached = []
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        extra_arguments=["--log-level=ERROR"],  # new kernels warn that they talk over TCP
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: reached.append(cell_index),
    )
    # As a reader's kernel has it: text that is not held back would hide a missing flush.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        client.execute(env=env)
    except CellExecutionError as error:
        raise CellFailed(reached[-1], f"{error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise CellFailed(reached[-1], f"it ran for more than {CELL_SECONDS} s") from None
    except DeadKernelError:
        raise CellFailed(reached[-1], "the kernel died") from None
    return replace(chapter, notebook=notebook)


def compiled(chapter: Chapter, position: int, chain: toolchain.Toolchain) -> Iterator[Finding]:
    node = chapter.notebook.cells[position]
    kind, line = magic(node)
    if kind not in ("go", "gorun") or not is_to_build(node) or includes_python(body(node)):
        return
    text = body(node) + "\n"  # IPython ends a cell with a newline, and the cache knows cells by their text
    above = len(node.source) - len(node.source.lstrip("\n"))
    try:
        if kind == "go":
            cell = cells.parse(line, text, number=node.execution_count, above=above)
            compiler.build(cell, chain, folder=chapter.path.parent)
        else:
            cell, _ = program.parse(line, text, number=node.execution_count, above=above)
            compiler.build_program(cell, chain, folder=chapter.path.parent)
    except GoBuildError as error:
        yield at(chapter, position, str(error), "mend the Go text, or `--expect-error`")
