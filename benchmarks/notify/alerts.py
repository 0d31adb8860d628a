"""The alerts of a run: one each for so many children, the same for the same number."""

import hashlib

from streams.contract.messages import Alert, Cause, Session

_KEY = "abcdefghijklmnopqrstuvwxyz234567"


def alerts(number: int, day: str, start: int = 0) -> list[Alert]:
    """Make *number* raised alerts of *day* (YYYY-MM-DD), counting from *start*, spread over a hundred schools."""
    return [_alert(each, day) for each in range(start, start + number)]


def _alert(number: int, day: str) -> Alert:
    digest = hashlib.sha256(f"bench|{number}".encode())
    pupil = "".join(_KEY[byte % 32] for byte in digest.digest()[:26])
    return Alert(
        alert_id=digest.hexdigest()[:32],
        sequence=1,
        change="raised",
        reason="mark",
        rule="persistent-absence",
        rulebook="england-2024@1",
        pupil=pupil,
        urn=100_001 + number % 100,
        from_=Session(day, "AM"),
        to=None,
        cause=Cause(f"bench-{number}", day, "AM", "O", f"{day}T09:05:00+00:00"),
        evidence={"possible": 60, "absent": 7, "since": 20240903, "until": 20241008, "min_possible": 20},
        severity="high",
        audience=["school", "la-attendance"],
        restricted=False,
    )
