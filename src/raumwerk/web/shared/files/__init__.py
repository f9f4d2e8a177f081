"""Stored files: uploads with versions, checksum and visibility, handed out only through a door that asks each time."""
