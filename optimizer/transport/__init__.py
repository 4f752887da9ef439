"""Loads to vehicles and trips on the damaged road graph."""
