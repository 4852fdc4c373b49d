"""What this Python runs in, as each place says by its environment, and how a package is installed there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from gomagic.source.record import Record


class Host(Record):
    """A place that notebooks run in. before: what has to be done before pip can install anything.
    anew: how Python is started anew there, so that it sees what has been cured."""

    name: str
    before: str = ""
    anew: str = "restart the kernel"
    pip: str = "%pip"

    def install(self, package: str) -> str:
        """What brings a package of PyPI."""
        return f"{self.before}run `{self.pip} install {package}`"

    def program(self, words: str) -> str:
        """How a program is called there."""
        return f"`!{words}`" if self.pip.startswith("%") else f"`{words}`"


# Kaggle stands first: its images are made of Colab's.
_BY_VARIABLE = {
    "KAGGLE_KERNEL_RUN_TYPE": Host("Kaggle", "switch on Internet in the notebook's settings, ", "restart the session"),
    "COLAB_RELEASE_TAG": Host("Colab", anew="restart the session"),
    "DEEPNOTE_PROJECT_ID": Host("Deepnote"),
    "BINDER_LAUNCH_HOST": Host("Binder"),
    "CODESPACES": Host("Codespaces", "choose the kernel `.venv`, or "),
    "VSCODE_PID": Host("VS Code", "choose the kernel `.venv` if there is one, or "),
}
_MARIMO = Host("marimo", pip="python -m pip", anew="restart the notebook")
_IPYTHON = Host("IPython")
_SHELL = Host("a shell", pip=f"{sys.executable} -m pip", anew="")


def find(ipython: str = "", environ: Mapping[str, str] = os.environ) -> Host:
    """Find out where this is. ipython: the shell in which `%go` was asked, such as "IPython 9.1"; empty without one."""
    if ipython:
        found = next((host for name, host in _BY_VARIABLE.items() if name in environ), _IPYTHON)
        return found._replace(name=ipython if found is _IPYTHON else f"{found.name}, {ipython}")
    marimo = sys.modules.get("marimo")
    return _MARIMO if marimo is not None and marimo.running_in_notebook() else _SHELL
