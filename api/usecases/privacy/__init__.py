"""Personal data: looked at with a purpose, kept for a time, destroyed on the day."""
