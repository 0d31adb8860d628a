"""England's morning, row by row: latency, restart, rebalance, memory, growth, and where the time goes."""
