"""gopls, the Go team's language server, asked what may stand in a file and what stands there.

It is a child that ends with this process: its input ends then. No answer is waited for longer than the reader would
notice; what comes later is dropped.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

MODULE = "golang.org/x/tools/gopls"
FITTING = {"1.25": "v0.21.1", "1.26": "v0.23.0"}  # the newest that these compile; newer ones of Go take the latest
_LITTLE = 0.1  # seconds, for one that starts, or has not answered in time: others may know something at once
# No snippets: they are for editors. Nothing is looked for that nobody sees, as are names that only resemble one.
_OPTIONS = {
    "completionBudget": "100ms",
    "deepCompletion": False,
    "diagnosticsTrigger": "Save",
    "linkTarget": "",
    "matcher": "CaseInsensitive",
    "usePlaceholders": False,
}
_WANTED = {
    "workspace": {"configuration": False},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": False}, "contextSupport": True},
        "hover": {"contentFormat": ["plaintext"]},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["plaintext"]}},
    },
}
_CREATED, _CHANGED, _DELETED = 1, 2, 3  # files, in LSP's numbers
# LSP's kinds of completions, in the words of Jupyter's.
_KINDS = {2: "function", 3: "function", 4: "function", 7: "class", 8: "class", 9: "module", 14: "keyword", 22: "class"}


def find(env: Mapping[str, str]) -> str | None:
    """The program: on PATH, or where `go install` puts it."""
    home = env.get("HOME", "")
    places = [env.get("GOBIN", ""), *(f"{place}/bin" for place in env.get("GOPATH", "").split(os.pathsep) if place)]
    places += [f"{home}/go/bin"] if home else []
    return shutil.which("gopls", path=os.pathsep.join([env.get("PATH", ""), *filter(None, places)]))


class Gopls:
    """A running gopls for the Go files of one folder."""

    def __init__(self, program: str, folder: Path, env: Mapping[str, str]):
        self.folder = folder
        self._answers: dict[int, Any] = {}
        self._late: set[int] = set()  # questions for whose answers nobody waits any longer
        self._here = threading.Condition()
        self._writes = threading.Lock()
        self._number = 0
        self._versions: dict[Path, int] = {}
        self._child = subprocess.Popen(
            [program, "serve"],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the reader's own
        )
        atexit.register(self.stop)
        threading.Thread(target=self._listen, daemon=True).start()
        begun = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "capabilities": _WANTED,
            "initializationOptions": _OPTIONS,
        }
        self._started = self._send("initialize", begun)
        self._is_ready = False

    @property
    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._child.poll() is None

    def stop(self) -> None:
        """End it."""
        atexit.unregister(self.stop)
        self._child.kill()
        self._child.wait()

    def look(self, files: Mapping[Path, bool]) -> None:
        """Tell it which files on the disk are other ones now, each with whether it was there before."""
        events = [
            {"uri": file.as_uri(), "type": (_CHANGED if was_there else _CREATED) if file.exists() else _DELETED}
            for file, was_there in files.items()
        ]
        if self._is_ready:  # before, it has read nothing
            with contextlib.suppress(OSError):  # it has ended
                self._send("workspace/didChangeWatchedFiles", {"changes": events}, is_question=False)

    def complete(self, file: Path, text: str, line: int, column: int, seconds: float) -> list[tuple[str, str, str]]:
        """What may stand at a place of a file that has this text: names, what each is, and its type.

        line, column: from 0, in UTF-16 as LSP counts. Empty where there is no answer in time.
        """
        answer = self._asked("textDocument/completion", file, text, line, column, seconds)
        items = answer.get("items", []) if isinstance(answer, dict) else answer or []
        return [(_written(item), _KINDS.get(item.get("kind", 0), "instance"), item.get("detail", "")) for item in items]

    def explain(self, file: Path, text: str, line: int, column: int, seconds: float) -> str:
        """What stands at a place: its declaration and comment, or the function that is being called there."""
        here = text.split("\n")[line][max(column - 1, 0) : column + 1]
        methods = ["textDocument/hover", "textDocument/signatureHelp"]
        deadline = time.monotonic() + seconds
        for method in methods if re.search(r"\w", here) else reversed(methods):
            left = max(deadline - time.monotonic(), 0.0)
            answer = self._asked(method, file, text, line, column, left) or {}
            signature = (answer.get("signatures") or [{}])[0]
            parts = [_plain(answer.get("contents")), signature.get("label"), _plain(signature.get("documentation"))]
            if said := "\n\n".join(part.strip() for part in parts if part):
                return said
        return ""

    def _asked(self, method: str, file: Path, text: str, line: int, column: int, seconds: float) -> Any:
        is_late = not self._is_ready or bool(self._late)
        deadline = time.monotonic() + (min(seconds, _LITTLE) if is_late else seconds)
        try:
            if not self._is_ready:
                if self._wait(self._started, deadline) is None:
                    return None  # it goes on starting
                self._is_ready = True
                self._send("initialized", {}, is_question=False)
            self._tell(file, text)
            place = {"line": line, "character": column}
            return self._wait(self._send(method, {"textDocument": {"uri": file.as_uri()}, "position": place}), deadline)
        except OSError:  # it has ended
            return None

    def _tell(self, file: Path, text: str) -> None:
        """Tell it what a file's text is now."""
        version = self._versions[file] = self._versions.get(file, 0) + 1
        if version == 1:
            document = {"uri": file.as_uri(), "languageId": "go", "version": version, "text": text}
            self._send("textDocument/didOpen", {"textDocument": document}, is_question=False)
        else:
            of = {"uri": file.as_uri(), "version": version}
            change = {"textDocument": of, "contentChanges": [{"text": text}]}
            self._send("textDocument/didChange", change, is_question=False)

    def _send(self, method: str, params: object, *, is_question: bool = True) -> int:
        message: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
        if is_question:
            self._number += 1
            message["id"] = self._number
        self._write(message)
        return self._number

    def _write(self, message: object) -> None:
        data = json.dumps(message).encode()
        stdin = self._child.stdin
        assert stdin
        with self._writes:
            stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
            stdin.flush()

    def _wait(self, number: int, deadline: float) -> Any:
        """The answer to a question, or None if it does not come in time."""
        with self._here:
            while number not in self._answers and self.is_running and (left := deadline - time.monotonic()) > 0:
                self._here.wait(left)
            if number not in self._answers:
                self._late.add(number)
            return self._answers.pop(number, None)

    def _listen(self) -> None:
        stdout = self._child.stdout
        assert stdout
        with contextlib.suppress(OSError, ValueError):
            while (message := _read(stdout)) is not None:
                if "method" in message:
                    if "id" in message:  # it asks us for what we have not got
                        self._write({"jsonrpc": "2.0", "id": message["id"], "result": None})
                    continue
                with self._here:
                    number = message.get("id")
                    if number not in self._late or number == self._started:
                        self._answers[number] = message.get("result") or {}
                    self._late.discard(number)
                    self._here.notify_all()
        with self._here:
            self._here.notify_all()


def _read(stream: IO[bytes]) -> Any:
    """The next message, None at the end."""
    size = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    return json.loads(stream.read(size)) if size else None


def _written(item: Mapping[str, Any]) -> str:
    edit = item.get("textEdit") or {}
    return str(edit.get("newText") or item.get("insertText") or item["label"])


def _plain(text: object) -> str:
    return str(text.get("value", "")) if isinstance(text, dict) else str(text or "")
