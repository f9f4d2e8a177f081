"""Data in: an operator brings files in the browser, sees what they are, and publishes them or leaves it."""
