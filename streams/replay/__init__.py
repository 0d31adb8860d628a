"""Registers from files through the engine, without Kafka."""
