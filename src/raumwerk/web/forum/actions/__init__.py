"""Deeds in the forum: one verb, one function, one transaction, one entry of the log."""
