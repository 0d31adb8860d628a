"""Invented schools, pupils and registers."""
