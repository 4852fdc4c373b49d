"""What is easier to say in Python: run once, when the interpreter starts."""


def begin(folders):
    """Put folders (bytes) in front of sys.path; write each printed line at once: it keeps its place among Go's."""
    import io
    import os
    import sys
    import threading  # noqa: F401  # takes the thread that first imports it for the one that Python ends on
    import types

    new = dict.fromkeys(map(os.fsdecode, folders))
    sys.path[:0] = [folder for folder in new if folder not in sys.path]
    sys.modules["golib"] = golib = types.ModuleType("golib", "What Go raises in Python.")
    golib.GoError, golib.GoPanic = GoError, GoPanic
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where it is closed
            stream.reconfigure(line_buffering=True)


def describe(kind, value, trace):
    """The name of an exception's type, its text, and the traceback as Python prints it, without this file's frames."""
    import traceback

    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    try:
        said = str(value)
    except BaseException:
        said = "<its str() failed>"
    module = kind.__module__
    name = kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"
    depth = sum(1 for _ in traceback.walk_tb(trace))
    limit = -100 if depth > 100 else None  # Go may ask for it at each turn of a recursion
    lines = "".join(traceback.format_exception(kind, value, trace, limit))
    while isinstance(value, BaseException) and not isinstance(value, (GoError, GoPanic)):
        value = value.__cause__
    texts = [words.encode("utf-8", "backslashreplace").decode() for words in (name, said, lines)]
    return *texts, value and value._go


class GoError(Exception):
    """An error that a Go function has returned."""

    __module__ = "golib"
    _go = None  # a capsule: the error in Go


class GoPanic(RuntimeError):
    """What a Go function has panicked with; `stack` is that of its goroutine."""

    __module__ = "golib"
    _go = None
    stack = ""


def failure(said, go, stack, cause):
    """The exception that stands for an error of Go's; stack: of a panic."""
    made = GoPanic(said) if stack else GoError(said)
    if stack:
        made.stack = stack
    made._go, made.__cause__ = go, cause
    return made


def refusal(kind, said):
    """The exception for what is wrong with a call; kind: of builtins."""
    import builtins

    return getattr(builtins, kind)(said)


def exception(kind, said):
    """An exception whose type has the name that Go knows it by; a GoError if there is none, or it cannot be made so."""
    import sys

    module, _, name = kind.rpartition(".")
    found = getattr(sys.modules.get(module or "builtins"), name, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        try:
            return found(said)
        except Exception:
            pass
    return GoError(f"{kind}: {said}" if said else kind)


def module(name, source):
    """A new module from source text; its lines are shown in tracebacks."""
    import linecache
    import sys
    import types

    made = types.ModuleType(name)
    made.__file__ = f"<{name}>"
    linecache.cache[made.__file__] = len(source), None, source.splitlines(True), made.__file__
    code = compile(source, made.__file__, "exec")
    before = sys.modules.get(name)
    sys.modules[name] = made
    try:
        exec(code, made.__dict__)
    except BaseException:
        if before is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = before
        raise
    return made


def arrays():
    """The table of numpy's functions for C; None where it is not installed."""
    try:
        import numpy  # noqa: F401
    except ModuleNotFoundError as missing:
        if missing.name != "numpy":
            raise
        return None
    try:
        from numpy._core._multiarray_umath import _ARRAY_API
    except ImportError:  # before numpy 2
        from numpy.core._multiarray_umath import _ARRAY_API
    return _ARRAY_API


def packed(letter, numbers):
    """The numbers of a list or tuple side by side, as the module array has them: quicker than one by one from Go.

    Raises TypeError where floats are asked for and others are there: numpy's complex numbers would lose half.
    """
    from array import array

    if letter == "d" and not all(issubclass(kind, (float, int)) for kind in set(map(type, numbers))):
        raise TypeError
    return array(letter, numbers)


class Loop:
    """The event loop that Go awaits on, and its thread."""

    def __init__(self):
        import asyncio
        import threading

        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="golib.python", daemon=True)
        self.thread.start()

    def begin(self, coroutine):
        import asyncio

        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def end(self):
        self.begin(self._cancel()).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _cancel(self):
        import asyncio

        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.loop.shutdown_asyncgens()
        await self.loop.shutdown_default_executor()


loops = []  # the one that is used, once it is
starting = __import__("threading").Lock()


def awaiting(f, notify):
    """A function that calls f on the event loop and returns a future; notify is called when that is done."""
    import inspect
    import threading

    with starting:
        if not loops:
            loops.append(Loop())
    [loop] = loops
    if threading.current_thread() is loop.thread:
        raise RuntimeError("a Go function that runs on the event loop cannot wait for it: call it by asyncio.to_thread")

    async def run(*arguments, **keywords):
        answer = f if inspect.isawaitable(f) else f(*arguments, **keywords)
        return await answer if inspect.isawaitable(answer) else answer

    def begin(*arguments, **keywords):
        future = loop.begin(run(*arguments, **keywords))
        future.add_done_callback(notify)
        return future

    return begin


def collect():
    """Wait for tasks and threads, and free what only cycles hold, before the views that are left are counted."""
    import gc
    import threading

    while loops:  # it is called again if some are left
        loops.pop().end()
    threading._shutdown()  # as Python itself does when it ends; a second time it does nothing
    gc.collect()
