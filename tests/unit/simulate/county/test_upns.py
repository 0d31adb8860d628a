"""UPNs of children who do not exist."""

from streams.edge.upn import read_upn
from streams.simulate.county.upns import upn


def test_upns_are_what_the_edge_takes_for_upns() -> None:
    """Form, authority and check letter are right by the edge's own rule, and none is temporary."""
    for school in (0, 1, 8999, 9000, 89999):
        for serial in range(1, 1000, 37):
            found = read_upn(upn(school, 2009 + serial % 15, serial))
            assert found is not None
            assert not found.is_temporary


def test_upns_are_of_authorities_that_do_not_exist() -> None:
    """Numbers from 990 are reserved here; England's end before them."""
    assert {upn(school, 2020, 1)[1:4] for school in range(0, 90000, 100)} == {str(n) for n in range(990, 1000)}


def test_no_two_children_have_one_upn() -> None:
    """School, year and serial make the number."""
    found = {upn(s, y, n) for s in range(50) for y in range(2010, 2020) for n in range(1, 40)}
    assert len(found) == 50 * 10 * 39
