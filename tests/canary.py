"""Run gomagic's own tests on what comes next: `make canary`.

That is pre-releases of the packages that it stands on, and the newest Python and Go, pre-releases of Go included.

python tests/canary.py                      all of them
python tests/canary.py tests/test_magic.py  what pytest is told

What is bounded in pyproject.toml is not bounded here: to see what a version beyond brings is what this is for.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import stranger
import tomllib

import bootstrap
from gomagic.build import toolchain

ROOT = stranger.ROOT
PLACE = ROOT / "build" / "canary"
NEXT = ("jupyterlab", "notebook", "ipython", "ipykernel", "numpy", "pandas")  # notebook bounds JupyterLab
# These look at the repository, its lock and its pages, or build environments of their own.
OF_THE_REPOSITORY = ("bootstrap", "environment", "fresh_clone", "hygiene", "site", "stacks", "suite", "workflows")
SHOW = "import importlib.metadata as all; print(*(f'{n} {all.version(n)}' for n in %r), sep=', ')"


def main(chosen):
    """Make the environment anew, say what is in it, and run the tests; returns pytest's exit status."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    newest = next(filter(None, (stranger.interpreter(name.removeprefix("python")) for name in bootstrap.NEWER_PYTHONS)))
    allowed = [f"--prerelease-package={name}=allow" for name in NEXT]
    python = stranger.make_venv(PLACE / "venv", newest, *allowed, *requirements(), "--editable", ROOT)
    go = newest_go()
    print(subprocess.check_output([python, "--version"], text=True).strip(), flush=True)
    print(subprocess.check_output([python, "-c", SHOW % (NEXT,)], text=True).strip(), flush=True)
    print(subprocess.check_output([go, "version"], text=True).strip(), flush=True)
    path = os.pathsep.join([str(python.parent), str(go.parent), os.environ["PATH"]])
    settings = {"PATH": path, "GOMAGIC_CACHE": PLACE / "cache", "PYTHONDONTWRITEBYTECODE": 1}
    tests = ["-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    tests += [f"--ignore=tests/test_{name}.py" for name in OF_THE_REPOSITORY]
    tests += chosen or ["tests"]
    return subprocess.call([python, "-m", "pytest", *tests], cwd=ROOT, env=stranger.environment(**settings))


def requirements():
    """What pyproject.toml asks for the course and the tests; of NEXT any version, pre-releases included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["lab"], *extras["test"]]
    named = {re.match(r"[\w-]+", each)[0]: each for each in asked}
    return [name if name in NEXT else each for name, each in named.items()]


def newest_go():
    """The `go` of the newest release or pre-release, which the Go that is here fetches."""
    chain = toolchain.find()
    env = {**chain.env, "GOFLAGS": "", "GOWORK": "off"}
    listed = subprocess.check_output([chain.go, "list", "-m", "-versions", "go"], cwd=PLACE, env=env, text=True)
    env["GOTOOLCHAIN"] = "go" + listed.split()[-1]
    root = subprocess.check_output([chain.go, "env", "GOROOT"], cwd=PLACE, env=env, text=True)
    return Path(root.strip()) / "bin" / "go"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
