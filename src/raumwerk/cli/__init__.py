"""Floor 4: the ``raumwerk`` command."""
