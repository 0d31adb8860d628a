"""Where the working state lies: in memory, or in Redis. Never the truth: it is rebuilt from the topics."""
