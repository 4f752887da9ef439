"""Restocking: what to hold where before the next disaster, and how long today's stock lasts."""
