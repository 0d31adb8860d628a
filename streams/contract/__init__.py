"""The messages, as frozen msgspec types."""
