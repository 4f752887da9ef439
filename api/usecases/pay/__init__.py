"""Pay: batches to bank accounts, declared and signed before the first line, answered row by row."""
