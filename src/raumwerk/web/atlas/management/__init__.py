"""Commands of the Atlas."""
