"""The phases of education that DfE publishes by."""

from typing import Literal

Phase = Literal["primary", "secondary", "special"]
PHASES: tuple[Phase, ...] = ("primary", "secondary", "special")
YEARS: dict[Phase, range] = {"primary": range(1, 7), "secondary": range(7, 12), "special": range(1, 12)}
LAST_YEAR = 11  # leaves for its examinations at the summer half-term
