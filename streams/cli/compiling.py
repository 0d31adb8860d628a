"""`python -m streams.cli.compiling`: compile the fast path now, so that no worker has to. Installations run it once."""

from streams.attendance.screen import Screen
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.pipeline.speed import load

if __name__ == "__main__":
    load(Screen(Engine(load_book(None))))
