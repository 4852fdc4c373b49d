"""Go's last words, cut down to the reader's lines and made the same on every run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_HEAD = re.compile(
    r"^(\t?panic: |fatal error: |runtime: (?!sp=)|\[signal |SIG[A-Z]+: |signal arrived |unexpected fault address)"
)
_BEFORE_FATAL = ("runtime: ", "unexpected fault address ")
_FATAL = "fatal error: "
_WHOLE = ("panic: ", "SIG")  # how a recorded trace begins that lacks no line
_RACE_EDGE = 18 * "="
_OLD_ALLOCATOR = re.compile(r"\*\*\* Error in .*: 0x[0-9a-f]+ \*\*\*")  # glibc's last words, until 2.26

# Of what is fatal Go writes the first line to stderr alone. On Linux golib/crash adds it; elsewhere what it is follows
# from who has said it.
_REASONS = {
    "runtime.newstack": "stack overflow",
    "runtime.sysMapOS": "out of memory",
    "runtime.(*mcache).allocLarge": "out of memory",
    "runtime.(*mcache).refill": "out of memory",
    "runtime.persistentalloc1": "out of memory",
    "runtime.checkmcount": "thread exhaustion",
    "runtime.gdestroy": "runtime.Goexit called in a thread that was not created by the Go runtime",
}
_GOROUTINE = re.compile(r"^goroutine \d+.*\[([^\],]+).*\]:$")
_FRAME = re.compile(r"^\t(\S+):(\d+)(?: \+0x[0-9a-f]+)?(?: fp=0x.*)?$")
_CALL = re.compile(r"^(?:created by )?(?P<name>[\w./%*()\[\]·-]+?)(?:\([^()]*\))?(?: in goroutine \d+)?$")


def tidy(text: str, labels: Mapping[str, str], recorded: Iterable[str] = ()) -> str:
    """The output of a process: its Go traces cut down as by `cut`, and every other line as it is.

    labels: compiled-in file name -> `cell[N]`. recorded: the traces, as crash files hold them. What the process itself
    has printed may look like one.
    """
    lines = _lines(text)
    for one in recorded:
        lines = _with_cut(lines, [line for line in _lines(one) if line.strip()], labels)
    lines = [re.sub("0x[0-9a-f]+", "0x…", line) if _OLD_ALLOCATOR.fullmatch(line) else line for line in lines]
    return "".join(f"{_named(line, labels)}\n" for line in lines)


def cut(text: str, labels: Mapping[str, str]) -> str:
    """A Go trace without what only Go's authors need.

    Frames outside the cells, registers and other goroutines' stacks go, and a recursion is shown once; addresses,
    goroutine numbers and process ids become fixed.
    """
    return "".join(f"{line}\n" for line in _trace(_lines(text), labels))


def unrecorded(text: str) -> list[str]:
    """The trace at the end of an output, of a process that Go has ended and that left no other record of it.

    A cell may call debug.SetCrashOutput itself. Empty if there is none: a first line, then at once a goroutine's stack.
    """
    lines = _lines(text)
    for start in range(len(lines) - 1, -1, -1):
        if not lines[start].startswith(("panic: ", "fatal error: ", "SIG")):
            continue
        after = next((n for n in range(start + 1, len(lines)) if not _is_head(lines[n])), len(lines))
        if after < len(lines) and (_GOROUTINE.match(lines[after]) or lines[after] == "runtime stack:"):
            while start and lines[start - 1].startswith(_BEFORE_FATAL):
                start -= 1
            return ["\n".join(lines[start:])]
    return []


def _is_head(line: str) -> bool:
    return not line or line.startswith(("\t", "PC=")) or bool(_HEAD.match(line))


def headed(text: str) -> str:
    """A recorded trace with a first line that says what happened."""
    if text.lstrip().startswith((*_WHOLE, _FATAL)) or not text.strip():
        return text
    calls = re.findall(r"^(\S+)\(.*\)$", text, re.MULTILINE)
    found = next((call for call in calls if not call.endswith((".fatal", ".throw"))), "Go itself")
    return f"fatal error: {_REASONS.get(found, f'in {found}')}\n\n{text.lstrip()}"


def unheaded(text: str) -> str:
    """A recorded trace as Go has written it to its file: without the message that golib/crash has put above it."""
    return re.sub(rf"\A{_FATAL}.*\n(\t.*\n)*", "", text)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _with_cut(lines: list[str], trace: list[str], labels: Mapping[str, str]) -> list[str]:
    """The lines with one trace in them cut down; as they are if it does not stand there line by line.

    It is looked for from the end, where a process dies. Others may have printed between two of its lines.
    """
    places, at = [], len(lines)
    for wanted in reversed(trace):
        at -= 1
        while at >= 0 and lines[at] != wanted and not (wanted is trace[0] and lines[at].endswith(wanted)):
            at -= 1
        if at < 0:
            return lines
        places.append(at)
    if not places:
        return lines
    before, first = lines[: places[-1]], lines[places[-1]]
    rest = first.removesuffix(trace[0])  # printed without an end of line before Go began
    ours = set(places)
    between = [line for n, line in enumerate(lines) if n > places[-1] and n not in ours and line.strip()]
    said: list[str] = []
    if not trace[0].startswith(_WHOLE):
        before, rest, said = _parted(before)
    return [*before, *([rest] if rest else []), *_trace([*said, *trace], labels), *between]


def _parted(lines: list[str]) -> tuple[list[str], str, list[str]]:
    """The lines before a trace, parted: the process's own, a last one without its end, and Go's `fatal error: …`."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].startswith("\t")):
        at -= 1  # the message's further lines
    fatal = lines[at - 1] if at else ""
    rest, found, message = fatal.rpartition("fatal error: ")
    if not found:
        return lines, "", []
    said = [f"{found}{message}", *lines[at:]]
    at -= 1
    while not rest and at and (lines[at - 1] == fatal or lines[at - 1].startswith(_BEFORE_FATAL)):
        at -= 1
        said.insert(0, lines[at])
    return lines[:at], rest, said


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
    """An output with the reports of Go's race detector cut down to the frames in the cells; other lines stay."""
    kept: list[str] = []
    report: list[str] | None = None
    for line in _lines(text):
        if line != _RACE_EDGE:
            (kept if report is None else report).append(line)
        elif report is None:
            report = []
        elif report[:1] == ["WARNING: DATA RACE"]:
            kept += _race(report, labels)
            report = None
        else:
            kept += [_RACE_EDGE, *report]
            report = []
    kept += [] if report is None else [_RACE_EDGE, *report]
    return "".join(f"{line}\n" for line in kept)


def _race(report: list[str], labels: Mapping[str, str]) -> list[str]:
    kept, call, heading = [], "", ""
    for line in report:
        if frame := re.match(r"\s+(\S+):(\d+) \+0x", line):
            file = labels.get(frame[1], frame[1])
            if file in labels.values():
                kept += [heading] if heading else []
                kept.append(f"  {file}:{frame[2]}{_inside(call)}")
                heading = ""
        elif re.match(r"\s+\S+\(.*\)$", line):
            call = line.strip()
        elif re.match(r"(Previous )?\w+ .*(by \S*\s?goroutine.*|created at):$", line):
            heading = re.sub(r"Goroutine \d+", "Goroutine N", _fixed(line))
        elif line.strip():
            kept.append(_fixed(_named(line, labels)))
    return kept


def _trace(lines: list[str], labels: Mapping[str, str]) -> list[str]:
    """What happened, then the frames of the first goroutine that has any in the cells; made the same on every run."""
    said: dict[str, None] = {}  # in order, each once: two threads may die of the same
    frames: list[str] = []
    call = ""
    in_head, done = True, False
    for line in lines:
        goroutine = _GOROUTINE.match(line)
        if goroutine or line == "runtime stack:":
            in_head, done = False, bool(frames)
        elif in_head:
            if _HEAD.match(line) or (said and line.startswith("\t")):
                said.setdefault(line)
        elif done or _HEAD.match(line):  # two threads that die at once speak at once
            continue
        elif frame := _FRAME.match(line):
            if frame[1] in labels:
                frames.append(f"  {labels[frame[1]]}:{frame[2]}{_inside(call)}")
        else:
            call = line
    return [_fixed(_named(line, labels)) for line in said] + _folded(frames)


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
    # cgo's own entry to an exported function, where it checks results; what is inlined there has its name twice, until
    # Go 1.26, if it is a closure
    name = re.sub(r"^_cgoexp_[0-9a-f]+_(?:(\w+)\.(?=\1\.))?", "", name)
    name = re.sub(r"^_start_*\d+", "init", name)  # what cellgen has made of an `init`, or of a variable's value
    return f", in {name}"


def _named(line: str, labels: Mapping[str, str]) -> str:
    for name, label in labels.items():  # package log and others call a file by its last part only
        line = line.replace(name, label).replace(name.rpartition("/")[2], label)
    return line


def _fixed(line: str) -> str:
    line = re.sub(r"0x[0-9a-f]+", "0x…", line)
    line = re.sub(r"\bgoroutine \d+\b", "goroutine N", line)
    line = re.sub(r"\b(PC|pc|m|sigcode|addr|code)=[^\s\]]+", r"\1=…", line)
    return re.sub(r"\b(pid|process) \d+\b", r"\1 N", line)
