"""The house door: home, messages of errors, and the steps that join two apps (handover)."""
