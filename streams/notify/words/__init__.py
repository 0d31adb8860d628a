"""What a message says to a person: support first, in numbers, nobody blamed and nobody named."""

from streams.notify.words.words import Words

__all__ = ["Words"]
