"""Re-planning: what changed, who said so, and what becomes of the plan in force."""
