"""Making a lost changelog of the ledgers again, from registers and from what was announced."""
