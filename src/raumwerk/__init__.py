"""Raumwerk: the digital home of regions that cross administrative borders."""

__version__ = "0.1.0"
