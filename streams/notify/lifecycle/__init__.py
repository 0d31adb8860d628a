"""From an alert's change to what each receiver is told: steps over working state, at a time that is passed in."""
