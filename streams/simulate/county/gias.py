"""The invented schools as a file of the form that DfE's register of schools (GIAS) has, for `firstbell schools`."""

import csv
from typing import TextIO

from streams.simulate.county.phase import Phase
from streams.simulate.county.schools import School

COLUMNS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentName", "PhaseOfEducation (name)", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "OpenDate", "CloseDate",
)  # fmt: skip
_PHASE: dict[Phase, str] = {"primary": "Primary", "secondary": "Secondary", "special": "Not applicable"}
_TYPE: dict[Phase, str] = {
    "primary": "Community school",
    "secondary": "Academy converter",
    "special": "Community special school",
}


def write_schools(schools: list[School], file: TextIO) -> None:
    """Write *schools* to *file*; they are all of an authority that does not exist."""
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for school in schools:
        named = (school.urn, 999, "Invented", school.name, _PHASE[school.phase], _TYPE[school.phase])
        rows.writerow((*named, "Open", "01-09-2010", ""))
