"""Deeds on people, organisations and invitations: each one transaction, each told to the log by a signal."""
