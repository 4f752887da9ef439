"""What every set of routes must keep, rule by rule, from the tables alone."""
