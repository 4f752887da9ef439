"""Numbered steps of the schema, in both dialects."""
