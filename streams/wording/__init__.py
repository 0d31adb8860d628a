"""Alerts, dead letters and the rule book in plain words: facts and dates, nobody blamed, nobody named."""

from streams.wording.alerts import sentence
from streams.wording.book import book_as_data, book_in_words
from streams.wording.dead_letters import refusal

__all__ = ["book_as_data", "book_in_words", "refusal", "sentence"]
