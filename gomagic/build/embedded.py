"""Which files a package embeds: the patterns of its `//go:embed` lines, looked up in its folder as Go does it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gomagic.build import look
from gomagic.source import embed


def matched(pattern: str, folder: Path) -> list[str]:
    """The names that a pattern matches, relative to the folder and with slashes; empty if Go refuses the pattern."""
    found = [""]
    for element in embed.parts(pattern):
        found = [name for above in found for name in _inside(folder, above, element)]
    return [name for name in found if name]


def files(patterns: Iterable[str], folder: Path) -> dict[str, Path]:
    """What these patterns embed: name as Go's text sees it -> file.

    A go.mod in a folder is among them: Go stops there, and refuses what lies below.
    """
    found: dict[str, Path] = {}
    for pattern in patterns:
        for name in matched(pattern, folder):
            for file in _all_of(folder / name, hidden=pattern.startswith("all:")):
                found[file.relative_to(folder).as_posix()] = file
            for above in list(Path(name).parents)[:-1]:
                if look.is_file(str(folder / above / "go.mod")):
                    found[(above / "go.mod").as_posix()] = folder / above / "go.mod"
    return found


def copy(patterns: Iterable[str], found: Mapping[str, Path], folder: Path, place: Path) -> None:
    """Put what `files` has found for these patterns below `place`, under the same names; empty folders as well."""
    for pattern in patterns:
        for name in matched(pattern, folder):
            if (folder / name).is_dir():
                (place / name).mkdir(parents=True, exist_ok=True)
    for name, file in found.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place / name)  # go:embed takes regular files of the package only, and no links


def _inside(folder: Path, above: str, element: str) -> Iterator[str]:
    place = folder / above
    if not look.is_folder(str(place)):
        return
    if embed.is_wild(element):
        names = sorted(name for name in look.names(str(place)) if embed.matches(element, name))
    else:
        names = [element] if look.is_there(str(place / element)) else []
    yield from (f"{above}/{name}".lstrip("/") for name in names)


def _all_of(place: Path, *, hidden: bool) -> Iterator[Path]:
    """The files of a match: itself, or all below it but hidden ones (`all:` takes them, too) and other modules'."""
    if look.is_file(str(place)):
        yield place
    elif look.is_folder(str(place)):
        if look.is_file(str(place / "go.mod")):
            yield place / "go.mod"
            return
        for entry in sorted(place.iterdir()):
            if (hidden or not entry.name.startswith((".", "_"))) and not (entry.is_dir() and entry.is_symlink()):
                yield from _all_of(entry, hidden=hidden)
