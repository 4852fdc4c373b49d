"""What IPython shows of a traceback: the reader's lines and Go's, without those of this package.

`%xmode Verbose` shows all, and so does a fault of our own: then the last frame neither raises nor calls.
"""

from __future__ import annotations

import dis
import os
from collections.abc import Iterator
from types import TracebackType

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_MEANT = ("RAISE", "RERAISE", "CALL", "PRECALL")  # of Go's functions it is the call that raises


def shown(traceback: object, mode: str) -> object:
    """What is to be shown of it in this mode of IPython's."""
    return without_ours(traceback) if isinstance(traceback, TracebackType) and mode != "Verbose" else traceback


def without_ours(traceback: TracebackType) -> TracebackType:
    """The same of the other frames; the whole of it if there are none, or if the fault is ours."""
    *_, last = all_frames = [*_frames(traceback)]
    left = [each for each in all_frames if not _is_ours(each)]
    if not left or len(left) == len(all_frames) or (_is_ours(last) and not _is_meant(last)):
        return traceback
    made = None
    for each in reversed(left):
        made = TracebackType(made, each.tb_frame, each.tb_lasti, each.tb_lineno)
    assert made
    return made


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback:
        yield traceback
        traceback = traceback.tb_next


def _is_ours(each: TracebackType) -> bool:
    return each.tb_frame.f_code.co_filename.startswith(_OURS)


def _is_meant(each: TracebackType) -> bool:
    return dis.opname[each.tb_frame.f_code.co_code[each.tb_lasti]].startswith(_MEANT)
