"""Assigns volunteers, teams and equipment to tasks: tables in, a bounded and explained plan out."""
