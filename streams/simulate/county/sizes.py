"""How large a county can be asked for by name."""

SIZES = {"class": 30, "school": 300, "town": 12_000, "county": 200_000, "england": 8_300_000}
"""Children: one class, one school, a dozen thousand, an authority like Birmingham, all of England."""
