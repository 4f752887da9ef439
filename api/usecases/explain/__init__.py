"""The parts of explaining: a household, a township, a line."""
