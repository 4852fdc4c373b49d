"""Which variables of the environment change what a build makes."""

from __future__ import annotations

import os
from collections.abc import Iterable

# The C compiler's, the linker's, and Go's, whose names are one word. What tells Go where to fetch and to keep things,
# and how programs run, changes nothing.
OF_COMPILERS = ("COMPILER_PATH", "GCC_EXEC_PREFIX", "LIBRARY_PATH")  # where they look for programs and libraries
_OF_C = {"AR", "CC", "CPATH", "CPLUS_INCLUDE_PATH", "CXX", "C_INCLUDE_PATH", "FC", "GCCGO", "LD_RUN_PATH"}
_OF_C |= {*OF_COMPILERS, "GO_EXTLINK_ENABLED"}
_FAMILIES = ("CGO", "ZIG", "CCC", "PKG_CONFIG")
_FETCHING = {"GOAUTH", "GOINSECURE", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOPROXY", "GOSUMDB", "GOVCS"}
_KEEPING = {"GOBIN", "GOCACHE", "GOCACHEPROG", "GOMODCACHE", "GOPATH", "GOTELEMETRYDIR", "GOTMPDIR"}
_RUNNING = {"GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK"}
_NOTHING = _FETCHING | _KEEPING | _RUNNING  # made once: each run of a cell asks of each variable
# Those by which Go, a compiler and what is known of them are found.
_FINDING = {"PATH", "HOME", "GOENV", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}


def matters(name: str) -> bool:
    """Whether a variable changes what the tools make."""
    if name in _NOTHING:
        return False
    # No pattern: to compile it takes 0.2 ms of a kernel's first cell.
    is_gos = name.startswith("GO") and name[2:] == name[2:].upper() and name[2:].isalnum() and name.isascii()
    return is_gos or name in _OF_C or name.startswith(_FAMILIES)


def environment() -> frozenset[object]:
    """All variables of this process; two of these are equal as long as none has changed."""
    # What lies below os.environ: through its own face each of forty variables is decoded.
    return frozenset(getattr(os.environ, "_data", os.environ).items())


def deciding() -> tuple[str, ...]:
    """The variables of this process that decide which tools are found, and what they make; kept until one changes."""
    global _last
    now = environment()
    if now != _last[0]:
        _last = now, _deciding(os.environ.items())
    return _last[1]


def decides(name: str) -> bool:
    """Whether a variable decides which tools are found, or what they make."""
    return name in _FINDING or name in _KEEPING or matters(name)


def _deciding(variables: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in sorted(variables) if decides(name))


_last: tuple[object, tuple[str, ...]] = (None, ())
