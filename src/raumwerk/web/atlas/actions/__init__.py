"""Deeds of the Atlas: one function, one transaction, one entry in the log."""
