"""Two lists of one population, with known truth: what the comparison of registers is judged by."""
