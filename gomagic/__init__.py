"""Go in Jupyter: `%load_ext gomagic`, then `%%go` cells; `gomagic.compile` does the same in a script."""

from typing import TYPE_CHECKING

from gomagic.errors import GoBuildError, GoError, GoForkError, GoPanic, GoRunError, GoToolchainError, GoWriteError
from gomagic.extension import load_ipython_extension, unload_ipython_extension

if TYPE_CHECKING:
    from gomagic.standalone import aio, chan, compile, empty, load, map, new

__version__ = "0.1.0"
__all__ = [
    "GoBuildError",
    "GoError",
    "GoForkError",
    "GoPanic",
    "GoRunError",
    "GoToolchainError",
    "GoWriteError",
    "aio",
    "chan",
    "compile",
    "empty",
    "load",
    "load_ipython_extension",
    "map",
    "new",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> object:
    """What a script calls, when it is first asked for: `%load_ext gomagic` waits for none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gomagic import standalone

    found = globals()[name] = getattr(standalone, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
