"""The modules of this package, each imported when it is first used: `from gomagic.later import compiler`.

`%load_ext gomagic` stands at the top of every notebook; what only a build needs would make it three times as slow.
"""

from __future__ import annotations

import importlib


class _Module:
    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str):
        return getattr(importlib.import_module(f"gomagic.{self._name}"), attribute)


def __getattr__(name: str) -> _Module:
    if name.startswith("_"):
        raise AttributeError(name)
    return _Module(name)
