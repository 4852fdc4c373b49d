"""`%%isolated` and `%%check`: a Python cell in a new process, with the named Go cells there and nothing else.

The parent writes a job (JSON) and starts `python -m gomagic.run.isolated JOB`; the child runs it. What kills the
child leaves the kernel alone.
"""

from __future__ import annotations

import ast
import ctypes
import json
import linecache
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from gomagic.bind import crash, plain, signals, trace
from gomagic.build import cache, generator, process
from gomagic.run import program


def run(
    code: str,
    label: str,
    libraries: Mapping[str, Path],
    programs: Mapping[str, Path],
    labels: Mapping[str, str],
    *,
    seconds: float,
) -> str:
    """Run Python code in a child process; returns its output, then a line on how it ended.

    libraries: name -> library, loaded under that name. programs: name -> program, a function under that name.
    labels: compiled-in file name -> `cell[N]`.
    """
    ended, _ = _start(code, label, libraries, programs, seconds, checking=False)
    text = trace.tidy(ended.out, labels)
    manner = f"stopped after {seconds:g} s" if ended.timed_out else ended.manner
    return f"{text}[child process: {manner}]"


def check(code: str, label: str, libraries: Mapping[str, Path], programs: Mapping[str, Path], *, seconds: float) -> str:
    """Run the assertions of an exercise in a child process; returns `passed` or `not yet: …`, one line."""
    ended, verdict = _start(code, label, libraries, programs, seconds, checking=True)
    if ended.timed_out:
        return f"not yet: no answer within {seconds:g} s"
    return verdict or "not yet: the process died"


def _start(code, label, libraries, programs, seconds, *, checking):
    with cache.workplace() as place:
        job = {
            "code": code,
            "label": label,
            "libraries": {name: str(path) for name, path in libraries.items()},
            "programs": {name: str(path) for name, path in programs.items()},
            "verdict": str(place / "verdict") if checking else "",
        }
        (place / "job.json").write_text(json.dumps(job), encoding="utf-8")
        env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        env.pop(crash.VARIABLE, None)  # a death on purpose is nobody's post-mortem
        command = [sys.executable, "-u", "-m", "gomagic.run.isolated", place / "job.json"]
        ended = process.run(command, env=env, seconds=seconds)
        verdict = place / "verdict"
        return ended, verdict.read_text(encoding="utf-8") if verdict.is_file() else ""


def _main(job_file: str) -> int:
    if hasattr(signal, "SIGQUIT"):
        # Go ends by it. A kernel that a shell has started in the background ignores it, and hands that down.
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    code, label = job["code"], job["label"]
    # So that a traceback shows the reader's lines.
    linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)
    names = {name: _loaded(name, Path(path)) for name, path in job["libraries"].items()}
    names |= {name: program.bind(name, path) for name, path in job["programs"].items()}
    names["__name__"] = "__main__"
    try:
        _execute(code, label, names)
    except Exception as trouble:
        if job["verdict"]:
            Path(job["verdict"]).write_text(_reason(trouble, code, label), encoding="utf-8")
        else:
            print(_traceback(trouble, label), end="", file=sys.stderr)
        return 1
    if job["verdict"]:
        Path(job["verdict"]).write_text("passed", encoding="utf-8")
    return 0


def _loaded(name: str, path: Path):
    """What the name is bound to in the kernel, too. The parent puts `cell[N]` for the compiled-in file names."""
    is_plain = path.with_name(generator.MANIFEST).is_file()
    with signals.in_front():
        library = (ctypes.PyDLL if is_plain else ctypes.CDLL)(str(path))
    if not is_plain:
        return library
    manifest = json.loads(path.with_name(generator.MANIFEST).read_text(encoding="utf-8"))
    return plain.bind(library, manifest, name, _Itself(), {}).module


class _Itself(dict):
    """Labels of files whose labels only the parent knows."""

    def __contains__(self, name):
        return name.startswith("/gomagic/")

    def __missing__(self, name):
        return name


def _execute(code: str, label: str, names: dict) -> None:
    """Run the code as a cell is run: the value of a last expression is shown."""
    tree = ast.parse(code, label)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, label, "exec"), names)
    if last:
        exec(compile(ast.Interactive([last]), label, "single"), names)


def _traceback(trouble: Exception, label: str) -> str:
    """The traceback from the cell's own frames on."""
    frames = trouble.__traceback__
    while frames and frames.tb_frame.f_code.co_filename != label:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(trouble), trouble, frames))


def _reason(trouble: Exception, code: str, label: str) -> str:
    text = str(trouble).strip().split("\n")[0]
    if isinstance(trouble, AttributeError) and "undefined symbol: " in text:
        return f"not yet: the library has no function `{text.rsplit(': ', 1)[1]}`"
    if not isinstance(trouble, AssertionError):
        return f"not yet: {type(trouble).__name__}: {text}"
    return f"not yet: {text or _false_claim(trouble, code, label)}"


def _false_claim(trouble: Exception, code: str, label: str) -> str:
    """The text of the assertion that failed, for one without a message of its own."""
    line = next(f.lineno for f in traceback.extract_tb(trouble.__traceback__) if f.filename == label)
    claims = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert) and node.lineno <= line]
    claim = max(claims, key=lambda node: node.lineno)
    return f"`{ast.unparse(claim.test)}` is false"


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
