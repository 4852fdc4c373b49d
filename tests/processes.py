"""What tests ask of processes."""

import os
import time

import pytest


def assert_ends(pid, seconds):
    """Wait for the end of a process that is none of ours; it fails if that does not come in so many seconds."""
    deadline = time.monotonic() + seconds
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
