"""Rosters: from a snapshot of social forces and tasks to orders, one module a step."""
