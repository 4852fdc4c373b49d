"""What tests ask of processes."""

import contextlib
import os
import shutil
import tempfile
import time

import pytest


def assert_ends(pid, seconds):
    """Wait for the end of a process that is none of ours; it fails if that does not come in so many seconds."""
    deadline = time.monotonic() + seconds
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@contextlib.contextmanager
def for_another_user(library):
    """A copy of a library that any user may load, and the environment to do it in: `tmp_path` is root's alone."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        shutil.copyfile(library, f"{folder}/cell.so")
        yield f"{folder}/cell.so", {**os.environ, "GOMAGIC_CACHE": f"{folder}/cache"}
