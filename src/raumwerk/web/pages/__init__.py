"""Wagtail pages: home of the installation, home of a region, news, plain pages."""
