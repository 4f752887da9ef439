"""Solvers behind one value."""
