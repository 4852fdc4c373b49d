"""`python -m gomagic doctor`."""

from __future__ import annotations

import argparse
import sys

from gomagic import __version__
from gomagic.errors import GoToolchainError
from gomagic.run import doctor


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gomagic", description="Go in Jupyter")
    parser.add_argument("--version", action="version", version=f"gomagic {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor", help="is this machine ready: one line a check, and what cures a failure")
    parser.parse_args()
    try:
        return 0 if doctor.report() else 1
    except GoToolchainError as trouble:
        print(f"{type(trouble).__name__}: {trouble}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
