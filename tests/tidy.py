"""For tests that count files: after a build its workplace is held for some more milliseconds."""

import threading


def wait():
    """Until the threads are gone that tidy up after builds."""
    for thread in threading.enumerate():
        if thread.name == "gomagic: tidies up":
            thread.join()
