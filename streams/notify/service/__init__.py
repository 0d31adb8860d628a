"""The notifier as it runs: steps at real times, on real topics, through real channels."""
