"""A file of schools for a replay: one JSON object a line."""

from pathlib import Path

import pytest

from streams.errors import Refuse
from streams.replay.schools import read_schools


def test_of_two_lines_about_a_school_the_later_holds(tmp_path: Path) -> None:
    """Blank lines are passed over."""
    file = tmp_path / "schools.jsonl"
    file.write_text('{"urn":100001,"name":"Old"}\n\n{"urn":100001,"name":"New","am_start":"08:40:00"}\n')
    schools = read_schools(file)
    school = schools.get(100001)
    assert school is not None
    assert (len(schools), school.name, school.am_start.isoformat(), schools.get(100002)) == (1, "New", "08:40:00", None)


@pytest.mark.parametrize("bad", ["{", "7", "{}", '{"urn":1}', '{"urn":100001,"am_start":"late"}', "\udcff"])
def test_a_line_that_is_no_school_is_named_and_nothing_begins(tmp_path: Path, bad: str) -> None:
    """File, line and what does not fit."""
    file = tmp_path / "schools.jsonl"
    file.write_bytes(b'{"urn":100001}\n' + bad.encode(errors="surrogateescape"))
    with pytest.raises(Refuse, match=r"schools\.jsonl, line 2: no school"):
        read_schools(file)
