"""Comparison of the relief ledger with the social-assistance register, and of any two tables."""
