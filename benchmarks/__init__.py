"""Timings of the heavy parts, against peers where there are some: ``python -m benchmarks [NAME …]``."""
