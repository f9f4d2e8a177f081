"""Floor 4: the website and its API."""
