"""Rebuilding: a case a house, from the assessment to moving in."""
