"""The municipal estimate: commuter flows between municipalities from flows between districts."""
