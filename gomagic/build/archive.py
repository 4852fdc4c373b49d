"""Archives of Go packages: what is in them, and how they are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

_BEGINS = b"!<arch>\n"


def members(archive: Path, most: int | None = None) -> list[tuple[str, bytes]]:
    """The members of an archive, of each as many bytes at most; none if it is no archive."""
    found: list[tuple[str, bytes]] = []
    if not archive.is_file():
        return found
    with archive.open("rb") as stream:
        is_archive = stream.read(len(_BEGINS)) == _BEGINS
        while is_archive and (header := stream.read(60)):
            size, start = int(header[48:58]), stream.tell()
            found.append((header[:16].decode().rstrip(), stream.read(size if most is None else min(most, size))))
            stream.seek(start + size + size % 2)
    return found


def write(archive: Path, members: Sequence[tuple[str, bytes]]) -> None:
    """Make an archive of these."""
    archive.write_bytes(_BEGINS + _entries(members))


def append(archive: Path, files: Sequence[Path]) -> None:
    """Add files to an archive, as `go tool pack r` does it with new ones; Go has no such program ready."""
    with archive.open("ab") as stream:
        stream.write(_entries((file.name, file.read_bytes()) for file in files))


def _entries(members: Iterable[tuple[str, bytes]]) -> bytes:
    parts = []
    for name, content in members:
        parts.append(f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{len(content):<10}`\n".encode())
        parts.append(content + b"\n" * (len(content) % 2))
    return b"".join(parts)
