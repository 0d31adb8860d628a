"""Why an alert is on, eased or withdrawn: recomputed from the log by the plain specification. Pure."""
