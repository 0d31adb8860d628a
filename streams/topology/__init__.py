"""Faust and only Faust: the app, its two stages, the durable ledgers, and when to stop."""
