"""Register bytes to marks, marks to alerts: the one engine behind stream, replay and tests. Pure."""
