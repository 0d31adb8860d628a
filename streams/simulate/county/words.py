"""The check as a table, and the run as a sentence."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from streams.simulate.county.check import Row

TITLES = {
    "totals": "Totals, percent",
    "codes": "Code mix, percent of possible sessions",
    "bands": "Absence bands 2022/23, percent of enrolments (aim: brought to the persistent absence of 2024/25)",
    "weekdays": "Absence by weekday, against the mean of the week",
    "unexplained": "Reason not yet established, percent of possible sessions of one week",
}


class Summary(Struct, frozen=True):
    """What was simulated and sent."""

    schools: int
    children: int
    enrolments: int
    registers: int
    amendments: int
    marks: int
    seconds: float

    def words(self) -> str:
        """Say it in a line."""
        return (
            f"{_counted(self.schools, 'school')}, {self.children:,} children on "
            f"{_counted(self.enrolments, 'roll place')}: {_counted(self.registers, 'register')} and "
            f"{_counted(self.amendments, 'amendment')} with {_counted(self.marks, 'mark')} in {self.seconds:.1f} s"
        )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Give the lines of the check, under a title for each kind of figure."""
    about = ""
    for row in rows:
        if row.about != about:
            about = row.about
            yield f"\n{TITLES[about]}"
            yield f"  {'':38} {'published':>9} {'aim':>9} {'simulated':>9} {'difference':>10}"
        yield "  " + _line(row)


def _line(row: Row) -> str:
    aim = "" if row.aim is None else f"{row.aim:.3f}"
    word = (
        ""
        if row.tolerance is None
        else f"  within {row.tolerance:.3f}"
        if row.holds
        else f"  NOT within {row.tolerance:.3f}"
    )
    return f"{row.name:38} {row.published:9.3f} {aim:>9} {row.simulated:9.3f} {row.difference:+10.3f}{word}"


def verdict(rows: list[Row], pupils: int, seconds: float) -> str:
    """Say how many rows hold what is promised of them."""
    promised = [row for row in rows if row.tolerance is not None]
    held = sum(row.holds for row in promised)
    return f"\n{held} of {len(promised)} rows are within their tolerance; {pupils:,} children, {seconds:.0f} s"
