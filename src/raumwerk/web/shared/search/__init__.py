"""Full text over everything a region writes: one index, one door, and everybody finds only what they may read."""
