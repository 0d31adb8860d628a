"""One sentence per refused register or mark, with nothing of the pupil in it."""

from streams.contract.messages import DeadLetter, Origin
from streams.wording.phrases import HALVES, day

REASONS = {
    "not-json": "it is not JSON",
    "not-a-register": "it is not a register",
    "bad-recorded-at": "its recorded_at is not a time with an offset",
    "recorded-in-future": "its recorded_at lies in the future",
    "not-a-mark": "it does not have the form of a mark",
    "bad-pupil": "its pupil key does not have the form of a pseudonym",
    "unknown-code": "its code is not an attendance code",
    "future-session": "its session lies after it was recorded",
    "too-old": "its session is older than the years that are kept",
    "erased": "the records of its pupil were erased, and it is not kept",
    "quarantined": "it was set aside by hand, since the engine failed on it",
}


def refusal(letter: DeadLetter) -> str:
    """*letter* in words: what was refused, whose, why, and where its bytes came from."""
    what = "A register" if letter.mark is None else f"Mark {letter.mark + 1} of a register"
    return f"{what}{_whose(letter)} was refused: {REASONS[letter.reason]} ({_place(letter.origin)})."


def _whose(letter: DeadLetter) -> str:
    school = f" of school {letter.urn}" if letter.urn else ""
    session = f" for {day(letter.date)}, {HALVES[letter.session]}" if letter.date and letter.session else ""
    return school + session


def _place(origin: Origin) -> str:
    if origin.topic is not None:
        return f"{origin.topic}, partition {origin.partition}, offset {origin.offset}"
    return f"line {origin.line} of {origin.file or 'a file'}"
