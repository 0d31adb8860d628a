"""Pupils looked up many at once are found where they stand, whoever came and went."""

from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.index import Index
from streams.attendance.screen import Screen
from tests.support.hostile import pupil_key
from tests.unit.pipeline.examples import ENGINE

PUPILS = [pupil_key(number) for number in range(300)]
SCREEN = Screen(ENGINE)
SCREEN.load()
some = st.lists(st.integers(0, len(PUPILS) - 1), max_size=200)


@given(steps=st.lists(st.tuples(some, st.lists(st.integers(0, 400), max_size=3)), max_size=4), asked=some)
def test_a_pupil_is_found_where_it_stands(steps: list[tuple[list[int], list[int]]], asked: list[int]) -> None:
    """And nobody who never came, or has gone; more come than there was room for, and into rows that became free."""
    keys: list[str] = []
    index = Index(SCREEN, keys)
    for coming, going in steps:
        for row in [row for row in going if row < len(keys) and keys[row]]:
            keys[row] = ""
            index.begin_anew()
        for pupil in dict.fromkeys(PUPILS[number] for number in coming):
            if pupil not in keys:
                row = keys.index("") if "" in keys else len(keys)
                keys[row : row + 1] = [pupil]
                index.add(row)
        wanted = [PUPILS[number] for number in asked]
        found = index.rows("".join(wanted).encode()).tolist()
        assert found == [keys.index(pupil) if pupil in keys else -1 for pupil in wanted]
