"""The cells of a new chapter: one of each kind, in the order in which a chapter has them."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

OPENING = """\
# {title}

We will …, and look at …. You need the chapters before this one."""

GO = """\
%%go twice
package main

import "C"

//export Twice
func Twice(n int) int {
	return 2 * n
}

func main() {}"""

CALL = "twice.Twice(21)"

EXERCISE = """\
## Your turn: three times

Make `Triple` return three times its argument."""

UNSOLVED = """\
%%go triple
package main

import "C"

//export Triple
func Triple(n int) int {
	return n // your turn
}

func main() {}"""

CHECK = """\
%%check triple
assert triple.Triple(14) == 42, f"Triple(14) is {triple.Triple(14)}, and should be 42\""""

HINT = """\
<details><summary>Hint</summary>

Go multiplies with `*`, as Python does.

</details>"""

SOLUTION = """\
<details><summary>Solution</summary>

```go
package main

import "C"

//export Triple
func Triple(n int) int {
	return 3 * n
}

func main() {}
```

</details>"""

CLOSING = """\
## What we have seen

- …"""


def cells(title: str) -> list[NotebookNode]:
    """The cells with their tags; the generated ones are left to `navigation.navigate`."""
    return [
        new_markdown_cell(OPENING.format(title=title)),
        new_markdown_cell("## A heading states a finding\n\nSay it, show it, run it, look at it."),
        new_code_cell(GO),
        new_markdown_cell("One sentence between two cells."),
        new_code_cell(CALL),
        new_markdown_cell(EXERCISE),
        new_code_cell(UNSOLVED, metadata={"tags": ["exercise"]}),
        new_code_cell(CHECK),
        new_markdown_cell(HINT),
        new_markdown_cell(SOLUTION, metadata={"tags": ["solution"]}),
        new_markdown_cell(CLOSING),
    ]
