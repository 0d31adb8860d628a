"""`python -m streams.cli.compiling`: compile all now, so that no worker has to. Installations run it once.

The fast path by numba; and the sources to bytecode, which Python does not keep where PYTHONDONTWRITEBYTECODE is set.
"""

from compileall import compile_dir
from pathlib import Path

from streams.attendance.screen import Screen
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.pipeline.speed import load

if __name__ == "__main__":
    compile_dir(Path(__file__).parents[1], quiet=1)
    load(Screen(Engine(load_book(None))))
