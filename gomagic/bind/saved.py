"""A built cell in a folder of the reader's: what `%%go --save` writes, and `gomagic.load` takes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from gomagic.bind import stubs
from gomagic.build import cache, compiler, inputs, reached, workspace
from gomagic.build.cache import MANIFEST, SHIMS
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.source.cell import ALONE, Cell

_ENDS = ".so"
_MANIFEST = "_manifest.json"
_SAVED = "saved"


def write(cell: Cell, library: Path, chain: Toolchain, folder: Path) -> Path:
    """Put a cell's text, what was generated of it, its library and, of a plain one, its types for Python into a folder;
    returns the library there.

    Raises GoToolchainError where that cannot be done.
    """
    name = cell.name or "cell"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not cell.folder:  # else its files stay where they are
            (folder / f"{name}.go").write_text(cell.body, encoding="utf-8")
        if cell.uses_c:
            (folder / f"{name}.h").write_text(compiler.header(cell, chain), encoding="utf-8")
        else:
            shutil.copyfile(library.with_name(SHIMS), folder / f"{name}_shims.go")
            manifest = json.loads(library.with_name(MANIFEST).read_text(encoding="utf-8"))
            its = {"body": cell.body, "above": cell.above, "folder": cell.folder and str(cell.folder)}
            text = json.dumps({**manifest, _SAVED: {"by": _version(), **its}})
            (folder / f"{name}{_MANIFEST}").write_text(text, encoding="utf-8")
            (folder / f"{name}.pyi").write_text(stubs.of(manifest), encoding="utf-8", errors="backslashreplace")
        made = folder / f"{name}{_ENDS}"
        shutil.copyfile(library, made.with_name(f"{made.name}.new"))
        # Renamed, not overwritten: the file there may be loaded somewhere.
        return made.with_name(f"{made.name}.new").replace(made)
    except OSError as trouble:
        raise GoToolchainError(f"cannot save to `{folder}`: {trouble.strerror}", hint="name another folder") from None


def read(library: Path) -> tuple[Cell, Path]:
    """The cell of a library that was saved, and the library in the cache: glibc takes another file at the same path for
    the one that it has loaded. It is a plain cell's where its manifest lies beside.

    Raises GoBuildError for a plain cell's whose manifest is not there, or is of another version.
    """
    name = library.stem
    manifest = library.with_name(f"{name}{_MANIFEST}")
    is_plain = b"gomagic_open" in library.read_bytes()
    if is_plain and not manifest.is_file():
        what = f"`{library}` is a plain Go cell, and `{manifest.name}` is not beside it"
        raise GoBuildError(what, hint=f"copy `{manifest.name}` there, which was saved with it")
    found = json.loads(manifest.read_text(encoding="utf-8")) if is_plain else {}
    saved = found.pop(_SAVED, {})
    if is_plain and saved.get("by") != _version():
        what = f"`{library}` was saved by another version of gomagic"
        raise GoBuildError(what, note="it calls Python in another way", hint="save the cell again")
    body, above, folder = saved.get("body", ""), saved.get("above", ALONE), saved.get("folder")
    cell = Cell(name, body, above=above, folder=Path(folder) if folder else None)
    key = inputs.hashed(["saved", cache.digest(library).hex(), json.dumps(found)])
    if kept := cache.find(key):
        return cell, kept / inputs.LIBRARY
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        shutil.copyfile(library, made / inputs.LIBRARY)
        if is_plain:
            (made / MANIFEST).write_text(json.dumps(found), encoding="utf-8")
        return cell, cache.keep(key, made) / inputs.LIBRARY


def _version() -> str:
    """What makes and binds a plain cell's library, hashed; the same wherever gomagic is installed."""
    folders = [workspace.GOMAGIC / "golib" / name for name in ("bridge", "cellgen")]
    names = ((folder, name) for folder in folders for name in reached.compiled(folder) if not reached.is_test(name))
    return inputs.hashed([inputs.itself(), *(cache.digest(folder / name).hex() for folder, name in names)])
