"""The audits behind `doudi verify`, one module for each kind of invariant."""
