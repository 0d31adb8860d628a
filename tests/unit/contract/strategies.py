"""Hypothesis strategies of the public messages."""

from typing import get_args

from hypothesis import strategies as st

from streams.contract import messages
from streams.contract.messages import Alert, Cause, DeadLetter, Origin, Session

text = st.text(st.characters(codec="utf-8"), max_size=20)
dates = st.dates().map(str)
numbers = st.integers(0, 2**62)
halves = st.sampled_from(get_args(messages.Half))
pupils = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26)
urns = st.integers(100000, 999999)

sessions = st.builds(Session, dates, halves)
causes = st.builds(Cause, text, dates, halves, text, text)
alerts = st.builds(
    Alert,
    alert_id=text,
    sequence=numbers,
    change=st.sampled_from(get_args(messages.Change)),
    reason=st.sampled_from(get_args(messages.Reason)),
    rule=text,
    rulebook=text,
    pupil=st.none() | pupils,
    urn=urns,
    from_=sessions,
    to=st.none() | sessions,
    cause=st.none() | causes,
    evidence=st.dictionaries(text, st.integers(-(2**62), 2**62), max_size=4),
    severity=st.sampled_from(get_args(messages.Severity)),
    audience=st.lists(st.sampled_from(get_args(messages.Audience)), max_size=3),
    restricted=st.booleans(),
)
origins = st.builds(Origin, topic=text, partition=st.integers(0, 2**31), offset=numbers) | st.builds(
    Origin, file=text, line=numbers
)
dead_letters = st.builds(
    DeadLetter,
    reason=st.sampled_from(get_args(messages.Refusal)),
    detail=text,
    origin=origins,
    register_id=st.none() | text | st.sampled_from(["null", "None", "7"]),
    urn=st.none() | urns,
    date=st.none() | dates,
    session=st.none() | halves,
    mark=st.none() | st.integers(0, 1999),
    value=st.binary(max_size=64),
)
