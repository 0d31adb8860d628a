"""Checking from Kafka alone that what is stored and what was announced is what the registers say."""
