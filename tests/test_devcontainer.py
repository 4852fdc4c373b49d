"""What Codespaces and VS Code are told names what is here. Whether the container starts, only they can tell."""

import json
import re
from pathlib import Path

import bootstrap

ROOT = Path(__file__).resolve().parents[1]


def test_the_container_is_set_up_by_bootstrap_and_opens_the_first_chapter_with_its_python():
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    told = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    assert told["updateContentCommand"].split()[:3] == ["python3", "bootstrap.py", "&&"]
    [first] = told["customizations"]["codespaces"]["openFiles"]
    assert first == bootstrap.WELCOME.removeprefix("/lab/tree/")
    settings = told["customizations"]["vscode"]["settings"]
    python = Path(bootstrap.PYTHON).relative_to(bootstrap.ROOT)
    assert settings["python.defaultInterpreterPath"] == f"${{containerWorkspaceFolder}}/{python}"
    version = re.search(r":1-(3\.\d+)-", told["image"])[1]
    assert f"python{version}" in bootstrap.NEWER_PYTHONS
