"""Floor 2: files and DuckDB — raw files, checked tables, releases. ``store.read`` is the only door for readers."""
