"""The linker that a C compiler runs, called directly: what the compiler would tell it is the same for each library.

gcc starts another program, collect2, which starts the linker: 4 ms of an edited cell. What that is told gcc itself says
when it links a file of nothing, once for a compiler and what Go's linker asks of it; the linker is then told the same,
and both must have made the same file. Where they have not, or another compiler says it in another way, it is not known,
and the compiler is called as ever; so it is where a link by these words fails, or has something to say.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gomagic.build import cache, inputs, process, settings

OBJECT = "$LINK/go.o"
_FILE = "linker.json"
MADE = "a.out"  # as Go has a linker call what it makes
_SAY = "-v"  # the linker says its version then, and collect2 what it calls
# Where gcc wants to know how the linker has resolved the names of objects that are not compiled to the end yet.
_RESOLUTION = "-plugin-opt=-fresolution="
_SECONDS = 60


def is_first(command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Whether no other linker of that name is found first, which the compiler would call now."""
    return bool(command) and shutil.which(Path(command[0]).name, path=env["PATH"]) == command[0]


def words(compiler: Sequence[str], link: Sequence[str], place: Path, env: Mapping[str, str]) -> list[str]:
    """The linker's words for `link`, a command of the compiler that links OBJECT alone to a.out; none if not known.

    They are kept for all who ask. place: an empty folder to work in.
    """
    key = inputs.hashed(["linker", inputs.itself(), *compiler, *link, *_facts(compiler[0], env)])
    if not (kept := cache.find(key)):
        made = place / "made"
        made.mkdir()
        (made / _FILE).write_text(json.dumps(_asked(compiler, link, place, env)), encoding="utf-8")
        kept = cache.keep(key, made)
    found: list[str] = json.loads((kept / _FILE).read_text(encoding="utf-8"))
    return found


def _facts(program: str, env: Mapping[str, str]) -> Iterator[str]:
    """What tells a compiler from one that is installed in its place, or finds another linker and other libraries."""
    yield from (f"{name}={env.get(name, '')}" for name in ("PATH", *settings.OF_COMPILERS))
    if found := shutil.which(program, path=env["PATH"]):
        status = os.stat(found)
        yield f"{os.path.realpath(found)} {status.st_size} {status.st_mtime_ns}"


def _asked(compiler: Sequence[str], link: Sequence[str], place: Path, env: Mapping[str, str]) -> list[str]:
    env = {**env, "TMPDIR": "."}  # no name of a folder is among the words, which could have a space
    own = Path(OBJECT).name
    link = [own if word == OBJECT else word for word in link]
    if not _runs([*compiler, "-x", "c", "-c", os.devnull, "-o", own], place, env):
        return []
    ended = process.run([*link, f"-Wl,{_SAY}"], cwd=place, env=env, seconds=_SECONDS)
    commands = [line.split(" ") for line in ended.out.splitlines()]
    commands = [each for each in commands if os.path.isabs(each[0]) and each.count(own) == each.count(_SAY) == 1]
    if ended.code or len(commands) != 1 or not (place / MADE).is_file():
        return []
    [told] = commands
    told.remove(_SAY)
    told = [f"{_RESOLUTION}{MADE}.txt" if word.startswith(_RESOLUTION) else word for word in told]
    by_compiler = (place / MADE).rename(place / "by_compiler")
    if not _runs(told, place, env) or not filecmp.cmp(place / MADE, by_compiler, shallow=False):
        return []
    return [OBJECT if word == own else word for word in told]


def _runs(command: Sequence[str], place: Path, env: Mapping[str, str]) -> bool:
    """Whether a command can be run, ends well, makes something and says nothing."""
    before = len(os.listdir(place))
    try:
        ended = process.run(command, cwd=place, env=env, seconds=_SECONDS)
    except OSError:
        return False
    return not ended.code and not ended.out and len(os.listdir(place)) > before
