"""A ledger holds, for each school and session, the version that was recorded last."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from streams.attendance.codes import CODES, INDEX
from streams.attendance.ledger import NARROW, WIDE, Ledger, Version, checked, key_parts
from streams.attendance.months import CODE, DUAL_GAP, SCHOOL_DAY
from streams.attendance.sessions import month_of
from streams.errors import StoredFormUnknown
from tests.unit.attendance.examples import ELSEWHERE, HERE, THERE, at, history

T = 1_736_000_000  # an instant in January 2025, after every session here
SLOT = at("2024-09-09/AM")
LAST_INSTANT = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) + 12 * 3600


def version(code: str, recorded: int = T) -> Version:
    return Version(INDEX[code], recorded)


def holding(*marks: tuple[str, int], session: int = SLOT) -> Ledger:
    """A ledger of one session, each mark at the school given."""
    ledger = Ledger()
    for code, urn in marks:
        ledger.put(session, urn, version(code))
    return ledger


def code_of(cell: int | None) -> str | None:
    return None if cell is None else CODES[cell & CODE]


@pytest.mark.parametrize("order", list(permutations([("O", T), ("I", T + 1), ("/", T - 1)])))
def test_the_latest_version_holds_in_whatever_order_they_come(order: list[tuple[str, int]]) -> None:
    """The mark recorded last holds, though a better code was recorded before."""
    ledger = Ledger()
    for code, recorded in order:
        ledger.put(SLOT, HERE, version(code, recorded))
    assert ledger.held(SLOT, HERE) == version("I", T + 1)


@pytest.mark.parametrize("order", list(permutations(["-", "O", "L", "D"])))
def test_on_equal_instants_the_better_code_holds(order: list[str]) -> None:
    """Of versions recorded in the same second the first in the order of codes holds."""
    ledger = Ledger()
    for code in order:
        ledger.put(SLOT, HERE, version(code))
    assert ledger.held(SLOT, HERE) == version("L")


def test_a_version_that_does_not_hold_changes_nothing() -> None:
    """An older mark and the very same mark again are taken without a trace."""
    ledger = holding(("O", HERE))
    before = dict(ledger.pages)
    assert not ledger.put(SLOT, HERE, version("O"))
    assert not ledger.put(SLOT, HERE, version("/", T - 1))
    assert ledger.pages == before


def test_a_newer_version_of_the_same_code_is_held_and_said_to_be() -> None:
    """A mark that says the same later wins over what comes between."""
    ledger = holding(("O", HERE))
    assert ledger.put(SLOT, HERE, version("O", T + 10))
    assert not ledger.put(SLOT, HERE, version("/", T + 5))


def test_no_mark_is_a_version_that_empties_the_session() -> None:
    """A deleted mark leaves no child's mark, and an older one does not come back."""
    ledger = holding(("O", HERE))
    ledger.put(SLOT, HERE, version("-", T + 5))
    ledger.put(SLOT, HERE, version("I", T + 4))
    assert (ledger.cell(SLOT), list(ledger.sessions())) == (None, [])
    assert ledger.held(SLOT, HERE) == version("-", T + 5)


def test_sessions_come_in_order_however_they_were_put() -> None:
    """Rows are inserted at their place, within a month and across months."""
    want = history("2024-09-23", "I / O . \\ N L U B K C1 E . G")
    for order in (want, want[::-1], want[1::2] + want[::2]):
        ledger = Ledger()
        for session, cell in order:
            ledger.put(session, HERE, Version(cell & CODE, T))
        assert list(ledger.sessions()) == want
        assert ledger.last == want[-1][0]


def test_sessions_since_one_leave_out_those_before() -> None:
    """The walk can begin anywhere, in the middle of a month too."""
    want = history("2024-09-23", "I / O N \\ N L U B K C1 E G G")
    ledger = Ledger()
    for session, cell in want:
        ledger.put(session, HERE, Version(cell & CODE, T))
    for i, (session, _) in enumerate(want):
        assert list(ledger.sessions(session)) == want[i:]


def test_a_page_widens_for_a_time_that_does_not_fit_four_bytes() -> None:
    """A mark recorded in the year 9999 is held exactly, beside the others of its month."""
    ledger = holding(("O", HERE))
    ledger.put(SLOT + 1, HERE, version("I", LAST_INSTANT))
    ledger.put(SLOT - 1, HERE, version("N", T + 7))
    (page,) = ledger.pages.values()
    assert page[1] == WIDE
    assert [ledger.held(SLOT + i, HERE) for i in (-1, 0, 1)] == [
        version("N", T + 7), version("O"), version("I", LAST_INSTANT),
    ]  # fmt: skip
    assert [code_of(cell) for _, cell in ledger.sessions()] == ["N", "O", "I"]


def test_a_page_widens_where_an_older_session_is_amended() -> None:
    """Inserting a far time into a narrow page keeps every row."""
    ledger = holding(("O", HERE))
    ledger.append(SLOT + 3, HERE, version("I"))
    ledger.put(SLOT + 1, HERE, version("/", LAST_INSTANT))
    assert [code_of(cell) for _, cell in ledger.sessions()] == ["O", "/", "I"]
    assert ledger.held(SLOT + 3, HERE) == version("I")


def test_times_of_a_hundred_years_fit_a_narrow_page() -> None:
    """Five bytes are for what four cannot say, and for nothing else."""
    edge = (SLOT >> 1) * 86400 - 719163 * 86400 - 2 * 86400 + 2**32 - 1
    for recorded, width in ((edge, NARROW), (edge + 1, WIDE)):
        ledger = Ledger()
        ledger.put(SLOT, HERE, version("O", recorded))
        (page,) = ledger.pages.values()
        assert (page[1], ledger.held(SLOT, HERE)) == (width, version("O", recorded))


def test_a_mark_recorded_two_days_before_its_session_is_held() -> None:
    """Any time that is not refused as of a future session fits."""
    midnight = ((SLOT >> 1) - 719163) * 86400
    ledger = Ledger()
    ledger.put(SLOT, HERE, version("C", midnight - 2 * 86400))
    assert ledger.held(SLOT, HERE) == version("C", midnight - 2 * 86400)


def test_the_childs_mark_is_the_best_over_its_schools() -> None:
    """Present at one school and absent at another is present; D never hides a real mark."""
    ledger = holding(("O", HERE), ("\\", THERE), ("D", ELSEWHERE))
    assert code_of(ledger.cell(SLOT)) == "\\"
    assert list(ledger.sessions()) == [(SLOT, ledger.cell(SLOT))]


def test_no_mark_at_one_school_leaves_the_others() -> None:
    """A deleted mark is no mark of the child."""
    ledger = holding(("-", HERE), ("N", THERE))
    assert code_of(ledger.cell(SLOT)) == "N"
    assert [code_of(cell) for _, cell in ledger.sessions()] == ["N"]


def test_a_school_day_is_made_by_any_held_mark() -> None:
    """Closed here and expected elsewhere is a school day, though the child's mark is the closure."""
    both = holding(("#", HERE), ("D", THERE)).cell(SLOT)
    alone = holding(("#", HERE)).cell(SLOT)
    assert (code_of(both), code_of(alone)) == ("#", "#")
    assert ((both or 0) & SCHOOL_DAY, (alone or 0) & SCHOOL_DAY) == (SCHOOL_DAY, 0)


@pytest.mark.parametrize(
    ("marks", "there_is"),
    [
        ([("D", HERE), ("D", THERE)], True),
        ([("D", HERE), ("D", THERE), ("D", ELSEWHERE)], True),
        ([("D", HERE)], False),
        ([("D", HERE), ("-", THERE)], False),
        ([("D", HERE), ("D", THERE), ("#", ELSEWHERE)], False),
        ([("O", HERE), ("O", THERE)], False),
    ],
)
def test_a_dual_gap_needs_two_schools_with_d_and_no_other_mark(marks: list[tuple[str, int]], there_is: bool) -> None:  # noqa: FBT001 - a case's answer
    """No mark is none of them, and one school alone makes no gap."""
    ledger = holding(*marks)
    cell = ledger.cell(SLOT)
    assert cell is not None
    assert bool(cell & DUAL_GAP) is there_is
    assert list(ledger.sessions()) == [(SLOT, cell)]


def test_dropping_keeps_the_year_and_what_follows() -> None:
    """Pages before 1 August of the year leave, and are marked as changed."""
    ledger = Ledger()
    for session in ("2023-07-31/PM", "2023-08-01/AM", "2024-09-09/AM"):
        ledger.put(at(session), HERE, version("O"))
    ledger = ledger.copy()
    ledger.drop_before(2023)
    assert [session for session, _ in ledger.sessions()] == [at("2023-08-01/AM"), at("2024-09-09/AM")]
    assert {key_parts(key) for key in ledger.dirty} == {(month_of(at("2023-07-31/PM")), HERE)}


def test_a_copy_goes_its_own_way() -> None:
    """What is put into a working copy does not show in what it was copied from."""
    ledger = holding(("O", HERE))
    copy = ledger.copy()
    assert copy.dirty == set()
    copy.put(SLOT, HERE, version("/", T + 1))
    copy.put(SLOT + 2, THERE, version("I"))
    assert list(ledger.sessions()) == [(SLOT, Ledger.cell_of(INDEX["O"]))]
    assert (ledger.last, copy.last) == (SLOT, SLOT + 2)


def test_only_the_page_of_a_changed_mark_is_dirty() -> None:
    """A mark rewrites its school's month and no other."""
    ledger = Ledger()
    for session, urn in (("2024-09-09/AM", HERE), ("2024-09-09/AM", THERE), ("2024-10-09/AM", HERE)):
        ledger.put(at(session), urn, version("O"))
    ledger = ledger.copy()
    ledger.put(at("2024-09-09/AM"), THERE, version("I", T + 1))
    ledger.put(at("2024-10-09/AM"), HERE, version("O"))
    assert {key_parts(key) for key in ledger.dirty} == {(month_of(SLOT), THERE)}


def test_a_ledger_from_its_own_pages_is_the_same() -> None:
    """Latest session, no mark included, and every version survive the way through the pages."""
    ledger = holding(("O", HERE), ("D", THERE))
    ledger.put(SLOT + 1, THERE, version("-", LAST_INSTANT))
    again = Ledger(dict(ledger.pages))
    assert (again.last, list(again.sessions())) == (SLOT + 1, list(ledger.sessions()))
    assert again.held(SLOT + 1, THERE) == version("-", LAST_INSTANT)


def test_a_school_month_is_about_250_bytes() -> None:
    """Six bytes a session: a month of school days is not more than a few hundred."""
    ledger = Ledger()
    for session, cell in history("2024-09-02", " ".join("/" * 42)):
        ledger.put(session, HERE, Version(cell & CODE, T))
    (page,) = ledger.pages.values()
    assert len(page) == 2 + 6 * 42


@pytest.mark.parametrize("page", [b"", b"\1", bytes((2, 4)), bytes((1, 3)), bytes((0, 4)), b"\xff\xff"])
def test_a_page_of_another_form_stops_the_reader(page: bytes) -> None:
    """An unknown stored form is refused with words on what to do."""
    with pytest.raises(StoredFormUnknown, match="run the version that wrote it"):
        checked(page)


def test_a_page_of_this_form_is_taken_as_it_is() -> None:
    """What this version writes, it reads."""
    (page,) = holding(("O", HERE)).pages.values()
    assert checked(page) is page
