"""Doors of the forum."""
