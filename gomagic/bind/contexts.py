"""The context of a Go function, which Python does not pass: what limits it is a keyword that Go does not know."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from gomagic.bind.excerpt import kind_of
from gomagic.build.manifest import Call, qualified

libraries: list[ctypes.CDLL] = []  # that have what may wait; the one that was loaded last is last


def keyword(call: Call, names: Sequence[str]) -> str | None:
    """The keyword that limits a call's time: `timeout`, or `timeout_` where a parameter is called so.

    names: of its parameters, a variadic one with its `*`. None: it takes no context.
    """
    if not call.get("context"):
        return None
    name = "timeout"
    while name in {other.lstrip("*") for other in names}:
        name += "_"
    return name


def declared(call: Call, names: Sequence[str]) -> list[str]:
    """The parameters of a function as a `def` has them, with that keyword."""
    limit = keyword(call, names)
    bare = [] if any(name.startswith("*") for name in names) else ["*"]
    return [*names, *bare, f"{limit}=None"] if limit else [*names]


def of_timeout(call: Call, names: Sequence[str], value: Any) -> TypeError | ValueError:
    """The exception for a time limit that is none."""
    what = f"{qualified(call)}({', '.join(declared(call, names))}): `{keyword(call, names)}` is"
    if isinstance(value, float):
        return ValueError(f"{what} {value}, which is no time")
    seconds = getattr(value, "total_seconds", None)
    hint = f"\n  hint: pass its seconds: `{keyword(call, names)}=….total_seconds()`" if callable(seconds) else ""
    return TypeError(f"{what} {kind_of(value)}, not a number of seconds{hint}")
