"""Making lost changelogs again, from registers and from what was announced."""
