"""Processes that end with the one that started them, so that a training that was killed leaves nothing running."""
import ctypes
import signal

_END_WITH_PARENT = 1                                   # PR_SET_PDEATHSIG of Linux


def end_with_parent():
    """For a process to call when it starts; elsewhere than on Linux it does nothing."""
    try:
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    except AttributeError:
        return
