"""Telling people: mail that is queued in the database, notes on a person's own page, digests, topics followed."""
