"""Go in Jupyter: `%load_ext gomagic`, then `%%go` cells; `gomagic.compile` does the same in a script."""

from gomagic.errors import GoBuildError, GoRunError, GoToolchainError
from gomagic.extension import load_ipython_extension, unload_ipython_extension
from gomagic.standalone import compile

__version__ = "0.1.0"
__all__ = [
    "GoBuildError",
    "GoRunError",
    "GoToolchainError",
    "compile",
    "load_ipython_extension",
    "unload_ipython_extension",
]
