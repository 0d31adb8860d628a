"""The key of the list of the erased, where commands need it."""

from streams.edge.keys import BadKey, read_key
from streams.settings import Settings


def erasure_key(settings: Settings) -> bytes | None:
    """Read the key that `erasure_key_file` names, or give None where it names none.

    Raises:
        Refuse: the file is missing, holds no key, or is open to others.
    """
    if settings.erasure_key_file is None:
        return None
    try:
        return read_key(settings.erasure_key_file)
    except BadKey as error:
        raise BadKey(str(error).replace("pupil_key_file", "erasure_key_file")) from None
