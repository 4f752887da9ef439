"""Tables of people's own making, in and out."""
