"""Go's last words, cut down to the reader's lines and made the same on every run."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEAD = re.compile(
    r"^(\t?panic: |fatal error: |runtime: (?!sp=)|\[signal |SIG[A-Z]+: |signal arrived |unexpected fault address)"
)
_GOROUTINE = re.compile(r"^goroutine \d+.*\[([^\],]+).*\]:$")
_FRAME = re.compile(r"^\t(\S+):(\d+)(?: \+0x[0-9a-f]+)?(?: fp=0x.*)?$")
_CALL = re.compile(r"^(?:created by )?(?P<name>[\w./%*()\[\]·-]+?)(?:\([^()]*\))?(?: in goroutine \d+)?$")


def tidy(text: str, labels: Mapping[str, str]) -> str:
    """The text of a process that Go ended, without what only Go's authors need.

    labels: compiled-in file name -> `cell[N]`. Frames outside the cells, registers and other goroutines' stacks go,
    and a recursion is shown once; addresses, goroutine numbers and process ids become fixed. Lines before the trace
    stay as they are.
    """
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if _begins(line)), len(lines))
    kept = lines[:start] + _trace(lines[start:], labels)
    return "\n".join(_fixed(line, labels) for line in kept) + ("\n" if kept else "")


def frames(stack: str, labels: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """The frames of a stack that are in the cells: (compiled-in file name, line, function), innermost first."""
    found, call = [], ""
    for line in stack.splitlines():
        frame = _FRAME.match(line)
        if not frame:
            call = line
        elif frame[1] in labels:
            found.append((frame[1], int(frame[2]), _inside(call).removeprefix(", in ")))
    return found


def tidy_races(text: str, labels: Mapping[str, str]) -> str:
    """The reports of Go's race detector, cut down to the frames in the cells; other lines stay."""
    kept, call, heading = [], "", ""
    for line in text.splitlines():
        if frame := re.match(r"\s+(\S+):(\d+) \+0x", line):
            if frame[1] in labels:
                kept += [heading] if heading else []
                kept.append(f"  {labels[frame[1]]}:{frame[2]}{_inside(call)}")
                heading = ""
        elif re.match(r"\s+\S+\(.*\)$", line):
            call = line.strip()
        elif re.match(r"(Previous )?\w+ .*(by \S*\s?goroutine.*|created at):$", line):
            heading = re.sub(r"Goroutine \d+", "Goroutine N", _fixed(line, labels))
        elif line.strip() and not re.fullmatch("=+", line):
            kept.append(_fixed(line, labels))
    return "\n".join(kept)


def _begins(line: str) -> bool:
    return bool(
        re.match(r"^(panic: |fatal error: |SIG[A-Z]+: |unexpected fault address|runtime: goroutine stack)", line)
    )


def _trace(lines: list[str], labels: Mapping[str, str]) -> list[str]:
    """What happened, then the frames of the first goroutine that has any in the cells."""
    said, frames, call = [], [], ""
    in_head, done = True, False
    for line in lines:
        goroutine = _GOROUTINE.match(line)
        if goroutine:
            in_head, done = False, bool(frames)
        elif in_head:
            if _HEAD.match(line) and line not in said:
                said.append(line)
        elif done or _HEAD.match(line):  # two threads that die at once speak at once
            continue
        elif frame := _FRAME.match(line):
            if frame[1] in labels:
                frames.append(f"  {labels[frame[1]]}:{frame[2]}{_inside(call)}")
        else:
            call = line
    return said + _folded(frames)


def _folded(frames: list[str]) -> list[str]:
    """The frames with a recursion shown once: up to four of them in a row that come three times or more."""
    shown, at = [], 0
    while at < len(frames):
        length = next((n for n in range(1, 5) if frames[at : at + 3 * n] == 3 * frames[at : at + n]), 0)
        round_trip = frames[at : at + length]
        shown += [*round_trip, "  … and so on"] if round_trip else [frames[at]]
        at += 0 if round_trip else 1
        # Go leaves out the middle of a long trace, so what follows may begin anywhere in the round.
        while at < len(frames) and frames[at] in round_trip:
            at += 1
    return shown


def _inside(call: str) -> str:
    found = _CALL.match(call)
    if not found:
        return ""
    name = found["name"].rsplit("/", 1)[-1].split(".", 1)[-1]
    name = re.sub(r"^_cgoexp_[0-9a-f]+_", "", name)  # cgo's own entry to an exported function, where it checks results
    return f", in {name}"


def _fixed(line: str, labels: Mapping[str, str]) -> str:
    for name, label in labels.items():
        line = line.replace(name, label)
    line = re.sub(r"0x[0-9a-f]+", "0x…", line)
    line = re.sub(r"\bgoroutine \d+\b", "goroutine N", line)
    line = re.sub(r"\b(PC|pc|m|sigcode|addr|code)=[^\s\]]+", r"\1=…", line)
    return re.sub(r"\b(pid|process) \d+\b", r"\1 N", line)
