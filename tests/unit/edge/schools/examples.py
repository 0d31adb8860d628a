"""Files about schools that do not exist, as their sources write them."""

from pathlib import Path

from streams.board.school import School
from streams.edge.schools.gias import Authority
from streams.edge.schools.merging import Merge
from streams.edge.schools.reading import Reading

# The order, the other columns and the encoding are those of edubasealldata….csv.
GIAS_HEADER = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (code),"
    "TypeOfEstablishment (name),EstablishmentStatus (code),EstablishmentStatus (name),OpenDate,"
    "ReasonEstablishmentClosed (name),CloseDate,PhaseOfEducation (code),PhaseOfEducation (name),HeadLastName"
)
EVERYONE = Authority(None)


def gias_row(
    urn: object = 100001,
    *,
    name: str = "Zoë Primary",
    status: str = "Open",
    opened: str = "01-09-2010",
    closed: str = "",
    la: tuple[object, str] = (999, "Invented"),
) -> str:
    """One row of DfE's register."""
    return f'{urn},{la[0]},{la[1]},2001,"{name}",1,Community school,1,"{status}",{opened},,{closed},2,Primary,Head'


def write(folder: Path, name: str, *lines: str, encoding: str = "cp1252") -> Path:
    """Write a file of *lines*."""
    path = folder / name
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def gias(folder: Path, *rows: str) -> Path:
    """Write DfE's register."""
    return write(folder, "edubasealldata.csv", GIAS_HEADER, *rows)


def times(folder: Path, *rows: str) -> Path:
    """Write session times."""
    return write(folder, "times.csv", "urn,am_start,pm_start", *rows)


def calendar(folder: Path, *rows: str) -> Path:
    """Write closures and terms."""
    return write(folder, "closures.csv", "urn,from,to,session,kind", *rows)


def merge(
    *,
    gias: Path | None = None,
    times: Path | None = None,
    calendar: Path | None = None,
    known: dict[int, School] | None = None,
    wanted: Authority = EVERYONE,
) -> Merge:
    """Read the files that are given, and put them together with what is *known*."""
    reading = Reading()
    if gias:
        reading.read_schools(gias, wanted)
    if times:
        reading.read_times(times)
    if calendar:
        reading.read_calendar(calendar)
    return Merge(known or {}, reading, wanted)


def refusals(found: Merge) -> list[tuple[int, str]]:
    """The line and the reason of every row that was not taken."""
    return [(refused.line, refused.reason) for refused in found.refused]
