"""Roads, travel times and who is cut off."""
