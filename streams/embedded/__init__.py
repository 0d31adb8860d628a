"""A Kafka-compatible broker as a child process."""
