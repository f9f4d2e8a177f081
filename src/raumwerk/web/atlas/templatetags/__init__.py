"""Template tags of the Atlas."""
