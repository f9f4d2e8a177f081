"""Derivations: checked tables in, derived tables out; one module for each step."""
