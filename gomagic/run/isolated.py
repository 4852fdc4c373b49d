"""`%%isolated` and `%%check`: a Python cell in a new process, with the named Go cells there and nothing else.

The parent writes a job (JSON) and starts `python -m gomagic.run.isolated JOB`; the child runs it. What kills the
child leaves the kernel alone.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import json
import linecache
import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gomagic.bind import crash, library, plain, trace
from gomagic.bind.module import GoModule
from gomagic.bind.travel import Origin
from gomagic.build import cache, process
from gomagic.run import displays, program
from gomagic.source.cell import Cell

PASSED = "passed"
_FORMS = {
    "": "_repr_mimebundle_",
    "text/html": "_repr_html_",
    "text/latex": "_repr_latex_",
    "text/markdown": "_repr_markdown_",
    "image/jpeg": "_repr_jpeg_",
    "image/png": "_repr_png_",
    "image/svg+xml": "_repr_svg_",
}


def run(
    code: str,
    label: str,
    libraries: Mapping[str, Path],
    programs: Mapping[str, Path],
    labels: Mapping[str, str],
    *,
    seconds: float,
    channel: displays.Channel | None = None,
) -> str:
    """Run Python code in a child process; returns its output, then a line on how it ended.

    libraries: name -> library, loaded under that name. programs: name -> program, a function under that name.
    labels: compiled-in file name -> `cell[N]`. channel: where displays are found that the output names.
    """
    ended, _, recorded = _start([(code, label)], libraries, programs, seconds, checking=False, channel=channel)
    if ended.code == -signal.SIGABRT and not recorded:
        recorded = trace.unrecorded(ended.out)
    text = trace.tidy(ended.out, labels, recorded)
    manner = f"stopped after {seconds:g} s" if ended.timed_out else ended.manner
    return f"{text}[child process: {manner}]"


def check(
    code: str,
    label: str,
    libraries: Mapping[str, Path],
    programs: Mapping[str, Path],
    before: Sequence[tuple[str, str]] = (),
    *,
    seconds: float,
) -> str:
    """Run the assertions of an exercise in a child process; returns PASSED or `not yet: …`, one line.

    before: what runs first under the same names, code and label each.
    """
    ended, verdict, _ = _start([*before, (code, label)], libraries, programs, seconds, checking=True)
    if ended.timed_out:
        return f"not yet: no answer within {seconds:g} s"
    return verdict or "not yet: the process died"


def _start(
    parts: Sequence[tuple[str, str]],
    libraries: Mapping[str, Path],
    programs: Mapping[str, Path],
    seconds: float,
    *,
    checking: bool,
    channel: displays.Channel | None = None,
) -> tuple[process.Ended, str, list[str]]:
    """Run the child; returns how it ended, its verdict, and its last traces, which are nobody's post-mortem."""
    with cache.workplace() as place:
        job = {
            "parts": parts,
            "libraries": {name: str(path) for name, path in libraries.items()},
            "programs": {name: str(path) for name, path in programs.items()},
            "verdict": str(place / "verdict") if checking else "",
        }
        (place / "job.json").write_text(json.dumps(job), encoding="utf-8")
        (place / "crash").mkdir()
        env = {**os.environ, "PYTHONIOENCODING": "utf-8:backslashreplace", crash.VARIABLE: str(place / "crash")}
        command: list[str | Path] = [sys.executable, "-u", "-m", "gomagic.run.isolated", place / "job.json"]

        def environment(fd: int) -> dict[str, str]:
            return env | (channel.variable(fd) if channel else {})

        ended = process.run(command, env=environment, seconds=seconds)
        verdict = place / "verdict"
        said = verdict.read_text(encoding="utf-8") if verdict.is_file() else ""
        return ended, said, crash.recorded(place / "crash")


def _main(job_file: str) -> int:
    if hasattr(signal, "SIGQUIT"):
        # Go ends by it. A kernel that a shell has started in the background ignores it, and hands that down.
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    parts = job["parts"]
    sys.displayhook = _show
    for code, label in parts:  # so that a traceback shows the reader's lines
        linecache.cache[label] = (len(code), None, code.splitlines(keepends=True), label)
    try:
        names = _libraries({name: Path(path) for name, path in job["libraries"].items()})
        names |= {name: program.bind(name, Path(path)) for name, path in job["programs"].items()}
        names["__name__"] = "__main__"
        for code, label in parts:
            _execute(code, label, names, claims=bool(job["verdict"]))
    except SystemExit:
        raise
    except BaseException as trouble:
        if job["verdict"]:
            _write(job["verdict"], _reason(trouble))
        else:
            print(_traceback(trouble, parts[-1][1]), end="", file=sys.stderr)
        return 1
    if job["verdict"]:
        _write(job["verdict"], PASSED)
    return 0


def _write(file: str, verdict: str) -> None:
    Path(file).write_text(verdict, encoding="utf-8", errors="backslashreplace")


def _libraries(paths: Mapping[str, Path]) -> dict[str, Any]:
    """What the names are bound to; two names of one file are two cells."""
    names: dict[str, Any] = {}
    for name, path in paths.items():
        is_open = path in [paths[earlier] for earlier in names]
        names[name] = _loaded(name, path, is_open=is_open)
    return names


def _loaded(name: str, path: Path, *, is_open: bool) -> ctypes.CDLL | GoModule:
    """What the name is bound to in the kernel, too. The parent puts `cell[N]` for the compiled-in file names."""
    is_plain = cache.is_plain(path)
    opened = library.open_anew(path, ctypes.PyDLL if is_plain else ctypes.CDLL, is_open=is_open)
    if not is_plain:
        return opened
    return plain.bind(opened, plain.manifest(path), Origin(path, Cell(name, "")), _Itself(), {}).module


class _Itself(dict[str, str]):
    """Labels of files whose labels only the parent knows."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.startswith("/gomagic/")

    def __missing__(self, name: str) -> str:
        return name


def _execute(code: str, label: str, names: dict[str, Any], *, claims: bool) -> None:
    """Run the code as a cell is run: the value of a last expression is shown.

    claims: whether an assertion without a message of its own is to have its text as one.
    """
    tree = ast.parse(code, label)
    for node in ast.walk(tree) if claims else ():
        if isinstance(node, ast.Assert) and (node.msg is None or ast.unparse(node.msg) == "''"):
            claim = ast.Constant(f"`{ast.unparse(node.test)}` is false")
            node.msg = ast.fix_missing_locations(ast.copy_location(claim, node.test))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, label, "exec"), names)
    if last:
        exec(compile(ast.Interactive([last]), label, "single"), names)


def _show(value: object) -> None:
    """Show the value of a last expression: as the notebook would, if that is more than text and anybody sees it."""
    if (forms := _forms(value)) and displays.send({"text/plain": repr(value), **forms}):
        return
    sys.__displayhook__(value)


def _forms(value: object) -> dict[str, Any]:
    """What a value says for a notebook, by IPython's methods, which other shells know as well."""
    found: dict[str, Any] = {}
    for mime, name in _FORMS.items():
        if method := getattr(type(value), name, None):
            with contextlib.suppress(Exception):  # then it is text, as in the notebook
                form = method(value)
                form = form[0] if isinstance(form, tuple) else form  # behind it may stand what is known of it
                found |= form if not mime else {mime: form} if form is not None else {}
    return found


def _traceback(trouble: BaseException, label: str) -> str:
    """The traceback from the cell's own frames on."""
    frames = trouble.__traceback__
    while frames and frames.tb_frame.f_code.co_filename != label:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(trouble), trouble, frames))


def _reason(trouble: BaseException) -> str:
    """The first line of what went wrong; of an assertion without a word of its own, `_execute` has written it."""
    kind = type(trouble).__name__
    try:
        text = str(trouble).strip().split("\n")[0].rstrip()
    except Exception:
        return f"not yet: {kind}, whose own text fails"
    if isinstance(trouble, AttributeError) and "undefined symbol: " in text:
        return f"not yet: the library has no function `{text.rsplit(': ', 1)[1]}`"
    if isinstance(trouble, AssertionError) and text:
        return f"not yet: {text}"
    return f"not yet: {kind}: {text}" if text else f"not yet: {kind}"


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
