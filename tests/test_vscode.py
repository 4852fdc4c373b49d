"""Go cells have Go's colours in VS Code: the extension's grammar, by its text and by VS Code's own engine."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

import gomagic
from gomagic.source.magics import GO_MAGICS

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = ROOT / ".vscode" / "extensions" / "go-cells"
# VS Code's tokenizer, its regular expressions, and its grammars of Python and Go, as npm has them.
ENGINE = ["vscode-textmate@9.3.2", "vscode-oniguruma@2.0.1", "tm-grammars@1.32.22"]
GO = "meta.embedded.block.go"


@pytest.fixture(scope="module")
def declared():
    [grammar] = json.loads((EXTENSION / "package.json").read_text())["contributes"]["grammars"]
    return grammar


@pytest.fixture(scope="module")
def rule(declared):
    [rule] = json.loads((EXTENSION / declared["path"]).read_text())["patterns"]
    return rule


def test_the_editors_colour_the_cells_that_are_go(rule):
    lab = (ROOT / "gomagic/labextension/static/remoteEntry.js").read_text()
    named = [re.search(r"%%\((?:\?:)?([a-z|]+)\)", text)[1] for text in (rule["begin"], lab)]
    assert [{f"%%{name}" for name in names.split("|")} for names in named] == [{kind.magic for kind in GO_MAGICS}] * 2


@pytest.mark.parametrize("line", ["%%go", "%%go adder -v", "  %%gorun", '%%gotest adder -run "A b"'])
def test_a_line_of_a_go_magic_begins_go(rule, line):
    assert re.match(rule["begin"], line)


@pytest.mark.parametrize("line", ["%%gopher", "%go doctor", "# %%go", "%%isolated adder", "x = 5 %%go", "%%go,"])
def test_another_line_does_not(rule, line):
    assert not re.match(rule["begin"], line)


def test_the_extension_names_what_its_grammar_is_called_and_has_gomagics_version(declared, rule):
    assert json.loads((EXTENSION / declared["path"]).read_text())["scopeName"] == declared["scopeName"]
    assert declared["embeddedLanguages"] == {rule["contentName"]: "go"}
    assert json.loads((EXTENSION / "package.json").read_text())["version"] == gomagic.__version__


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    """`tokens(*cells)`: for each, the pieces of its text with their scopes, by VS Code's engine."""
    folder = tmp_path_factory.mktemp("engine")
    install = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
    got = subprocess.run([*install, *ENGINE], cwd=folder, capture_output=True, text=True, timeout=300)
    if got.returncode:
        end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        end(f"npm could not fetch VS Code's engine: {got.stderr[-500:]}")

    def ask(*cells):
        command = ["node", ROOT / "tests" / "textmate.js", EXTENSION]
        told = subprocess.check_output(command, cwd=folder, input=json.dumps(cells), text=True, timeout=60)
        return json.loads(told)

    return ask


@pytest.mark.proof
@pytest.mark.needs("node", "npm")
def test_vs_codes_engine_has_gos_scopes_below_the_line_and_pythons_elsewhere(tokens):
    go = "%%go adder -v\n// Add adds.\nfunc Add(def int) string {\n\treturn `\n%%go raw\n`\n}\nvar last = nil"
    python = ["x = '''\n%%go text\n'''\ndef f(): pass", "%%gopher\ndef f(): pass", "%%isolated adder\ndef f(): pass"]
    nested = "%%capture\n%%gotest adder\nfunc TestAdd(t *testing.T) {}"
    coloured, *texts, inner = tokens(go, *python, nested)

    scopes = dict(coloured)
    assert scopes["%%go"] == "source.python keyword.control.magic.go-cell"
    assert f"{GO} keyword.function.go" in scopes["func"]
    assert f"{GO} variable.parameter.go" in scopes["def"]
    assert "string.quoted.raw.go" in scopes["go raw"]  # a text in Go is not the line of a magic
    assert f"{GO} constant.language.null.go" in scopes["nil"]  # as far as the cell goes
    for pieces in texts:
        assert dict(pieces)["def"].endswith("storage.type.function.python")
        assert not any(GO in scope for _, scope in pieces)
    assert f"{GO} keyword.function.go" in dict(inner)["func"]
