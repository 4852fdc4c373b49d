"""Time cells in a real IPython shell, in this process or in a new one.

python session.py            reads two JSON lists of cells from stdin, prints the seconds that the second ones took
python session.py --serve    for each line of stdin, a list of cells, prints the seconds they took, in one shell
"""

import json
import os
import subprocess
import sys
import time

EDITING_SECONDS = 0.2
READING_SECONDS = 1.0  # after gomagic was loaded: what builds is imported meanwhile


class Session:
    """An IPython shell that tells how long its cells take."""

    def __init__(self):
        from IPython.core.interactiveshell import InteractiveShell

        self.shell = InteractiveShell.instance()
        self.shell.run_cell("None")  # the first cell of all sets up the rest of the shell

    def load(self, *extensions):
        """Load IPython extensions that are not loaded yet."""
        for name in extensions:
            self.shell.extension_manager.load_extension(name)

    def edited(self, *cells):
        """As `seconds`, after a moment in which somebody has edited a cell and nothing is built."""
        time.sleep(EDITING_SECONDS)
        return self.seconds(*cells)

    def seconds(self, *cells):
        """Run the cells one after the other; returns the seconds they took together. Raises what a cell raises."""
        total = 0.0
        for cell in cells:
            start = time.perf_counter()
            ran = self.shell.run_cell(cell)
            total += time.perf_counter() - start
            ran.raise_error()
        return total


def reading(seconds=READING_SECONDS):
    """A cell that takes as long as somebody reads."""
    return f"import time; time.sleep({seconds})"


def fresh(*cells, before=(), python=sys.executable):
    """Run the cells in a new process whose IPython shell is up; returns the seconds they took together.

    before: cells that are run first, and do not count. python: which one runs them.
    """
    # With compiled modules kept, as on a reader's machine: without them an import compares compilations.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [python, __file__]
    ended = subprocess.run(
        command, input=json.dumps([before, cells]), env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(ended.stdout.splitlines()[-1])


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        session, answers = Session(), os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)  # what cells and compilers print is no answer
        for line in sys.stdin:
            print(session.edited(*json.loads(line)), file=answers, flush=True)
    else:
        before, cells = json.load(sys.stdin)
        session = Session()
        session.seconds(*before)
        print(session.seconds(*cells))
