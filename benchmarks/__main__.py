"""`make bench`: every benchmark of this folder. `--quick` makes one round of each, to see that they run."""

import sys

import edit_to_run

sys.exit(edit_to_run.main(sys.argv[1:]))
