"""The rules of a book about schools, by kind: what a watch asks for again and again."""

from typing import TypeVar

from streams.attendance.book import RuleBook
from streams.attendance.rule import BookRule
from streams.attendance.school_kinds import FeedSilent, MassAbsence, RegisterMissing
from streams.board.times import MINUTE

_Kind = TypeVar("_Kind", bound=BookRule)


class Rules:
    """The rules of a book about schools, by kind."""

    def __init__(self, book: RuleBook) -> None:
        self.book, self.id, self.all = book, book.school_id, book.school_rules
        self.missing = self._of(RegisterMissing)
        self.silent = self._of(FeedSilent)
        self.mass = self._of(MassAbsence)
        self.missing_ids = {rule.id for rule in self.missing}
        self.silent_ids = {rule.id for rule in self.silent}
        waits = [rule.grace_minutes for rule in self.missing] + [rule.grace_minutes for rule in self.silent]
        self.graces = tuple({minutes * MINUTE for minutes in waits})

    def _of(self, kind: type[_Kind]) -> list[_Kind]:
        return [rule for rule in self.all if isinstance(rule, kind)]
