"""gopls is asked as its protocol wants it, and nobody waits for it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import assert_ends

from gomagic.build import toolchain
from gomagic.run import gopls

TEXT = "package main\n\nfunc F(s string) string { return strings.To(s) }\n"


@pytest.fixture
def fake(tmp_path):
    """A program that answers as gopls does, see tests/lsp.py; .heard() is what it was told."""
    program = tmp_path / "bin" / "gopls"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{Path(__file__).with_name('lsp.py').read_text()}")
    program.chmod(0o755)
    return program


@pytest.fixture
def start(fake, tmp_path):
    """`start()` gives a Gopls that talks to the fake."""
    running = []

    def begin(**settings):
        env = {**os.environ, "FAKE_LOG": str(tmp_path / "log"), **settings}
        made = gopls.Gopls(str(fake), tmp_path, env)
        running.append(made)
        made.complete(tmp_path / "cell.go", TEXT, 2, 3, 0.0)  # the first question starts it
        deadline = time.monotonic() + 30
        while made._started not in made._answers and time.monotonic() < deadline:
            time.sleep(0.01)
        return made

    yield begin
    for made in running:
        made.stop()


def test_it_tells_the_text_and_what_it_asks_for_comes_back(start, tmp_path):
    server, file = start(), tmp_path / "cell.go"
    assert server.complete(file, TEXT, 2, 43, 30) == [("Fake", "function", "func()"), ("other", "instance", "int")]
    assert server.explain(file, TEXT + "\n", 2, 42, 30) == "func Fake()"
    assert server.explain(file, TEXT, 2, 44, 30) == "func Fake()"  # in the middle of a word
    assert server.explain(file, "f( )", 0, 3, 30) == "Fake(n int)\n\nDoes nothing."
    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    texts = [message["params"] for message in told if message.get("method", "").startswith("textDocument/did")]
    assert texts[0]["textDocument"]["text"] == TEXT
    assert texts[1] == {
        "textDocument": {"uri": file.as_uri(), "version": 2},
        "contentChanges": [{"text": TEXT + "\n"}],
    }
    answers = [message for message in told if message.get("id") == "ask"]
    assert answers[:1] == [{"jsonrpc": "2.0", "id": "ask", "result": None}]


def test_what_takes_long_is_not_waited_for_and_then_hardly_at_all(start, tmp_path):
    server, file = start(FAKE_SECONDS="0.5"), tmp_path / "cell.go"
    begun = time.monotonic()
    assert server.complete(file, TEXT, 2, 43, 0.2) == []
    assert server.complete(file, TEXT, 2, 43, 60) == []  # it is still at the first question
    assert time.monotonic() - begun < 0.5
    deadline = time.monotonic() + 30
    while server._late and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.complete(file, TEXT, 2, 43, 30)[0][0] == "Fake"


def test_one_that_has_ended_answers_nothing(start, tmp_path):
    server = start()
    server._child.kill()
    server._child.wait()
    assert (server.complete(tmp_path / "cell.go", TEXT, 2, 43, 30), server.is_running) == ([], False)


def test_it_is_found_where_go_installs_it(fake, tmp_path):
    folder = str(fake.parent)
    assert gopls.find({"PATH": folder}) == gopls.find({"PATH": "/", "GOBIN": folder}) == str(fake)
    (tmp_path / "go").symlink_to(tmp_path)
    assert gopls.find({"PATH": "/", "HOME": str(tmp_path)}) == f"{tmp_path}/go/bin/gopls"
    assert gopls.find({"PATH": "/"}) is None


def test_it_ends_with_this_process_however_that_ends(fake, tmp_path):
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom gomagic.run import gopls\n"
        f"made = gopls.Gopls({str(fake)!r}, Path({str(tmp_path)!r}), os.environ)\n"
        "print(made._child.pid, flush=True)\nsys.stdin.read()"
    )
    env = {**os.environ, "FAKE_LOG": str(tmp_path / "log")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    kernel = subprocess.Popen([sys.executable, "-c", program], env=env, **pipes)
    child = int(kernel.stdout.readline())
    kernel.kill()
    kernel.communicate()
    assert_ends(child, 30)


def test_the_real_one_answers(real_gopls, tmp_path):
    chain, program = toolchain.find(), f"{real_gopls}/gopls"
    (tmp_path / "go.mod").write_text("module cell\n\ngo 1.25\n")
    text = TEXT.replace("main\n", 'main; import "strings"\n', 1)
    server, file = gopls.Gopls(program, tmp_path, {**chain.env, "GOWORK": "off"}), tmp_path / "cell.go"
    deadline = time.monotonic() + 60
    while not (found := server.complete(file, text, 2, 43, 5)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert ("ToUpper", "function", "func(s string) string") in found
    said = server.explain(file, text.replace(".To(", ".ToUpper("), 2, 43, 30)
    assert said.startswith("func strings.ToUpper(s string) string\n")
    text = f"{text}\nfunc G() {{ beside. }}\n".replace("To(s)", "ToUpper(s)").replace(
        '"strings"', '"strings"; import "cell/beside"'
    )
    assert server.complete(file, text, 4, 18, 5) == []
    (tmp_path / "beside").mkdir()
    new = tmp_path / "beside" / "new.go"
    for name, was_there in (("First", False), ("Second", True)):
        new.write_text(f"package beside\n\nfunc {name}() {{}}\n")
        server.look({new: was_there})
        while server.complete(file, text, 4, 18, 5) != [(name, "function", "func()")]:
            assert time.monotonic() < deadline
    server.stop()
