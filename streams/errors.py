"""What can go wrong, split by what the caller does next.

FirstbellError
├── Refuse                the command must not start: say why in one line and exit 2
│   ├── BadSettings
│   ├── BadRuleBook
│   ├── WrongTopics
│   ├── Unreachable
│   ├── NoEmbeddedBroker
│   └── NoEmbeddedRedis
├── Stop                  a running worker must stop before it acknowledges anything: say why once, exit non-zero
│   ├── StoredFormUnknown
│   ├── PositionLost
│   ├── EngineFailed
│   ├── SourceGoneBad
│   └── NoErasureKey
└── Undelivered           a record was not accepted by Kafka
"""


class FirstbellError(Exception):
    """Anything Firstbell raises on purpose."""


class Refuse(FirstbellError):  # noqa: N818 - an order to the caller, not a noun
    """The command cannot start as asked."""


class BadSettings(Refuse):
    """A setting is missing or impossible."""


class BadRuleBook(Refuse):
    """The rule book has mistakes; the message names the place of each."""


class WrongTopics(Refuse):
    """Topics are missing or differ from their declaration."""


class Unreachable(Refuse):
    """Kafka does not answer."""


class NoEmbeddedBroker(Refuse):
    """The embedded broker cannot run here; the message says what to do instead."""


class NoEmbeddedRedis(Refuse):
    """The embedded Valkey cannot run here; the message says what to do instead."""


class Stop(FirstbellError):  # noqa: N818 - likewise
    """A worker must not go on."""


class StoredFormUnknown(Stop):
    """A stored page has a form that this version cannot read."""


class PositionLost(Stop):
    """The position reached in `marks` does not fit the topic any more."""


class EngineFailed(Stop):
    """The engine itself failed on a register: a bug of ours; the message names the register."""


class SourceGoneBad(Stop):
    """Too many registers of one source are bad, and the settings say to stop then."""


class NoErasureKey(Stop):
    """There are erased pupils, and the key by which they are known is missing or another one."""


class Undelivered(FirstbellError):  # noqa: N818 - a state of a record
    """Kafka did not take a record."""
