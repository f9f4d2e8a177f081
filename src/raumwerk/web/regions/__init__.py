"""The tenant: a region, and managers that refuse queries which forget it."""
