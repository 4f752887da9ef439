"""Re-planning: what changed, what stays, what moves, and how far the answer is from the best."""
