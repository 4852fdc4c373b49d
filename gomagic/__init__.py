"""Go in Jupyter: `%load_ext gomagic`, then `%%go` cells; `gomagic.compile` does the same in a script."""

from gomagic.errors import GoBuildError, GoError, GoForkError, GoPanic, GoRunError, GoToolchainError, GoWriteError
from gomagic.extension import load_ipython_extension, unload_ipython_extension
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
