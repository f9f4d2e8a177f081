"""Readers of official files: one module for each kind of source, raw file in, checked tables out."""
