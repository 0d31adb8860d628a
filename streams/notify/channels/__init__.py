"""Ways out: each takes a message and says what came of it."""
