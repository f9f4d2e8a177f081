"""Floor 1: what a table is — columns, types, keys, units, missing and masked values. No files here."""
