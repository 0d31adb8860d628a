"""The domain, pure: no clock, no I/O, no Kafka, no logging."""
