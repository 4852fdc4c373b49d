"""gomagic outside a notebook."""

from __future__ import annotations

import ctypes

from gomagic.later import cell, compiler, library, toolchain


def compile(source: str, name: str | None = None) -> ctypes.CDLL:
    """Build Go text that imports "C" and load it: what `%%go NAME` binds, without a notebook.

    source: the whole Go file. name: what error messages call it.
    Returns the library; the same text gives the same object, and it lives until the process ends.
    Raises GoBuildError with the lines of `source` (its first line is 2, as under a magic), GoToolchainError.
    """
    parsed = cell.parse(name or "source", source)
    return library.load(compiler.build(parsed, toolchain.find()).path, parsed.label)
