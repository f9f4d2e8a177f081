"""Floor 3: from raw files to checked tables (sources) and from checked to derived ones (derived)."""
