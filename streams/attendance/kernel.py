"""The fast path: what a mark does to a pupil's record, compiled, one mark after the other.

**Why it is exact.** `append` is the fast walk (`tally.py`, `walk.py`) on records (`columns.py`), not an estimate: the
same counts in the same lanes, changed by the same additions in the same order, and the very tests of the rules, as
numbers that the rules themselves gave (`formulas.py`). It leaves out only what a plain append cannot bring (marks of
several schools for one session, a mark of the past, a second academic year), and tells those from the rest itself.
Properties hold each record to the tally and the episodes of the walk over hostile histories.

A **plain append** is a pupil's only mark in its register, for a session after every other of the pupil and of the same
academic year, in the page of the ledger that the mark before is in or in one of a later month, of a pupil whose walk is
known for this rule book and with nothing to be forgotten; or a pupil's first mark.

A **plain amendment** is likewise alone, for a session of the pupil's last day that the same school has marked already,
where no other school has marked anything that month; and no rule flips on that day, neither before it nor after it.
The day is walked again from the record of the day before.

All that is compiled together stands in this file (`compiled.py`). `screen.py` says what goes in and what comes out.
"""

from streams.attendance.columns import FLIP, Block, Found, Marks, Part, Sessions, State
from streams.attendance.compiled import compiled, inlined
from streams.attendance.formulas import MOST_COUNTS
from streams.attendance.kernel_rows import EXACTLY, SCREENED
from streams.attendance.ledger import ROW, URN_BITS
from streams.attendance.tables import LANE_MEASURE, OTHER_DAYS, WEEKDAY_DAYS, Tables
from streams.attendance.tally import REMEMBERED_DAYS

_TOP = 1 << REMEMBERED_DAYS


@compiled
def append(tables: Tables, state: State, marks: Marks, released: Block, found: Found) -> None:
    """Take the plain appends and amendments among *marks*: of an append, each rule is tested once.

    *released* are, by row, the pupils that go on as objects: their marks are left, and so are all later ones of a pupil
    of whom one is left. Marks that `kernel_rows.mark_twins` left in *found* are left.
    """
    rules = tables.least.size
    for i in range(marks.at.size):
        at, row = marks.at[i], marks.row[i]
        if at < 0:
            continue
        alone = found.result[i] == SCREENED and not released[row] and _is_known(tables, state, marks, i, at)
        if alone and _amend(tables, state, marks, i, at, found):
            continue
        full = found.number[0] + rules > len(found.flips) or found.number[1] == len(found.turns)
        if full or not alone or not _is_next(state, marks, i, at):
            released[row], found.result[i] = True, EXACTLY
            continue
        _enter(state, marks, i, at, found)
        step(tables, state, at, marks.slot[i], marks.code[i], marks.year_end[i], marks.slot[i] >> 1)
        test(tables, state, at, i, marks.slot[i], found.flips, found.number)


@inlined
def _is_known(tables: Tables, state: State, marks: Marks, i: int, at: int) -> bool:
    """Whether the pupil's walk is known, and the mark one that fits a narrow page."""
    fits = marks.seconds[i] >= 0 and marks.seconds[i] >> 32 == 0
    return bool(state.ready[at] and fits and marks.code[i] != tables.no_mark)


@inlined
def _is_next(state: State, marks: Marks, i: int, at: int) -> bool:
    """Whether a mark comes after every other of the pupil, in the open page or a later one."""
    if state.last[at] < 0:
        return True
    if not state.last[at] < marks.slot[i] < state.year_end[at] or state.past_weeks[at] == state.past.shape[1]:
        return False
    return bool(marks.key[i] == state.key[at] or marks.key[i] >> URN_BITS > state.key[at] >> URN_BITS)


@inlined
def _enter(state: State, marks: Marks, i: int, at: int, found: Found) -> None:
    """Append a row to the open page (`ledger`: position, code, seconds), or close it and open the next."""
    if marks.key[i] != state.key[at]:
        if state.last[at] >= 0:
            turn, size = found.number[1], state.size[at]
            found.turns[turn, 0], found.turns[turn, 1] = at, state.key[at]
            found.turns[turn, 2], found.turns[turn, 3] = size, state.rows[at] > 0
            for byte in range(size):
                found.pages[turn, byte] = state.page[at, byte]
            found.number[1] += 1
        state.key[at], state.size[at], state.rows[at], state.alone[at] = marks.key[i], 0, 0, True
    _write(state, marks, i, at, state.size[at])
    state.size[at] += ROW
    state.rows[at] += 1
    state.last[at] = marks.slot[i]


@inlined
def _write(state: State, marks: Marks, i: int, at: int, row: int) -> None:
    """Write a mark into the open page, from byte *row* on."""
    state.page[at, row], state.page[at, row + 1] = marks.position[i], marks.code[i]
    for byte in range(ROW - 2):
        state.page[at, row + 2 + byte] = marks.seconds[i] >> 8 * byte & 255
    state.ahead[at] = True


@inlined
def _amend(tables: Tables, state: State, marks: Marks, i: int, at: int, found: Found) -> bool:
    """Take a plain amendment; tell whether it was one. A version that the one held beats changes nothing."""
    row = _row_today(state, marks, i, at)
    if row < 0 or state.page[at, row + 1] == tables.no_mark:
        return False
    if not _beats(state, marks, i, at, row):
        return True
    if marks.code[i] != state.page[at, row + 1] and not _walk_again(tables, state, marks, i, at, row, found):
        return False
    _write(state, marks, i, at, row)
    state.rows[at] = max(state.rows[at], (state.size[at] - row) // ROW)
    return True


@inlined
def _row_today(state: State, marks: Marks, i: int, at: int) -> int:
    """Return where in the open page the mark for a session of the last day is, -1 where there is none, or not only."""
    today = marks.slot[i] <= state.last[at] and marks.slot[i] >> 1 == state.last[at] >> 1
    if not today or not state.alone[at] or marks.key[i] != state.key[at]:
        return -1
    for back in range(1, 3):
        row = int(state.size[at]) - ROW * back
        if row >= 0 and state.page[at, row] == marks.position[i]:
            return row
    return -1


@inlined
def _beats(state: State, marks: Marks, i: int, at: int, row: int) -> bool:
    """Whether a mark holds over the one in the page, as `Version.beats`."""
    seconds = 0
    for byte in range(ROW - 2):
        seconds |= int(state.page[at, row + 2 + byte]) << 8 * byte
    return bool(marks.seconds[i] > seconds or (marks.seconds[i] == seconds and marks.code[i] < state.page[at, row + 1]))


@inlined
def _walk_again(tables: Tables, state: State, marks: Marks, i: int, at: int, amended: int, found: Found) -> bool:
    """Walk the last day again with the mark in its place; leave all as it was where a rule flips on that day."""
    flips, rules = found.number[0], tables.least.size
    if flips + 2 * rules > len(found.flips) or state.closed[at] != state.closed_before[at]:
        return False
    for rule in range(rules):
        if state.on[at, rule] != state.on_before[at, rule]:
            return False
    for word in range(tables.tally):
        state.kept[word] = state.words[at, tables.now + word]
        state.words[at, tables.now + word] = state.words[at, tables.before + word]
    month, size = marks.slot[i] - marks.position[i], int(state.size[at])
    for row in range(max(size - 2 * ROW, 0), size, ROW):
        slot = month + state.page[at, row]
        code = marks.code[i] if row == amended else int(state.page[at, row + 1])
        if slot >> 1 == marks.slot[i] >> 1 and code != tables.no_mark:
            step(tables, state, at, slot, code, marks.year_end[i], slot >> 1)
            test(tables, state, at, i, slot, found.flips, found.number)
    if found.number[0] == flips:
        return True
    found.number[0] = flips
    for word in range(tables.tally):
        state.words[at, tables.now + word] = state.kept[word]
    return False


@inlined
def step(tables: Tables, state: State, at: int, slot: int, code: int, year_end: int, kept: int) -> None:
    """Take the next session, as `Tally.step`; before the first of the day to be *kept*, keep the record as it was."""
    day = slot >> 1
    if day == kept and state.slot[at] >> 1 != day:
        for word in range(tables.tally):
            state.words[at, tables.before + word] = state.words[at, tables.now + word]
    if slot >= state.year_end[at]:
        _new_year(tables, state, at, year_end)
    if (day - 1) // 7 != state.week[at]:
        _new_week(state, at, (day - 1) // 7)
    if tables.makes_day[code] and state.days[at] >> (day - 1) % 7 & 1 == 0:
        _school_day(tables, state, at, day)
    began = 0
    if tables.absent[code]:
        began = _absent(tables, state, at, day)
    elif tables.possible[code]:
        state.in_spell[at] = False
    _add(tables, state, at, code, began)
    if tables.odd[code]:
        _odd(tables, state, at, slot, code)
    state.slot[at], state.code[at] = slot, code


@inlined
def _add(tables: Tables, state: State, at: int, code: int, began: int) -> None:
    """Add what the code brings, and a spell where one *began*: at once, and to the windows."""
    for lane in range(tables.adds.shape[1]):
        state.word[at, lane] = (state.word[at, lane] & tables.keeps[code, lane]) + tables.adds[code, lane]
    last = state.buckets.shape[1] - 1
    for place in range(tables.windowed.size):
        more = tables.week[code, place] + began * tables.spell[place]
        state.buckets[at, last, place] += more
        if state.days[at]:
            state.word[at, tables.windowed[place]] += more


@inlined
def _new_year(tables: Tables, state: State, at: int, year_end: int) -> None:
    state.year_end[at], state.year_week[at] = year_end, -1
    for lane in range(tables.year.size):
        state.word[at, lane] &= tables.year[lane]
    for i in range(state.with_weeks.shape[1]):
        state.with_weeks[at, i] = -1
    for i in range(state.firsts.shape[1]):
        state.firsts[at, i] = 0


@inlined
def _new_week(state: State, at: int, week: int) -> None:
    last, places = state.buckets.shape[1] - 1, state.buckets.shape[2]
    if state.days[at]:
        for back in range(last):
            for place in range(places):
                state.buckets[at, back, place] = state.buckets[at, back + 1, place]
        state.weeks[at] = min(state.weeks[at] + 1, last)
        state.past[at, state.past_weeks[at]] = int(state.days[at]) << 7 | state.absences[at]
        state.past_weeks[at] += 1
    for place in range(places):
        state.buckets[at, last, place] = 0
    state.week[at], state.days[at], state.absences[at] = week, 0, 0


@inlined
def _school_day(tables: Tables, state: State, at: int, day: int) -> None:
    """A date becomes a school day, and perhaps its week a school week."""
    if not state.days[at]:
        _school_week(tables, state, at)
    if state.week[at] != state.year_week[at]:
        state.year_week[at] = state.week[at]
        for lane in range(tables.year_week.size):
            state.word[at, lane] += tables.year_week[lane]
    weekday = (day - 1) % 7
    state.days[at] |= 1 << weekday
    history = int(state.weekdays[at, weekday])
    for i in range(tables.weekday_first[weekday], tables.weekday_first[weekday + 1]):
        last = tables.weekday_last[i]
        if history >> last:
            state.word[at, tables.weekday_lane[i]] -= history >> last - 1 & 1
    pushed = history << 1
    state.weekdays[at, weekday] = pushed if pushed < _TOP << 1 else pushed & _TOP - 1 | _TOP
    for i in range(tables.days_lane.size):
        if 0 < state.firsts[at, i] < day:
            state.word[at, tables.days_lane[i]] += 1


@inlined
def _school_week(tables: Tables, state: State, at: int) -> None:
    """The current week enters every window with what it holds so far, and the oldest week of each leaves."""
    last = state.buckets.shape[1] - 1
    for place in range(tables.windowed.size):
        lane, weeks = tables.windowed[place], tables.window_weeks[place]
        state.word[at, lane] += state.buckets[at, last, place]
        if state.weeks[at] >= weeks:
            state.word[at, lane] -= state.buckets[at, last - weeks, place]


@inlined
def _absent(tables: Tables, state: State, at: int, day: int) -> int:
    """Note an absent session; return 1 where a spell begins with it."""
    weekday = (day - 1) % 7
    if state.absences[at] >> weekday & 1 == 0:
        state.absences[at] |= 1 << weekday
        state.weekdays[at, weekday] |= 1
        for i in range(tables.weekday_first[weekday], tables.weekday_first[weekday + 1]):
            state.word[at, tables.weekday_lane[i]] += 1
    began, state.in_spell[at] = 0 if state.in_spell[at] else 1, True
    return began


@inlined
def _odd(tables: Tables, state: State, at: int, slot: int, code: int) -> None:
    """Count what few codes bring: both halves of a day, a week with a code, a first day."""
    both = slot & 1 == 1 and state.slot[at] == slot - 1
    for i in range(tables.both_lane.size):
        if both and tables.both_codes[i, state.code[at]] and tables.both_codes[i, code]:
            state.word[at, tables.both_lane[i]] += 1
    for i in range(tables.weeks_lane.size):
        if tables.weeks_codes[i, code] and state.with_weeks[at, i] != state.week[at]:
            state.with_weeks[at, i] = state.week[at]
            state.word[at, tables.weeks_lane[i]] += 1
    for i in range(tables.days_lane.size):
        if tables.days_codes[i, code] and state.firsts[at, i] == 0:
            state.firsts[at, i] = slot >> 1


@inlined
def test(tables: Tables, state: State, at: int, mark: int, slot: int, flips: Block, count: Block) -> None:
    """Ask `enter` of each rule that is off and has its fuel, and `exit` of each that is on; add flips, with counts."""
    counts = state.counts
    for rule in range(tables.least.size):
        since = state.on[at, rule]
        if since == 0 and state.word[at, rule] < tables.least[rule]:
            continue
        _counted(tables, state, at, rule, counts)
        first = tables.exit_first if since else tables.enter_first
        if not _holds(tables, first[rule], first[rule + 1], counts):
            continue
        flip = count[0]
        flips[flip, 0], flips[flip, 1], flips[flip, 2], flips[flip, 3] = mark, rule, since, slot
        for i in range(flips.shape[1] - FLIP):
            flips[flip, FLIP + i] = counts[1 + i]
        count[0] += 1
        state.on[at, rule] = 0 if since else slot
        state.closed[at] += 1 if since else 0


@inlined
def _counted(tables: Tables, state: State, at: int, rule: int, counts: Block) -> None:
    """Fill in the monomials of what a rule counts."""
    first, end = tables.count_first[rule], tables.count_first[rule + 1]
    counts[0], place = 1, 1 + MOST_COUNTS
    for i in range(MOST_COUNTS):
        counts[1 + i] = _count(tables, state, at, first + i) if first + i < end else 0
    for i in range(MOST_COUNTS):
        for k in range(i, MOST_COUNTS):
            counts[place] = counts[1 + i] * counts[1 + k]
            place += 1


@inlined
def _count(tables: Tables, state: State, at: int, which: int) -> int:
    kind, of, last = tables.count_kind[which], tables.count_of[which], tables.count_last[which]
    if kind == LANE_MEASURE:
        return int(state.word[at, of])
    if kind == WEEKDAY_DAYS:
        days = 0
        while int(state.weekdays[at, of]) >> days + 1:
            days += 1
        return min(days, int(last))
    return _others(state, at, kind, of, last)


@inlined
def _others(state: State, at: int, kind: int, weekday: int, last: int) -> int:
    """Count the other weekdays in the school weeks from the first of the last such weekdays on."""
    shift = 7 if kind == OTHER_DAYS else 0
    found = pending = counted = 0
    current = int(state.days[at]) << 7 | state.absences[at]
    for back in range(state.past_weeks[at] + 1):
        week = int(state.past[at, state.past_weeks[at] - back]) if back else current
        for day in range(7):
            pending += week >> shift + day & 1 if day != weekday else 0
        if week >> 7 + weekday & 1:
            found, counted, pending = found + 1, counted + pending, 0
        if found == last:
            break
    return counted


@inlined
def _holds(tables: Tables, first: int, end: int, counts: Block) -> bool:
    """Whether one of some clauses holds."""
    for clause in range(first, end):
        if _all_hold(tables, clause, counts):
            return True
    return False


@inlined
def _all_hold(tables: Tables, clause: int, counts: Block) -> bool:
    for i in range(tables.clause_first[clause], tables.clause_first[clause + 1]):
        total = 0
        for k in range(tables.polynomials.shape[1]):
            total += tables.polynomials[i, k] * counts[k]
        if total < 0:
            return False
    return True


@compiled
def walk(tables: Tables, state: State, sessions: Sessions, part: Part, flips: Block, count: Block) -> None:
    """Take a *part* of the sessions of each of some pupils into its record: `before` is as of the last day of all."""
    for at in range(part.came.size):
        part.came[at] = _walk(tables, state, at, sessions, part, flips, count)


@inlined
def _walk(tables: Tables, state: State, at: int, sessions: Sessions, part: Part, flips: Block, count: Block) -> int:
    tested, end = 0, sessions.first[at + 1]
    for i in range(sessions.first[at], end):
        slot, code = int(sessions.slot[i]), int(sessions.code[i])
        if slot < part.since[at] or slot > part.until[at]:
            continue
        if count[0] + tables.least.size > len(flips) or state.past_weeks[at] == state.past.shape[1]:
            return -1
        if slot >= part.tested[at] and tested == 0:
            state.closed[at] = part.closed[at]
            for rule in range(part.on.shape[1]):
                state.on[at, rule] = part.on[at, rule]
        step(tables, state, at, slot, code, int(sessions.year_end[i]), sessions.slot[end - 1] >> 1)
        if slot >= part.tested[at]:
            test(tables, state, at, at, slot, flips, count)
            tested += 1
    return tested
