"""Dead letters, what was redriven, and where they came from: read from Kafka; and what is redriven, sent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from streams.contract.messages import DeadLetter
from streams.contract.operations import (
    Operation,
    decode_operation,
    encode_operation,
    operation_headers,
    operation_key,
)
from streams.contract.topics import Topics
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.kafka.seeking import Seeker
from streams.letters.choosing import Choice, Lying, lying
from streams.letters.redriving import Memory, Original, Redriven, Refusal, decide
from streams.settings import Settings

__all__ = ["Redriving", "chosen", "memory"]


def chosen(settings: Settings, topics: Topics, choice: Choice) -> Iterator[Lying]:
    """Give the dead letters that *choice* takes, up to the end of their topic as it is when that is reached."""
    with Reader(settings, topics.dead_letters.name) as reader:
        for record in reader.to_end():
            found = lying(record.partition, record.offset, record.timestamp_ms, record.headers, record.value)
            if found is not None and choice.takes(found):
                yield found


def memory(settings: Settings, topics: Topics) -> Memory:
    """Read from the actions topic what was redriven before."""
    with Reader(settings, topics.actions.name) as reader:
        deeds = [decode_operation(record.headers, record.value) for record in reader.to_end()]
    return Memory({deed.subject for deed in deeds if deed is not None and deed.operation == "redrive"})


@dataclass
class Redriving:
    """One run: sends what it is given, each origin once, and remembers it in the actions topic.

    The registers are sent first, and remembered when Kafka has them: a crash between the two can send one twice, which
    does no harm, and can forget none.
    """

    settings: Settings
    topics: Topics
    memory: Memory
    force: bool
    dry_run: bool
    now: Callable[[], str]
    sent: list[Redriven] = field(default_factory=list)

    def run(self, letters: Iterable[Lying]) -> Iterator[tuple[Lying, Redriven | Refusal]]:
        """Redrive *letters*, giving what became of each.

        Raises:
            Undelivered: Kafka did not take one; those that it took may come again.
        """
        sender = Sender(self.settings)
        with Seeker(self.settings) as seeker:
            for one in letters:
                outcome = decide(one, self.memory, lambda letter: _original(seeker, letter), force=self.force)
                if isinstance(outcome, Redriven):
                    self._send(sender, one, outcome)
                yield one, outcome
        if not self.dry_run:
            sender.flush()
            self._remember(sender)

    def _send(self, sender: Sender, one: Lying, redriven: Redriven) -> None:
        self.sent.append(redriven)
        self.memory.origins.add(redriven.origin)
        if not self.dry_run:
            topic = self.topics.registers.name
            sender.send(topic, redriven.value, key=redriven.key, headers=redriven.headers, name=str(one.place))

    def _remember(self, sender: Sender) -> None:
        for redriven in self.sent:
            deed = Operation(operation="redrive", subject=redriven.origin, at=self.now())
            sender.send(
                self.topics.actions.name,
                encode_operation(deed),
                key=operation_key(deed),
                headers=operation_headers(),
                name=redriven.origin,
            )
        sender.flush()


def _original(seeker: Seeker, letter: DeadLetter) -> Original:
    origin = letter.origin
    if origin.topic is None or origin.partition is None or origin.offset is None:
        return Original(None, [])
    record = seeker.at(origin.topic, origin.partition, origin.offset)
    return Original(None, []) if record is None else Original(record.value, record.headers)
