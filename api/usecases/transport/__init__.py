"""Loads to trips, dispatch, receipt."""
