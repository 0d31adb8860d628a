"""A school and its day: the board of what arrived, and what the rules make of it. Pure: time is passed in."""
