"""Dated, cited parameters: what is owed, when, under which rule."""
