"""A real kernel, driven by its messages."""

import os
from datetime import datetime
from types import SimpleNamespace

from jupyter_client.manager import KernelManager

SECONDS = 60  # for the slowest cell on a busy machine


def environment(under_pytest):
    """Of a kernel: what it inherits from nbval, or from JupyterLab."""
    names = {"PYTHONUNBUFFERED", "PYTEST_CURRENT_TEST"}  # the first hides missing flushes
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return {**inherited, "PYTEST_CURRENT_TEST": "x"} if under_pytest else inherited


class Kernel:
    def __init__(self, under_pytest):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env=environment(under_pytest))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def restart(self, **changes):
        """Restart it as a notebook does, with another environment if that has changed."""
        env = {**environment(under_pytest=False), **changes}
        self.manager.restart_kernel(now=True, env={name: value for name, value in env.items() if value is not None})
        self.client.wait_for_ready(timeout=SECONDS)

    def run(self, code, answer=None):
        """Run a cell, answering its input(). Returns .outputs, a list of pairs in which the texts of one
        stream in a row are joined, .times: seconds before the end at which each of its messages was sent, and
        .cleared: what was taken away again."""
        request = self.client.execute(code, allow_stdin=answer is not None, stop_on_error=False)
        if answer is not None:
            self.client.get_stdin_msg(timeout=SECONDS)
            self.client.input(answer)
        outputs, sent, cleared = [], [], []
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            if kind == "stream" and outputs and outputs[-1][0] == content["name"]:
                outputs[-1] = (content["name"], outputs[-1][1] + content["text"])
            elif kind == "stream":
                outputs.append((content["name"], content["text"]))
            elif kind in ("display_data", "execute_result"):
                outputs.append(("display", content["data"]["text/plain"]))
            elif kind == "clear_output":
                cleared, outputs = outputs, []
            elif kind == "update_display_data":
                outputs.append(("update", content["data"]["text/plain"]))
            elif kind == "error":
                outputs.append(("error", content["ename"]))
            if kind == "stream":
                sent.append(message["header"]["date"])
        end = message["header"]["date"]
        return SimpleNamespace(
            outputs=outputs, times=[seconds_between(moment, end) for moment in sent], cleared=cleared
        )

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def seconds_between(start, end):
    start, end = (date if isinstance(date, datetime) else datetime.fromisoformat(date) for date in (start, end))
    return (end - start).total_seconds()
