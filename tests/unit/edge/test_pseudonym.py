"""Pseudonyms of UPNs."""

import re

import pytest
from hypothesis import given

from streams.edge.pseudonym import fingerprint, pseudonymiser
from streams.edge.upn import Upn, read_upn
from tests.support.upns import upns

KEY = bytes(range(32))


def _upn(text: str) -> Upn:
    upn = read_upn(text)
    assert upn
    return upn


@given(upns())
def test_it_has_the_form_of_a_pupil_key_and_nothing_of_the_upn(text: str) -> None:
    """26 characters of lower-case base32; no piece of the number."""
    pseudonym = pseudonymiser(KEY)(_upn(text))
    assert re.fullmatch("[a-z2-7]{26}", pseudonym)
    assert text[1:7] not in pseudonym


def test_it_never_changes_between_versions() -> None:
    """A fixed example: were it to change, every child of every installation would be someone else."""
    assert pseudonymiser(KEY)(_upn("R201100018042")) == "wosrhb4fpjxu2wd5ngxkc75jem"


def test_another_key_gives_another_and_another_child_too() -> None:
    """Pseudonyms of two authorities cannot be compared."""
    mine, theirs = pseudonymiser(KEY), pseudonymiser(bytes(32))
    assert len({mine(_upn("R201100018042")), theirs(_upn("R201100018042")), mine(_upn("T20110001804V"))}) == 3


def test_a_short_key_is_refused() -> None:
    """Half a key is no key."""
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonymiser(KEY[:16])


def test_fingerprints_tell_keys_apart_and_do_not_hold_them() -> None:
    """Eight characters, of base32."""
    assert fingerprint(KEY) != fingerprint(bytes(32))
    assert re.fullmatch("[a-z2-7]{8}", fingerprint(KEY))
