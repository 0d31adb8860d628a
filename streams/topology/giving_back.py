"""Handing memory that was needed for a moment back to the operating system."""

import ctypes


def give_back() -> None:
    """Hand back what is free: the C library keeps it for the next who asks, where it knows how to hand it back at all.

    Once a load is over, that is the buffers of all that was read.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
