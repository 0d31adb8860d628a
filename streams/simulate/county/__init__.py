"""A county that does not exist and behaves like the published statistics: schools, children, a year of registers."""
