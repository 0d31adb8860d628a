"""Faust and only Faust: app, agents, durable tables, fail-stop."""
