"""The main job in a minute: embedded broker, real worker, an invented half-term, live alerts, and proof by replay."""
