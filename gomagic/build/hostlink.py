"""The C half of a plain cell's link, without what is the same in each of them.

Go's linker asks the C compiler by two trial programs what it can do, copies every object that C code was compiled to
(77: those of golib/bridge and runtime/cgo), and has them linked with what it makes of the Go code. Here the objects of
each package are joined to one when a cell with its imports is first built, nothing is asked again, and the last command
is that of the first build, or what that runs (`linker`), by no more of the C library than it takes (`libc`). Measured
for a cell of one line: 0.10 s instead of 0.17 s.

Where anything is not as expected, Go's linker does it all. On Linux alone: elsewhere it does more after that command.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gomagic.build import archive, cache, inputs, libc, linker, process

FILES = "link"
_JOINED = "joined.a"
_SECONDS = 120
_PACKAGE = re.compile(r"^packagefile (\S+?)=(.+)$", re.M)
_HOST = re.compile(r"^host link: (.+)$", re.M)
_GO_PART = "go.o"
_C_PART = re.compile(r"\d{6}\.o")
_IDENTITY = re.compile(r"^((?:-Wl,)?--build-id=0x).*")
_ELF = b"\x7fELF"
# How glibc is told to give the linker memory in few and large pieces: it takes 8 MB, and 1.5 ms less.
_TUNABLES = "GLIBC_TUNABLES"
_LARGE = "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=33554432:glibc.malloc.mmap_threshold=33554432"


def command(trace: str) -> list[str]:
    """The last command of a link, in what Go's linker says under `-v`; the folder of its files is `$LINK`.

    It is empty where the linker says nothing of the kind.
    """
    said = _HOST.search(trace)
    if not said or sys.platform != "linux":
        return []
    words = shlex.split(said[1])
    folders = [word.removesuffix(f"/{_GO_PART}") for word in words if word.endswith(f"/{_GO_PART}")]
    return [word.replace(folders[0], "$LINK") for word in words] if len(folders) == 1 else []


def last(host: Sequence[str], linking: Sequence[str], place: Path, env: Mapping[str, str]) -> list[str]:
    """What the last command of a link, as `command` gives it, has the linker do; empty if that is not known.

    linking: the command of Go's linker, which names the C compiler. place: a folder to work in.
    """
    work = place / "linker"
    work.mkdir()
    alone = [_IDENTITY.sub(r"\g<1>00", word) for word in host if not _C_PART.fullmatch(word.removeprefix("$LINK/"))]
    compiler = _compiler(linking)
    return linker.words(shlex.split(compiler), alone, work, env) if compiler else []


def make_lean(linking: Sequence[str], words: Sequence[str], library: Path, place: Path, env: Mapping[str, str]) -> str:
    """Keep the C library that the linker needs for what links as a library did; returns the key, "" if there is none.

    linking: the command of Go's linker. words: what `last` gave. place: a folder to work in.
    """
    work = place / "libc"
    work.mkdir()
    return libc.make(library, shlex.split(_compiler(linking)), words, work, env) if words else ""


def _compiler(linking: Sequence[str]) -> str:
    """The C compiler that the command of Go's linker names."""
    return next((word.removeprefix("-extld=") for word in linking if word.startswith("-extld=")), "")


def join(config: str, linking: Sequence[str], place: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Join the C objects of each package in Go's list `config`, working in `place`, where that was not done before.

    linking: the command of Go's linker, which names the C compiler. Returns the key under which each package that has
    several is kept; none if they cannot be joined.
    """
    compiler, keys = _compiler(linking), {}
    for name, file in _PACKAGE.findall(config) if compiler else ():
        if sum(content == _ELF for _, content in archive.members(Path(file), len(_ELF))) > 1:
            # Go names its archives by what is in them.
            keys[name] = inputs.hashed(["joined", inputs.itself(), file, compiler])
            if not cache.find(keys[name]) and not _join(Path(file), compiler, place, keys[name], env):
                return {}
    return keys


def joined(config: str, keys: Mapping[str, str]) -> str | None:
    """Go's list with what `join` has kept under the keys; None if it is not all there any more."""
    places = {name: cache.find(key) for name, key in keys.items()}
    if None in places.values():
        return None
    return _PACKAGE.sub(
        lambda line: f"packagefile {line[1]}={places[line[1]]}/{_JOINED}" if line[1] in places else line[0], config
    )


def packages(config: str) -> list[tuple[str, str]]:
    """The packages in one of Go's lists, and their files."""
    return _PACKAGE.findall(config)


def _join(package: Path, compiler: str, place: Path, key: str, env: Mapping[str, str]) -> bool:
    made = place / "joined"
    made.mkdir()
    members = archive.members(package)
    objects = [content for _, content in members if content.startswith(_ELF)]
    files = [f"{number}.o" for number in range(len(objects))]
    for file, content in zip(files, objects, strict=True):
        (place / file).write_bytes(content)
    words = [*shlex.split(compiler), "-r", "-nostdlib", "-Wl,-S", "-o", "joined.o", *files]
    if process.run(words, cwd=place, env=env, seconds=_SECONDS).code:
        return False
    others = [member for member in members if not member[1].startswith(_ELF)]
    archive.write(made / _JOINED, [*others, ("_x001.o", (place / "joined.o").read_bytes())])
    cache.keep(key, made)
    return True


def beginning(linking: Sequence[str], work: Path) -> list[str] | None:
    """The command of Go's linker that does all of `linking` but the last command; None where that cannot be.

    work: the folder in which it is to be run. What the last command reads is put into `FILES` there.
    """
    if not (nothing := shutil.which("true")):
        return None
    (work / FILES).mkdir(exist_ok=True)
    words = [f"-extld={nothing}" if word.startswith("-extld=") else word for word in linking]
    return [words[0], "-tmpdir", str(work / FILES), *words[1:]]


def link(
    linking: Sequence[str],
    ways: Sequence[Sequence[str]],
    identity: str,
    work: Path,
    env: Mapping[str, str],
    *,
    lean: Path | None = None,
) -> process.Ended | None:
    """Run the last command of a link, in the folder `work`, where Go's linker was run; None where none ends well.

    linking: the command of Go's linker, which names the C compiler. ways: what can be the last command, the first that
    ends well is; what is empty is none. A way before the last one has nothing to say. identity: 40 hexadecimal digits
    of its own for the library. lean: the folder that `libc` has found, by which the first way is tried before.
    """
    place, ways = work / FILES, [*filter(None, ways)]
    if lean and ways:
        ways.insert(0, libc.way(ways[0], lean))
    objects = [f"$LINK/{name.name}" for name in sorted(place.iterdir()) if _C_PART.fullmatch(name.name)]
    env = {**env, _TUNABLES: ":".join(filter(None, [_LARGE, env.get(_TUNABLES)]))}
    made, is_short = work / linker.MADE, False
    for way in ways:
        first = next(number for number, word in enumerate(way) if word == linker.OBJECT)
        others = [word for word in way[first + 1 :] if not _C_PART.fullmatch(word.removeprefix("$LINK/"))]
        words = [*way[: first + 1], *objects, *others]
        words = [_IDENTITY.sub(rf"\g<1>{identity}", word).replace("$LINK", str(place)) for word in words]
        with contextlib.suppress(OSError):  # there is no such linker any more
            ended = process.run(words, cwd=work, env=env, seconds=_SECONDS)
            if ended.code or (ended.out and way is not ways[-1]):
                continue
            if lean and way is ways[0] and not libc.suffices(lean, made):
                is_short = True
                continue
            if is_short:  # the next cells find what this one takes as well
                make_lean(linking, ways[1], made, work, env)
            return ended
    return None
