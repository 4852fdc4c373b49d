"""golib/environ: a plain cell has the environment of Python as it is when the cell's library is loaded."""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = """
var started = os.Getenv("D_SET")

func Started() string { return started }

func Get(name string) (string, bool) { return os.LookupEnv(name) }

func Set(name, value string) error { return os.Setenv(name, value) }

func Hour() int { return time.Unix(0, 0).Hour() }
"""

SCRIPT = f"""
import os, subprocess, sys, time
os.environ.update(D_SET="after the start", D_CHANGED="now", TZ="Asia/Tokyo")
os.environb[b"D_BYTES"] = b"\\xff="
del os.environ["D_GONE"]
import gomagic
go = gomagic.compile({SOURCE!r}, "environ")
assert go.Started() == "after the start"
assert go.Get("D_CHANGED") == ("now", True) and go.Get("D_KEPT") == ("é", True) and go.Get("D_GONE") == ("", False)
assert os.fsencode(go.Get("D_BYTES")[0]) == b"\\xff="
assert go.Hour() == 9
os.environ["D_SET"] = "later"
assert go.Get("D_SET")[0] == "after the start"
go.Set("D_OF_GO", "1")
assert "D_OF_GO" not in os.environ and go.Get("D_OF_GO") == ("1", True)
child = [sys.executable, "-c", "import os; print(os.environ.get('D_OF_GO'))"]
assert subprocess.run(child, capture_output=True, text=True).stdout == "1\\n"
assert subprocess.run(child, capture_output=True, text=True, env=dict(os.environ)).stdout == "None\\n"
"""


def test_go_has_the_environment_of_the_load_and_python_not_what_go_sets():
    started = {**os.environ, "D_KEPT": "é", "D_CHANGED": "before", "D_GONE": "1", "TZ": "UTC"}
    root = Path(__file__).parent.parent
    ended = subprocess.run([sys.executable, "-c", SCRIPT], env=started, cwd=root, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
