"""Notes that readers keep in their own browser, and the way to send them to the office."""
