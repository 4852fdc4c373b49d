"""What tests ask of the time that something takes."""

import gc
import time


def seconds(work, times=3):
    """The least of this thread's processor time that `work()` takes; the collector of garbage has its own."""
    found = []
    for _ in range(times):
        gc.collect()
        gc.disable()
        try:
            begin = time.thread_time()
            work()
            found.append(time.thread_time() - begin)
        finally:
            gc.enable()
    return min(found)
