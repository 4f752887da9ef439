"""The command line: ``doudi``."""
