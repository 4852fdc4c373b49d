"""How tests have ended and what they have printed, from the events that `go test -json` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gomagic.bind import trace
from gomagic.run import measures
from gomagic.run.report import MARKS, Result


def read(output: str, told: Told) -> tuple[list[Result], str]:
    """The tests in the order in which they began, and the output that belongs to none of them.

    Go's own lines are told from equal ones of the reader's by the events: each stands for one line.
    """
    found: dict[str, Result] = {}
    printed: dict[str, list[str]] = {}
    gos: dict[str, list[str]] = {}  # patterns, one for each line of Go's
    rest: list[str] = []
    for line in output.removesuffix("\n").split("\n"):
        try:
            event = json.loads(line)
            action, name = event["Action"], event.get("Test", "")
        except (ValueError, TypeError, KeyError):  # of the go command itself
            rest.append(f"{line}\n")
            continue
        if not name:
            rest.append(event.get("Output", ""))
            continue
        result, own = found.setdefault(name, Result(name)), re.escape(name)
        printed.setdefault(name, []).append(event.get("Output", ""))
        if action in ("run", "pause", "cont"):
            gos.setdefault(name, []).append(rf"=== {action.upper():<5} {own}\n")
        if action == "run" and result.is_benchmark:
            gos[name].append(rf"{own}\n")
        elif action in MARKS:
            result.ending, result.seconds = action, event.get("Elapsed", 0.0)
            gos.setdefault(name, []).append(rf" *--- {action.upper()}: {own}( \([\d.]+s\))?\n")
    ended_well = all(result.ending != "fail" for result in found.values()) and not told.recorded
    left = "".join(rest)  # with the runs of benchmarks after their first
    for name, result in found.items():
        pieces = _without(printed[name], gos.get(name, []))
        text = "".join(piece for piece in pieces if piece != f"=== NAME  {name}\n")  # no event announces it
        if result.is_benchmark:  # Go announces the end of those that failed only
            (text, left), result.measured = measures.read([text, left], name, told.where)
            result.ending = result.ending or ("pass" if result.measured or ended_well else "")
        result.survived = bool(result.ending) and not told.holds_trace(text)
        result.ending = result.ending or "fail"
        result.lines = [re.sub(r"^  (?=\S+:\d+, in )", "", line) for line in told.lines(text)]
        if result.measured:  # what the runs before the last have printed is the same again
            result.lines = [*dict.fromkeys(result.lines), str(result.measured)]
    parents = {name.rpartition("/")[0] for name, result in found.items() if result.is_benchmark}
    return [result for name, result in found.items() if name not in parents or result.ending == "fail"], left


def _without(pieces: list[str], patterns: Iterable[str]) -> list[str]:
    """The pieces of output without the first that matches, for each pattern."""
    left = list(pieces)
    for pattern in patterns:
        at = next((n for n, piece in enumerate(left) if re.fullmatch(pattern, piece)), None)
        if at is not None:
            del left[at]
    return left


def without_gos(left: str, path: str) -> str:
    """What belongs to no test, without the lines of package testing and of the go command; path: of the package."""
    package = rf"({re.escape(path)}|command-line-arguments)"  # the second where the cell embeds files
    verdict = rf"FAIL\t{package}\t.*\n"
    machine = [r"goos: \w+\n", r"goarch: \w+\n", rf"pkg: {package}\n"]
    rest = left.splitlines(keepends=True)
    at = next((n for n, piece in enumerate(rest) if re.fullmatch(machine[-1], piece)), None)
    if at is not None and rest[at + 1 : at + 2] and rest[at + 1].startswith("cpu: "):
        rest = rest[: at + 1] + rest[at + 2 :]
    return "".join(_without(rest, ["PASS\n|FAIL\n", verdict, *(machine if at is not None else [])]))


@dataclass(frozen=True)
class Told:
    """What is known of the output of tests.

    labels: compiled-in file name -> `cell[N]`. recorded: the traces. races: whether they were looked for. where: the
    cells that are run.
    """

    labels: Mapping[str, str]
    recorded: list[str]
    races: bool = False
    where: str = ""

    def lines(self, text: str) -> list[str]:
        """What was printed, on the reader's lines; traces and the race detector's reports are cut down to them."""
        text = trace.tidy(text, self.labels, self.recorded)
        if self.races:
            text = trace.tidy_races(text, self.labels)
            text = re.sub(r"^ +testing\.go:\d+: race detected during execution of test\n", "", text, flags=re.MULTILINE)
        if self.recorded:
            text = re.sub(r"(?<=^panic: test timed out after )(.*)\n\trunning tests:\n(\t\t.*\n)*", r"\1\n", text)
        for name, label in self.labels.items():  # `t.Error` names a file by its last part only
            text = re.sub(rf"(?<!/)\b{name.rsplit('/', 1)[-1]}\b", label, text)
            text = re.sub(rf"^ +(?={re.escape(label)}:\d+: )", "", text, flags=re.MULTILINE)
        return [line.rstrip() for line in text.split("\n") if line.strip()]

    def holds_trace(self, text: str) -> bool:
        """Whether a trace that was recorded stands in a test's output."""
        return any(trace.tidy(text, {}, [one]) != trace.tidy(text, {}) for one in self.recorded)
