"""The key of the list of the erased, where commands need it."""

from collections.abc import Iterable

from streams.contract.topics import Topic
from streams.edge.keys import BadKey, read_key
from streams.errors import Refuse, WrongTopics
from streams.kafka.admin import Admin
from streams.pipeline.forms import PUPIL
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


def needed_erasure_key(settings: Settings) -> bytes:
    """Read the key.

    Raises:
        Refuse: none is named, or as `erasure_key`.
    """
    key = erasure_key(settings)
    if key is None:
        raise Refuse(
            "no key for the list of the erased: make one by `firstbell keys create FILE`, and name it in the setting "
            "erasure_key_file, here and at every worker"
        )
    return key


def pupils_of(given: Iterable[str], file: Iterable[str] | None) -> set[str]:
    """Read pseudonyms from options and the lines of a file.

    Raises:
        Refuse: there is none, or one is none.
    """
    found = {*given, *(line.strip() for line in file or () if line.strip())}
    wrong = sum(PUPIL.fullmatch(pupil) is None for pupil in found)
    if wrong or not found:
        what = f"{wrong} of {len(found)} are no pseudonyms" if found else "say whom, by --pupil or --file"
        raise Refuse(f"{what}: a pseudonym has 26 characters a-z and 2-7, as alerts have it")
    return found


def require_partitions(admin: Admin, topic: Topic) -> None:
    """Refuse to go on where *topic* has other partitions than the settings say: a pupil is placed by their number.

    Raises:
        WrongTopics: so it is.
    """
    found, _ = admin.existing().get(topic.name, (0, 0))
    if found != topic.partitions:
        raise WrongTopics(f"{topic.name} has {found} partitions, and the settings say {topic.partitions}")
