"""What a Go value shows of itself in a notebook, by methods such as HTML() string, or because it is an image.

cellgen says which of these a type has; IPython asks for them when the value is shown. What fails there leaves the text
that the value has anyway, and one line that says why.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Container, Mapping
from typing import Any

# What IPython asks for, and the method of Go that answers; of an image golib/cellgen has made one that is called so.
_PNG = "_repr_png_"
_WAYS = {"MIMEBundle": "_repr_mimebundle_", "HTML": "_repr_html_", "SVG": "_repr_svg_", "PNG": _PNG, _PNG: _PNG}


def dress(kind: Any, rich: Container[str]) -> None:
    """Give a class what IPython asks for. rich: the methods of Go by which its values show themselves."""
    found = members(rich, kind)
    for name in _WAYS.values():
        if name in found or getattr(kind, name, None):  # the latter is of what it embeds
            setattr(kind, name, found.get(name))
    if _PNG in rich:
        kind._repr_pretty_ = _in_words


def members(rich: Container[str], kind: Any) -> dict[str, Callable[..., object]]:
    """What IPython asks for, by its names. kind: what has the methods of Go."""
    ways = {name: getattr(kind, method) for method, name in _WAYS.items() if method in rich}
    return {name: _asking(name, way) for name, way in ways.items()}


def _asking(name: str, way: Callable[[Any], Any]) -> Callable[..., object]:
    take = _bundle if name == "_repr_mimebundle_" else _picture if name == _PNG else _text

    def ask(self: object, **_which: object) -> object:
        try:
            return take(way(self)) or None
        except Exception as trouble:
            method = "its image" if way.__name__ == _PNG else f"{way.__name__}()"
            why = str(trouble).partition("\n")[0]
            said = f"{type(trouble).__name__}: {why}"
            print(f"note: {type(self).__name__} is shown as text, {method} failed: {said}", file=sys.stderr)
            return None

    return ask


def _in_words(self: Any, printer: Any, _cycle: bool) -> None:
    """What stands for an image where it is no picture: not all its pixels."""
    kind = type(self)
    try:
        bounds = self.Bounds()
        size = f" of {bounds.Max.X - bounds.Min.X} x {bounds.Max.Y - bounds.Min.Y} pixels"
    except Exception:  # Go's own, or Python has not all of it
        size = ""
    printer.text(f"<{kind.__module__}.{kind.__name__}{size}>")


def _text(made: str | bytes) -> str:
    """Text that JSON can hold, of what Go has returned; Go's may hold any bytes."""
    data = made if isinstance(made, bytes) else made.encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "replace")


def _picture(made: bytes) -> bytes:
    return bytes(made)


def _bundle(made: Mapping[str, Any]) -> dict[str, object]:
    return {_text(mime): _form(mime, value) for mime, value in made.items()}


def _form(mime: str, value: object) -> object:
    """A form of a bundle as the notebook's messages have it."""
    is_text = mime.startswith("text/") or mime.endswith(("xml", "json"))
    if isinstance(value, str) or (isinstance(value, bytes) and is_text):
        return _text(value)
    return json.loads(json.dumps(value, default=_plain, allow_nan=False))


def _plain(value: Any) -> object:
    """What JSON can say of what it does not know."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "tolist"):
        return value.tolist()
    return dict(zip(value._fields, value, strict=True)) if hasattr(value, "_fields") else str(value)
