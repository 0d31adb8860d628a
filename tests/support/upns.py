"""UPNs of invented children, of an authority that does not exist."""

from hypothesis import strategies as st

from streams.edge.upn import check_letter

ANNA, BEN = "Q999000024001", check_letter("999000024002") + "999000024002"
TEMPORARY = check_letter("99900002400A") + "99900002400A"


def upns() -> st.SearchStrategy[str]:
    """Give UPNs of the authority 999, temporary ones among them."""
    rest = st.from_regex(r"\A999[0-9]{8}[0-9A-HJ-NP-RT-Z]\Z")
    return rest.map(lambda digits: check_letter(digits) + digits)
