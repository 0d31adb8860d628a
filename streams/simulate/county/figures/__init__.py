"""The figures that the county is made of: published ones, each with its source, and assumptions, marked as such."""
