"""Registers in by HTTP: an ASGI app that answers when Kafka has them, and says of each mark what became of it."""
