"""UPNs of children who do not exist: well formed, of authorities that do not exist (990 to 999).

The check letter's rule is that of `streams.edge.upn`, which this part may not import; a test holds the two together.
"""

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SCHOOLS = 9000  # of one authority; schools are numbered from 1000
_SERIALS = 1000
_LAST_AUTHORITY = 999


def upn(school: int, entered: int, serial: int) -> str:
    """Return the UPN of child number *serial* of those who entered the county's school number *school* in a year."""
    authority, establishment = _LAST_AUTHORITY - school // _SCHOOLS, 1000 + school % _SCHOOLS
    rest = f"{authority:03}{establishment:04}{entered % 100:02}{serial % _SERIALS:03}"
    return _LETTERS[sum(weight * int(digit) for weight, digit in enumerate(rest, start=2)) % len(_LETTERS)] + rest
