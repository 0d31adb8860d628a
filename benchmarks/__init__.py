"""Speed, measured honestly: an invented log, the whole path on a real Kafka, the replay, and a rival beside them."""
