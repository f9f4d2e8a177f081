"""Doors to people, organisations and invitations."""
