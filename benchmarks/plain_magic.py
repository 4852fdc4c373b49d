"""The reference: the magic that anybody would write first. It calls plain `go build` each time and keeps nothing.

%%plain NAME [MODULE@VERSION]    a module of others that the cell imports
"""

import ctypes
import functools
import subprocess
import tempfile
from pathlib import Path

from gomagic.build import toolchain


def load_ipython_extension(shell):
    chain = toolchain.find()  # the same Go and C compiler as gomagic's

    def plain(line, body):
        name, *modules = line.split()
        folder = Path(tempfile.mkdtemp())
        (folder / "cell.go").write_text(body)
        command = [chain.go, "build", "-buildmode=c-shared", "-o", "cell.so", "cell.go"]
        for module in modules:
            for file, text in required(module, chain).items():
                (folder / file).write_text(text)
        subprocess.run(command, cwd=folder, env=chain.env, check=True)
        shell.push({name: ctypes.CDLL(str(folder / "cell.so"))})

    shell.register_magic_function(plain, "cell")


@functools.cache
def required(module, chain):
    """The go.mod and go.sum of a module that requires another one, once for all cells."""
    with tempfile.TemporaryDirectory() as folder:
        for command in (["mod", "init", "cell"], ["get", module]):
            subprocess.run([chain.go, *command], cwd=folder, env=chain.env, check=True, capture_output=True)
        return {name: Path(folder, name).read_text() for name in ("go.mod", "go.sum")}
