"""Working off dead letters: choosing, showing, and sending back what was refused."""
