"""One session's marks at one school, latest version wins: five bytes a pupil and session."""

from array import array
from collections.abc import Iterable

from msgspec import Struct

from streams.attendance.codes import ABSENT, CODES, INDEX, NO_SCHOOL_DAY, POSSIBLE
from streams.board.entries import Entries, Recorded, as_one, as_row

_NEVER = 255  # no version yet
LATEST = 2**32 - 1  # seconds that fit, in 2106: later times can stand only in a file that does not say when it came

_NO_SCHOOL, _ABSENT, _POSSIBLE = bytes(NO_SCHOOL_DAY), bytes(ABSENT), bytes(POSSIBLE)
_CLOSED = bytes((INDEX["#"], INDEX["Y4"]))
_NOT_HELD = bytes(code for code in range(256) if code >= len(CODES) or CODES[code] == "-")
_NOT_OPEN = _NOT_HELD + _NO_SCHOOL
_VERSIONS = bytes(code != _NEVER for code in range(256))


class Tally(Struct, frozen=True, gc=False):
    """What a school's marks of one session come to."""

    possible: int = 0
    absent: int = 0
    held: int = 0
    """Pupils with a mark other than `-`."""
    closures: int = 0
    """Those with `#` or `Y4`."""
    opens: int = 0
    """Those with a mark that makes it a school day."""

    @property
    def closed(self) -> bool:
        """Whether the marks say that the whole school was closed; `Z` (not on roll yet) says nothing."""
        return self.closures > 0 and self.opens == 0


NOTHING = Tally()


class Entered(Struct, frozen=True, gc=False):
    """What came of entering marks: those that changed something, and whether none of the pupils had a version."""

    changed: Entries
    all_new: bool


class SessionMarks:
    """The held mark of every pupil, by the pupil's place on the school's roll."""

    __slots__ = ("came_ms", "codes", "emptied", "pages", "recorded", "tally")

    def __init__(self) -> None:
        self.codes = bytearray()
        self.recorded = array("I")
        self.tally = NOTHING
        self.came_ms: int | None = None
        """When the register with which the school held a mark again was received; None while it holds none."""
        self.emptied: tuple[int, int] | None = None
        """When the last mark was deleted, and when the register had come: at one moment the order must not matter."""
        self.pages: list[int] = []
        """The offsets of the registers that changed something: its pages in the changelog."""

    def copy(self) -> "SessionMarks":
        """Return a copy to change."""
        new = SessionMarks.__new__(SessionMarks)
        new.codes, new.recorded = self.codes[:], self.recorded[:]
        new.tally, new.came_ms, new.emptied, new.pages = self.tally, self.came_ms, self.emptied, self.pages[:]
        return new

    def enter(self, entries: Entries, received_ms: int) -> Entered:
        """Enter marks."""
        entered = self._put_row(entries) or self._put(entries)
        if (self.came_ms is None) == (self.tally.held > 0):
            self._come_or_go(received_ms)
        return entered

    def has_none(self, first: int, after: int) -> bool:
        """Whether there is no version in a row of places."""
        return self.codes.count(_NEVER, first, after) == len(self.codes[first:after])

    def put_new(self, first: int, entries: Entries, tally: Tally, received_ms: int, offset: int) -> None:
        """Enter a page of the first marks of a row of pupils, from *first* on; *tally* is what all come to then."""
        after = first + len(entries.codes)
        if after > len(self.codes):
            self._grow(after)
        self.codes[first:after] = entries.codes
        self.recorded[first:after] = _seconds(entries.recorded, len(entries.codes))
        self.tally = tally
        self.pages.append(offset)
        if self.came_ms is None:
            self.came_ms = received_ms

    def _come_or_go(self, received_ms: int) -> None:
        if self.came_ms is None:
            again = self.emptied is not None and self.emptied[0] == received_ms
            self.came_ms = self.emptied[1] if self.emptied and again else received_ms
        else:
            self.emptied, self.came_ms = (received_ms, self.came_ms), None

    def _put_row(self, entries: Entries) -> Entered | None:
        """Enter the marks of a class, or of one pupil, as they usually come: what `_put` does, without a look at each.

        Its pupils stand in a row on the roll, in the order in which they were first sent; none has a version yet, or
        all these are recorded later. Else None.
        """
        first, codes, recorded = entries.at, entries.codes, entries.recorded
        if not isinstance(first, int) or (recorded if isinstance(recorded, int) else max(recorded)) > LATEST:
            return None
        after = first + len(codes)
        self._grow(after)
        new = self.codes.count(_NEVER, first, after)
        if new < len(codes) and not self._is_later(recorded, first, after):
            return None
        self.codes[first:after] = codes
        self.recorded[first:after] = _seconds(recorded, len(codes))
        self.tally = more(self.tally, codes) if new == len(codes) else more(NOTHING, self.codes)
        return Entered(entries, all_new=new == len(codes))

    def _is_later(self, recorded: Recorded, first: int, after: int) -> bool:
        """Whether marks recorded at one moment are so later than all versions in a row."""
        return isinstance(recorded, int) and recorded > max(self.recorded[first:after])

    def _put(self, entries: Entries) -> Entered:
        at, changed, seconds, new = [], bytearray(), [], 0
        codes, times, places = self.codes, self.recorded, entries.places
        self._grow(max(places, default=-1) + 1)
        each = zip(places, entries.codes, entries.times, strict=True)
        for place, code, recorded in each:  # one loop without calls: dear where much is corrected
            held = codes[place]
            if held == _NEVER:
                new += 1
            else:
                before = times[place]
                if recorded < before or (recorded == before and code >= held):
                    continue
            codes[place] = code
            times[place] = recorded if recorded < LATEST else LATEST  # noqa: FURB136 - as above
            at.append(place)
            changed.append(code)
            seconds.append(recorded)
        if changed:
            self.tally = more(NOTHING, codes)
        kept = Entries(as_row(at), bytes(changed), as_one(seconds))
        return Entered(kept, all_new=new == len(entries.codes))

    def _grow(self, size: int) -> None:
        more = size - len(self.codes)
        if more > 0:
            self.codes.extend(bytes((_NEVER,)) * more)
            self.recorded.frombytes(bytes(self.recorded.itemsize * more))


def _seconds(recorded: Recorded, size: int) -> "array[int]":
    return array("I", (recorded,)) * size if isinstance(recorded, int) else array("I", recorded)


def more(tally: Tally, codes: bytes | bytearray) -> Tally:
    """Return what marks come to with those of other pupils that *tally* has."""
    others = codes.translate(None, _POSSIBLE)  # mostly none: to leave bytes out costs less than to count them
    possible = held = opens = len(codes) - len(others)
    absent, closures = len(codes) - len(codes.translate(None, _ABSENT)), 0
    if others:
        held += len(others.translate(None, _NOT_HELD))
        closures = len(others) - len(others.translate(None, _CLOSED))
        opens += len(others.translate(None, _NOT_OPEN))
    return Tally(
        tally.possible + possible,
        tally.absent + absent,
        tally.held + held,
        tally.closures + closures,
        tally.opens + opens,
    )


def used(sessions: Iterable[SessionMarks], size: int) -> bytes:
    """Return a byte for each of *size* places, 0 where none of *sessions* has a version; the last such may be left out.

    Mostly the first session has one of everybody, and no other need be looked at.
    """
    found, everybody = 0, int.from_bytes(b"\1" * size, "little")
    for session in sessions:
        found |= int.from_bytes(session.codes.translate(_VERSIONS), "little")
        if found == everybody:
            break
    return found.to_bytes((found.bit_length() + 7) // 8, "little")


def opens(codes: bytes) -> bool:
    """Whether a mark with one of *codes* makes a school day."""
    return bool(codes.translate(None, _NO_SCHOOL))
