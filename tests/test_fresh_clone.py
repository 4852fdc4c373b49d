"""Test of the reader's first minutes: a fresh clone, `make lab`, the printed address, the end of it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import stranger

from gomagic.build import toolchain

ROOT = Path(__file__).resolve().parents[1]
STARTED = re.compile(r"http://localhost:\d+/lab/tree/notebooks/00_welcome\.ipynb\?token=\w+")
START_SECONDS = 600


def fetch(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.status, answer.read().decode()


def patiently(fetch, address):
    """Fetch from a server that may print its address a moment before it listens there."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return fetch(address)
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture(params=[pytest.param("shared caches"), pytest.param("empty caches", marks=pytest.mark.soak)])
def lab(request, tmp_path):
    """`make lab` in a clone of HEAD, running; yields its process and the address that it printed."""
    clone = tmp_path / "mein Klön"
    cloned = subprocess.run(["git", "clone", "--quiet", ROOT, clone], capture_output=True, text=True)
    if cloned.returncode:
        pytest.skip(f"this folder cannot be cloned: {cloned.stderr}")
    home = tmp_path / "home"
    home.mkdir()
    environment = stranger.environment(HOME=home, PYTHON=os.path.realpath(sys.executable))
    if request.param == "shared caches":
        cache = subprocess.check_output([sys.executable, "-m", "pip", "cache", "dir"], text=True)
        environment["PIP_CACHE_DIR"] = cache.strip()
        chain = toolchain.find()
        environment["GOCACHE"] = toolchain.check(chain)["GOCACHE"]  # the doctor compiles Go's standard library
    program = subprocess.Popen(
        ["make", "lab", "BROWSER=none"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    alarm = threading.Timer(START_SECONDS, os.killpg, (program.pid, signal.SIGKILL))
    alarm.start()
    said = []
    try:
        for line in program.stdout:
            said.append(line)
            if address := STARTED.search(line):
                break
        else:
            pytest.fail("`make lab` ended: " + "".join(said))
        yield program, address[0], "".join(said)
    finally:
        alarm.cancel()
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
        program.communicate()


@pytest.mark.proof
@pytest.mark.xdist_group("fresh clone")
def test_make_lab_in_a_fresh_clone_opens_the_welcome_notebook_and_stops_cleanly(lab):
    program, address, said = lab
    assert "Traceback" not in said
    assert "making .venv" in said

    assert patiently(fetch, address)[0] == 200
    status, notebook = fetch(address.replace("/lab/tree/", "/api/contents/"))
    assert (status, '"name": "00_welcome.ipynb"' in notebook) == (200, True)

    os.killpg(program.pid, signal.SIGTERM)
    rest, _ = program.communicate(timeout=30)  # returns when the last process that holds the output has ended
    assert "Traceback" not in rest
    with pytest.raises(urllib.error.URLError):
        fetch(address)
