"""Pages of the Atlas, complete without JavaScript."""
