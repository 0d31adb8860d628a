"""The notifier: from an alert to the person or service that acts, and to the same ones when it is taken back."""
