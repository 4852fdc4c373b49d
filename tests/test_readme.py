"""What the README shows is what one gets."""

import re
from pathlib import Path

import numpy as np
import pytest

from course import cheatsheet
from gomagic import GoPanic

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_cells_of_the_readme_give_what_stands_below_them(shell):
    go, python, said = re.search(r"```go\n(.*?)```.*?```python\n(.*?)```\n```\n(.*?)```", README, re.S).groups()
    shell.names["np"] = np
    assert shell(go).error is None
    assert repr(shell(python).result) == said.strip()
    assert isinstance(shell("stats.Mean([])").error, shell.names["stats"].ErrEmpty)


def test_an_index_out_of_range_is_a_panic_with_the_cells_line(shell):
    ran = shell("%%go readme\nfunc At(xs []int, i int) int { return xs[i] }")
    error = shell("readme.At([1], 1)").error
    assert isinstance(error, GoPanic)
    assert f"cell[{ran.number}]:2, in At" in str(error)


@pytest.mark.parametrize("magic", re.findall(r"^\| `(%%?\w+)", README, re.M))
def test_every_magic_of_the_table_exists(shell, magic):
    kind = "cell" if magic.startswith("%%") else "line"
    assert magic.strip("%") in shell.ipython.magics_manager.magics[kind]


def test_the_table_of_magics_is_that_of_their_declarations():
    [table] = re.findall(r"<!-- magics -->\n\n(.*?)\n\n<!-- /magics -->", README, re.S)
    assert table == cheatsheet.table()
    assert "| `%%gorun [ARGS…]` | run the cell as a Go program | `--race` `--name NAME` `--background` |\n" in table
