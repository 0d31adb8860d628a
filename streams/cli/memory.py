"""How the C library keeps memory that was given back to it."""

import ctypes

_TRIM, _OWN_PIECE, _HEAPS = -1, -3, -8  # glibc's M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX
_KEPT, _LARGE, _TWO = 16 << 20, 4 << 20, 2


def give_back() -> None:
    """Have what is not used any more go back to the system. Call it before threads begin; without glibc it is nothing.

    Left to itself glibc makes a heap for every few threads, and keeps in them pieces of up to 32 MB that large arrays
    leave behind: of a worker with 201,000 pupils a seventh was such (`docs/benchmarks.md`, Memory).
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        for option, value in ((_TRIM, _KEPT), (_OWN_PIECE, _LARGE), (_HEAPS, _TWO)):
            set_option(option, value)
