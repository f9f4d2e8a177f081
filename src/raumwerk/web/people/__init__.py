"""Accounts, memberships and the roles they give."""
