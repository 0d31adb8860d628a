"""Firstbell: event-driven early warning of school absence in England."""
