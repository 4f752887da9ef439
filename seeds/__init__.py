"""Synthetic districts. Nothing in them is about a real person."""
