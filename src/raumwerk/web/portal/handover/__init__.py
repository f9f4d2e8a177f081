"""Steps that join two apps: what the pages show of the Atlas is asked here, so that neither knows the other."""
