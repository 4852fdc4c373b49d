"""Which exercises of the notebooks in this folder have been passed.

The names of those that passed are kept in `.progress.json` beside the notebooks, so that they outlive the kernel and
do not depend on whether a notebook was saved. An exercise is what a cell `%%check NAME` of a notebook checks.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

FILE = ".progress.json"

_CHECK = re.compile(r"%%check[ \t]+(\w+)")
_passed: set[str] = set()  # where the folder cannot be written to, this kernel knows them at least


def note(name: str) -> None:
    """The exercise `name` has passed its check; written down where there are notebooks."""
    _passed.add(name)
    known = _known()
    if name not in known and any(Path().glob("*.ipynb")):
        with contextlib.suppress(OSError):
            Path(FILE).write_text(json.dumps(sorted({*known, name}), indent=0) + "\n", encoding="utf-8")


def report() -> str:
    """One line a notebook that has exercises, and a sum."""
    passed = _passed | _known()
    rows = [(notebook.stem, names) for notebook in sorted(Path().glob("*.ipynb")) if (names := _exercises(notebook))]
    if not rows:
        return "the notebooks in this folder have no exercises"
    width = max(len(name) for name, _ in rows)
    lines = []
    for chapter, names in rows:
        left = [name for name in names if name not in passed]
        open_ones = f"  still open: {', '.join(left)}" if left else ""
        lines.append(f"{chapter:<{width}}  {len(names) - len(left)} of {len(names)}{open_ones}")
    every = [name for _, names in rows for name in names]
    return "\n".join([*lines, f"{sum(name in passed for name in every)} of {len(every)} exercises passed"])


def _known() -> set[str]:
    try:
        found = json.loads(Path(FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()


def _exercises(notebook: Path) -> list[str]:
    """The names that the notebook's cells check, in their order; none where the file cannot be read."""
    return list(dict.fromkeys(_checked(notebook)))


def _checked(notebook: Path) -> Iterator[str]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for source in sources:
        if found := _CHECK.match(source):
            yield found[1]
