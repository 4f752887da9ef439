"""Frozen values and table schemas. No I/O, no clock, no randomness of its own."""
