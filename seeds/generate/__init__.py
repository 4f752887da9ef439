"""Generates synthetic districts."""
