"""Floor 2: pure regional science. Arrays and frames in, frames out; no Django, no files, no network."""
