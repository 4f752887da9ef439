"""Named statements in the portable subset, one file an area."""
