"""Small chapters for the tests of the course builder."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.chapter import Chapter

DOUBLE = """\
package main

import "C"

//export Double
func Double(n int) int {
	return 2 * n
}

func main() {}"""


def text(source, *tags):
    return _tagged(new_markdown_cell(source), tags)


def code(source, *tags, out="", count=None):
    """A code cell; out: the text on stdout that is stored with it."""
    outputs = [new_output("stream", name="stdout", text=out)] if out else []
    return _tagged(new_code_cell(source, outputs=outputs, execution_count=count), tags)


def exercise(name="double", hint="Go has `*`.", solution=DOUBLE):
    """The four cells of an exercise whose unsolved function returns its argument."""
    return [
        code(f"%%go {name}\n{DOUBLE.replace('2 * n', 'n')}", "exercise"),
        code(f"%%check {name}\nassert {name}.Double(4) == 8"),
        text(f"<details><summary>Hint</summary>\n\n{hint}\n\n</details>"),
        text(f"<details><summary>Solution</summary>\n\n```go\n{solution}\n```\n\n</details>", "solution"),
    ]


PYTHON = """\
def double(n):
    return 2 * n"""


def python_exercise(name="double", library="a"):
    """The same in Python: what is checked is a text."""
    return [
        code(f"%%isolated {library} --name {name}\n{PYTHON.replace('2 * n', 'n')}", "exercise"),
        code(f"%%check {name}\nassert double(4) == 8"),
        text("<details><summary>Hint</summary>\n\nPython has `*`.\n\n</details>"),
        text(f"<details><summary>Solution</summary>\n\n```python\n{PYTHON}\n```\n\n</details>", "solution"),
    ]


def chapter(folder, *cells, name="01_greeting"):
    """A chapter below `folder`, not written yet. Cells are numbered as ids so that chapters are equal on each run."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    (folder / "notebooks").mkdir(exist_ok=True)
    return Chapter(folder / "notebooks" / f"{name}.ipynb", new_notebook(cells=list(cells)))


def sources(made):
    return [cell.source for cell in made.notebook.cells]


def _tagged(cell, tags):
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell
