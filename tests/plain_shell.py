"""Run cells one after the other in an IPython shell of this process: `python plain_shell.py CELLS LEDGER REPORTS`.

CELLS: a file with a JSON list of sources. LEDGER: gets a line of JSON when a cell has ended, so that the first cell
without a line is the one that ended the process. REPORTS: the folder in which a sanitizer leaves its reports.
"""

import json
import os
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


def run(sources, ledger, reports):
    """Write to `ledger` what each cell printed, the error it raised, and which reports came."""
    shell = InteractiveShell.instance()
    preload, seen = os.environ.pop("LD_PRELOAD", None), set()
    for source in sources:
        # Compilers need no watching, which makes them four times as slow.
        if preload and not source.startswith("%%go"):
            os.environ["LD_PRELOAD"] = preload
        else:
            os.environ.pop("LD_PRELOAD", None)
        with capture_output() as shown:
            ran = shell.run_cell(source, store_history=True)
        error = ran.error_before_exec or ran.error_in_exec
        new = sorted(set(os.listdir(reports)) - seen)
        seen.update(new)
        line = {"out": shown.stdout, "error": f"{type(error).__name__}: {error}" if error else "", "reports": new}
        print(json.dumps(line), file=ledger, flush=True)


if __name__ == "__main__":
    cells, ledger, reports = sys.argv[1:]
    with open(ledger, "w", encoding="utf-8") as file:
        run(json.loads(Path(cells).read_text(encoding="utf-8")), file, reports)
