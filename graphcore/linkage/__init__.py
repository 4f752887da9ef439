"""Comparison (比对) of two lists of people: who is the same, who may be, and why."""
