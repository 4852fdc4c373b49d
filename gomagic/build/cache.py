"""Where built libraries are kept: key -> folder.

    <root>/built/<key>-<n>/   one build: the library, beside it what else it made; n counts rebuilds by -f
    <root>/work/gomagic-…/    a build in progress, held by its process (`claim`)
    <root>/crash/…/           what dying kernels write, a folder for each machine or container that counts them
    <root>/asked/…            under what the builds of cells are kept that were asked for (`unchanged`)
    <root>/files.json         what is known of files that builds read (`memory`)

A folder appears by one rename, complete, and never changes again: glibc matches libraries by path, and a mapped
file that is overwritten ends the process. Two kernels that build the same cell both succeed; the first one's stays.
In each lies a record of the others' sizes and checksums: what has been damaged is not found, and so built anew. A file
is read for that once after each start of the machine, before which a disk may have lost what was written last; it tells
by its inode and times that it was not touched since. To read a library takes 1 to 5 ms of an unchanged cell. The
checksum is CRC-32: of damage it misses one in four billion, and SHA-256 takes more than twice as long even where the
processor has instructions for it. Who means harm could write the record as well: others may not write here.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import stat
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from gomagic.build import claim, look, storage, unchanged
from gomagic.build.storage import root

MOST_BYTES = 1 << 30  # about 400 libraries
_PRUNED_AFTER = 64 << 20  # so many bytes are kept more, at most: to look through 400 libraries takes 20 ms
RECORD = "contents.json"
LIBRARY, PROGRAM = "cell.so", "cell.exe"  # in a folder that holds one
MANIFEST, SHIMS = "manifest.json", "shims.go"  # beside the library of a plain cell
_LEFT_SECONDS = 0.03  # a workplace, after the build
_KEY_LENGTH, _HEX = 32, "0123456789abcdef"  # no pattern: to compile it would take as long as to list the folder
_last: dict[str, int] = {}  # the number of the build that was found last, by its place without it
_given: dict[str, int] = {}  # the last number given out here: no path is used twice in one process
_whole: dict[str, look.Look] = {}  # builds of which all was compared with the record, as it was then
_proven: set[tuple[object, ...]] = set()  # files whose content was compared with the record, as they were then
_TICK_NS = 20_000_000  # how exact the times of files are: a kernel's clock ticks 100 times a second or more
_listed: tuple[str, int, Mapping[str, list[str]]] = ("", 0, {})  # a folder, when it was changed, and what it has
_unpruned = (
    _PRUNED_AFTER  # bytes that this process has kept since it pruned; it does after its first work, see `_leave`
)


def find(key: str) -> Path | None:
    """The newest build kept under `key` that is as it was made, or None. Finding it counts as a use."""
    place = f"{storage.place()}/built/{key}-"
    folder = _last_again(place) or _newest(key)
    if not folder:
        return None
    with contextlib.suppress(OSError):
        os.utime(folder)
    return look.path(folder)


def _last_again(place: str) -> str:
    """What was found last at this place, if it is as it was made and none has followed it; else "".

    Numbers are given one after the other. To list hundreds of folders, as after each build, takes ten times as long.
    """
    number = _last.get(place)
    folder = f"{place}{number}"
    is_last = number is not None and not os.path.lexists(f"{place}{number + 1}")
    return folder if is_last and _is_ours(folder) and _is_whole(folder) else ""


def _newest(key: str) -> str:
    """The newest build under a key that is as it was made, or ""; those that are not are removed."""
    for folder in reversed(_builds(key)):
        if _is_whole(folder):
            _last[f"{folder.rpartition('-')[0]}-"] = _number(folder)
            return folder
        _remove(folder)
    return ""


def holds(file: Path) -> bool:
    """Whether the build to which a file belongs is there as it was made; another kernel may clean and prune."""
    return _is_whole(str(file.parent))


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder for one build, removed afterwards: soon, or at once where the block raises something.

    Raises GoToolchainError for what goes wrong with the disk.
    """
    work, owner = root() / "work", os.getpid()
    try:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = claim.make(work)
    except OSError as trouble:
        raise storage.unusable(trouble, work) from None
    try:
        yield held.folder
    except BaseException as trouble:
        if os.getpid() == owner:  # and not a child that was forked meanwhile
            claim.release(held)
        if isinstance(trouble, OSError):
            raise storage.unusable(trouble, held.folder) from None
        raise
    tidy = threading.Thread(target=_leave, args=(held, _LEFT_SECONDS), name="gomagic: tidies up")
    try:
        tidy.start()
    except RuntimeError:  # there are too many threads, or the process is ending
        _leave(held)


def _leave(held: claim.Claim, after: float = 0.0) -> None:
    """What remains to be done after a build, `after` so many seconds: it takes 3 ms, on a busy disk 20.

    At once it would take Python's lock from the cell that loads its library now; after the first one of a process, when
    all that is kept is looked through, for 20 to 70 ms. A process that ends waits for it.
    """
    from gomagic.build import memory  # an unchanged cell does without

    time.sleep(after)
    claim.release(held)
    unchanged.write()
    memory.write()
    tidy()


def keep(key: str, made: Path) -> Path:
    """Move the folder `made` into the cache under `key`, under a number never used; returns where it is now."""
    global _unpruned
    size, written = _record(made)
    _unpruned += size
    built = root() / "built"
    built.mkdir(mode=0o700, parents=True, exist_ok=True)
    newest = _builds(key)
    number = max(_number(newest[-1]) if newest else -1, _given.get(key, -1)) + 1
    while True:
        place = built / f"{key}-{number}"
        try:
            made.rename(place)  # onto an existing folder that is not empty, rename fails
            break
        except OSError as trouble:
            if trouble.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise
            number += 1
    _given[key] = _last[f"{built}/{key}-"] = number  # as if it had been found: an unchanged cell asks for it next
    _whole[str(place)] = look.Look({f"{place}/{name}": seen for name, seen in written.items()})
    if newest and number > _number(newest[-1]) + 1:  # a number between was lost, and `_last_again` looks no further
        for older in newest:
            _remove(older)
    return place


def again(kept: Path) -> Path:
    """Keep a copy of a build under its key, for a library that a process can use once alone; returns where it is."""
    with workplace() as place:
        copy = place / "made"
        shutil.copytree(kept, copy)
        return keep(kept.name.rsplit("-", 1)[0], copy)


@lru_cache(maxsize=64)  # a build never changes
def is_plain(library: Path) -> bool:
    """Whether a library in the cache is a plain cell's."""
    return library.with_name(MANIFEST).is_file()


def is_rebuilt(file: Path, kept: Path) -> bool:
    """Whether two files of the cache were built under the same key, once by `-f` or by another process."""
    return file == kept or file.parent.name.rsplit("-", 1)[0] == kept.parent.name.rsplit("-", 1)[0]


def tidy() -> None:
    """Prune, when this process has kept so much that it is worth a look at everything."""
    global _unpruned
    if _unpruned >= _PRUNED_AFTER:
        _unpruned = 0
        prune()


def prune() -> None:
    """Drop what dead processes left in `work`, and the builds used longest ago until MOST_BYTES are kept.

    A library in use is safe: its file lives on until the process ends.
    """
    claim.sweep(storage.place() / "work")
    sizes = []
    for folder in _builds():
        with contextlib.suppress(OSError):  # another kernel prunes, too
            sizes.append((os.stat(folder).st_mtime, _size(folder), folder))
    total = sum(size for _, size, _ in sizes)
    for _, size, folder in sorted(sizes):
        if total <= MOST_BYTES:
            break
        _remove(folder)
        total -= size


def clean() -> int:
    """Remove every build and what is known of files, nothing that gomagic has not made; returns the builds' bytes.

    Libraries in use stay usable until their process ends. It works on a full disk, too.
    """
    from gomagic.build import memory  # an unchanged cell does without

    claim.sweep(storage.place() / "work")
    unchanged.forget()
    memory.forget()
    freed = 0
    for folder in _builds():
        freed += _size(folder)
        _remove(folder)
    return freed


def alive(pid: int) -> bool:
    """Whether a process of that number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _builds(key: str | None = None) -> list[str]:
    """The folders of builds, those of one key in the order of their numbers; nothing that others have put there.

    As text: each run of an unchanged cell asks, and to make a path takes as long as to ask the disk for it.
    """
    built = f"{storage.place()}/built"
    try:
        listed = _names(built)
    except OSError:  # there is none yet
        return []
    names = [name for each in listed.values() for name in each] if key is None else listed.get(key, [])
    return sorted((folder for name in names if _is_build(name) and _is_ours(folder := f"{built}/{name}")), key=_number)


def _names(built: str) -> Mapping[str, list[str]]:
    """What the folder has, by the keys: an edited cell asks ten times, and between two builds nothing changes there."""
    global _listed
    changed = os.stat(built).st_mtime_ns
    if _listed[:2] != (built, changed):
        now = time.time_ns()
        names: dict[str, list[str]] = {}
        for name in os.listdir(built):  # `glob` takes ten times as long
            names.setdefault(name[:_KEY_LENGTH], []).append(name)
        # A change so soon after another one may have the same time; what it brings would then be built once more.
        _listed = (built, changed if now - changed > _TICK_NS else 0, names)
    return _listed[2]


def _is_build(name: str) -> bool:
    key, _, number = name.partition("-")
    return len(key) == _KEY_LENGTH and not key.strip(_HEX) and number.isascii() and number.isdecimal()


def _is_ours(folder: str) -> bool:
    try:
        facts = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and (not hasattr(os, "getuid") or facts.st_uid == os.getuid())


def _number(folder: str) -> int:
    return int(folder.rsplit("-", 1)[1])


def _size(folder: str) -> int:
    """The bytes of the files in a folder: of hundreds, after each kernel's first build, so no paths are made."""
    total = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:  # another kernel removes it at this moment
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            total += _size(entry.path) if is_folder else entry.stat(follow_symlinks=False).st_size
    return total


def _remove(folder: str) -> None:
    """Remove a build at one stroke, so that no other process finds half of it."""
    with contextlib.suppress(OSError):
        held = claim.make(storage.place() / "work")
        try:
            os.rename(folder, held.folder / "removed")
        finally:
            claim.release(held)
    claim.remove(Path(folder))  # on a full disk, where nothing can be made, it is removed where it is


def _record(folder: Path) -> tuple[int, dict[str, tuple[int, ...]]]:
    """Record what lies in a folder; returns the bytes, and by which each file is known again, the record's too."""
    contents, written = {}, {}
    for name in sorted(_files(str(folder))):
        found = os.stat(file := f"{folder}/{name}")  # before it is read: whoever changes it then is found out
        contents[name] = (found.st_size, _checksum(file), _seen(found))
        written[name] = look.identity(found)
    with open(folder / RECORD, "w", encoding="utf-8") as record:
        json.dump(contents, record)
        record.flush()
        written[RECORD] = look.identity(os.fstat(record.fileno()))
    return sum(size for size, _, _ in contents.values()), written


def _files(folder: str, above: str = "") -> Iterator[str]:
    """The files in a folder but for the record, by their names there."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path, f"{above}{entry.name}/")
            elif entry.is_file() and entry.name != RECORD:
                yield above + entry.name


def _is_whole(folder: str) -> bool:
    """Whether each file that the build has made is there, with its size and content."""
    if (known := _whole.get(folder)) and known.holds():
        return True
    try:
        with look.Look() as seen:
            look.status(record := f"{folder}/{RECORD}")
            with open(record, encoding="utf-8") as file:
                contents = json.load(file)
            is_whole = all(_is_as_made(f"{folder}/{name}", *facts) for name, facts in contents.items())
    except (OSError, ValueError, TypeError, AttributeError):  # damaged is the record
        return False
    if is_whole and contents:
        _whole[folder] = seen
    return bool(is_whole and contents)


def _seen(found: os.stat_result) -> list[str | int]:
    """What is no longer the same once a file has been touched, or the machine started anew."""
    return [claim.boot(), found.st_ino, found.st_mtime_ns, found.st_ctime_ns]


def _is_as_made(file: str, size: int, checksum: int, seen: list[str | int]) -> bool:
    found = look.status(file)
    if found.st_size != size:
        return False
    if claim.boot() and seen == _seen(found):
        return True
    name = (file, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
    if name not in _proven:
        if _checksum(file) != checksum:
            return False
        _proven.add(name)
    return True


def _checksum(file: str) -> int:
    total = 0
    for piece in _pieces(file):
        total = zlib.crc32(piece, total)
    return total


def digest(file: Path) -> bytes:
    """The SHA-256 of a file's content. Raises OSError."""
    total = hashlib.sha256()
    for piece in _pieces(file):
        total.update(piece)
    return total.digest()


def _pieces(file: Path | str) -> Iterator[memoryview]:
    """A file's content, which may be larger than memory, in the same memory: new one for each takes a fifth more."""
    piece = memoryview(bytearray(1 << 16))
    with open(file, "rb", buffering=0) as stream:
        while size := stream.readinto(piece):
            yield piece[:size]
