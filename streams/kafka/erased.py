"""Reading the list of the erased."""

from streams.contract.topics import Topics
from streams.kafka.reader import Reader
from streams.pipeline.erased import Erased
from streams.settings import Settings


def erased_list(settings: Settings, topics: Topics, key: bytes | None) -> Erased:
    """Read the list, which *key* was made for.

    Raises:
        NoErasureKey: it is not empty, and there is no key, or another one.
    """
    found = Erased(key)
    with Reader(settings, topics.erased.name) as reader:
        for record in reader.to_end():
            found.load((record.key or b"").decode(errors="replace"), record.value)
    return found
