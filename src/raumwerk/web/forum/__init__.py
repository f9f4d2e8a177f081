"""The standing bodies of a region: who sits in them, when they meet, what they decide and what came of it."""
