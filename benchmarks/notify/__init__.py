"""The notifier's speed, beside Alertmanager's, to the same receivers in the same run."""
