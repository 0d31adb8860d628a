"""librdkafka: security, admin, producers, and the one sink loop."""
