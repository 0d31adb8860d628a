"""Programs that others might write for a part of the same job, measured in the same run."""
