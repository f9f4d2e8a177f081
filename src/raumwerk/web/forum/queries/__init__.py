"""Reading the forum; what a reader may not see is left out here, not in templates."""
