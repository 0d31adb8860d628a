"""How functions of arithmetic on arrays are compiled: by numba, once, when they are first used.

What was compiled is kept beside the function's file or in the user's cache folder until that very file changes, and not
one of a function that it calls: so what is compiled together stands in one file.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile without numba's counting of references, which costs more than the arithmetic: no array is made here."""
    return _compiled(function)


def inlined(function: Function) -> Function:
    """Compile a function that only others of its file call, into them.

    A call hands on every array of every tuple, field by field: some hundreds of numbers, dearer than what most do.
    """
    return _compiled(function, forceinline=True)


def _compiled(function: Function, **more: bool) -> Function:
    options: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False, **more}
    return cast("Function", njit(**options)(function))
