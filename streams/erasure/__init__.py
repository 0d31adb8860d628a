"""Leaving and forgetting: what is asked of the owner of a pupil's partition."""
