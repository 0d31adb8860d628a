"""The one file that says who is told of what, and when."""
