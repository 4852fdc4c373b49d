"""A program in a terminal of its own."""

import os
import re
import select
import subprocess
import sys
import time

SECONDS = 60  # for what comes last on a busy machine
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_TAKE_IT = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"


class Terminal:
    """Python code that has a terminal. What it shows is read without colours."""

    def __init__(self, code, **environment):
        self.leader, own = os.openpty()
        env = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm", **environment}
        command = [sys.executable, "-c", _TAKE_IT + code]
        self.child = subprocess.Popen(command, stdin=own, stdout=own, stderr=own, start_new_session=True, env=env)
        os.close(own)
        self._shown = ""

    def __enter__(self):
        return self

    def __exit__(self, *_raised):
        self.child.kill()
        self.child.wait()
        os.close(self.leader)

    def type(self, text):
        os.write(self.leader, text.encode())

    def until(self, text):
        """Wait for a text; returns what has been shown before it."""
        end = time.monotonic() + SECONDS
        while text not in self._shown:
            assert time.monotonic() < end, f"no {text!r} in {self._shown!r}"
            if select.select([self.leader], [], [], 0.1)[0]:
                more = os.read(self.leader, 1 << 16).decode(errors="replace")
                self._shown = _ESCAPES.sub("", self._shown + more)
        before, _, self._shown = self._shown.partition(text)
        return before
