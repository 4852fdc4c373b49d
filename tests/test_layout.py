"""The arrows between the modules run one way (`.github/CONTRIBUTING.md` draws them)."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "gomagic"

# Each module may import those below it.
FLOORS = [
    ["__main__"],
    ["__init__"],
    ["extension"],
    ["magic"],
    ["completion"],
    ["commands"],
    ["doctor", "standalone", "built"],
    ["child", "gotest"],
    ["plain", "compiler", "boundary"],
    ["library", "goerror", "generator", "gomodule", "program", "rehearsal"],
    ["refusal"],
    ["crash", "trace", "diagnostics", "capture", "module", "namespace", "replay"],
    ["mistakes"],
    ["toolchain", "cell"],
    ["workspace"],
    ["cache", "gosource", "process", "descriptor"],
    ["errors", "later"],
]
LEVEL = {name: height for height, names in enumerate(FLOORS) for name in names}


def imports(module):
    tree = ast.parse((PACKAGE / f"{module}.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gomagic":
            package = node.module in ("gomagic", "gomagic.later")
            yield from [a.name for a in node.names] if package else [node.module.split(".")[1]]


@pytest.mark.parametrize("module", sorted(path.stem for path in PACKAGE.glob("*.py")))
def test_a_module_imports_only_what_is_below_it(module):
    wrong = [name for name in imports(module) if name in LEVEL and LEVEL[name] <= LEVEL[module]]
    assert not [name for name in wrong if name != "__version__"]


def test_every_module_has_its_floor():
    assert sorted(LEVEL) == sorted(path.stem for path in PACKAGE.glob("*.py"))


def test_only_the_shells_modules_know_ipython():
    users = {
        path.stem for path in PACKAGE.glob("*.py") if re.search(r"^\s*(from|import) IPython", path.read_text(), re.M)
    }
    assert users <= {"magic", "capture"}


def test_compiler_and_library_do_not_know_each_other():
    assert "library" not in set(imports("compiler"))
    assert "compiler" not in set(imports("library"))


def test_only_the_compiler_runs_go_build():
    assert [path.stem for path in PACKAGE.glob("*.py") if '"build"' in path.read_text()] == ["compiler"]
