"""Wonde's attendance sessions, polled school by school, to registers."""
