"""The forms of the district's offices: which columns, under which headers."""
