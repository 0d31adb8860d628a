"""What a message says to a person: support first, in numbers, nobody blamed and nobody named."""

from streams.notify.words.words import BadWords, Words

__all__ = ["BadWords", "Words"]
