"""Allocates relief: arrays in, a proven and explained plan out. Knows no store and no files."""
