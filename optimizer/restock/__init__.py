"""Decides before the disaster: what to hold where, in which kind of reserve, bought when."""
