"""Evidence: a motion, resolution, minute, comment or page cites a figure of the Atlas, frozen as it was."""
