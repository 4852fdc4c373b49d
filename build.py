"""Build the course: run its notebooks, keep their bars and index right, and check them.

python build.py run 03          execute a notebook (all without a name) and store its outputs
python build.py check           everything that must hold before a commit; writes nothing
python build.py --help          the other verbs
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course import verbs
from course.chapter import ROOT, NoChapter

VERBS = {
    "compile": verbs.compile_cells,
    "run": verbs.run,
    "nav": verbs.nav,
    "format": verbs.lay_out,
    "solve": verbs.solve,
    "check": verbs.check,
    "new": verbs.new,
    "rename": verbs.rename,
    "site": verbs.site,
    "messages": verbs.messages,
    "pictures": verbs.pictures,
}


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    """Do what the command line says, print each finding, and return 1 if there is one."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__.split("\n")[0])
    names = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        accepts = names.add_parser(name, help=verb.__doc__)
        if verb is verbs.new:
            accepts.add_argument("name", metavar="NN_name")
            accepts.add_argument("title")
        elif verb is verbs.rename:
            accepts.add_argument("names", nargs="+", metavar="OLD NEW")
        elif verb not in (verbs.site, verbs.messages, verbs.pictures):
            accepts.add_argument("names", nargs="*", metavar="NB")
    args = vars(parser.parse_args(argv))
    errors = 0
    try:
        for finding in VERBS[args.pop("verb")](root, **args):
            print(finding, flush=True)
            errors += 1
    except NoChapter as unknown:
        sys.exit(f"error: {unknown}")
    if errors:
        print(f"\n{errors} to put right")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
