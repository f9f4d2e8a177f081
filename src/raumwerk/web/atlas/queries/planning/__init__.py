"""Analyses of the library on a release, as the planning pages of the Atlas, their files and the API show them."""
