"""Run another program to its end: with a time limit, and never outliving Ctrl-C or this process."""

from __future__ import annotations

import codecs
import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from gomagic.build import pace
from gomagic.errors import Interrupted
from gomagic.source.record import Record

GRACE_SECONDS = 2.0  # between Ctrl-C, of which the program is told, and its end
KEPT = 32 << 20  # characters of output; a notebook with more of them opens no more

_READ = ("0", "63")  # the number of the system call: of x86-64, and of arm64 and later ones
_QUIET_SECONDS = 0.1  # after that, a line that is not finished is shown as it is
_CHUNK = 1 << 16
_LAST_CHUNKS = 16  # more than a pipe holds

# Beside each program, in a session of its own: it is told the program's group, then waits for the end of its input.
# That is this process's end, however it comes; a program that ends is gone before its watch is, or before that is told.
_WATCH = ["/bin/sh", "-c", 'while read -r line; do group=$line; done; test -z "$group" || kill -s KILL -- "-$group"']
_NOBODY = b"\n"  # there is no group to be killed any more
_shared: ContextVar[Callable[[bytes], object] | None] = ContextVar("shared", default=None)


class Ended(Record):
    """How a program ended: its exit status (negative: the signal), its output, and whether time ran out."""

    code: int
    out: str
    timed_out: bool = False

    @property
    def manner(self) -> str:
        """`exit code 3` or `killed by SIGABRT`."""
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return f"killed by {signal.Signals(-self.code).name}"
        except ValueError:
            return f"killed by signal {-self.code}"


def run(
    command: Sequence[str | Path],
    *,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | Callable[[int], Mapping[str, str]] | None = None,
    seconds: float | None = None,
    show: Callable[[str], None] | None = None,
    keep: int = KEPT,
    ask: Callable[[], str | None] | None = None,
    stop: Stop | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Ended:
    """Run `command` and wait for it; its stdout and stderr are one text, in the order written.

    env: its environment, or what makes that of the descriptor to which it writes.
    show: called with the text while it arrives, in whole lines as far as they come quickly; nothing is kept then.
    keep: so many characters of the output, its beginning and its end; a line between them tells what is left out.
    ask: called for a line of input when the program waits for one; None is the end of it. Without, there is none.
    stop: what asks the program to end instead of Ctrl-C, by its count; this need not be the main thread then.
    meanwhile: called once while the program runs, for what takes a few milliseconds; what it raises ends the program.
    The program and all it started are killed when `seconds` have passed, or with this process. On Ctrl-C they get
    SIGINT, and are killed GRACE_SECONDS later or by a second Ctrl-C; KeyboardInterrupt is raised then, without a
    traceback. Raises OSError if the program cannot be started.
    """
    output: _Output = _Shown(show) if show else Kept(keep)
    with stop or _Interrupts() as stops, _started(command, cwd, env, has_input=bool(ask)) as program:
        if meanwhile:
            meanwhile()
        timed_out = _follow(program, output, seconds, stops, ask)
    if stops.count and not stop:
        raise Interrupted
    return Ended(program.returncode, output.text(), timed_out)


class Waiting:
    """A program that has begun and does the rest at a word; see `waiting`."""

    def __init__(self, program: subprocess.Popen[bytes]):
        self._program = program

    @property
    def is_waiting(self) -> bool:
        return not _has_ended(self._program)

    def join(self) -> None:
        """Wait for its end; another thread may be in `finish`."""
        _code(self._program)

    def finish(
        self, word: str = "", *, done: str, seconds: float, meanwhile: Callable[[], object] | None = None
    ) -> Ended:
        """Give it the word, a line, and wait for its end, as `run` does, or until it says `done` and closes its output.

        To give back what it holds of memory takes a large program as long as to be started.
        """
        program, output = self._program, Kept(KEPT)
        assert program.stdin
        with _Interrupts() as stops, _watching() as watch:
            watch(b"%d\n" % program.pid)
            _answer(program.stdin, word)
            if meanwhile:
                meanwhile()
            timed_out = _follow(program, output, seconds, stops, None, done)
            if timed_out or stops.count:
                _signal(program, signal.SIGKILL)
        if stops.count:
            raise Interrupted
        said = output.text()
        return Ended(0, said.removesuffix(done)) if said.endswith(done) else Ended(_code(program), said, timed_out)


@contextlib.contextmanager
def waiting(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> Iterator[Waiting]:
    """Start a program that waits for a line of input; in the end it is gone, whether it was given one or not.

    It must end by itself when there is no input any more, which is how it learns that this process was killed. Raises
    OSError if it cannot be started.
    """
    with _reaped() as programs, _opened(programs, command, cwd, env, has_input=True) as program:
        yield Waiting(program)


def ends(program: subprocess.Popen[bytes], seconds: float, *, or_until: Callable[[], object]) -> bool:
    """Wait for a program that somebody else has started, or for what it does; returns whether it has ended by then."""
    deadline = time.monotonic() + seconds
    while (is_running := program.poll() is None) and time.monotonic() < deadline and not or_until():
        pace.look.get()()
        time.sleep(_QUIET_SECONDS / 2)
    return not is_running


class _Output(Protocol):
    def add(self, text: str) -> None: ...
    def pause(self) -> None: ...
    def text(self) -> str: ...


class _Shown:
    """Output that is handed on line by line; a line that is not finished waits for a pause, or until it is long."""

    def __init__(self, show: Callable[[str], None]):
        self._show, self._open = show, ""

    def add(self, text: str) -> None:
        lines, newline, tail = text.rpartition("\n")
        if newline:
            self._show(self._open + lines + newline)
            self._open = tail
        else:
            self._open += text
            if len(self._open) > _CHUNK:
                self.pause()

    def pause(self) -> None:
        if self._open:
            self._show(self._open)
            self._open = ""

    def text(self) -> str:
        return ""


class Kept:
    """Output that is kept: half of the room is for its beginning, half for its end, where a crash is told."""

    def __init__(self, room: int):
        self._half = room // 2
        self._head: list[str] = []
        self._tail: deque[str] = deque()
        self._in_head = self._in_tail = self._left_out = 0

    def add(self, text: str) -> None:
        free = self._half - self._in_head
        if free > 0:
            self._head.append(text[:free])
            self._in_head += len(self._head[-1])
            text = text[free:]
        if text:
            self._tail.append(text)
            self._in_tail += len(text)
        while self._tail and self._in_tail - len(self._tail[0]) >= self._half:
            gone = len(self._tail.popleft())
            self._in_tail -= gone
            self._left_out += gone

    def pause(self) -> None:
        pass

    def text(self) -> str:
        gap = [f"\n[{self._left_out} characters are left out here]\n"] if self._left_out else []
        return "".join([*self._head, *gap, *self._tail])


class Stop:
    """How often a program was asked to end: the first time it is told, the second time it is killed."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Stop:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @contextlib.contextmanager
    def raised(self) -> Iterator[None]:
        """While Python waits for the reader: whatever asks the program to end shall end the waiting, too."""
        yield


class _Interrupts(Stop):
    """Ctrl-C, counted instead of raised: wherever it falls, the program that runs is told of it, and ended."""

    def __init__(self) -> None:
        super().__init__()
        self._before: Callable[[int, FrameType | None], object] | None = None

    def __enter__(self) -> _Interrupts:
        before = signal.getsignal(signal.SIGINT)
        if callable(before):  # it is not ignored, and was set from Python
            with contextlib.suppress(ValueError):  # only the main thread can, and only there it is raised
                signal.signal(signal.SIGINT, self._note)
                self._before = before
        return self

    def __exit__(self, *_: object) -> None:
        if self._before:
            signal.signal(signal.SIGINT, self._before)

    @contextlib.contextmanager
    def raised(self) -> Iterator[None]:
        self.__exit__()
        try:
            yield
        except KeyboardInterrupt:
            self.count += 1
        finally:
            self.__enter__()

    def _note(self, number: int, frame: FrameType | None) -> None:
        try:
            if self._before:
                self._before(number, frame)
        except KeyboardInterrupt:
            self.count += 1


@contextlib.contextmanager
def _started(
    command: Sequence[str | Path],
    cwd: str | Path | None,
    env: Mapping[str, str] | Callable[[int], Mapping[str, str]] | None,
    *,
    has_input: bool,
) -> Iterator[subprocess.Popen[bytes]]:
    """The program, running; at the end it, all that it started and its watch are gone."""
    with (
        _reaped() as programs,
        _watching() as watch,
        _opened(programs, command, cwd, env, has_input=has_input) as program,
    ):
        watch(b"%d\n" % program.pid)
        yield program


@contextlib.contextmanager
def _reaped() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Reap, last of all, the programs that are noted: until then their numbers can be no other groups'."""
    programs: list[subprocess.Popen[bytes]] = []
    try:
        yield programs
    finally:
        for program in programs:
            program.wait()
            if program.stdin:
                with contextlib.suppress(BrokenPipeError):  # what it has not read
                    program.stdin.close()


@contextlib.contextmanager
def _opened(
    programs: list[subprocess.Popen[bytes]],
    command: Sequence[str | Path],
    cwd: str | Path | None,
    env: Mapping[str, str] | Callable[[int], Mapping[str, str]] | None,
    *,
    has_input: bool,
) -> Iterator[subprocess.Popen[bytes]]:
    """The program, running and noted in `programs`; at the end it and all that it started are killed."""
    owner = os.getpid()
    with _pipe() as (reading, writing):
        program = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=env(writing.fileno()) if callable(env) else env,
            stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and the whole group can be ended
        )
        programs.append(program)
        writing.close()
        program.stdout = reading
        try:
            yield program
        finally:
            if os.getpid() == owner:  # and not a child that was forked meanwhile
                _signal(program, signal.SIGKILL)  # also what it left running


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Both ends of one, which are closed in the end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", 0) as first, os.fdopen(writing, "wb", 0) as second:
        yield first, second


@contextlib.contextmanager
def one_watch() -> Iterator[None]:
    """Have one watch for all programs that are run in the block one after the other: each takes 1 ms."""
    with _watching() as watch:
        token = _shared.set(watch)
        try:
            yield
        finally:
            _shared.reset(token)


@contextlib.contextmanager
def _watching() -> Iterator[Callable[[bytes], object]]:
    """A watch that kills a group as soon as this process is gone, even by SIGKILL; yields what tells it the group.

    PR_SET_PDEATHSIG would do for the program alone, not for the compilers that it starts, and counts the end of a
    thread for that of the process.
    """
    if shared := _shared.get():
        token = _shared.set(None)  # a program that is run meanwhile has its own
        try:
            yield shared
        finally:
            _shared.reset(token)
            with contextlib.suppress(OSError):  # the watch was ended by others
                shared(_NOBODY)
        return
    try:
        watch = subprocess.Popen(
            _WATCH,
            cwd="/",
            env={},
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:  # without /bin/sh, all but this process's own SIGKILL is taken care of
        yield lambda group: None
        return
    assert watch.stdin
    try:
        yield watch.stdin.write
    finally:
        watch.kill()
        watch.wait()
        watch.stdin.close()


def _follow(
    program: subprocess.Popen[bytes],
    output: _Output,
    seconds: float | None,
    stops: Stop,
    ask: Callable[[], str | None] | None,
    done: str = "",
) -> bool:
    """Take the program's output until it ends, its time is up or it was stopped; returns whether time ran out.

    done: what it says last of all where that is its end.
    """
    assert program.stdout
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    pipe, closed, told = program.stdout.fileno(), False, 0
    deadline = time.monotonic() + seconds if seconds is not None else float("inf")
    nap = 0.001
    look, next_look = pace.look.get(), time.monotonic() + _QUIET_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not (ended := _has_ended(program)):
            if time.monotonic() >= next_look:
                look()
                next_look = time.monotonic() + _QUIET_SECONDS
            if stops.count > told:
                if told:
                    break
                told += 1
                _signal(program, signal.SIGINT)
                deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
            left = deadline - time.monotonic()
            if left <= 0:
                break
            if closed:  # it goes on without a word
                time.sleep(min(nap, left))
                nap = min(2 * nap, _QUIET_SECONDS)
            elif not selector.select(min(_QUIET_SECONDS, left)):
                output.pause()
                if ask and program.stdin and not program.stdin.closed and _waits_for_input(program.pid):
                    with stops.raised():
                        _answer(program.stdin, ask())
            elif data := os.read(pipe, _CHUNK):
                output.add(decode(data))
            else:
                closed = True
                selector.unregister(pipe)
                if done and output.text().endswith(done):
                    return False
    if not closed:
        for data in _rest(pipe):
            output.add(decode(data))
    output.add(decode(b"", True))
    output.pause()
    return not ended


def _answer(stdin: IO[bytes], line: str | None) -> None:
    with contextlib.suppress(OSError):  # it reads no more
        if line is None:
            stdin.close()
        else:
            stdin.write(f"{line}\n".encode())
            stdin.flush()


def _waits_for_input(pid: int) -> bool:
    """Whether a program, or what it has started, is reading descriptor 0. Where there is no /proc, it may be."""
    if not os.path.isdir("/proc/self/task"):
        return True
    with contextlib.suppress(OSError):  # it has just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            call = (task / "syscall").read_text().split()
            if call[0] in _READ and int(call[1], 16) == 0:
                return True
            if any(_waits_for_input(int(child)) for child in (task / "children").read_text().split()):
                return True
    return False


def _rest(pipe: int) -> Iterator[bytes]:
    """What lies in the pipe; what the program has started may still hold it, and write to it for ever."""
    os.set_blocking(pipe, False)
    with contextlib.suppress(BlockingIOError):
        for _ in range(_LAST_CHUNKS):
            data = os.read(pipe, _CHUNK)
            if not data:
                return
            yield data


def _has_ended(program: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended. It is not reaped: as long as it is not, no other group can have its number."""
    if not hasattr(os, "waitid"):  # macOS, before Python 3.13
        return program.poll() is not None
    try:
        return os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # reaped already, by one who waits for all children
        return True


def _code(program: subprocess.Popen[bytes]) -> int:
    """How a program has ended, as Popen.returncode, without reaping it."""
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            if ended := os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT):
                return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    return program.wait()


def _signal(program: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, number)
