"""What IPython shows of a traceback: the reader's lines and Go's, without those of this package.

`%xmode Verbose` shows all, and so does a fault of our own: then the last frame neither raises nor calls.
"""

from __future__ import annotations

import dis
import os
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_MEANT = ("RAISE", "RERAISE", "CALL")  # of Go's functions it is the call that raises
_NAME = "structured_traceback"


def install(shell: InteractiveShell) -> None:
    """Leave our own frames out of the tracebacks that `shell` shows."""
    shows: Any = shell.InteractiveTB
    before = getattr(shows, _NAME)

    def structured_traceback(etype: Any, evalue: Any, etb: Any = None, *args: Any, **keywords: Any) -> Any:
        is_short = isinstance(etb, TracebackType) and shows.mode != "Verbose"
        return before(etype, evalue, without_ours(etb) if is_short else etb, *args, **keywords)

    setattr(shows, _NAME, structured_traceback)


def uninstall(shell: InteractiveShell) -> None:
    """Show tracebacks as they are again."""
    vars(shell.InteractiveTB).pop(_NAME, None)


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
